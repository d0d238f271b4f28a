"""Which parts of a file hold the captures that are wanted, as a CDXJ index of the archive tells.

Reads an index line by line and keeps offsets alone. An index is not believed: one that lacks a
file, ends before it or points elsewhere is named, and that file is read from end to end. What an
index cannot tell (the kind of an item) is decided when the capture is read.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from crawler.archive.locations import Counts, closing_source
from crawler.archive.members import NoWarcError
from crawler.archive.reader import captures
from crawler.archive.spans import Mark, Span
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.engines.selection import Selection
    from crawler.engines.units import PlannedFile
    from crawler.registry import Registry

#: Where an index of an archive in a folder lies.
_PLACES = ("*.cdxj", "indexes/*.cdxj")
_READ = "200"


@dataclass(frozen=True, slots=True)
class Run:
    """Exchanges one behind the other, all wanted, from `begin` to `stop`; `urls` must be met."""

    begin: int
    stop: int
    urls: tuple[str, ...]


@dataclass(slots=True)
class _Told:
    """What an index tells of one file: 8 bytes a record, more only of what is wanted.

    `begins` are the offsets of responses and revisits, `last` where the last of them begins and
    how long it is.
    """

    begins: array[int] = field(default_factory=lambda: array("q"))
    others: array[int] = field(default_factory=lambda: array("q"))
    last: tuple[int, int] = (-1, 0)
    wanted: dict[int, str] = field(default_factory=dict)
    wanted_others: list[int] = field(default_factory=list)


class Indexes:
    """What some indexes tell of the captures that a selection wants."""

    def __init__(self, paths: Sequence[Path], selection: Selection, registry: Registry) -> None:
        """Read them. Raises ArchiveError where one is none."""
        self.paths = paths
        self._selection, self._registry = selection, registry
        self._told: dict[str, _Told] = {}
        for path in paths:
            self._read(path)

    def runs(self, planned: PlannedFile) -> list[Run] | str:
        """Return what to read of a file, in order; or why all of it has to be read."""
        told = self._told.get(planned.name)
        if told is None or not told.begins:
            return "no index lists it"
        if _goes_beyond(planned, told):
            return "it does not end where the index does"
        return list(_runs(told))

    def _read(self, path: Path) -> None:
        try:
            with path.open("rb") as stream:
                for line in stream:
                    self._note(*_fields(line))
        except OSError as error:
            raise ArchiveError(f"cannot read the index {path}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(
                f"{path} is no CDXJ index: make it anew with scrapy archive index, or move it away"
            ) from error

    def _note(self, date: str, line: dict[str, Any]) -> None:
        told = self._told.setdefault(line["filename"], _Told())
        offset, url, status = int(line["offset"]), line["url"], line.get("status", "")
        if status:
            told.begins.append(offset)
            told.last = max(told.last, (offset, int(line["length"])))
        else:
            told.others.append(offset)
        if line.get("mime") == "warc/revisit" or status not in {_READ, ""}:
            return
        if self._selection.statuses and int(_READ) not in self._selection.statuses:
            return
        if url.startswith("http") and self._selection.takes_place(url, date, self._registry):
            if status:
                told.wanted[offset] = url
            else:
                told.wanted_others.append(offset)


def indexes_of(locations: Iterable[str], named: Sequence[Path]) -> list[Path]:
    """Return the indexes to be asked: those that are named, else those that lie in the folders."""
    if named:
        return list(named)
    folders = [Path(location) for location in locations if Path(location).is_dir()]
    found = {path for folder in folders for place in _PLACES for path in folder.glob(place)}
    return sorted(found)


def twice(files: Iterable[PlannedFile]) -> set[str]:
    """Return the names that more than one file bears: an index knows a file by its name."""
    return {name for name, count in Counter(file.name for file in files).items() if count > 1}


def _fields(line: bytes) -> tuple[str, dict[str, Any]]:
    """Return the date (ISO) and the fields of a line."""
    _, stamp, told = line.split(b" ", 2)
    s = stamp.decode("ascii")
    date = f"{s[:4]}-{s[4:6]}-{s[6:8]}T{s[8:10]}:{s[10:12]}:{s[12:14]}Z"
    return date, orjson.loads(told)


def _runs(told: _Told) -> Iterator[Run]:
    """Yield the runs: what is wanted, neighbours together, each other record with its exchange."""
    begins = sorted(set(told.begins))
    wanted = dict.fromkeys(told.wanted, 0)
    for offset in told.wanted_others:
        before = bisect_right(begins, offset) - 1
        if before >= 0:  # a drawn page is read with its response, one alone behind its neighbour
            begin = begins[before]
            wanted[begin] = max(wanted.get(begin, 0), offset + 1)
    at = {begin: number for number, begin in enumerate(begins)}
    run: list[int] = []
    for begin in sorted(wanted):
        if run and at[begin] != at[run[-1]] + 1:
            yield _run(told, run, wanted)
            run = []
        run.append(begin)
    if run:
        yield _run(told, run, wanted)


def _run(told: _Told, run: list[int], reaches: dict[int, int]) -> Run:
    stop = max(max(begin + 1, reaches[begin]) for begin in run)
    return Run(run[0], stop, tuple(told.wanted[begin] for begin in run if begin in told.wanted))


def _goes_beyond(planned: PlannedFile, told: _Told) -> bool:
    """Whether a file has captures behind the last of the index, or ends before it."""
    last, length = told.last
    known = {*told.begins, *told.others}
    if last + length > planned.size:
        return True
    span = Span(last, planned.size + 1, Mark(last, 0, planned.filename))
    with closing_source(planned.file.open()) as source:
        try:
            found = captures(source, Counts(), 0, span)
            return any(capture.ref.offset not in known for capture in found)
        except NoWarcError:
            return True
