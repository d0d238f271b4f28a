"""The description beside an export: a Frictionless Data Package, so that tools can open it unasked.

Written from the same columns as the export itself. Each resource names its file, format, columns,
types and meanings. Knows no paths but those it is given; never reads data, but which sheets a
workbook has.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from crawler.feeds.exporters import without_none
from crawler.feeds.flat import FACT_COLUMNS, MEANING_COLUMNS, REPORT_COLUMNS
from crawler.feeds.headlines import HEADLINES
from parsers.items import SCHEMA_VERSION, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_SHEET = re.compile(r'<sheet name="([^"]+)"')
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
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARQUET = "application/vnd.apache.parquet"
_LINES = {"mediatype": "application/jsonl", "format": "jsonl", "encoding": "utf-8"}
_KEYED = {"dialect": {"json": {"keyed": True}}}
#: Format of a feed → how its file is to be read, in the words of a resource.
FORMS: dict[str, dict[str, Any]] = {
    "csv": {"mediatype": "text/csv", "format": "csv", "encoding": "utf-8"},
    "facts-csv": {"mediatype": "text/csv", "format": "csv", "encoding": "utf-8"},
    "xlsx": {"mediatype": _XLSX, "format": "xlsx"},
    "parquet": {"mediatype": _PARQUET, "format": "parquet"},
    "facts-parquet": {"mediatype": _PARQUET, "format": "parquet"},
    **{form: {**_LINES, **_KEYED} for form in ("jsonl", "jsonlines", "jl")},
    "gz": {**_LINES, "compression": "gz", **_KEYED},
    "zst": {**_LINES, "compression": "zst", **_KEYED},
    "dataset": {"mediatype": _PARQUET, "format": "parquet"},
}
#: What one file holds, where it is not a report a row.
_TABLES = {"csv": "report_rows", "facts-csv": "fact_rows", "facts-parquet": "fact_rows"}
#: Sheet of a workbook, as it is or with a number behind it, → what it holds.
_SHEETS = {"reports": "report_rows", "facts": "fact_rows", "columns": "meanings"}
#: What a dataset's folders hold; the year is in their names (`year=2023`), not in the files.
_FOLDERS = {"reports": "items", "facts": "fact_rows"}


def describe(target: Path, form: str) -> None:
    """Write NAME.datapackage.json beside an export, if its format is one of `FORMS`."""
    if form not in FORMS:
        return
    beside = target.with_name(f"{target.name}.datapackage.json")
    draft = beside.with_suffix(".part")
    draft.write_text(written(package_of_file(target, form)), encoding="utf-8")
    draft.replace(beside)


def package_of_file(target: Path, form: str) -> dict[str, Any]:
    """Return the package of an export that is one file; of a workbook, each sheet's resource."""
    if form == "xlsx":
        return _package(
            _resource(
                sheet.replace(" ", "-"),
                target.name,
                {**FORMS[form], "dialect": {"sheetName": sheet, "excel": {"sheet": sheet}}},
                _FIELDS[_SHEETS[sheet.partition(" ")[0]]],
            )
            for sheet in sheets_of(target)
        )
    table = _TABLES.get(form, "items")
    name = "facts" if table == "fact_rows" else "reports"
    return _package([_resource(name, target.name, FORMS[form], _FIELDS[table])])


def package_of_folder(files: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the package of a dataset: `reports` and `facts` → their files, relative paths."""
    return _package(
        _resource(name, paths if len(paths) > 1 else paths[0], FORMS["dataset"], _in_files(name))
        for name, paths in files.items()
        if paths
    )


def written(package: dict[str, Any]) -> str:
    """Return a package as the text of its file."""
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def sheets_of(workbook: Path) -> list[str]:
    """Return the names of a workbook's sheets in order: a long table goes on in a second one."""
    with zipfile.ZipFile(workbook) as parts:
        return _SHEET.findall(parts.read("xl/workbook.xml").decode("utf-8"))


def _package(resources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": "disclosure-annual-reports",
        "title": "Disclosure annual reports of Chinese organs (政府信息公开工作年度报告)",
        "version": SCHEMA_VERSION,
        "resources": list(resources),
    }


def _resource(
    name: str, path: str | list[str], form: dict[str, Any], fields: list[dict[str, str]]
) -> dict[str, Any]:
    schema = {"fields": fields, "missingValues": [""]}
    return {"name": name, "path": path, **form, "schema": schema}


def _in_files(folder: str) -> list[dict[str, str]]:
    """Return the fields of a dataset's files, which leave the year to their folder's name."""
    return [each for each in _FIELDS[_FOLDERS[folder]] if each["name"] != "year"]


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
    "meanings": _flat(MEANING_COLUMNS),
}
