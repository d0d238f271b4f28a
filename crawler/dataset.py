"""A folder of Parquet files by year, with a description of itself: what an analyst opens whole.

`FOLDER/reports/year=2023/…parquet` has a row a report, nested as the contract has it;
`FOLDER/facts/year=2023/…parquet` a row a figure (`crawler.flat`); reports without a year are under
`year=none`. `datapackage.json` describes both (Frictionless Data Package). A part's name is the
digest of the feed that it came from: the same feed twice gives the same files. Never reads a page.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.datapackage import package_of
from crawler.exporters import well_formed
from crawler.parquet import arrow_schema, fact_records, fact_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Items in memory at once; a report with its text is about 30 KB here.
BATCH = 1000


class _Part:
    """The Parquet file of one table and year, under another name until it is whole."""

    def __init__(self, folder: Path, table: str, year: str, name: str, schema: pa.Schema) -> None:
        home = folder / table / f"year={year}"
        home.mkdir(parents=True, exist_ok=True)
        self._target = home / f"{name}.parquet"
        self._draft = home / f".{name}.part"
        self._schema = schema
        self._writer = pq.ParquetWriter(self._draft, schema, compression="zstd")

    def add(self, rows: list[dict[str, Any]]) -> None:
        self._writer.write_table(pa.Table.from_pylist(rows, schema=self._schema))

    def finish(self) -> None:
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
    for items in _batches(feed):
        for key, rows in _by_year(items).items():
            if key not in parts:
                parts[key] = _Part(folder, *key, name, schemas[key[0]])
            parts[key].add(rows)
    for part in parts.values():
        part.finish()
    _describe(folder)


def _batches(feed: Path) -> Iterator[list[dict[str, Any]]]:
    batch = []
    with feed.open("rb") as lines:
        for line in lines:
            batch.append(well_formed(orjson.loads(line)))
            if len(batch) >= BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _by_year(items: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return (table, year) → rows."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for item in items:
        year = "none" if item["year"] is None else str(item["year"])
        rows.setdefault(("reports", year), []).append(item)
        facts = fact_records(item)
        if facts:
            rows.setdefault(("facts", year), []).extend(facts)
    return rows


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
