"""Hold an archive of ours against its books: manifest, ledger, indexes, and what lies about.

Every exchange of the ledger has its record at its offset, every record has its exchange; every file
is in the manifest with its bytes, every entry has its file; every line of an index leads to its
record. Reads only: the ledger is opened so that it cannot be written. No Scrapy.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive.folder import FolderStore
from crawler.archive.ledger import ledger_path
from crawler.archive.links import Finding
from crawler.archive.place import Place
from crawler.archive.spool import OPEN
from crawler.archive.web import SCHEMES
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.archive.store import Entry, Store

#: Indexes that `scrapy archive index` wrote into the archive's own folder.
_INDEXES = ("*.cdxj", "indexes/*.cdxj")
_CAPTURES = "('response', 'revisit', 'resource')"


@dataclass(frozen=True, slots=True)
class Books:
    """An archive of ours: its store, the files in it, what its manifest says, spool and ledger."""

    store: Store
    names: list[str]
    entries: dict[str, Entry]
    spool: Path
    ledger: Path | None

    def listing(self) -> Iterator[Finding]:
        """Yield where files and manifest differ."""
        for name in sorted(self.entries.keys() - set(self.names)):
            yield Finding(name, None, "manifest", "the manifest lists it, and it is not there")
        for name in self.names:
            if name not in self.entries:
                yield Finding(name, None, "manifest", "the manifest does not list it")
        if isinstance(self.store, FolderStore):
            for path in sorted(self.store.folder.rglob(".*.part")):
                yield Finding(path.name, None, "orphan", "left by a write that did not end")

    def against(self, db: sqlite3.Connection) -> Iterator[Finding]:
        """Yield where the books differ from the records that were walked into `db`."""
        yield from self._counts(db)
        if self.ledger is not None:
            with closing(_read_only(self.ledger)) as ledger:
                yield from _ledger_findings(ledger, self.ledger, db, self)
        if isinstance(self.store, FolderStore):
            for pattern in _INDEXES:
                for path in sorted(self.store.folder.glob(pattern)):
                    yield from index_findings(path, path.read_bytes().splitlines(), db)

    def _counts(self, db: sqlite3.Connection) -> Iterator[Finding]:
        counted = dict(db.execute("SELECT file, count(*) FROM records GROUP BY file").fetchall())
        for name in self.names:
            entry, there = self.entries.get(name), counted.get(name, 0)
            if entry and entry.records != there:
                reason = f"it has {there} records, its manifest entry says {entry.records}"
                yield Finding(name, None, "manifest", reason)


def books_of(location: str, settings: Mapping[str, Any]) -> Books | None:
    """Return the books of the archive at `location`; None where it is no archive of ours.

    It is ours if it has a manifest or a ledger. Raises ArchiveError where it cannot be reached.
    """
    if not Path(location).is_dir() and (
        "://" not in location
        or location.startswith(SCHEMES)
        or location.endswith((".warc", ".warc.gz", ".wacz"))
    ):
        return None
    place = Place.from_settings({**settings, "ARCHIVE_URL": location, "LEDGER_URL": ""})
    ledger = place.ledger
    configured = Place.from_settings(settings)
    if configured.store.url == place.store.url:
        ledger = ledger_path(settings.get("LEDGER_URL") or "", ledger)
    entries = {entry.filename: entry for entry in place.store.entries()}
    if not entries and not ledger.is_file():
        return None
    return Books(
        store=place.store,
        names=place.store.names(),
        entries=entries,
        spool=place.spool,
        ledger=ledger if ledger.is_file() else None,
    )


def spool_findings(spool: Path) -> Iterator[Finding]:
    """Yield the files that ended runs left in the spool; a running crawl's are no findings."""
    for path in sorted([*spool.glob("*.warc.gz"), *spool.glob("*.warc.gz" + OPEN)]):
        if not held(path):
            reason = "left in the spool by a run that ended; scrapy archive push brings it in"
            yield Finding(path.name, None, "spool", reason)


def held(path: Path) -> bool:
    """Whether a running crawl holds a file of the spool (flock)."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def index_findings(path: Path, lines: list[bytes], db: sqlite3.Connection) -> Iterator[Finding]:
    """Yield lines of a CDXJ index that lead nowhere, and captures of its files that it lacks."""
    db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS indexed (file TEXT, offset INTEGER, UNIQUE (file, offset))"
    )
    db.execute("DELETE FROM indexed")
    place = 0
    for before, line in zip([b"", *lines], lines, strict=False):
        if line < before:
            yield Finding(path.name, place, "index", "the lines are not sorted")
        yield from _line_findings(path, place, line, db)
        place += len(line) + 1
    query = (
        f"SELECT file, offset FROM records WHERE type IN {_CAPTURES}"  # noqa: S608 (our own words)
        " AND file IN (SELECT file FROM indexed)"
        " AND NOT EXISTS (SELECT 1 FROM indexed AS known"
        " WHERE known.file = records.file AND known.offset = records.offset)"
    )
    for file, offset in db.execute(query):
        yield Finding(file, offset, "index", f"a capture that {path.name} does not list")


def _line_findings(
    path: Path, place: int, line: bytes, db: sqlite3.Connection
) -> Iterator[Finding]:
    if line.startswith(b"!"):
        return
    try:
        fields = json.loads(line.split(b" ", 2)[2])
        file, offset = str(fields["filename"]), int(fields["offset"])
        length, url = int(fields["length"]), str(fields["url"])
    except (ValueError, IndexError, KeyError, TypeError):
        yield Finding(path.name, place, "index", "a line that is no CDXJ")
        return
    db.execute("INSERT OR IGNORE INTO indexed VALUES (?, ?)", (file, offset))
    found = db.execute(
        "SELECT length, uri FROM records WHERE file = ? AND offset = ?", (file, offset)
    ).fetchall()
    if (length, url) not in found:
        reason = f"it leads to byte {offset} of {file}, where there is no such record"
        yield Finding(path.name, place, "index", reason)


def _read_only(path: Path) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        db.execute("SELECT 1 FROM exchanges").fetchone()
    except sqlite3.Error as error:
        raise ArchiveError(f"cannot read the ledger {path} ({error}); restore it") from error
    return db


def _ledger_findings(
    ledger: sqlite3.Connection, path: Path, db: sqlite3.Connection, books: Books
) -> Iterator[Finding]:
    """Yield where ledger, manifest and records differ, file by file."""
    known = ledger.execute("SELECT name, state, size, sha256, job FROM files ORDER BY serial")
    jobs = {name for (name,) in ledger.execute("SELECT name FROM jobs")}
    files = known.fetchall()
    for name, state, size, sha256, _ in files:
        entry = books.entries.get(name)
        if state != "listed":
            continue
        if entry is None:
            yield Finding(name, None, "ledger", f"{path.name} has it, the manifest has not")
        elif (size, sha256) != (entry.size, entry.sha256):
            yield Finding(name, None, "ledger", f"{path.name} and the manifest differ about it")
        if name in books.names:
            yield from _row_findings(ledger, path, db, name)
    entered = {name for name, *_ in files}
    for name, entry in books.entries.items():
        if entry.job in jobs and name not in entered:
            yield Finding(name, None, "ledger", f"{path.name} has its job and not the file")


def _row_findings(
    ledger: sqlite3.Connection, path: Path, db: sqlite3.Connection, name: str
) -> Iterator[Finding]:
    """Yield exchanges of a file without their records, and records without an exchange."""
    records = db.execute(
        "SELECT offset, length, id, digest, type FROM records WHERE file = ? ORDER BY offset",
        (name,),
    ).fetchall()
    found = {offset: (record_id, digest) for offset, _, record_id, digest, _ in records}
    ends = {offset + length for offset, length, *_ in records}
    covered: list[tuple[int, int]] = []
    rows = ledger.execute(
        "SELECT offset, length, record_id, payload_digest FROM exchanges"
        " WHERE file = ? ORDER BY offset",
        (name,),
    )
    for offset, length, record_id, digest in rows:
        covered.append((offset, offset + length))
        if offset not in found or offset + length not in ends:
            reason = f"{path.name} has an exchange there, the file has no such records"
            yield Finding(name, offset, "ledger", reason)
        elif record_id is not None and found[offset] != (record_id.strip("<>"), digest):
            yield Finding(name, offset, "ledger", f"not the record that {path.name} has there")
    yield from _uncovered(records, covered, path, name)


def _uncovered(
    records: list[tuple[int, int, str, str, str]],
    covered: list[tuple[int, int]],
    path: Path,
    name: str,
) -> Iterator[Finding]:
    spans = iter(covered)
    start, end = next(spans, (0, 0))
    for offset, _, _, _, kind in records:
        while offset >= end and (span := next(spans, None)):
            start, end = span
        if kind != "warcinfo" and not start <= offset < end:
            yield Finding(name, offset, "ledger", f"a {kind} that is in no exchange of {path.name}")
