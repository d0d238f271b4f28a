"""Hold what a sentence may state, and pick the headline figure of each metric.

A report states a figure more than once: in its overview, for its channels, for last year, for one
bureau. One of them is the organ's own. The surest wording decides, then an exact number before a
rounded one, then place; where sentences give several bodies their figures side by side and none is
the whole, all are parts. A doubtful headline costs more than a missing one.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from parsers.figures import MAX_EVIDENCE
from parsers.items import Fact
from parsers.vocabulary import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.numbers import Qualifier

_WHOLE = re.compile(
    r"全[市县区省州镇乡局委办院系年社国]|共|累计|总|合计|本年度?|我[市县区省州镇乡局委办厅]"
)
# Given place by place or channel by channel (电话, 现场), often behind one 共 that spans them all.
_ADDED_UP = frozenset(
    {"requests.consultations", "institution.reading_points", "institution.reading_visits"}
)
_JURISDICTION = re.compile(r"全[市县区省州镇乡国]")


class Candidate(NamedTuple):
    """A figure that a sentence may state. Offsets are the text's; `statement` is its offset.

    `lead` is the clause before the number, `under` whether a 其中 stands before it in the sentence.
    """

    metric: str
    value: float
    label: str
    start: int
    end: int
    at: int
    statement: int
    rank: int = 0
    qualifier: Qualifier = "exact"
    part: bool = False
    lead: str = ""
    under: bool = False


def headlines(candidates: Iterable[Candidate]) -> list[Fact]:
    """Return the facts: of each metric one of scope organ at most, the others as parts.

    A figure repeated with its value is one fact.
    """
    by_metric = sorted(candidates, key=lambda c: c.metric)
    facts: list[Fact] = []
    for _, group in groupby(by_metric, key=lambda c: c.metric):
        facts += _of_one_metric(list(group))
    return facts


def _of_one_metric(group: Sequence[Candidate]) -> list[Fact]:
    own = [c for c in group if not c.part]
    head = _head(own)
    if head is None:
        return [_fact(c, "part") for c in _unrepeated(group)]
    rest = [c for c in group if c is not head and c.value != head.value]
    return [_fact(head, "organ"), *(_fact(c, "part") for c in _unrepeated(rest))]


def _head(own: Sequence[Candidate]) -> Candidate | None:
    """Return the headline among figures that may be it, None where none stands out."""
    if any(c.value for c in own):
        # Numbers outweigh "none was received": the latter then speaks of one body or channel.
        own = [c for c in own if c.value or "0" in c.label or c.rank < 0] or own
    least = 0.0
    while own:
        best = min(own, key=_how_sure)
        beside = [c for c in own if c is not best and _is_beside(c, best)]
        if best.value >= least and _stands_out(best, beside):
            return best
        if best.value < least:
            return None
        # Bodies side by side: another sentence may give their whole, no less than their sum.
        least = best.value + sum(c.value for c in beside)
        own = [c for c in own if c.statement != best.statement]
    return None


def _is_beside(other: Candidate, best: Candidate) -> bool:
    """Whether a sentence gives two figures as equals: none is 其中 of the other."""
    as_sure = other.rank == best.rank or best.metric in _ADDED_UP
    among = other.under and not best.under
    return other.statement == best.statement and as_sure and not among


def _how_sure(candidate: Candidate) -> tuple[int, bool, bool, int]:
    """Return a key: wording, then an exact number, then the whole jurisdiction's, then place."""
    whole = _JURISDICTION.search(candidate.lead) is not None
    return candidate.rank, candidate.qualifier != "exact", not whole, candidate.at


def _stands_out(best: Candidate, beside: Sequence[Candidate]) -> bool:
    """Whether a figure is the whole of those that its own sentence gives beside it."""
    if not beside or all(c.value == best.value and c.label == best.label for c in beside):
        return True
    if best.metric in _ADDED_UP:
        return False
    if best.value == 0:
        return all(c.value == 0 for c in beside)
    if best.value == sum(c.value for c in beside) and len(beside) > 1:
        return True
    return bool(_WHOLE.search(best.lead)) and not any(_WHOLE.search(c.lead) for c in beside)


def _unrepeated(group: Sequence[Candidate]) -> list[Candidate]:
    """Return one candidate a value and place."""
    seen: set[tuple[float, int]] = set()
    kept = []
    for candidate in sorted(group, key=lambda c: (c.rank, c.at)):
        if (candidate.value, candidate.at) not in seen:
            seen.add((candidate.value, candidate.at))
            kept.append(candidate)
    return kept


def _fact(candidate: Candidate, scope: Literal["organ", "part"]) -> Fact:
    start = max(candidate.start, candidate.end - MAX_EVIDENCE)
    return Fact(
        candidate.metric,
        candidate.value,
        unit_of(candidate.metric),
        scope,
        candidate.label,
        "prose",
        start,
        candidate.end,
        candidate.qualifier,
    )
