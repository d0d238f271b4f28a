"""Whether the units of a file fit together: where one ended, the next one must have begun.

Where a unit begins is guessed from the bytes, and an archive inside of a record can make the guess
wrong. The first unit of a file begins where the file does, which is no guess; from there each unit
proves the next. So the units together hold what one reading from the first byte would.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from crawler.engines.work import Done

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.archive.spans import Mark
    from crawler.engines.units import Unit

#: Where the units done began and ended, by number.
Ends = dict[int, tuple["Mark | None", "Mark | None"]]


def misfits(
    units: Iterable[Unit], ends: Mapping[int, tuple[Mark | None, Mark | None]]
) -> Iterator[Unit | Done]:
    """Yield what to do about units that do not fit: a unit to do anew, or what it gives: nothing.

    One a file at most is to be done anew, since what follows it cannot be judged before. What was
    read by an index proves nothing and is proved by itself.
    """
    read = (unit for unit in units if unit.runs is None)
    for _, of_file in groupby(read, key=lambda unit: unit.file):
        yield from _misfits(of_file, ends)


def _misfits(
    units: Iterable[Unit], ends: Mapping[int, tuple[Mark | None, Mark | None]]
) -> Iterator[Unit | Done]:
    reached: Mark | None = None
    before = 0
    for unit in units:
        begin, end = ends[unit.number]
        if unit.start != before:  # what lies between holds nothing that is wanted
            reached = None
        before = unit.stop
        if reached is None or reached == begin:
            reached = end or reached
        elif reached.offset < unit.stop:
            yield replace(unit, begin=reached)
            return
        elif begin is not None:  # the exchange before goes on beyond this unit
            yield Done(unit.number)
