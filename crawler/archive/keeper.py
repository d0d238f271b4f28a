"""The keeper of a run's archive: exchanges go in, and nothing that went in is ever lost.

Order of every step: records to the spool → fsync → ledger commit → only then the page goes on.
Which job a run works on, what the archive holds already, and how files come into the store are
`jobs`, `holdings` and `filing`. Bytes, files and SQLite: no Scrapy, no event loop.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, NamedTuple

from crawler.archive import records, revisits
from crawler.archive.capture import LATE, READ_MAX
from crawler.archive.fields import clean_uri, warc_date
from crawler.archive.filing import Filing, failure
from crawler.archive.holdings import Holdings
from crawler.archive.jobs import Jobs
from crawler.archive.ledger import Ledger, Outcome, Row
from crawler.archive.message import named
from crawler.archive.revisits import Original
from crawler.archive.spool import SpoolFile, file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.archive.capture import Capture, Exchange
    from crawler.archive.ledger import Job
    from crawler.archive.message import Message
    from crawler.archive.place import Place
    from crawler.archive.spool import Closed

#: ISO 28500, annex C: files of about 1 GB.
MAX_BYTES = 1_000_000_000
#: Seconds. A polite crawl takes days for 1 GB: after six hours its file is put in safety too.
MAX_SECONDS = 6 * 3600.0
#: When bytes are forced to the disk: before each page goes on, or when a file is finished. With
#: "roll" a power cut may cost the last pages of open files: the next run fetches those again.
Sync = Literal["always", "roll"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The latest whole answer of a URL: its row, and the capture of the response record behind it.

    The row is a revisit's where that was the latest; the capture never is one.
    """

    row: Row
    capture: Capture


class Kept(NamedTuple):
    """An exchange with what the ledger needs besides: the request that it answers.

    `occurrence` is None for an attempt that the connection pool gave up and repeated by itself.
    `earlier` is what the request asked the server to compare with, `prepared` what was done of a
    large response beforehand.
    """

    exchange: Exchange
    fingerprint: str
    method: str
    occurrence: int | None
    error: str | None = None
    earlier: Earlier | None = None
    prepared: records.Prepared | None = None


class Keeper:
    """Writes one run's exchanges; one instance a run, used from one thread."""

    def __init__(  # noqa: PLR0913 (the settings of an archive)
        self,
        place: Place,
        info: Mapping[str, str] | None = None,
        *,
        prefix: str = "reports",
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
        revisits: bool = True,
        sync: Sync = "always",
        read_max: int = READ_MAX,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        place.spool.mkdir(parents=True, exist_ok=True)
        self.place = place
        self.ledger = Ledger(place.ledger)
        self._jobs = Jobs(self.ledger, place.spool)
        self._holdings = Holdings(place, self.ledger, read_max)
        self._filing = Filing(place, self.ledger, self._jobs, self._holdings)
        self._info = dict(info or {})
        self._prefix = prefix
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._revisits = revisits
        self._sync = sync
        self._clock = clock
        self._opened = 0.0
        self._file: SpoolFile | None = None
        self._rolled: list[SpoolFile] = []

    # --- the job ---

    @property
    def job(self) -> Job:
        """The job of this run."""
        return self._jobs.job

    def take_job(self, key: str, wanted: str = "") -> bool:
        """Go on with the job `wanted`, else the unfinished one of `key`, else begin one.

        Returns whether the job was begun before. Raises ArchiveError while another run has it.
        """
        return self._jobs.take(key, wanted)

    def finish_job(self) -> None:
        """Note that the job came to its end; the next run of its command begins a new one."""
        self._jobs.finish()

    # --- exchanges ---

    def keep(self, batch: Sequence[Kept], outcomes: Sequence[Outcome] = ()) -> list[Capture | None]:
        """Make exchanges durable, then enter them; return the capture of each answer.

        All of the batch or nothing of it. Raises ArchiveError, DiskFull among them; the spool is as
        before.
        """
        rows, captures, ends = [], [], []
        try:
            if self._file is None and any(_crossed(kept.exchange) for kept in batch):
                self._open_file()
            with self.ledger.asking():
                for kept in batch:
                    row, capture = self._write(kept)
                    rows.append(row)
                    captures.append(capture)
                    if row.reason != LATE:
                        ends.append(_outcome(row, capture))
            if self._file and self._sync == "always" and any(row.file for row in rows):
                self._file.sync()
            self.ledger.enter(rows, [*outcomes, *ends])
        except (OSError, sqlite3.Error) as error:
            self._cut_unvouched()
            raise failure(error, self.place.spool) from error
        self._roll_if_due()
        return captures

    def _write(self, kept: Kept) -> tuple[Row, Capture | None]:
        exchange = kept.exchange
        file = self._file
        if file is None or not _crossed(exchange):
            return _row(self.job.name, kept, None, None, None, 0), None
        packed = records.pack(
            exchange, lambda answer, digest: self._repeated(kept, answer, digest), kept.prepared
        )
        offset = file.append(packed.data, packed.ahead, packed.lengths)
        capture = records.capture_of(packed, exchange, file.name, offset)
        row = _row(self.job.name, kept, packed, capture, file.name, offset)
        if capture and packed.original and kept.earlier and row.status == HTTPStatus.NOT_MODIFIED:
            capture = revisits.resolved(capture, kept.earlier.capture)
        return row, capture

    def _repeated(self, kept: Kept, answer: Message, digest: str) -> Original | None:
        """Return the record that an answer repeats: of the same URL, whole, committed, no revisit.

        A page that a browser drew is archived anew: what a reader saw is its own record.
        """
        exchange = kept.exchange
        if not self._revisits or exchange.reason or exchange.truncated or exchange.drawn:
            return None
        if kept.earlier and revisits.is_not_modified(answer.status):
            return _original(kept.earlier.capture)
        if answer.status != HTTPStatus.OK or not (answer.body or answer.left):
            return None
        url = clean_uri(exchange.url)
        row = self.ledger.original(url, kept.method, digest)
        if row is None or row.record_id is None:
            return None
        return Original(row.record_id, row.url, row.started, digest)

    def _open_file(self) -> None:
        now = datetime.now(UTC)
        name = file_name(self._prefix, now, self.ledger.next_serial())
        self.ledger.open_file(name, self.job.name)
        file = SpoolFile(self.place.spool, name)
        self._file, self._opened = file, self._clock()
        file.append(records.warcinfo(name, now, {**self._info, "isPartOf": self.job.name}))
        file.floor = file.size

    def _roll_if_due(self) -> None:
        aged = self._clock() - self._opened >= self._max_seconds
        if self._file and (aged or self._file.size >= self._max_bytes):
            self._rolled.append(self._file)
            self._file = None

    def _cut_unvouched(self) -> None:
        if self._file:
            self._filing.cut_to_vouched(self._file)

    # --- what is held ---

    def answer(self, fingerprint: str, occurrence: int) -> tuple[Row, Capture | None] | None:
        """Return the archived exchange that answers an asking of this job, and its capture.

        None where it was never asked, or where not one byte crossed the wire: then ask the network.
        """
        return self._holdings.answer(self.job.name, fingerprint, occurrence)

    def before(self, url: str, fingerprint: str) -> Row | None:
        """Return the latest whole answer to that request in any job but this one."""
        return self._holdings.before(self.job.name, url, fingerprint)

    def captured(self, row: Row) -> Capture | None:
        """Return the capture of an exchange. Raises ArchiveError where it cannot be read."""
        return self._holdings.captured(row)

    def last(self, url: str) -> Row | None:
        """Return the latest whole answer of a URL that the server can be asked to compare with."""
        return self._holdings.last(url) if self._revisits else None

    def response(self, row: Row) -> Capture:
        """Return the response record of an exchange; may be called in any thread.

        Raises ArchiveError where it cannot be read.
        """
        return self._holdings.response(row)

    def original_of(self, row: Row) -> Row:
        """Return the exchange whose response record a row is, or repeats. Raises ArchiveError."""
        return self._holdings.original_of(row)

    # --- files ---

    def recover(self) -> list[str]:
        """Finish what earlier runs left in the spool; return a sentence for each trouble."""
        return self._filing.recover()

    def sweep(self) -> int:
        """Give up uploads in parts that ended runs of this ledger left behind; return how many."""
        return self._filing.sweep()

    def rolled(self) -> list[SpoolFile]:
        """Return files that are full, once each: `bring_in` finishes them, in any thread."""
        full, self._rolled = self._rolled, []
        return full

    def bring_in(self, file: SpoolFile) -> Closed:
        """Finish a full file. Touches neither ledger nor keeper.

        Raises ArchiveError; the file is then as it was, still locked, and can be tried again.
        """
        return self._filing.bring_in(file)

    def put_back(self, file: SpoolFile) -> None:
        """Take a file again that could not be brought in: `rolled` gives it, or the end does."""
        self._rolled.append(file)

    def brought_in(self, closed: Closed) -> None:
        """Enter that a file was finished."""
        self._filing.enter(closed)

    @property
    def full(self) -> bool:
        """Whether a file could not be finished because a disk is full."""
        return self._filing.full

    def waiting(self) -> dict[str, int]:
        """Return finished files that wait in the spool for the store, with their bytes."""
        return self._filing.waiting()

    def close_files(self) -> list[str]:
        """Finish every file of this run; return a sentence for each that must wait."""
        files = [*self.rolled(), *([self._file] if self._file else [])]
        self._file = None
        return self._filing.finish_own(files)

    def close(self) -> None:
        """Give everything back; files that are still open stay for the next run."""
        self._holdings.close()
        self.ledger.close()
        self._jobs.close()


def _crossed(exchange: Exchange) -> bool:
    """Whether a byte of it crossed the wire."""
    return bool(exchange.request or exchange.response)


def _row(
    job: str,
    kept: Kept,
    packed: records.Packed | None,
    capture: Capture | None,
    file: str | None,
    offset: int,
) -> Row:
    exchange = kept.exchange
    head = packed.answer.head if packed and packed.answer else b""
    names = {
        name: value.decode("latin-1") for name, value in named(head, b"etag", b"last-modified")
    }
    return Row(
        job=job,
        fingerprint=kept.fingerprint,
        occurrence=kept.occurrence,
        url=packed.url if packed else clean_uri(exchange.url),
        method=kept.method,
        started=packed.date if packed else warc_date(exchange.started_at),
        seconds=exchange.seconds,
        ip=exchange.ip,
        status=capture.status if capture else None,
        reason=exchange.reason,
        error=kept.error,
        truncated=exchange.truncated,
        payload_digest=packed.payload_digest if packed else None,
        record_id=packed.record_id if packed else None,
        file=file,
        offset=offset if packed else None,
        length=packed.size if packed else None,
        refers_to=packed.original.record_id if packed and packed.original else None,
        etag=names.get(b"etag"),
        modified=names.get(b"last-modified"),
    )


def _original(capture: Capture) -> Original:
    """Return the response record behind the latest answer of a URL."""
    return Original(capture.ref.record_id, capture.url, capture.date, capture.ref.payload_digest)


def _outcome(row: Row, capture: Capture | None) -> Outcome:
    ended = "answered" if capture and not row.reason else "failed"
    return Outcome(row.job, row.fingerprint, row.url, row.method, ended, row.reason, row.status)
