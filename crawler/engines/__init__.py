"""Engines: who does the units of a re-parse, behind one small interface.

A unit is a part of a WARC file (`units`), its outcome a `Done` (`work`). An engine is given units
and gives outcomes, in any order; it knows neither feeds nor what is done already. Items do not
depend on the engine: their order is the archive's, and duplicates are told from the whole set
(`manifest`).
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from crawler.engines.units import Unit
    from crawler.engines.work import Done, Job


#: A unit that ends its worker so often does so by itself.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Lost:
    """A unit whose worker ended before it was done, and how that one ended.

    Where it is `taken`, the engine has given it to another already.
    """

    unit: Unit
    reason: str
    taken: bool = False


def lost_too_often(unit: Unit, times: int, last: str) -> ArchiveError:
    """Return the error of a unit that no worker survives."""
    return ArchiveError(
        f"{unit.path}, bytes {unit.start} to {unit.stop}: {times} workers were lost over it, the "
        f"last {last}; give those that are killed more memory (--workers 1); of those that end by "
        "themselves the error above names the page; the same command goes on with the rest"
    )


class Engine(Protocol):
    """Does units. `width` is how many it wants at hand, so that no worker waits."""

    width: int

    def submit(self, unit: Unit) -> None:
        """Take a unit to be done."""

    def finished(self, seconds: float) -> list[Done | Lost]:
        """Return what has come to an end; wait for the first up to `seconds`.

        Raises DisclosureError where a unit cannot be read at all.
        """

    def close(self) -> None:
        """End every worker; what is under way is given up."""


class OneProcess:
    """Does each unit here and now."""

    width = 1

    def __init__(self, job: Job) -> None:
        from crawler.engines.work import Bench  # noqa: PLC0415 (numpy: 11 MB of every crawl)

        self._bench = Bench(job)
        self._waiting: deque[Unit] = deque()

    def submit(self, unit: Unit) -> None:
        """Take a unit to be done."""
        self._waiting.append(unit)

    def finished(self, seconds: float) -> list[Done | Lost]:
        """Do the next unit."""
        del seconds
        return [self._bench.do(self._waiting.popleft())] if self._waiting else []

    def close(self) -> None:
        """End nothing: there is no worker."""


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))
