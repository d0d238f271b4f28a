"""Two reports laid side by side: figures that differ, prose as a diff. Pure.

Prose is compared line by line, and a line that was rewritten character by character. Work is
bounded: past a number of lines the rest is not compared, past a length a line is shown whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from crawler.explore.evidence import CELL
from crawler.stores.metrics import labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.explore.grids import Figure

#: Lines of prose of one report that are compared; a real one has some 100 to 400.
MOST_LINES = 1500
#: Characters of a line, past which it is shown as rewritten whole.
MOST_CHARACTERS = 1500

#: A piece of a line, and whether the other side lacks it.
Piece = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Pair:
    """A metric in both reports; None where one does not state it."""

    metric: str
    label: str
    left: Figure | None
    right: Figure | None

    @property
    def differs(self) -> bool:
        """Whether the two values are not the same."""
        return self.value(self.left) != self.value(self.right)

    @property
    def change(self) -> float | None:
        """Right less left, where both are stated."""
        left, right = self.value(self.left), self.value(self.right)
        return None if left is None or right is None else right - left

    @staticmethod
    def value(figure: Figure | None) -> float | None:
        """Return a side's value."""
        return figure.value if figure else None


def pairs(left: Sequence[Figure], right: Sequence[Figure]) -> list[Pair]:
    """Return the organ's own figures of both, in the vocabulary's order; the first of each metric.

    A table's figure goes before a sentence's, as everywhere.
    """
    sides = [_own(left), _own(right)]
    known = labels()
    order = {metric: place for place, metric in enumerate(known)}
    metrics = sorted(
        sides[0].keys() | sides[1].keys(), key=lambda each: order.get(each, len(order))
    )
    return [
        Pair(metric, known.get(metric, metric), sides[0].get(metric), sides[1].get(metric))
        for metric in metrics
    ]


def _own(figures: Sequence[Figure]) -> dict[str, Figure]:
    order = {"correction": 0, "table": 1, "prose": 2}
    own = [figure for figure in figures if figure.scope == "organ"]
    found: dict[str, Figure] = {}
    for figure in sorted(own, key=lambda each: order[each.method]):
        found.setdefault(figure.metric, figure)
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """Lines that stand across from one another: the same, or what is gone and what has come."""

    same: bool
    left: tuple[tuple[Piece, ...], ...]
    right: tuple[tuple[Piece, ...], ...]


def changes(left: str, right: str) -> list[Change]:
    r"""Return the prose of two texts as changes, in order; rows of tables are left out.

    >>> [change.same for change in changes("一\n全年12件", "一\n全年15件")]
    [True, False]
    """
    ours, theirs = _prose(left), _prose(right)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    found = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            lines = tuple(((line, False),) for line in ours[i1:i2])
            found.append(Change(same=True, left=lines, right=lines))
        else:
            found += _across(ours[i1:i2], theirs[j1:j2])
    return found


def _across(left: list[str], right: list[str]) -> Iterator[Change]:
    """Yield a change a line: the n-th of one side against the n-th of the other."""
    for place in range(max(len(left), len(right))):
        ours = left[place] if place < len(left) else None
        theirs = right[place] if place < len(right) else None
        if ours is not None and theirs is not None:
            first, second = _within(ours, theirs)
            yield Change(same=False, left=(first,), right=(second,))
        else:
            yield Change(
                same=False,
                left=() if ours is None else (((ours, True),),),
                right=() if theirs is None else (((theirs, True),),),
            )


def _within(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both lines in pieces, each with whether the other side lacks it."""
    if max(len(left), len(right)) > MOST_CHARACTERS:
        return ((left, True),), ((right, True),)
    ours: list[Piece] = []
    theirs: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        changed = tag != "equal"
        if i2 > i1:
            ours.append((left[i1:i2], changed))
        if j2 > j1:
            theirs.append((right[j1:j2], changed))
    return tuple(ours), tuple(theirs)


def _prose(text: str) -> list[str]:
    lines = [line for line in text.split("\n") if line.strip() and CELL not in line]
    return lines[:MOST_LINES]
