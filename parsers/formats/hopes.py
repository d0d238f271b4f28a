"""Tell which wordings a figure may fit, by the words that each cannot do without.

Two hundred wordings ask for some word beside their number (`needles.py`); nearly all are turned
away by it. A set of wordings is a number here, the n-th bit for the n-th wording.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parsers.formats.wordings import WORDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.formats.wording import Wording


class Hopes:
    """The wordings' words that a sentence has, and so the wordings that its figures may fit."""

    def __init__(self, text: str) -> None:
        """Look once which words stand in the sentence at all."""
        self._asks = [(needle, asks) for needle, asks in _index().items() if needle in text]

    def beside(self, unit: str, left: str, right: str) -> Iterator[Wording]:
        """Yield the wordings in `unit` whose words stand beside a number, in order of trial."""
        before, behind = _UNASKED
        for needle, (asks_before, asks_behind) in self._asks:
            if asks_before and needle in left:
                before |= asks_before
            if asks_behind and needle in right:
                behind |= asks_behind
        hopeful = before & behind & _counting_in(unit)
        while hopeful:
            lowest = hopeful & -hopeful
            yield WORDINGS[lowest.bit_length() - 1]
            hopeful ^= lowest


@cache
def _index() -> dict[str, tuple[int, int]]:
    """Return, by needle, the wordings that ask for it before their number, and behind it."""
    index: dict[str, tuple[int, int]] = {}
    for n, wording in enumerate(WORDINGS):
        for needle in wording.needles:
            before, behind = index.get(needle, (0, 0))
            index[needle] = (before | 1 << n, behind)
        for needle in wording.needles_after:
            before, behind = index.get(needle, (0, 0))
            index[needle] = (before, behind | 1 << n)
    return index


@cache
def _counting_in(unit: str) -> int:
    return sum(1 << n for n, wording in enumerate(WORDINGS) if unit in wording.units)


#: The wordings that ask for no word before their number, and for none behind it.
_UNASKED = (
    sum(1 << n for n, wording in enumerate(WORDINGS) if not wording.needles),
    sum(1 << n for n, wording in enumerate(WORDINGS) if not wording.needles_after),
)
