"""What there is to do: the files of an archive in parts of some megabytes, each a unit of work.

The parts follow from the files alone, neither from the number of workers nor from the engine: so
what an interrupted run has done serves any other. Never reads more of a file than its first record.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crawler.archive.locations import ArchiveFile, archive_files, closing_source
from crawler.archive.members import Damage, NoWarcError, Record, records
from crawler.archive.spans import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.archive.locations import Counts
    from crawler.archive.members import Source
    from crawler.engines.indexes import Run


@dataclass(frozen=True, slots=True)
class Unit:
    """The part of a file from `start` to `stop`; `number` counts units in the archive's order.

    `location` and `path` name the file. `begin` is where the first exchange begins, where that is
    known; `filename` is the name that the file gives itself at its start. A unit that is not
    `parsed` is only read, to know where it ends; of one with `runs` these are read and no more.
    """

    number: int
    location: str
    path: str
    start: int
    stop: int
    filename: str
    begin: Mark | None = None
    parsed: bool = True
    runs: tuple[Run, ...] | None = None

    @property
    def size(self) -> int:
        """The bytes to be read."""
        if self.runs is None:
            return self.stop - self.start
        return sum(run.stop - run.begin for run in self.runs)

    @property
    def file(self) -> tuple[str, str]:
        """The file, by where it was named and by its path."""
        return self.location, self.path


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to be read, and what tells that it is the same the next time."""

    location: str
    file: ArchiveFile
    size: int
    name: str
    filename: str


def planned_files(
    locations: Iterable[str], settings: Mapping[str, Any], counts: Counts
) -> list[PlannedFile]:
    """Return the files behind `locations` in order; what is wrong with one is noted in `counts`.

    Raises ArchiveError where a location cannot be reached, and for a named file that is no WARC.
    """
    found = []
    for location in locations:
        for file in archive_files([location], settings, counts):
            with closing_source(file.open()) as source:
                planned = _planned(location, file, source, counts)
            if planned is not None:
                counts.files += 1
                found.append(planned)
    return found


def _planned(
    location: str, file: ArchiveFile, source: Source, counts: Counts
) -> PlannedFile | None:
    try:
        first = next(records(source), None)
    except NoWarcError:
        if file.named:
            raise
        counts.note(Damage(file.path, 0, "no WARC file at all"))
        return None
    if file.entry and file.entry.size != source.size:
        said = f"the manifest says {file.entry.size} bytes"
        counts.note(Damage(source.name, source.size, said))
    told = first.header("WARC-Filename") if isinstance(first, Record) else None
    return PlannedFile(location, file, source.size, source.name, told or source.name)


def units_of(files: Iterable[PlannedFile], size: int) -> Iterator[Unit]:
    """Yield the units of files, of `size` bytes each, in order."""
    number = 0
    for planned in files:
        for start in range(0, planned.size, size):
            stop = min(start + size, planned.size)
            begin = None if start else Mark(0, 0, planned.name)
            path = planned.file.path
            yield Unit(number, planned.location, path, start, stop, planned.filename, begin)
            number += 1


def by_index(units: Iterable[Unit], runs: Iterable[Run]) -> Iterator[Unit]:
    """Yield the units of one file that hold something of `runs`, to read that alone."""
    waiting = deque(runs)
    for unit in units:
        own = []
        while waiting and waiting[0].begin < unit.stop:
            own.append(waiting.popleft())
        if own:
            yield replace(unit, runs=tuple(own))
