"""The manifest of a re-parse: which units are done, what they gave, which items are duplicates.

One SQLite file in a folder that is named after the work (the files, the selection, the registry,
the code): the same work finds its units done, whatever engine does it; any other work has another
folder. A unit is there whole or not at all. In the end the items are read out in the archive's
order, each marked by one rule over the whole set, so that neither order nor workers show:

the original of some captures with the same bytes, or of the same text, is the earliest official
one; of the same bytes, where none is official, the earliest. Captures of one instant go by id.
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
CREATE TABLE IF NOT EXISTS prints (
    unit INTEGER, item INTEGER, capture_id TEXT, official INTEGER, fetched_at TEXT, payload TEXT,
    text BLOB, PRIMARY KEY (unit, item)
) WITHOUT ROWID;
"""
_BY_ORIGINAL = """
CREATE INDEX IF NOT EXISTS by_payload
    ON prints (payload, official DESC, fetched_at, capture_id);
CREATE INDEX IF NOT EXISTS by_text
    ON prints (text, fetched_at, capture_id) WHERE text IS NOT NULL AND official;
"""
_OF_UNIT = """
SELECT capture_id, official,
    (SELECT capture_id FROM prints AS p WHERE p.payload = own.payload
     ORDER BY official DESC, fetched_at, capture_id LIMIT 1),
    (SELECT capture_id FROM prints AS p WHERE p.text = own.text AND p.text IS NOT NULL
     AND p.official ORDER BY fetched_at, capture_id LIMIT 1)
FROM prints AS own WHERE unit = ? ORDER BY item
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
        self._db = sqlite3.connect(folder / "manifest.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)

    def done(self) -> Iterator[Done]:
        """Yield the units that are done, in order, without their items."""
        for (text,) in self._db.execute("SELECT done FROM units ORDER BY number"):
            yield _done(json.loads(text))

    def add(self, done: Done) -> None:
        """Note a unit with its items, in place of what it gave before. Raises ArchiveError."""
        rows = [(done.number, item, *each) for item, each in enumerate(done.prints)]
        try:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM prints WHERE unit = ?", (done.number,))
            self._db.executemany("INSERT INTO prints VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._db.execute(
                "INSERT OR REPLACE INTO units VALUES (?, ?, ?)",
                (done.number, json.dumps(_row(done)), done.part),
            )
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise _unwritable(self._folder, str(error)) from error

    def reports(self) -> Iterator[Report]:
        """Yield the items of all units in order, the duplicates marked. Raises ArchiveError."""
        try:
            self._db.executescript(_BY_ORIGINAL)
        except sqlite3.OperationalError as error:
            raise _unwritable(self._folder, str(error)) from error
        for number, part in self._db.execute("SELECT number, part FROM units ORDER BY number"):
            marks = self._db.execute(_OF_UNIT, (number,))
            lines = zstd.decompress(part).splitlines() if part else []
            for line, mark in zip(lines, marks, strict=True):
                report = report_of(line)
                report.duplicate_of = _duplicate_of(*mark)
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


def _duplicate_of(
    own: str, official: int, same_bytes: str, same_text: str | None
) -> DuplicateOf | None:
    if own != same_bytes:
        return DuplicateOf(capture_id=same_bytes, kind="exact", similarity=1.0)
    if same_text is not None and not official:
        return DuplicateOf(capture_id=same_text, kind="near", similarity=1.0)
    return None


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
