"""A Parquet table of reports, its Arrow schema read off the dataclasses of `parsers.items`.

Apart from `exporters` because importing Arrow takes 28 MB that a crawl without a Parquet
feed must not pay. Takes rows; never opens a file.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import IO, Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.feeds.exporters import without_none
from crawler.feeds.flat import FACT_COLUMNS, fact_rows
from parsers.items import Report

#: Rows held in memory between two writes, each one row group: a report with its text is about
#: 30 KB, so this bounds the batch at some 8 MB.
BATCH = 256

#: A report has up to 200 figures, most have fewer than 100.
FACTS_A_REPORT = 100

_FACT_TYPES = {
    "year": pa.int64(),
    "value": pa.float64(),
    "start": pa.int64(),
    "end": pa.int64(),
    "official": pa.bool_(),
}
_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


class ReportTable:
    """An open Parquet file that takes one report after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._schema = arrow_schema()
        self._rows: list[dict[str, Any]] = []
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, row: dict[str, Any]) -> None:
        """Take one report as `parsers.items.as_item` gives it."""
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self._flush()

    def close(self) -> None:
        """Write the last rows and the footer; the file itself stays open."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()


class FactTable(ReportTable):
    """An open Parquet file with a row a figure: `crawler.feeds.flat.FACT_COLUMNS`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._schema = fact_schema()
        self._rows = []
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, row: dict[str, Any]) -> None:
        """Take the figures of one report."""
        self._rows += fact_records(row)
        if len(self._rows) >= BATCH * FACTS_A_REPORT:
            self._flush()


def fact_records(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of an item as records of `fact_schema`."""
    return [dict(zip(FACT_COLUMNS, values, strict=True)) for values in fact_rows(item)]


def fact_schema() -> pa.Schema:
    """Return the schema of a flat table of figures."""
    return pa.schema([pa.field(name, _FACT_TYPES.get(name, pa.string())) for name in FACT_COLUMNS])


def arrow_schema() -> pa.Schema:
    """Return the schema of a `Report`; null is allowed where the contract allows null."""
    return pa.schema(_fields(Report))


def _fields(shape: type) -> list[pa.Field]:
    hints = get_type_hints(shape)
    return [_field(each.name, hints[each.name]) for each in fields(shape)]


def _field(name: str, hint: Any) -> pa.Field:
    kind, nullable = without_none(hint)
    return pa.field(name, _type(kind), nullable=nullable)


def _type(kind: Any) -> pa.DataType:
    if get_origin(kind) is Literal:
        return pa.string()
    if get_origin(kind) in (list, tuple):
        return pa.list_(_field("item", get_args(kind)[0]))
    if is_dataclass(kind) and isinstance(kind, type):
        return pa.struct(_fields(kind))
    return _SCALARS[kind]
