"""A folder of Parquet files by year, with a description of itself: what an analyst opens whole.

`FOLDER/reports/year=2023/…parquet` has a row a report, nested as the contract has it;
`FOLDER/facts/year=2023/…parquet` a row a figure (`flat`); reports without a year are under
`year=none`. `datapackage.json` describes both (Frictionless Data Package). A part's name is the
digest of the feed that it came from: the same feed twice gives the same files. A feed is added
whole or not at all. Never reads a page.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawler.feeds.datapackage import package_of_folder, written
from crawler.feeds.lines import portions
from crawler.feeds.parquet import arrow_schema, fact_schema, facts_of, reports_of
from parsers.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Reports of a row group, for each year: some 5 MB unpacked, and 20,000 figures.
GROUP = 128
#: Bytes of Arrow that wait for their row group, over all years; beyond, the year with most writes
#: what it has. There are some 20 years: without it, memory would grow with the feed to 100 MB.
WAITING = 16 << 20
#: What is read at once: reports, and bytes of their lines. Each portion is parted by year. Of a
#: million figures of 18 years, the median memory of each tenth of the time but the first: 191 to
#: 209 MB; with four times as much 204 to 239 MB, and a third less of the processor.
PORTION, PORTION_BYTES = 64, 2 << 20


class _Part:
    """The Parquet file of one table and year, under another name until the feed is whole."""

    def __init__(self, home: Path, name: str, schema: pa.Schema) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._target = home / f"{name}.parquet"
        self._draft = home / f".{name}.part"
        self._schema = pa.schema([field for field in schema if field.name != "year"])
        self._file = self._draft.open("wb")
        self._writer = pq.ParquetWriter(self._file, self._schema, compression="zstd")

    def add(self, table: pa.Table) -> None:
        """Write a row group, without the column that the folder's name states."""
        self._writer.write_table(table.select(self._schema.names))

    def close(self) -> None:
        """Make the draft whole and durable."""
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def publish(self) -> None:
        """Give the file its name."""
        self._draft.replace(self._target)

    def drop(self) -> None:
        """Remove the draft."""
        self._writer.is_open = False  # else it writes a footer when it is collected
        self._file.close()
        self._draft.unlink(missing_ok=True)


class _Year:
    """The reports of one year, and their figures, on their way into two files."""

    def __init__(self, folder: Path, year: int | None, name: str) -> None:
        self._homes = {
            table: folder / table / f"year={'none' if year is None else year}"
            for table in ("reports", "facts")
        }
        self._name = name
        self._waiting: list[pa.Table] = []
        self.parts: list[_Part] = []
        self.bytes = 0

    def add(self, reports: pa.Table) -> None:
        """Take reports of the year; write them as soon as they fill a row group."""
        self._waiting.append(reports)
        self.bytes += reports.nbytes
        if sum(each.num_rows for each in self._waiting) >= GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        reports = pa.concat_tables(self._waiting)
        self._waiting, self.bytes = [], 0
        self._part(0, "reports", arrow_schema()).add(reports)
        figures = facts_of(reports)
        if figures.num_rows:
            self._part(1, "facts", fact_schema()).add(figures)

    def _part(self, place: int, table: str, schema: pa.Schema) -> _Part:
        if len(self.parts) <= place:
            self.parts.append(_Part(self._homes[table], self._name, schema))
        return self.parts[place]


def write_dataset(feed: Path, folder: Path) -> None:
    """Add the items of a feed of JSON lines to the dataset in `folder`.

    Raises OSError, and StoreError for a feed that holds anything else; the dataset is then as it
    was.
    """
    with feed.open("rb") as file:
        name = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    years: dict[int | None, _Year] = {}
    try:
        for year, reports in _by_year(feed):
            if year not in years:
                years[year] = _Year(folder, year, name)
            years[year].add(reports)
            if sum(each.bytes for each in years.values()) > WAITING:
                max(years.values(), key=lambda each: each.bytes).flush()
        for each in years.values():
            each.flush()
            for part in each.parts:
                part.close()
    except BaseException:
        for part in _parts(years):
            part.drop()
        raise
    for part in _parts(years):
        part.publish()
    _describe(folder)


def _parts(years: dict[int | None, _Year]) -> list[_Part]:
    return [part for each in years.values() for part in each.parts]


def _by_year(feed: Path) -> Iterator[tuple[int | None, pa.Table]]:
    """Give the reports of a feed as tables of one year each. Raises StoreError."""
    done = 0
    with feed.open("rb") as lines:
        for portion in portions(lines, PORTION, PORTION_BYTES):
            reports = _read(feed, portion, done)
            done += len(portion)
            stated = reports["year"]
            for year in pc.unique(stated).to_pylist():
                fits = pc.is_null(stated) if year is None else pc.equal(stated, year)
                yield year, reports.filter(fits)


def _read(feed: Path, portion: list[bytes], done: int) -> pa.Table:
    try:
        return reports_of(portion)
    except ValueError as error:
        good, told = _first_bad(portion, error)
        raise StoreError(
            f"{feed} is no feed of reports after item {done + good} ({told}): nothing of it was "
            "added; correct the file and load it again"
        ) from error


def _first_bad(portion: list[bytes], error: ValueError) -> tuple[int, str]:
    """Return how many lines stand before the first bad one, and what is wrong with it."""
    for place, line in enumerate(portion):
        try:
            reports_of([line])
        except ValueError as alone:
            return place, str(alone)
    return 0, str(error)


def _describe(folder: Path) -> None:
    files = {
        table: sorted(str(path.relative_to(folder)) for path in (folder / table).rglob("*.parquet"))
        for table in ("reports", "facts")
    }
    folder.mkdir(parents=True, exist_ok=True)  # a feed without an item makes nothing else
    draft = folder / ".datapackage.part"
    draft.write_text(written(package_of_folder(files)), encoding="utf-8")
    draft.replace(folder / "datapackage.json")
