"""What is virtual in a season: the date, and the names of its portals. Planted in a run's process.

And a disk that is full from some write on.

Every date that a run writes or asks for is the season's: of jobs, captures, records, checks for
unchanged pages. Durations are true. Names end with `.example` and lead to 127.0.0.1.
"""

from __future__ import annotations

import errno
import importlib
import os
from datetime import datetime, timedelta
from itertools import count
from typing import Any

#: Modules of a crawl that ask for the date.
CLOCKS = (
    "crawler.unasked", "crawler.waits", "crawler.hours", "crawler.archive.jobs",
    "crawler.archive.keeper", "crawler.archive.tape", "crawler.archive.wire",
)  # fmt: skip


def season(at: str) -> None:
    """Let it be the instant `at`, and time run on from there; let every name be found here."""
    shift = datetime.fromisoformat(at) - datetime.now().astimezone()
    for name in CLOCKS:
        importlib.import_module(name).datetime = _shifted(shift)  # type: ignore[attr-defined]

    from scrapy.resolver import dnscache  # noqa: PLC0415 (planted in the fork)
    from twisted.internet import defer  # noqa: PLC0415

    from crawler.resolver import PublicAddressResolver  # noqa: PLC0415

    def here(_: object, name: str, timeout: object = ()) -> Any:
        dnscache[name] = "127.0.0.1"
        return defer.succeed("127.0.0.1")

    PublicAddressResolver.getHostByName = here  # type: ignore[method-assign, assignment]


def full_disk(writes: int) -> None:
    """Let the spool's disk be full after so many writes."""
    from crawler.archive.spool import SpoolFile  # noqa: PLC0415 (planted in the fork)

    written, write = count(1), SpoolFile._write

    def once(file: SpoolFile, data: bytes) -> None:
        if next(written) > writes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(file, data)

    SpoolFile._write = once  # type: ignore[method-assign]


def _shifted(shift: timedelta) -> type[datetime]:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + shift

    return Shifted
