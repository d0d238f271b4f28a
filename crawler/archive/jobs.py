"""The jobs of a ledger: which one this run works on, and which ones other runs work on.

A job is a crawl from its first request to its last; a run that ends early leaves it unfinished, and
the same command goes on with it. A run holds its job by a lock file in the spool: the kernel lets
go when the process ends, however it ends. Knows no Scrapy and no WARC.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.archive.fields import clean_uri, sha256, warc_date
from crawler.archive.ledger import Job
from crawler.archive.spool import lock
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.ledger import Ledger


class JobTaken(ArchiveError):
    """Another process works on the job."""


class Jobs:
    """The jobs of one ledger as one run sees them; `job` is its own, without a name until taken."""

    def __init__(self, ledger: Ledger, spool: Path) -> None:
        self.job = Job("", "", "unfinished")
        self._ledger = ledger
        self._spool = spool
        self._lock: int | None = None

    def take(self, key: str, wanted: str = "") -> bool:
        """Go on with the job `wanted`, else the unfinished one of `key`, else begin one.

        Returns whether the job was begun before. Raises ArchiveError while another run has it.
        """
        found = self._ledger.job(wanted) if wanted else self._ledger.unfinished(key)
        name = found.name if found else wanted or _new_job(key)
        self._hold(name)
        if not found or found.state == "finished":
            self._ledger.begin(name, key, now())
        self.job = Job(name, key, "unfinished")
        return found is not None

    def finish(self) -> None:
        """Note that the job came to its end; the next run of its command begins a new one."""
        self._ledger.settle_pending(self.job.name)
        self._ledger.finish(self.job.name, now())
        _lock_file(self._spool, self.job.name).unlink(missing_ok=True)

    def is_under_way(self, job: str) -> bool:
        """Whether another run is working on `job`: its files are its own."""
        return job != self.job.name and is_locked(self._spool, job)

    def close(self) -> None:
        """Let go of the job."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _hold(self, name: str) -> None:
        self._lock = lock(_lock_file(self._spool, name))
        if self._lock is None:
            raise JobTaken(
                f"another run is working on job {name}; wait for its end, or start a second job "
                "with -s JOB=NAME"
            )


def is_locked(spool: Path, job: str) -> bool:
    """Whether a living process has the job of that name."""
    path = _lock_file(spool, job)
    if not path.exists():
        return False
    free = lock(path)
    if free is not None:
        os.close(free)
    return free is None


def _lock_file(spool: Path, job: str) -> Path:
    safe = clean_uri(job).replace("/", "%2F")
    return spool / f"{safe}.lock"


def _new_job(key: str) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    return f"{stamp}-{sha256(key.encode())[7:11]}{os.urandom(2).hex()}"


def now() -> str:
    """Return the present instant as the ledger writes it."""
    return warc_date(datetime.now(UTC))
