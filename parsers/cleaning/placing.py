"""Tell of which changed texts the findings of a step are: a finding says what it quotes, not where.

Pure. Two findings of the same words cannot always be told apart: where one put something back, its
replacement stands now, or the words stood twice; else both are told.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from parsers.cleaning.quoted import Quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.cleaning.quoted import Allowance
    from parsers.items import Cut

#: A text that changed: its number, what it was and what it is.
Changed = tuple[int, str, str]
#: The number of a script, which is none of a page's texts.
SCRIPT = -1

# A finding is told of all texts that hold it until so many are told, and of one behind.
_MOST_TOLD = 100_000
# After so many findings of a rule that are of other texts, one behind another, its others wait.
_MOST_MISSED = 100
# What is left of the allowance when no finding is sought in all texts, or at all.
_FOR_ALL, _FOR_DOUBTS = 0.5, 0.25


class Placing:
    """Seeks findings in changed texts: each once, then in all of them, as far as allowed.

    `unsought` are those that were not sought, `is_whole` says that all were in all texts.
    """

    def __init__(self, shown: Sequence[Changed], findings: list[Cut], allowance: Allowance) -> None:
        self._before = Quoted((was for _, was, _ in shown), allowance)
        self._after = Quoted((stands for _, _, stands in shown), allowance)
        self._allowance = allowance
        self._findings = findings
        # The texts that hold a finding's quote, each with the place, as far as they are known.
        self._held: dict[int, dict[int, int]] = {}
        self._seek_each_until_many_are_missed()
        self.is_whole = self._seek_all_that_are_found()
        self.is_whole &= not self._seek_the_others()
        self.unsought = {id(cut) for cut in findings}.difference(self._held)

    def _seek_each_until_many_are_missed(self) -> None:
        """Seek findings in order: of a rule's, those of texts without a row come last, mostly."""
        missed: Counter[str] = Counter()
        for cut in self._findings:
            if not self._allowance.has(_FOR_ALL):
                return
            if missed[cut.rule] < _MOST_MISSED:
                missed[cut.rule] = 0 if self._seek(cut) else missed[cut.rule] + 1

    def _seek_all_that_are_found(self) -> bool:
        """Seek what was found in all texts; return whether there was time for it."""
        told = 0
        for cut in _in_turn(cut for cut in self._findings if self._held.get(id(cut))):
            if told >= _MOST_TOLD or not self._allowance.has(_FOR_ALL):
                return False
            held = self._held[id(cut)] = dict(self._before.holders(cut.quote))
            told += len(held)
        return True

    def _seek_the_others(self) -> bool:
        """Seek each that was not sought yet; return whether one was left or found.

        From the last one: those of a page's title come behind those of its blocks.
        """
        others = [cut for cut in reversed(self._findings) if id(cut) not in self._held]
        found = [self._allowance.has(_FOR_DOUBTS) and self._seek(cut) for cut in others]
        return any(found) or not all(id(cut) in self._held for cut in others)

    def _seek(self, cut: Cut) -> bool:
        found = self._before.next_holder(cut.quote)
        self._held[id(cut)] = dict([found] if found else ())
        return found is not None

    def placed(self) -> list[list[Cut]]:
        """Return for each text the findings whose quote it held, in order.

        What was restored is told where its replacement stands now, and what was removed of the same
        words is told elsewhere, or where they stood twice: if there is such a text.
        """
        restored: dict[str, set[int]] = {}
        told: dict[int, list[int]] = {}
        for cut in sorted(self._findings, key=lambda cut: cut.action != "restored"):
            held = self._held.get(id(cut), {})
            if cut.action == "restored":
                fitting = self._put_back(cut, held)
                restored.setdefault(cut.quote, set()).update(fitting)
            else:
                others = restored.get(cut.quote, set())
                fitting = [n for n in held if n not in others or self._repeats(cut, n, held[n])]
            told[id(cut)] = fitting or [*held]
        placed: list[list[Cut]] = [[] for _ in self._before.texts]
        for cut in self._findings:
            for number in told[id(cut)]:
                placed[number].append(cut)
        return placed

    def _put_back(self, cut: Cut, held: dict[int, int]) -> list[int]:
        """Return which texts hold the replacement now."""
        if not self._allowance.has(_FOR_DOUBTS):
            return []
        now = dict(self._after.holders(cut.replacement or ""))
        return [number for number in held if number in now]

    def _repeats(self, cut: Cut, number: int, start: int) -> bool:
        return self._allowance.has(_FOR_DOUBTS) and self._before.repeats(cut.quote, number, start)


def _in_turn(findings: Iterable[Cut]) -> list[Cut]:
    """Return these findings, one of each rule after another."""
    rank: Counter[str] = Counter()
    ranked: list[tuple[int, Cut]] = []
    for cut in findings:
        rank[cut.rule] += 1
        ranked.append((rank[cut.rule], cut))
    return [cut for _, cut in sorted(ranked, key=itemgetter(0))]
