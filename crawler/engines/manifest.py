"""The manifest of a re-parse: which units are done, what they gave, which items are duplicates.

One SQLite file in a folder that is named after the work (the files, the selection, the registry,
the code): the same work finds its units done, whatever engine does it; any other work has another
folder. A unit is there whole or not at all. In the end the items are read out in the archive's
order, each marked by one rule over the whole set (`originals`), so that neither order nor workers
show.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from backports import zstd

from crawler.archive.spans import Mark
from crawler.archive.spool import lock
from crawler.engines import originals
from crawler.engines.work import Done
from crawler.feeds.lines import report_of
from parsers.errors import ArchiveError
from parsers.items import DuplicateOf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parsers.items import Report

_SCHEMA = """
CREATE TABLE IF NOT EXISTS units (number INTEGER PRIMARY KEY, done TEXT NOT NULL, part BLOB);
"""
_TAKE = """
INSERT INTO main.{table} SELECT * FROM share.{table}
WHERE {number} >= ? AND {number} < ? AND {number} NOT IN (SELECT number FROM main.units)
"""
_MARKS = """
SELECT marks.capture_id, kind, similarity FROM prints LEFT JOIN marks USING (unit, item)
WHERE unit = ? ORDER BY item
"""


class Manifest:
    """The units of one re-parse that are done."""

    def __init__(self, folder: Path) -> None:
        """Open or make it. Raises ArchiveError where it cannot be, or another run has it."""
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock(folder / "lock")
        except OSError as error:
            raise _unwritable(folder, error.strerror) from error
        if self._lock is None:
            raise ArchiveError(
                "another run does this very re-parse: wait for its end, or end it and run the "
                "command again"
            )
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_SCHEMA + originals.SCHEMA)
        except sqlite3.OperationalError as error:
            raise _unwritable(folder, str(error)) from error

    @property
    def path(self) -> Path:
        """The file."""
        return self._folder / "manifest.sqlite"

    def done(self) -> Iterator[Done]:
        """Yield the units that are done, in order, without their items."""
        for (text,) in self._db.execute("SELECT done FROM units ORDER BY number"):
            yield _done(json.loads(text))

    def add(self, done: Done) -> None:
        """Note a unit with its items, in place of what it gave before. Raises ArchiveError."""
        try:
            self._db.execute("BEGIN")
            originals.forget(self._db, done.number)
            originals.note(self._db, done)
            self._db.execute(
                "INSERT OR REPLACE INTO units VALUES (?, ?, ?)",
                (done.number, json.dumps(_row(done)), done.part),
            )
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise _unwritable(self._folder, str(error)) from error

    def take(self, share: Manifest, own: range) -> None:
        """Take over the units of `own` that a share has done and that are not here yet.

        Raises ArchiveError.
        """
        try:
            self._db.execute("ATTACH ? AS share", (str(share.path),))
            self._db.execute("BEGIN")
            for table in ("prints", "likenesses"):
                self._db.execute(_TAKE.format(table=table, number="unit"), (own.start, own.stop))
            self._db.execute(_TAKE.format(table="units", number="number"), (own.start, own.stop))
            self._db.execute("COMMIT")
            self._db.execute("DETACH share")
        except sqlite3.OperationalError as error:
            raise _unwritable(self._folder, str(error)) from error

    def mark(self) -> None:
        """Tell the duplicates among the items of all units. Raises ArchiveError."""
        try:
            originals.mark(self._db, self._folder)
        except (sqlite3.OperationalError, OSError) as error:
            raise _unwritable(self._folder, str(error)) from error

    def reports(self) -> Iterator[Report]:
        """Yield the items of all units in order, as they were marked."""
        for number, part in self._db.execute("SELECT number, part FROM units ORDER BY number"):
            marks = self._db.execute(_MARKS, (number,))
            lines = zstd.decompress(part).splitlines() if part else []
            for line, mark in zip(lines, marks, strict=True):
                report = report_of(line)
                report.duplicate_of = DuplicateOf(*mark) if mark[0] is not None else None
                yield report

    def close(self) -> None:
        """Let go of it; the units stay for the next run."""
        self._db.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def remove(self) -> None:
        """Take it away: its items are where they were wanted."""
        self._db.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self.close()


def _row(done: Done) -> dict[str, Any]:
    row = {each.name: getattr(done, each.name) for each in fields(Done)}
    del row["prints"], row["part"]
    return row


def _done(row: dict[str, Any]) -> Done:
    for name in ("begin", "end"):
        row[name] = None if row[name] is None else Mark(*row[name])
    return Done(**row)


def _unwritable(folder: Path, why: str | None) -> ArchiveError:
    return ArchiveError(
        f"{folder} cannot be written ({why}): make room, or name another folder with --work; the "
        "units done so far are kept, and the same command goes on"
    )
