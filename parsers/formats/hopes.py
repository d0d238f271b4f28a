"""Tell which wordings a figure may fit, by the words that each cannot do without.

Two hundred wordings ask for some word beside their number (`needles.py`); nearly all are turned
away by it. A set of wordings is a number here, the n-th bit for the n-th wording.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from parsers.formats.needles import needles_of
from parsers.formats.wordings import OUTCOMES, WORDINGS
from parsers.formats.zeros import DENIES
from parsers.patterns import lines_holding, literals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsers.formats.wording import Wording


class Hopes:
    """The wordings' words that a sentence has, and so the wordings that its figures may fit.

    `others` says that a figure may be read without a wording: as an outcome, by its channel, as one
    of a pair. A sentence that is not `any` has neither.
    """

    def __init__(self, text: str) -> None:
        """Look once which words stand in the sentence at all."""
        words, parts_in, first_other = _words()
        found = parts_in(text)
        self._before = [words[n][:2] for n in found if words[n][1]]
        self._behind = [words[n][::2] for n in found if words[n][2]]
        self.others = any(n >= first_other for n in found)
        self.any = bool(found)

    def beside(self, unit: str, left: str, right: str) -> Iterator[Wording]:
        """Yield the wordings in `unit` whose words stand beside a number, in order of trial."""
        before, behind = _UNASKED
        for needle, asks in self._before:
            if needle in left:
                before |= asks
        hopeful = before & _counting_in(unit)
        if not hopeful:
            return
        for needle, asks in self._behind:
            if needle in right:
                behind |= asks
        hopeful &= behind
        while hopeful:
            lowest = hopeful & -hopeful
            yield WORDINGS[lowest.bit_length() - 1]
            hopeful ^= lowest


#: What no pair, no channel and no outcome is read without: `narrative`, `subjects`, `endings`.
_OTHER_WORDS = frozenset({"微博", "微信", "网", "复议"}).union(
    *(needles_of(side.pattern) for _, *sides in OUTCOMES for side in sides)
)

#: A word, the wordings that ask for it before their number, and those that do behind it.
_Word = tuple[str, int, int]


@cache
def _words() -> tuple[list[_Word], Callable[[str], list[int]], int]:
    """Return the wordings' words, what finds them in a text, and which are the first of others."""
    words = [(needle, *asks) for needle, asks in _index().items()]
    first_other = len(words)
    words += [(word, 0, 0) for word in sorted(_OTHER_WORDS)]
    return words, literals(word for word, _, _ in words), first_other


def lines_that_tell(lines: str) -> list[int]:
    """Return the numbers of the lines that hold a word of a wording, or may deny anything.

    A sentence of another line states no figure, not even a zero.
    """
    return _tells()(lines)


@cache
def _tells() -> Callable[[str], list[int]]:
    words = (re.escape(word) for word, _, _ in _words()[0])
    return lines_holding("|".join([*words, DENIES]))


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
