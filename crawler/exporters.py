"""The formats in which items leave: JSON lines, Parquet, SQLite, each a Scrapy item exporter.

Knows the item contract through `parsers.items`, so that a new field needs no line here. A live
crawl and a re-parse use the same classes, which is why their feeds are equal byte for byte. Never
opens a target: `crawler.storages` does. Parquet and SQLite hold reports only; JSON lines takes any
item.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Union, get_args, get_origin, get_type_hints

import orjson
from scrapy.exporters import BaseItemExporter, JsonLinesItemExporter

from parsers.errors import FeedError
from parsers.items import Report, as_item

_SURROGATE = re.compile("[\ud800-\udfff]")
_SQLITE = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "INTEGER"}


def json_line(report: Report) -> bytes:
    """Return `report` as one line of UTF-8 JSON, keys in the contract's order, with its line feed.

    A lone surrogate has no UTF-8: a report that holds one is written in ASCII with escapes, so
    that the line stays valid JSON and says what the report says.
    """
    try:
        return orjson.dumps(report, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        text = json.dumps(as_item(report), separators=(",", ":"))
        return text.encode("ascii") + b"\n"


class JsonLinesExporter(JsonLinesItemExporter):
    """Scrapy's JSON lines; a report in the contract's order and by orjson."""

    def export_item(self, item: Any) -> None:
        """Write one line. A feed that asks for some fields only is Scrapy's own matter."""
        if isinstance(item, Report) and self.fields_to_export is None:
            self.file.write(json_line(item))
        else:
            super().export_item(item)


class ParquetExporter(BaseItemExporter):
    """Reports as a typed, nested Parquet table (zstd): one row a report."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file

    def start_exporting(self) -> None:
        """Begin the table; one without rows still has its schema."""
        # Scrapy loads every exporter class of the settings; a crawl without such a feed must not
        # pay for Arrow (28 MB of memory).
        from crawler.parquet import ReportTable  # noqa: PLC0415

        self._table = ReportTable(self._file)

    def export_item(self, item: Any) -> None:
        """Add one report. Raises FeedError for any other item."""
        self._table.add(well_formed(as_item(_a_report(item, "parquet"))))

    def finish_exporting(self) -> None:
        """Write the last rows and the footer."""
        self._table.close()


class SqliteExporter(BaseItemExporter):
    """Reports as a SQLite database: tables `reports`, `facts`, `checks`, `spam`.

    `reports` has a column for each plain field, one for each field of a plain object under it
    (`agency_name`), and the whole item as JSON in `item`. The others point to it by `report`. The
    file is built in a temporary folder and copied at the end, so it goes wherever a feed can go.
    """

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file
        self._columns = dict(_flat_columns(Report))
        self._parts = {name: _part_columns(name) for name in ("facts", "checks", "spam")}
        self._exported = 0

    def start_exporting(self) -> None:
        """Make the tables in a database of its own."""
        self._folder = TemporaryDirectory(prefix="reports-")
        self._path = Path(self._folder.name) / "reports.sqlite"
        self._database = sqlite3.connect(self._path, isolation_level=None)
        # The file is new and is thrown away when the run dies: a journal would protect nothing.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("BEGIN")
        for statement in self._tables():
            self._database.execute(statement)

    def export_item(self, item: Any) -> None:
        """Insert one report and its facts, checks and cuts. Raises FeedError for any other item."""
        report = _a_report(item, "sqlite")
        row = well_formed(as_item(report))
        self._exported += 1
        values = [_at(row, path) for path, _ in self._columns.values()]
        self._insert("reports", [self._exported, *values, json_line(report).decode().rstrip("\n")])
        for name, columns in self._parts.items():
            for part in row[name]:
                self._insert(name, [self._exported, *(part[column] for column in columns)])

    def finish_exporting(self) -> None:
        """Add the indexes, close the database and copy it into the feed."""
        self._database.execute("CREATE INDEX reports_by_id ON reports (report_id)")
        self._database.execute("CREATE INDEX reports_by_capture ON reports (capture_id)")
        self._database.execute("CREATE INDEX facts_by_metric ON facts (metric)")
        for name in self._parts:
            self._database.execute(f"CREATE INDEX {name}_by_report ON {name} (report)")
        self._database.execute("COMMIT")
        self._database.close()
        with self._path.open("rb") as built:
            shutil.copyfileobj(built, self._file)
        self._folder.cleanup()

    def _tables(self) -> list[str]:
        plain = ", ".join(f'"{name}" {kind}' for name, (_, kind) in self._columns.items())
        tables = [f"CREATE TABLE reports (id INTEGER PRIMARY KEY, {plain}, item TEXT NOT NULL)"]
        for name, columns in self._parts.items():
            own = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            report = "report INTEGER NOT NULL REFERENCES reports (id)"
            tables.append(f"CREATE TABLE {name} ({report}, {own})")
        return tables

    def _insert(self, table: str, values: list[Any]) -> None:
        marks = ", ".join("?" * len(values))
        # The table's name is one of four of our own; every value is a parameter.
        self._database.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608


def without_none(hint: Any) -> tuple[Any, bool]:
    """Return the type in `hint` and whether it may be None."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    some = [kind for kind in get_args(hint) if kind is not types.NoneType]
    return some[0], True


def _flat_columns(shape: type, path: tuple[str, ...] = ()) -> list[tuple[str, tuple[Any, str]]]:
    """Return (column, (path in the item, SQLite type)) of each plain field, objects opened."""
    columns: list[tuple[str, tuple[Any, str]]] = []
    hints = get_type_hints(shape)
    for each in fields(shape):
        kind, _ = without_none(hints[each.name])
        here = (*path, each.name)
        if is_dataclass(kind) and isinstance(kind, type):
            columns += _flat_columns(kind, here)
        elif get_origin(kind) not in (list, tuple):
            columns.append(("_".join(here), (here, _SQLITE.get(kind, "TEXT"))))
    return columns


def _part_columns(name: str) -> dict[str, str]:
    """Return column and SQLite type of each field of the objects in the list `name` of a report."""
    shape = get_args(get_type_hints(Report)[name])[0]
    return {column: kind for column, (_, kind) in _flat_columns(shape)}


def _at(row: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for step in path:
        value = None if value is None else value[step]
    return value


def _a_report(item: Any, form: str) -> Report:
    if not isinstance(item, Report):
        kind = type(item).__name__
        raise FeedError(
            f"a {form} feed holds reports, not items of type {kind}: write .jsonl or .csv, or name "
            "the classes that it takes in the feed's item_classes"
        )
    return item


def well_formed(value: Any) -> Any:
    """Return `value` with lone surrogates, which no typed column can hold, as U+FFFD."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: well_formed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [well_formed(each) for each in value]
    return value
