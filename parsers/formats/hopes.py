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
from parsers.patterns import lines_holding, lines_worth_it, literals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parsers.formats.wording import Wording


class Hopes:
    """The wordings' words that a sentence has, and so the wordings that its figures may fit.

    `endings`, `channels` and `pairs` say that a figure may be read without a wording: as an
    outcome, by its channel, as one of two.
    """

    def __init__(self, text: str) -> None:
        """Look once which words stand in the sentence at all."""
        words, words_in = _words()
        found = [words[n] for n in words_in(text)]
        before, behind = _UNASKED
        for _, asks_before, asks_behind, _ in found:
            before |= asks_before
            behind |= asks_behind
        self._possible = before & behind
        self._before = [(word, asks) for word, asks, _, _ in found if asks]
        self._behind = [(word, asks) for word, _, asks, _ in found if asks]
        others = {other for *_, other in found}
        self.endings = "ending" in others
        self.channels = "channel" in others
        self.pairs = "pair" in others
        self._matched: dict[tuple[Wording, str], re.Match[str] | None] = {}
        self.without = self.endings or self.channels or self.pairs

    def beside(self, unit: str, left: str, right: str) -> list[Wording]:
        """Return the wordings in `unit` whose words stand beside a number, in order of trial."""
        possible = self._possible & _counting_in(unit)
        if not possible:
            return []
        before, behind = _UNASKED
        for word, asks in self._before:
            if word in left:
                before |= asks
        hopeful = possible & before
        if not hopeful:
            return []
        for word, asks in self._behind:
            if word in right:
                behind |= asks
        hopeful &= behind
        found = []
        while hopeful:
            lowest = hopeful & -hopeful
            found.append(WORDINGS[lowest.bit_length() - 1])
            hopeful ^= lowest
        return found

    def before(self, wording: Wording, left: str) -> re.Match[str] | None:
        """Return what a wording finds before a number; those of a list have the same words."""
        key = (wording, left)
        if key not in self._matched:
            self._matched[key] = wording.before.search(left)
        return self._matched[key]


#: What no outcome, no channel and no pair is read without: `endings`, `subjects`, `narrative`.
_OTHERS = {
    "ending": frozenset[str]().union(
        *(needles_of(side.pattern) for _, *sides in OUTCOMES for side in sides)
    ),
    "channel": {"微博", "微信", "网"},
    "pair": {"复议", "微博", "微信"},
}

#: A word, the wordings that ask for it before their number, and those that do behind it; what else
#: it is asked for.
_Word = tuple[str, int, int, str]


@cache
def _words() -> tuple[list[_Word], Callable[[str], list[int]]]:
    """Return all words that are asked for, and what tells which of them a text holds."""
    words = [(needle, *asks, "") for needle, asks in _index().items()]
    words += [(word, 0, 0, other) for other, asked in _OTHERS.items() for word in sorted(asked)]
    return words, literals(word for word, *_ in words)


def lines_that_tell(lines: list[str]) -> Sequence[int]:
    """Return the numbers of the lines that may hold a word of a wording, or deny anything.

    A sentence of another line states no figure, not even a zero.
    """
    return lines_worth_it(_tells(), lines)


@cache
def _tells() -> Callable[[str], list[int]]:
    words = (re.escape(word) for word, *_ in _words()[0])
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
