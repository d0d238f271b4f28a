"""The keeper of a run's archive: exchanges go in, and nothing that went in is ever lost.

Order of every step: records to the spool → fsync → ledger commit → only then the page goes on. A
start finishes what an earlier run left: each file is cut to the last byte that the ledger vouches
for, and brought into the store. Plain functions of bytes, files and SQLite: no Scrapy, no event
loop.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from crawler.archive import reader, records, revisits
from crawler.archive.ledger import Job, Ledger, Outcome, Row
from crawler.archive.members import LocalFile
from crawler.archive.message import headers_of
from crawler.archive.revisits import Original
from crawler.archive.spool import (
    OPEN,
    Closed,
    SpoolFile,
    file_name,
    finish,
    left_behind,
    lock,
    whole_size,
)
from crawler.archive.store import StoreAway
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from crawler.archive.capture import Capture, Exchange
    from crawler.archive.members import Source
    from crawler.archive.message import Message
    from crawler.archive.place import Place

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


@dataclass(frozen=True, slots=True)
class Kept:
    """An exchange with what the ledger needs besides: the request that it answers.

    `occurrence` is None for an attempt that the connection pool gave up and repeated by itself.
    `earlier` is what the request asked the server to compare with.
    """

    exchange: Exchange
    fingerprint: str
    method: str
    occurrence: int | None
    error: str | None = None
    earlier: Earlier | None = None


class DiskFull(ArchiveError):
    """The disk of the spool or the ledger is full: the run must end, nothing kept is lost."""


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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        place.spool.mkdir(parents=True, exist_ok=True)
        self.place = place
        self.ledger = Ledger(place.ledger)
        self.job = Job("", "", "unfinished")
        self._info = dict(info or {})
        self._prefix = prefix
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._revisits = revisits
        self._sync = sync
        self._clock = clock
        self._opened = 0.0
        self._away = ""
        self._file: SpoolFile | None = None
        self._lock: int | None = None
        self._rolled: list[SpoolFile] = []
        self._sources: dict[str, Source] = {}

    # --- the job ---

    def take_job(self, key: str, wanted: str = "") -> bool:
        """Go on with the job `wanted`, else the unfinished one of `key`, else begin one.

        Returns whether the job was begun before. Raises ArchiveError while another run has it.
        """
        found = self.ledger.job(wanted) if wanted else self.ledger.unfinished(key)
        name = found.name if found else wanted or _new_job(key)
        self._lock_job(name)
        if not found or found.state == "finished":
            self.ledger.begin(name, key, _now())
        self.job = Job(name, key, "unfinished")
        return found is not None

    def finish_job(self) -> None:
        """Note that the job came to its end; the next run of its command begins a new one."""
        self.ledger.settle_pending(self.job.name)
        self.ledger.finish(self.job.name, _now())
        self._lock_file(self.job.name).unlink(missing_ok=True)

    def _lock_job(self, name: str) -> None:
        """Hold the job for this process; the kernel lets go when it ends, however it ends."""
        self._lock = lock(self._lock_file(name))
        if self._lock is None:
            raise ArchiveError(
                f"another run is working on job {name}; wait for its end, or start a second job "
                "with -s JOB=NAME"
            )

    def _lock_file(self, job: str) -> Path:
        safe = records.clean_uri(job).replace("/", "%2F")
        return self.place.spool / f"{safe}.lock"

    def _is_under_way(self, job: str) -> bool:
        """Whether another run is working on `job`: its files are its own."""
        path = self._lock_file(job)
        if job == self.job.name or not path.exists():
            return False
        free = lock(path)
        if free is not None:
            os.close(free)
        return free is None

    # --- exchanges ---

    def keep(self, batch: Sequence[Kept], outcomes: Sequence[Outcome] = ()) -> list[Capture | None]:
        """Make exchanges durable, then enter them; return the capture of each answer.

        All of the batch or nothing of it. Raises DiskFull or ArchiveError; the spool is then as
        before.
        """
        rows, captures, ends = [], [], []
        try:
            for kept in batch:
                row, capture = self._write(kept)
                rows.append(row)
                captures.append(capture)
                ends.append(_outcome(row, capture))
            if self._file and self._sync == "always" and any(row.file for row in rows):
                self._file.sync()
            self.ledger.enter(rows, [*outcomes, *ends])
        except (OSError, sqlite3.Error) as error:
            self._cut_unvouched()
            raise _failure(error, self.place.spool) from error
        self._roll_if_due()
        return captures

    def _write(self, kept: Kept) -> tuple[Row, Capture | None]:
        exchange = kept.exchange
        if not exchange.request and not exchange.response:
            return _row(self.job.name, kept, None, None, None, 0), None
        packed = records.pack(exchange, lambda answer, digest: self._repeated(kept, answer, digest))
        file = self._file or self._open_file()
        offset = file.append(packed.data, packed.ahead)
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
        if answer.status != HTTPStatus.OK or not answer.body:
            return None
        url = records.clean_uri(exchange.url)
        row = self.ledger.original(url, kept.method, digest)
        if row is None or row.record_id is None:
            return None
        return Original(row.record_id, row.url, row.started, digest)

    def _open_file(self) -> SpoolFile:
        now = datetime.now(UTC)
        name = file_name(self._prefix, now, self.ledger.next_serial())
        self.ledger.open_file(name, self.job.name)
        file = SpoolFile(self.place.spool, name)
        self._file, self._opened = file, self._clock()
        file.append(records.warcinfo(name, now, {**self._info, "isPartOf": self.job.name}))
        file.floor = file.size
        return file

    def _roll_if_due(self) -> None:
        aged = self._clock() - self._opened >= self._max_seconds
        if self._file and (aged or self._file.size >= self._max_bytes):
            self._rolled.append(self._file)
            self._file = None

    def _cut_unvouched(self) -> None:
        """Take back what was appended and not entered, so that the file can grow on."""
        if self._file:
            self._cut_to_vouched(self._file)

    # --- replay ---

    def answer(self, fingerprint: str, occurrence: int) -> tuple[Row, Capture | None] | None:
        """Return the archived exchange that answers an asking, and its capture where it has one.

        None where it was never asked, or where not one byte crossed the wire: then ask the network.
        """
        row = self.ledger.exchange(self.job.name, fingerprint, occurrence)
        if row is None or row.file is None or row.offset is None or row.length is None:
            return None
        data = self._source(row.file).read_at(row.offset, row.length)
        capture = reader.capture_from_bytes(data, row.file, row.offset)
        if capture is not None and row.refers_to is not None:
            original = self.response(self.original_of(row))
            capture = revisits.resolved(capture, original)
        return row, capture

    def last(self, url: str) -> Row | None:
        """Return the latest whole answer of a URL that the server can be asked to compare with."""
        row = self.ledger.last_whole(records.clean_uri(url)) if self._revisits else None
        return row if row and (row.etag or row.modified) else None

    def response(self, row: Row) -> Capture:
        """Return the response record of an exchange; may be called in any thread.

        Raises ArchiveError where it cannot be read.
        """
        if row.file is None or row.offset is None or row.length is None or row.record_id is None:
            raise ArchiveError(f"{row.url} has no response record in {self.place.ledger}")
        with reader.closing_source(self._open(row.file)) as source:
            data = source.read_at(row.offset, row.length)
        return reader.response_from_bytes(data, row.file, row.offset, row.record_id)

    def original_of(self, row: Row) -> Row:
        """Return the exchange whose response record a row is, or repeats. Raises ArchiveError."""
        original = self.ledger.record(row.refers_to) if row.refers_to else row
        if original is None:
            raise ArchiveError(
                f"{self.place.ledger} lacks the record {row.refers_to} that {row.url} repeats; "
                "restore it, or run with -s JOB=NAME to fetch it anew"
            )
        return original

    def _open(self, name: str) -> Source:
        """Return a file of the archive wherever it is on its way from the spool to the store."""
        for path in (self.place.spool / (name + OPEN), self.place.spool / name):
            if path.exists():
                return LocalFile(path)
        return self.place.store.open(name)

    def _source(self, name: str) -> Source:
        if name not in self._sources:
            self._sources[name] = self._open(name)
        return self._sources[name]

    # --- files ---

    def recover(self) -> list[str]:
        """Finish what earlier runs left in the spool; return a sentence for each trouble."""
        troubles, self._away = [], ""
        for path, fd in left_behind(self.place.spool):
            try:
                troubles += self._finish_left(path, fd)
            finally:
                os.close(fd)
        return troubles + self._strike_missing()

    def _finish_left(self, path: Path, fd: int) -> list[str]:
        name = path.name.removesuffix(OPEN)
        job = self.ledger.job_of_file(name)
        if job is None:
            sentence = (
                f"{path} was written under another ledger and stays as it is; "
                "run that command with its LEDGER_URL"
            )
            return [sentence]
        if self._is_under_way(job):
            return []
        if path.name.endswith(OPEN):
            lost = self._strike_torn(path, name)
            vouched = self.ledger.vouched(name)
            if not vouched:
                path.unlink()
                self.ledger.forget_file(name)
                return lost
            os.ftruncate(fd, vouched)
            return lost + self._finish(path, fd, job)
        return self._finish(path, fd, job)

    def _strike_torn(self, path: Path, name: str) -> list[str]:
        """Strike exchanges whose bytes a power cut took: with ARCHIVE_FSYNC=roll they may be."""
        vouched, whole = self.ledger.vouched(name), whole_size(path)
        if whole >= vouched:
            return []
        lost = self.ledger.strike_behind(name, whole)
        return [f"{name} lost its last {lost} exchanges (a power cut?): they are fetched again"]

    def sweep(self) -> int:
        """Give up uploads in parts that ended runs of this ledger left behind; return how many."""
        return self.place.store.sweep(self._is_own_and_free)

    def _is_own_and_free(self, name: str) -> bool:
        job = self.ledger.job_of_file(name)
        return job is not None and not self._is_under_way(job)

    def _strike_missing(self) -> list[str]:
        """Repair rows of files that are neither in the spool nor in the store."""
        troubles = []
        for name, job in self.ledger.spooled():
            here = any((self.place.spool / each).exists() for each in (name, name + OPEN))
            if here or self._is_under_way(job):
                continue
            entry = next(iter(self.place.store.entries(name)), None)
            if entry:
                self.ledger.list_file(name, entry.size, entry.sha256, entry.records)
            elif lost := self.ledger.forget_file(name):
                troubles.append(
                    f"{name} is neither in the spool nor in {self.place.store.url}: its {lost} "
                    "exchanges are fetched again"
                )
        return troubles

    def rolled(self) -> list[SpoolFile]:
        """Return files that are full, once each: `bring_in` finishes them, in any thread."""
        full, self._rolled = self._rolled, []
        return full

    def bring_in(self, file: SpoolFile) -> Closed:
        """Finish a full file. Touches neither ledger nor keeper.

        Raises ArchiveError; the file is then as it was, still locked, and can be tried again.
        """
        try:
            path = file.path if file.path.exists() else file.path.with_name(file.name)
            closed = finish(path, file.fd, self.place.store, self.job.name, _now())
        except OSError as error:
            raise _failure(error, self.place.spool) from error
        os.close(file.fd)
        return closed

    def put_back(self, file: SpoolFile) -> None:
        """Take a file again that could not be brought in: `rolled` gives it, or the end does."""
        self._rolled.append(file)

    def brought_in(self, closed: Closed) -> None:
        """Enter that a file was finished."""
        self._forget_source(closed.name)
        self.ledger.list_file(closed.name, closed.size, closed.sha256, closed.records)

    def close_files(self) -> list[str]:
        """Finish every file of this run; return a sentence for each that must wait."""
        files = [*self.rolled(), *([self._file] if self._file else [])]
        self._file, self._away = None, ""
        troubles = []
        for file in files:
            try:
                if file.path.exists():
                    self._cut_to_vouched(file)
                path = file.path if file.path.exists() else file.path.with_name(file.name)
                troubles += self._finish(path, file.fd, self.job.name)
            finally:
                os.close(file.fd)
        return troubles

    def _cut_to_vouched(self, file: SpoolFile) -> None:
        counts = max(self.ledger.vouched(file.name), file.floor)
        if counts < file.size:
            file.cut(counts)

    def _finish(self, path: Path, fd: int, job: str) -> list[str]:
        if path.name.endswith(OPEN) and not self.ledger.vouched(path.name.removesuffix(OPEN)):
            path.unlink()
            self.ledger.forget_file(path.name.removesuffix(OPEN))
            return []
        if self._away:
            return [f"{path.name} waits in {path.parent} as well"]
        try:
            self.brought_in(finish(path, fd, self.place.store, job, _now()))
        except ArchiveError as error:
            # A store that is away is asked once, not for every file: each asking takes minutes.
            self._away = str(error) if isinstance(error, StoreAway) else ""
            return [f"{error}; {path.name} waits in {path.parent} and the next run brings it in"]
        except (OSError, sqlite3.Error) as error:
            return [f"{_failure(error, path.parent)}; {path.name} waits there for the next run"]
        return []

    def _forget_source(self, name: str) -> None:
        source = self._sources.pop(name, None)
        if isinstance(source, LocalFile):
            source.close()

    def close(self) -> None:
        """Give everything back; files that are still open stay for the next run."""
        for name in list(self._sources):
            self._forget_source(name)
        self.ledger.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _row(
    job: str,
    kept: Kept,
    packed: records.Packed | None,
    capture: Capture | None,
    file: str | None,
    offset: int,
) -> Row:
    exchange = kept.exchange
    headers = dict(headers_of(packed.answer.head)) if packed and packed.answer else {}
    names = {name.lower(): value.decode("latin-1") for name, value in headers.items()}
    return Row(
        job=job,
        fingerprint=kept.fingerprint,
        occurrence=kept.occurrence,
        url=packed.url if packed else records.clean_uri(exchange.url),
        method=kept.method,
        started=records.warc_date(exchange.started_at),
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


def _failure(error: Exception, folder: Path) -> ArchiveError:
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    if full or "full" in str(error):
        return DiskFull(f"the disk of {folder} is full; free space and run the same command again")
    return ArchiveError(
        f"cannot write the archive in {folder} ({error}); run the same command again"
    )


def _new_job(key: str) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    return f"{stamp}-{records.sha256(key.encode())[7:11]}{os.urandom(2).hex()}"


def _now() -> str:
    return records.warc_date(datetime.now(UTC))
