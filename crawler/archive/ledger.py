"""The ledger: which bytes of the archive count, and how every request of a job ended.

SQLite in WAL mode with `synchronous=FULL`: a commit is on the disk. An exchange is entered only
after its records are durable, and a page goes on only after the commit. Order is by row, never by
clock. Every request ends in exactly one row of `outcomes`. No Scrapy.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unfinished', 'finished')), created TEXT NOT NULL,
    finished TEXT
);
CREATE TABLE IF NOT EXISTS files (
    serial INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, job TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('spool', 'listed')), size INTEGER, sha256 TEXT,
    records INTEGER
);
CREATE TABLE IF NOT EXISTS exchanges (
    id INTEGER PRIMARY KEY, job TEXT NOT NULL, fingerprint TEXT NOT NULL, occurrence INTEGER,
    url TEXT NOT NULL, method TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL, ip TEXT,
    status INTEGER, reason TEXT, error TEXT, truncated TEXT, payload_digest TEXT, record_id TEXT,
    file TEXT, offset INTEGER, length INTEGER, refers_to TEXT, etag TEXT, modified TEXT,
    UNIQUE (job, fingerprint, occurrence)
);
CREATE INDEX IF NOT EXISTS exchanges_by_file ON exchanges (file, offset);
CREATE INDEX IF NOT EXISTS exchanges_by_url ON exchanges (url, id);
CREATE INDEX IF NOT EXISTS exchanges_by_record ON exchanges (record_id);
CREATE TABLE IF NOT EXISTS outcomes (
    job TEXT NOT NULL, fingerprint TEXT NOT NULL, url TEXT NOT NULL, method TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT, status INTEGER, PRIMARY KEY (job, fingerprint)
) WITHOUT ROWID;
"""


#: Columns that ledgers of earlier versions lack.
_ADDED = ("refers_to", "etag", "modified")


class Row(NamedTuple):
    """One exchange as the ledger holds it; `length` counts all its records in `file`.

    `refers_to` is the record that a revisit repeats; `etag` and `modified` are what the server
    gave to compare by, `ETag` and `Last-Modified`.
    """

    job: str
    fingerprint: str
    occurrence: int | None
    url: str
    method: str
    started: str
    seconds: float
    ip: str | None
    status: int | None
    reason: str | None
    error: str | None
    truncated: str | None
    payload_digest: str | None
    record_id: str | None
    file: str | None
    offset: int | None
    length: int | None
    refers_to: str | None = None
    etag: str | None = None
    modified: str | None = None


class Outcome(NamedTuple):
    """How a request ended: `answered`, `failed`, `ignored`, `filtered`; `pending` until then."""

    job: str
    fingerprint: str
    url: str
    method: str
    outcome: str
    reason: str | None
    status: int | None


@dataclass(frozen=True, slots=True)
class Job:
    """A crawl from its first request to its last; `key` is what the same command gives again."""

    name: str
    key: str
    state: str


class Ledger:
    """The ledger in one SQLite file.

    One thread at a time may write; of exchanges, another may ask meanwhile: it is told of what is
    committed, and of nothing else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connect(path)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)
            self._add_columns()
            self._committed = _connect(path)
            self._committed.execute("PRAGMA query_only = ON")
        except (sqlite3.Error, OSError) as error:
            raise ArchiveError(
                f"cannot open the ledger {path} ({error}); "
                "make its folder writable or set LEDGER_URL"
            ) from error

    def _add_columns(self) -> None:
        known = {row[1] for row in self._db.execute("PRAGMA table_info(exchanges)")}
        for name in _ADDED:
            if name not in known:
                self._db.execute(f"ALTER TABLE exchanges ADD COLUMN {name} TEXT")

    def close(self) -> None:
        """Give the file back."""
        self._committed.close()
        self._db.close()

    # --- jobs ---

    def job(self, name: str) -> Job | None:
        """Return the job of that name."""
        return self._job("SELECT name, key, state FROM jobs WHERE name = ?", name)

    def unfinished(self, key: str) -> Job | None:
        """Return the latest unfinished job of that key."""
        return self._job(
            "SELECT name, key, state FROM jobs WHERE key = ? AND state = 'unfinished'"
            " ORDER BY id DESC LIMIT 1",
            key,
        )

    def begin(self, name: str, key: str, created: str) -> None:
        """Enter a job, or open a finished one again."""
        self._db.execute(
            "INSERT INTO jobs (name, key, state, created) VALUES (?, ?, 'unfinished', ?)"
            " ON CONFLICT (name) DO UPDATE SET state = 'unfinished', finished = NULL",
            (name, key, created),
        )

    def finish(self, name: str, finished: str) -> None:
        """Mark a job finished: the next run of its command is a new job."""
        self._db.execute(
            "UPDATE jobs SET state = 'finished', finished = ? WHERE name = ?", (finished, name)
        )

    def _job(self, query: str, value: str) -> Job | None:
        row = self._db.execute(query, (value,)).fetchone()
        return Job(*row) if row else None

    # --- exchanges ---

    def enter(self, rows: Iterable[Row], outcomes: Iterable[Outcome]) -> None:
        """Enter exchanges and outcomes in one commit, or nothing. Raises sqlite3.Error.

        An exchange of which no byte came replaces its like; `pending` and `filtered` never replace
        what is known better.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(_ENTER_EXCHANGE, rows)
            known = list(outcomes)
            self._db.executemany(_ENTER_WEAK, [each for each in known if each.outcome in _WEAK])
            better = [each for each in known if each.outcome not in _WEAK]
            self._db.executemany(_ENTER_OUTCOME, better)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Hold one state of the ledger while a batch is asked for: each question alone locks it."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def settle_pending(self, job: str) -> None:
        """Call what was scheduled and never asked for `filtered`: another component dropped it."""
        self._db.execute(
            "UPDATE outcomes SET outcome = 'filtered', reason = 'dropped'"
            " WHERE job = ? AND outcome = 'pending'",
            (job,),
        )

    def exchange(self, job: str, fingerprint: str, occurrence: int) -> Row | None:
        """Return the exchange that answered the occurrence-th asking of a fingerprint."""
        return _first(self._committed, _ASKED, job, fingerprint, occurrence)

    def times_asked(self, job: str, fingerprint: str) -> int:
        """Return the number of the latest asking of a fingerprint that is entered; 0 of none."""
        query = (
            "SELECT coalesce(max(occurrence), 0) FROM exchanges WHERE job = ? AND fingerprint = ?"
        )
        return int(self._db.execute(query, (job, fingerprint)).fetchone()[0])

    def original(self, url: str, method: str, digest: str) -> Row | None:
        """Return the latest whole response 200 of a URL with that payload; never a revisit.

        Asked by who writes.
        """
        return _first(self._db, _ORIGINAL, url, method, digest)

    def last_whole(self, url: str) -> Row | None:
        """Return the latest whole answer 200 to a GET of a URL, response or revisit."""
        return _first(self._committed, _LAST_WHOLE, url, "GET")

    def before(self, job: str, url: str, fingerprint: str) -> Row | None:
        """Return the latest whole answer to that request in any job but `job`, of any status."""
        return _first(self._committed, _BEFORE, url, fingerprint, job)

    def record(self, record_id: str) -> Row | None:
        """Return the exchange of a response record."""
        return _first(self._committed, _RECORD, record_id)

    def exchanges(self) -> list[Row]:
        """Return all exchanges in the order in which they were entered."""
        query = f"SELECT {', '.join(Row._fields)} FROM exchanges ORDER BY id"  # noqa: S608
        return [Row(*row) for row in self._db.execute(query)]

    def outcomes(self, job: str) -> list[Outcome]:
        """Return the outcomes of a job, by fingerprint."""
        query = f"SELECT {', '.join(Outcome._fields)} FROM outcomes WHERE job = ?"  # noqa: S608
        return [Outcome(*row) for row in self._db.execute(query, (job,))]

    # --- files ---

    def open_file(self, name: str, job: str) -> None:
        """Enter a file before it is made: a file that no ledger knows is another ledger's."""
        self._db.execute("INSERT INTO files (name, job, state) VALUES (?, ?, 'spool')", (name, job))

    def next_serial(self) -> int:
        """Return the serial number of the next file."""
        return int(self._db.execute("SELECT coalesce(max(serial), 0) + 1 FROM files").fetchone()[0])

    def job_of_file(self, name: str) -> str | None:
        """Return the job that wrote a file, None where this ledger does not know it."""
        row = self._db.execute("SELECT job FROM files WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def vouched(self, name: str) -> int:
        """Return the byte of a file up to which the ledger vouches for it."""
        query = "SELECT coalesce(max(offset + length), 0) FROM exchanges WHERE file = ?"
        return int(self._db.execute(query, (name,)).fetchone()[0])

    def strike_behind(self, name: str, size: int) -> int:
        """Strike the exchanges of a file that do not end within `size`; return how many."""
        query = "DELETE FROM exchanges WHERE file = ? AND offset + length > ?"
        return int(self._db.execute(query, (name, size)).rowcount)

    def list_file(self, name: str, size: int, sha256: str, records: int) -> None:
        """Note that a file is in the store and in its manifest."""
        self._db.execute(
            "UPDATE files SET state = 'listed', size = ?, sha256 = ?, records = ? WHERE name = ?",
            (size, sha256, records, name),
        )

    def spooled(self) -> list[tuple[str, str]]:
        """Return the files that are not listed yet, each with its job."""
        rows = self._db.execute("SELECT name, job FROM files WHERE state = 'spool' ORDER BY serial")
        return [(str(name), str(job)) for name, job in rows]

    def forget_file(self, name: str) -> int:
        """Strike a file that does not exist, and its exchanges; return how many those were.

        A revisit of one of them repeats nothing any more: it is struck too.
        """
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(
            "DELETE FROM exchanges WHERE refers_to IN"
            " (SELECT record_id FROM exchanges WHERE file = ?)",
            (name,),
        )
        count = self._db.execute("DELETE FROM exchanges WHERE file = ?", (name,)).rowcount
        self._db.execute("DELETE FROM files WHERE name = ?", (name,))
        self._db.execute("COMMIT")
        return int(count)


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file for whatever thread uses it."""
    return sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)


def _first(db: sqlite3.Connection, query: str, *values: object) -> Row | None:
    row = db.execute(query, values).fetchone()
    return Row(*row) if row else None


def _latest(which: str) -> str:
    """Return the query for the latest exchange of a kind."""
    columns = ", ".join(Row._fields)
    return f"SELECT {columns} FROM exchanges WHERE {which} ORDER BY id DESC LIMIT 1"  # noqa: S608 (our own names)


#: Whole: nothing cut it short, and its records are in a file.
_WHOLE = "url = ? AND method = ? AND status = 200 AND reason IS NULL AND file IS NOT NULL"
_ASKED = _latest("job = ? AND fingerprint = ? AND occurrence = ?")
_ORIGINAL = _latest(f"{_WHOLE} AND refers_to IS NULL AND payload_digest = ?")
_LAST_WHOLE = _latest(_WHOLE)
_BEFORE = _latest(
    "url = ? AND fingerprint = ? AND job <> ? AND occurrence IS NOT NULL"
    " AND reason IS NULL AND truncated IS NULL AND file IS NOT NULL AND status IS NOT NULL"
)
_RECORD = _latest("record_id = ?")
#: Outcomes that never replace another.
_WEAK = ("pending", "filtered")
_ENTER_EXCHANGE = (
    f"INSERT OR REPLACE INTO exchanges ({', '.join(Row._fields)})"  # noqa: S608 (our own names)
    f" VALUES ({', '.join('?' * len(Row._fields))})"
)
_ENTER_WEAK = f"INSERT OR IGNORE INTO outcomes VALUES ({', '.join('?' * len(Outcome._fields))})"  # noqa: S608
_ENTER_OUTCOME = f"INSERT OR REPLACE INTO outcomes VALUES ({', '.join('?' * len(Outcome._fields))})"  # noqa: S608


def ledger_path(url: str, default: Path) -> Path:
    """Return the file that LEDGER_URL names; empty means the ledger that belongs to the archive.

    `sqlite:///name` is relative to the working folder, `sqlite:////name` absolute.

    >>> ledger_path("sqlite:////var/l.sqlite", Path("d")).as_posix()
    '/var/l.sqlite'
    """
    if not url:
        return default
    if not url.startswith("sqlite:///") or not url.removeprefix("sqlite:///"):
        raise ArchiveError(
            f"LEDGER_URL is of an unknown kind ({url.partition(':')[0]}): use sqlite:///PATH"
        )
    return Path(url.removeprefix("sqlite:///")).absolute()
