"""Parquet tables of reports and of their figures, their Arrow schemas read off `parsers.items`.

Arrow reads the JSON lines itself, column by column, and figures are taken out of the nested table:
no object a row is made in between. Apart from `exporters` because importing Arrow takes 28 MB that
a crawl without a Parquet feed must not pay. Takes lines; never opens a file.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
import pyarrow.parquet as pq

from crawler.feeds.exporters import without_none
from crawler.feeds.flat import FACT_COLUMNS
from crawler.feeds.lines import storable_line
from parsers.items import Report

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Reports held in memory between two writes, and bytes of their lines after which they are written
#: before that. One write is one row group: some 8 MB unpacked.
BATCH = 256
BATCH_BYTES = 16 << 20

_FACT_TYPES = {
    "year": pa.int64(),
    "value": pa.float64(),
    "start": pa.int64(),
    "end": pa.int64(),
    "official": pa.bool_(),
}
#: Columns of a figure that are its report's: column → where they stand in the item.
_OF_THE_REPORT = {
    "report_id": ("report_id",),
    "organ": ("agency", "name"),
    "organ_id": ("agency", "id"),
    "region_code": ("agency", "region_code"),
    "year": ("year",),
    "official": ("source", "official"),
    "url": ("final_url",),
    "capture_id": ("capture_id",),
    "parser_version": ("parser_version",),
}
_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


class ReportTable:
    """An open Parquet file that takes one report after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._lines: list[bytes] = []
        self._bytes = 0
        self._writer = pq.ParquetWriter(file, self._schema(), compression="zstd")

    def add(self, line: bytes) -> None:
        """Take one report as a JSON line."""
        self._lines.append(line)
        self._bytes += len(line)
        if len(self._lines) >= BATCH or self._bytes >= BATCH_BYTES:
            self._flush()

    def close(self) -> None:
        """Write the last rows and the footer; the file itself stays open."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._lines:
            self._writer.write_table(self._table(reports_of(self._lines)))
        self._lines, self._bytes = [], 0

    def _schema(self) -> pa.Schema:
        return arrow_schema()

    def _table(self, reports: pa.Table) -> pa.Table:
        return reports


class FactTable(ReportTable):
    """An open Parquet file with a row a figure: `crawler.feeds.flat.FACT_COLUMNS`."""

    def _schema(self) -> pa.Schema:
        return fact_schema()

    def _table(self, reports: pa.Table) -> pa.Table:
        return facts_of(reports)


def reports_of(lines: Iterable[bytes]) -> pa.Table:
    """Return the reports of JSON lines as a table of `arrow_schema`, a row a line.

    Raises ValueError where a line is no report: bad JSON, a field too many or missing.
    """
    data = b"".join(map(storable_line, lines))
    if not data:
        return arrow_schema().empty_table()
    shape = pyarrow.json.ParseOptions(
        explicit_schema=arrow_schema(), unexpected_field_behavior="error"
    )
    # One block: a line must not reach over the end of one, whatever its length.
    whole = pyarrow.json.ReadOptions(use_threads=False, block_size=len(data) + 1)
    read = pyarrow.json.read_json(pa.BufferReader(data), whole, shape)
    return read.cast(arrow_schema())  # it tries what must not be null, and forgets to say so


def facts_of(reports: pa.Table) -> pa.Table:
    """Return the figures of a table of reports as a table of `fact_schema`, in its order."""
    listed = reports["facts"].combine_chunks()
    parents, figures = pc.list_parent_indices(listed), listed.flatten()
    spans = [figures.field(name).to_pylist() for name in ("start", "end")]
    texts = reports["text"].to_pylist()
    columns = {
        "evidence": pa.array(
            [texts[at][start:end] for at, start, end in zip(parents.to_pylist(), *spans)],  # noqa: B905 (one length)
            type=pa.string(),
        )
    }
    for name in FACT_COLUMNS:
        if name in _OF_THE_REPORT:
            first, *rest = _OF_THE_REPORT[name]
            column = pc.struct_field(reports[first], rest) if rest else reports[first]
            columns[name] = column.combine_chunks().take(parents)
        elif name not in columns:
            columns[name] = figures.field(name)
    return pa.table([columns[name] for name in FACT_COLUMNS], schema=fact_schema())


@cache
def fact_schema() -> pa.Schema:
    """Return the schema of a flat table of figures."""
    return pa.schema([pa.field(name, _FACT_TYPES.get(name, pa.string())) for name in FACT_COLUMNS])


@cache
def arrow_schema() -> pa.Schema:
    """Return the schema of a `Report`; null is allowed where the contract allows null."""
    return pa.schema(_fields(Report))


def _fields(shape: type, *, absent: bool = False) -> list[pa.Field]:
    """Return the fields of a class; where its object may be absent, so may each of them."""
    hints = get_type_hints(shape)
    return [_field(each.name, hints[each.name], absent=absent) for each in fields(shape)]


def _field(name: str, hint: Any, *, absent: bool = False) -> pa.Field:
    kind, nullable = without_none(hint)
    return pa.field(name, _type(kind, absent=nullable), nullable=nullable or absent)


def _type(kind: Any, *, absent: bool) -> pa.DataType:
    if get_origin(kind) is Literal:
        return pa.string()
    if get_origin(kind) in (list, tuple):
        return pa.list_(_field("item", get_args(kind)[0]))
    if is_dataclass(kind) and isinstance(kind, type):
        return pa.struct(_fields(kind, absent=absent))
    return _SCALARS[kind]
