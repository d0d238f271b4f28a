"""The description beside an export: a Frictionless Data Package, so that tools can open it unasked.

Written from the same columns as the export itself. Each resource names its file, format, columns,
types and meanings. Knows no paths but those it is given; never reads data.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from crawler.feeds.exporters import without_none
from crawler.feeds.flat import FACT_COLUMNS, REPORT_COLUMNS
from crawler.feeds.headlines import HEADLINES
from parsers.items import SCHEMA_VERSION, Report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
_FLAT = {
    "year": "integer",
    "value": "number",
    "start": "integer",
    "end": "integer",
    "official": "boolean",
    "facts": "integer",
    "broken_checks": "integer",
    "spam": "integer",
    "archive_offset": "integer",
    **dict.fromkeys(HEADLINES, "number"),
}
#: Format of a feed → the media type and the tables in it.
FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "csv": ("text/csv", ("report_rows",)),
    "facts-csv": ("text/csv", ("fact_rows",)),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("report_rows", "fact_rows"),
    ),
    "parquet": ("application/vnd.apache.parquet", ("items",)),
    "facts-parquet": ("application/vnd.apache.parquet", ("fact_rows",)),
    "jsonl": ("application/jsonl", ("items",)),
    "jsonlines": ("application/jsonl", ("items",)),
    "jl": ("application/jsonl", ("items",)),
    "gz": ("application/gzip", ("items",)),
    "zst": ("application/zstd", ("items",)),
    "dataset": ("application/vnd.apache.parquet", ("items", "fact_rows")),
}


def describe(target: Path, form: str) -> None:
    """Write NAME.datapackage.json beside an export, if its format is one of `FORMS`."""
    if form not in FORMS:
        return
    package = package_of(form, {target.name.partition(".")[0].lower() or "export": [target.name]})
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    beside = target.with_name(f"{target.name}.datapackage.json")
    draft = beside.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(beside)


def package_of(form: str, files: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the package of an export in `form`: resource name → its files, relative paths."""
    media_type, tables = FORMS[form]
    return {
        "profile": "data-package",
        "name": "disclosure-annual-reports",
        "title": "Disclosure annual reports of Chinese organs (政府信息公开工作年度报告)",
        "version": SCHEMA_VERSION,
        "resources": [
            _resource(name, paths, media_type, table)
            for (name, paths), table in zip(files.items(), _each(tables, len(files)), strict=True)
            if paths
        ],
    }


def _each(tables: tuple[str, ...], count: int) -> tuple[str, ...]:
    """One file may hold two tables, a workbook does: its first is described."""
    return tables if len(tables) == count else tables[:1] * count


def _resource(name: str, paths: list[str], media_type: str, table: str) -> dict[str, Any]:
    return {
        "name": name,
        "path": paths if len(paths) > 1 else paths[0],
        "mediatype": media_type,
        "encoding": "utf-8",
        "schema": {"fields": _FIELDS[table], "missingValues": [""]},
    }


def _flat(columns: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"name": name, "type": _FLAT.get(name, "string"), "description": meaning}
        for name, meaning in columns.items()
    ]


def _nested() -> list[dict[str, str]]:
    hints = get_type_hints(Report)
    return [{"name": each.name, "type": _type(hints[each.name])} for each in fields(Report)]


def _type(hint: Any) -> str:
    kind, _ = without_none(hint)
    if get_origin(kind) in (list, tuple):
        return "array"
    return _TYPES.get(kind, "object" if hasattr(kind, "__dataclass_fields__") else "string")


_FIELDS = {
    "report_rows": _flat(REPORT_COLUMNS),
    "fact_rows": _flat(FACT_COLUMNS),
    "items": _nested(),
}
