"""Files on their way from the spool into the store: this run's, and those that others left behind.

A start finishes what an earlier run left: each file is cut to the last byte that the ledger vouches
for, and brought into the store. What cannot be brought in waits, with a sentence that says so. A
file that a living run writes is its own. Knows no Scrapy and no event loop.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING

from crawler.archive.jobs import now
from crawler.archive.spool import OPEN, Closed, SpoolFile, finish, left_behind, whole_size
from crawler.archive.store import StoreAway
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.archive.holdings import Holdings
    from crawler.archive.jobs import Jobs
    from crawler.archive.ledger import Ledger
    from crawler.archive.place import Place


class DiskFull(ArchiveError):
    """The disk of the spool or the ledger is full: the run must end, nothing kept is lost."""


def failure(error: Exception, folder: Path) -> ArchiveError:
    """Return what a failed write means for the run, in one sentence with its remedy."""
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    if full or "full" in str(error):
        return DiskFull(f"the disk of {folder} is full; free space and run the same command again")
    return ArchiveError(
        f"cannot write the archive in {folder} ({error}); run the same command again"
    )


class Filing:
    """Brings spool files into one store and enters that in one ledger."""

    def __init__(self, place: Place, ledger: Ledger, jobs: Jobs, holdings: Holdings) -> None:
        self._place = place
        self._ledger = ledger
        self._jobs = jobs
        self._holdings = holdings
        self._away = ""
        #: Whether a file could not be finished because a disk is full.
        self.full = False

    def recover(self) -> list[str]:
        """Finish what earlier runs left in the spool; return a sentence for each trouble."""
        troubles: list[str] = []
        self._away = ""
        for path, fd in left_behind(self._place.spool):
            try:
                troubles += self._finish_left(path, fd)
            finally:
                os.close(fd)
        return troubles + self._strike_missing()

    def sweep(self) -> int:
        """Give up uploads in parts that ended runs of this ledger left behind; return how many."""
        return self._place.store.sweep(self._is_own_and_free)

    def waiting(self) -> dict[str, int]:
        """Return finished files of this ledger that wait for the store, with their bytes."""
        paths = [self._place.spool / name for name, _ in self._ledger.spooled()]
        return {path.name: path.stat().st_size for path in paths if path.exists()}

    def bring_in(self, file: SpoolFile) -> Closed:
        """Finish a full file. Does not touch the ledger: may be called in any thread.

        Raises ArchiveError; the file is then as it was, still locked, and can be tried again.
        """
        try:
            path = _now_at(file)
            job = self._jobs.job.name
            closed = finish(path, file.fd, self._place.store, job, now(), file.ends)
        except OSError as error:
            raise failure(error, self._place.spool) from error
        os.close(file.fd)
        return closed

    def enter(self, closed: Closed) -> None:
        """Enter that a file was finished."""
        self._holdings.forget(closed.name)
        self._ledger.list_file(closed.name, closed.size, closed.sha256, closed.records)

    def finish_own(self, files: Iterable[SpoolFile]) -> list[str]:
        """Finish the files of this run at its end; return a sentence for each that must wait."""
        troubles: list[str] = []
        self._away = ""
        for file in files:
            try:
                if file.path.exists():
                    self.cut_to_vouched(file)
                job = self._jobs.job.name
                troubles += self._finish(_now_at(file), file.fd, job, file.ends)
            finally:
                os.close(file.fd)
        return troubles

    def cut_to_vouched(self, file: SpoolFile) -> None:
        """Take back what was appended and not entered, so that the file can grow on."""
        counts = max(self._ledger.vouched(file.name), file.floor)
        if counts < file.size:
            file.cut(counts)

    def _finish_left(self, path: Path, fd: int) -> list[str]:
        name = path.name.removesuffix(OPEN)
        job = self._ledger.job_of_file(name)
        if job is None:
            sentence = (
                f"{path} was written under another ledger and stays as it is; "
                "run that command with its LEDGER_URL"
            )
            return [sentence]
        if self._jobs.is_under_way(job):
            return []
        if path.name.endswith(OPEN):
            lost = self._strike_torn(path, name)
            vouched = self._ledger.vouched(name)
            if not vouched:
                path.unlink()
                self._ledger.forget_file(name)
                return lost
            os.ftruncate(fd, vouched)
            return lost + self._finish(path, fd, job)
        return self._finish(path, fd, job)

    def _strike_torn(self, path: Path, name: str) -> list[str]:
        """Strike exchanges whose bytes a power cut took: with ARCHIVE_FSYNC=roll they may be."""
        vouched, whole = self._ledger.vouched(name), whole_size(path)
        if whole >= vouched:
            return []
        lost = self._ledger.strike_behind(name, whole)
        return [f"{name} lost its last {lost} exchanges (a power cut?): they are fetched again"]

    def _is_own_and_free(self, name: str) -> bool:
        job = self._ledger.job_of_file(name)
        return job is not None and not self._jobs.is_under_way(job)

    def _strike_missing(self) -> list[str]:
        """Repair rows of files that are neither in the spool nor in the store."""
        troubles = []
        for name, job in self._ledger.spooled():
            here = any((self._place.spool / each).exists() for each in (name, name + OPEN))
            if here or self._jobs.is_under_way(job):
                continue
            entry = next(iter(self._place.store.entries(name)), None)
            if entry:
                self._ledger.list_file(name, entry.size, entry.sha256, entry.records)
            elif lost := self._ledger.forget_file(name):
                troubles.append(
                    f"{name} is neither in the spool nor in {self._place.store.url}: its {lost} "
                    "exchanges are fetched again"
                )
        return troubles

    def _finish(self, path: Path, fd: int, job: str, ends: Iterable[int] = ()) -> list[str]:
        if path.name.endswith(OPEN) and not self._ledger.vouched(path.name.removesuffix(OPEN)):
            path.unlink()
            self._ledger.forget_file(path.name.removesuffix(OPEN))
            return []
        if self._away:
            return [f"{path.name} waits in {path.parent} as well"]
        try:
            self.enter(finish(path, fd, self._place.store, job, now(), ends))
        except ArchiveError as error:
            # A store that is away is asked once, not for every file: each asking takes minutes.
            self._away = str(error) if isinstance(error, StoreAway) else ""
            return [f"{error}; {path.name} waits in {path.parent} and the next run brings it in"]
        except (OSError, sqlite3.Error) as error:
            failed = failure(error, path.parent)
            self.full = self.full or isinstance(failed, DiskFull)
            return [f"{failed}; {path.name} waits there for the next run"]
        return []


def _now_at(file: SpoolFile) -> Path:
    """Return where a file lies: a finishing that was broken off may have renamed it."""
    return file.path if file.path.exists() else file.path.with_name(file.name)
