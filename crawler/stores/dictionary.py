"""What a consumer of the data must know, written from the code: schema, SQL, every column.

Three files lie beside this module and a test fails when one is stale; `python -m
crawler.stores.dictionary` writes them anew: `item.schema.json` (JSON Schema of an item),
`schema.sql` (the tables and views in SQLite's words), `DICTIONARY.md` (columns, units, sources).
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from crawler.feeds.exporters import without_none
from crawler.feeds.flat import FACT_COLUMNS, REPORT_COLUMNS
from crawler.feeds.headlines import HEADLINES
from crawler.stores.metrics import labels
from crawler.stores.schema import METADATA
from crawler.stores.views import MEANINGS, VIEWS
from parsers.items import Report
from parsers.vocabulary import unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent
_SEARCH = """`scrapy store find STORE WORDS` finds words of any length in any store. In SQL:
`reports WHERE text LIKE '%公开指南%'`, which PostgreSQL answers from its trigrams, the others by a
scan. SQLite has trigrams in the table `search`: `search MATCH '"公开指南"'`. They know no words of
one or two characters: there `search` finds nothing, by MATCH or LIKE; ask `reports`."""
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an item, read off the dataclasses of `parsers.items`."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Disclosure annual report, one archived capture",
    }
    return head | _object(Report)


def sql() -> str:
    """Return the store's tables, indexes and views as SQL."""
    dialect = sqlite.dialect()
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in METADATA.sorted_tables]
    for table in METADATA.sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    made += [f'CREATE VIEW "{name}" AS {query.strip()}' for name, query in VIEWS.items()]
    lines = [line.rstrip() for line in ";\n\n".join(each.strip() for each in made).splitlines()]
    return "\n".join(lines) + ";\n"


def dictionary() -> str:
    """Return the data dictionary as Markdown: tables, views, flat formats, headlines, metrics."""
    parts = ["# Data dictionary\n\nWritten by `python -m crawler.stores.dictionary`."]
    parts += ["## Tables of a store"]
    for table in METADATA.sorted_tables:
        columns = {column.name: f"{column.comment}" for column in table.columns}
        parts += [f"### {table.name}\n\n{table.comment}\n\n{_table(columns)}"]
    parts += ["## Views of a store", _table(MEANINGS)]
    parts += [f"## Full-text search\n\n{_SEARCH}"]
    parts += ["## Columns of `csv` and of a workbook's `reports`", _table(REPORT_COLUMNS)]
    parts += ["## Columns of `facts-csv`, `facts-parquet` and `facts`", _table(FACT_COLUMNS)]
    ways = {name: " or ".join(map(" + ".join, codes)) for name, codes in HEADLINES.items()}
    parts += ["## Headline figures", _table(ways)]
    metrics = {code: f"{label} ({unit_of(code)})" for code, label in labels().items()}
    parts += ["## Metrics and their units\n\nSource: `parsers/metrics.toml`.", _table(metrics)]
    return "\n\n".join(parts) + "\n"


def written() -> dict[str, str]:
    """Return file name → what it must hold."""
    schema = json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"
    return {"item.schema.json": schema, "schema.sql": sql(), "DICTIONARY.md": dictionary()}


def _table(columns: Mapping[str, str]) -> str:
    bar = chr(92) + "|"
    rows = [f"| `{name}` | {meaning.replace('|', bar)} |" for name, meaning in columns.items()]
    return "\n".join(["| name | meaning |", "|---|---|", *rows])


def _object(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    names = [each.name for each in fields(shape)]
    return {
        "type": "object",
        "properties": {name: _kind(hints[name]) for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _kind(hint: Any) -> dict[str, Any]:
    kind, nullable = without_none(hint)
    schema = _plain(kind)
    return {"anyOf": [schema, {"type": "null"}]} if nullable else schema


def _plain(kind: Any) -> dict[str, Any]:
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) in (list, tuple):
        return {"type": "array", "items": _kind(get_args(kind)[0])}
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind)
    return {"type": _TYPES[kind]}


if __name__ == "__main__":
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
