"""A folder of Parquet files by year, with a description of itself: what an analyst opens whole.

`FOLDER/reports/year=2023/…parquet` has a row a report, nested as the contract has it;
`FOLDER/facts/year=2023/…parquet` a row a figure (`flat`); reports without a year are under
`year=none`. `datapackage.json` describes both (Frictionless Data Package). A part's name is the
digest of the feed that it came from: the same feed twice gives the same files. Never reads a page.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.feeds.datapackage import package_of
from crawler.feeds.flat import FACT_COLUMNS, fact_rows
from crawler.feeds.parquet import arrow_schema, fact_schema
from crawler.stores.rows import storable

if TYPE_CHECKING:
    from pathlib import Path

#: Rows of a row group, which wait in memory, for each year of a table. A report takes about 60 KB
#: there, a figure 0.5 KB; there are some 20 years.
GROUP = {"reports": 128, "facts": 12_800}


class _Part:
    """The Parquet file of one table and year, under another name until it is whole."""

    def __init__(self, folder: Path, table: str, year: str, name: str, schema: pa.Schema) -> None:
        home = folder / table / f"year={year}"
        home.mkdir(parents=True, exist_ok=True)
        self._target = home / f"{name}.parquet"
        self._draft = home / f".{name}.part"
        self._table, self._schema = table, schema
        self._rows: list[Any] = []
        self._writer = pq.ParquetWriter(self._draft, schema, compression="zstd")

    def add(self, rows: list[Any]) -> None:
        """Take rows: items, or tuples of the flat table's values."""
        self._rows += rows
        if len(self._rows) >= GROUP[self._table]:
            self._flush()

    def _flush(self) -> None:
        if self._rows and isinstance(self._rows[0], dict):
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        elif self._rows:
            values = dict(zip(FACT_COLUMNS, zip(*self._rows, strict=True), strict=True))
            columns = [pa.array(values[field.name], type=field.type) for field in self._schema]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._rows = []

    def finish(self) -> None:
        """Write the last rows and give the file its name."""
        self._flush()
        self._writer.close()
        with self._draft.open("rb") as file:
            os.fsync(file.fileno())
        self._draft.replace(self._target)


def write_dataset(feed: Path, folder: Path) -> None:
    """Add the items of a feed of JSON lines to the dataset in `folder`. Raises OSError."""
    with feed.open("rb") as file:
        name = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    parts: dict[tuple[str, str], _Part] = {}
    schemas = {"reports": _without_year(arrow_schema()), "facts": _without_year(fact_schema())}
    with feed.open("rb") as lines:
        for item in map(storable, lines):
            year = "none" if item["year"] is None else str(item["year"])
            for table, rows in (("reports", [item]), ("facts", list(fact_rows(item)))):
                if rows and (table, year) not in parts:
                    parts[table, year] = _Part(folder, table, year, name, schemas[table])
                if rows:
                    parts[table, year].add(rows)
    for part in parts.values():
        part.finish()
    _describe(folder)


def _without_year(schema: pa.Schema) -> pa.Schema:
    """Return the schema without the column that the folder's name states."""
    return pa.schema([field for field in schema if field.name != "year"])


def _describe(folder: Path) -> None:
    files = {
        table: sorted(str(path.relative_to(folder)) for path in (folder / table).rglob("*.parquet"))
        for table in ("reports", "facts")
    }
    text = json.dumps(package_of("dataset", files), ensure_ascii=False, indent=1) + "\n"
    draft = folder / ".datapackage.part"
    draft.write_text(text, encoding="utf-8")
    draft.replace(folder / "datapackage.json")
