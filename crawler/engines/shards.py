"""Shares of a re-parse for machines that know nothing of one another, and what they leave behind.

A share is a run of units in the archive's order, so that each machine reads its own and no other.
What the machines have done lies in folders beside that of the whole work, where the run that
writes the feeds finds it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.engines.units import Unit

#: Where Kubernetes tells the pod of an Indexed Job which it is, from 0.
JOB_INDEX = "JOB_COMPLETION_INDEX"
_WRITTEN = re.compile(r"([1-9][0-9]{0,5}|job)/([1-9][0-9]{0,5})", re.ASCII)
_FOLDER = re.compile(r"\.([0-9]+)-of-([0-9]+)$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th of `of` shares, counted from 1."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Shard:
        """Return the share that is written `2/4`, or `job/4` for the pod of an Indexed Job.

        Raises ArchiveError.
        """
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ArchiveError(f"--shard {text}: write it as 1/4 … 4/4, or job/4")
        if written[1] != "job":
            number = int(written[1])
        elif os.environ.get(JOB_INDEX, "").isdecimal():
            number = int(os.environ[JOB_INDEX]) + 1
        else:
            raise ArchiveError(f"--shard {text} needs {JOB_INDEX}, which Kubernetes sets")
        if number > int(written[2]):
            raise ArchiveError(f"--shard {text}: there is none; write it as 1/4 … 4/4")
        return cls(number, int(written[2]))

    def own(self, count: int) -> range:
        """Return the units of this share, of so many in all."""
        return range(
            count * (self.number - 1) // self.of,
            count * self.number // self.of,
        )

    def folder(self, work: Path) -> Path:
        """Return where what this share has done waits; `work` is the folder of the whole."""
        if self == WHOLE:
            return work
        return work.with_name(f"{work.name}.{self.number}-of-{self.of}")


WHOLE = Shard(1, 1)


def left_behind(work: Path) -> Iterator[tuple[Shard, Path]]:
    """Yield the shares of a work that have left something, each with its folder."""
    for path in sorted(work.parent.glob(f"{work.name}.*-of-*")):
        told = _FOLDER.search(path.name)
        if told is not None:
            yield Shard(int(told[1]), int(told[2])), path


def before(units: Sequence[Unit], first: Unit) -> list[Unit]:
    """Return the units of the same file before `first`, which prove where that one begins."""
    return [
        unit
        for unit in units
        if (unit.location, unit.path) == (first.location, first.path) and unit.stop <= first.start
    ]
