"""Show what cleaning does to a page, text by text, so that a person can judge a rule.

Runs the same steps as `clean` and sets each changed text beside what became of it. Pure: it writes
nothing and knows no colours; `crawler/clean_report.py` shows it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, islice
from operator import ne
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel, Postfix, Prefix

from parsers.cleaning import changes
from parsers.cleaning.joined import PART
from parsers.patterns import bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from parsers.cleaning import Change
    from parsers.cleaning.flat import Flat
    from parsers.items import Cut, Document, KnownOrgan

#: A piece of a text: "same", "cut" (stood there), "put" (stands there now), "doubt" (both).
Piece = tuple[str, str]

# Beyond this a text is compared by its two ends only: a farm of 5 MB is one change. Two texts of
# half as much take a millisecond.
_LONGEST_COMPARED = 4000
# A step of a farm may change a hundred thousand texts: nobody reads on after so many rows. What
# only another script changes, all texts of a page mostly, needs no judging.
_MOST_ROWS = 1000
_FEW_ROWS = {"script": 3}
# To find the texts of a farm's hundred thousand findings, each is sought in each: through so many
# characters, which takes half a second at worst. A search of a short text takes as long as fifty.
_MOST_SOUGHT, _A_SEARCH = 200_000_000, 50
# What is kept of a text on either side of a doubt: a line of megabytes may hold a thousand.
_AROUND = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One changed or doubted text: where it stands, the findings in it, and what it became.

    `before` and `after` are the text in pieces; a text that is gone has no `after`, and of one that
    is doubted they hold what stands near. The last row of a step may stand for many `texts`, or
    only for findings, and has neither piece; it tells a finding of each rule.
    """

    step: str
    place: str
    findings: tuple[Cut, ...]
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    texts: int = 1


def explain(document: Document, known: KnownOrgan | None) -> list[Row]:
    """Return what each step changes or flags in `document`, in the order of the steps.

    Of a step that has thousands of rows at most a thousand, and one that says how many more. Time
    is linear in the page's length.
    """
    teller = _Teller()
    return [row for change in changes(document, known) for row in teller.rows(change)]


def pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces, what they share marked.

    >>> pieces("甲bet乙", "甲乙")
    ((('same', '甲'), ('cut', 'bet'), ('same', '乙')), (('same', '甲乙'),))
    """
    start = Prefix.similarity(before, after)
    end = Postfix.similarity(before[start:], after[start:])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    left: list[Piece] = [("same", before[:start])]
    right: list[Piece] = [("same", before[:start])]
    for was, stands, same in _middle(old, new):
        left.append(("same" if same else "cut", was))
        right.append(("same" if same else "put", stands))
    tail = ("same", before[len(before) - end :])
    return _joined([*left, tail]), _joined([*right, tail])


def _middle(old: str, new: str) -> Iterator[tuple[str, str, bool]]:
    if not old or not new or len(old) + len(new) > _LONGEST_COMPARED:
        yield old, new, False
        return
    words, others = _WORDS.findall(old), _WORDS.findall(new)
    for each in Indel.opcodes(words, others):
        was = "".join(words[each.src_start : each.src_end])
        stands = "".join(others[each.dest_start : each.dest_end])
        yield was, stands, each.tag == "equal"


# A word of Latin letters is compared whole: else it is what any other has letters of.
_WORDS = bounded(r"[A-Za-z\u00c0-\u024f]{1,20}|[\s\S]")


def _joined(parts: list[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for kind, text in parts:
        if text and joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + text)
        elif text:
            joined.append((kind, text))
    return tuple(joined)


class _Teller:
    """Tells of a page's changes in their order; what it told of each step, it remembers."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._doubts: set[tuple[str, str]] = set()

    def rows(self, change: Change) -> list[Row]:
        """Return the rows of a change: of changed texts, of doubts, of what else was found."""
        changed, findings = _changed(change.was, change.made), _distinct(change.cuts)
        room = max(0, _FEW_ROWS.get(change.step, _MOST_ROWS) - self._rows[change.step])
        rows = [*islice(_of_texts(change, changed, findings), room)]
        left = len(changed) - len(rows)
        doubts = [cut for cut in findings if cut.action == "flagged"]
        new = [cut for cut in doubts if (cut.rule, cut.quote) not in self._doubts]
        self._doubts.update((cut.rule, cut.quote) for cut in new)
        rows += islice(_of_doubts(change, new), room - len(rows))
        told = {id(cut) for row in rows for cut in row.findings}
        told.update({id(cut) for cut in doubts}.difference(map(id, new)))
        untold = [cut for cut in findings if id(cut) not in told]
        if not left and len(findings) <= _most_sought(was for _, was, _ in changed):
            here, untold = untold[: room - len(rows)], untold[room - len(rows) :]
            rows += [_unplaced(change, cut) for cut in here]
        if left or untold:
            rows.append(_more(change, left, findings if left else untold))
        self._rows[change.step] += len(rows)
        return rows


def _distinct(cuts: Iterable[Cut]) -> list[Cut]:
    """Return the findings that quote something, each once however often it was found, in order."""
    found: dict[tuple[str | None, ...], Cut] = {}
    for cut in cuts:
        if cut.quote:
            found.setdefault((cut.kind, cut.quote, cut.action, cut.rule, cut.replacement), cut)
    return [*found.values()]


#: A text that changed: its number, -1 for a script, what it was and what it is.
_Changed = tuple[int, str, str]


def _changed(was: Flat, made: Flat) -> list[_Changed]:
    """Return the texts of a page that are others now, "" where one is gone, in order."""
    if made is was:
        return []
    now = made.texts.became(was.texts)
    changed = [(n, *pair) for n, pair in enumerate(zip(was.texts, now, strict=True)) if ne(*pair)]
    if made.scripts is not was.scripts:
        left = Counter(was.scripts) - Counter(made.scripts)
        changed += [(_SCRIPT, script, "") for script in left.elements()]
    return changed


_SCRIPT = -1


def _places(page: Flat) -> Callable[[int], str]:
    """Return what tells where the text of a number stands."""
    heads = ["title", *(f"meta {name}" for name, _ in page.meta)]

    def place(number: int) -> str:
        if number == _SCRIPT:
            return "script"
        if number < page.first:
            return heads[number]
        (owner,) = page.shape.owners([number])
        block = page.blocks[owner]
        if block.rows:
            return "cell"
        return f"hidden {block.tag}" if page.shape.is_hidden(owner) else block.tag

    return place


def _of_texts(change: Change, changed: list[_Changed], findings: list[Cut]) -> Iterator[Row]:
    """Yield a row for each of these texts with the findings that quote it.

    Where there are more findings than can be sought, only for texts that hold one of those.
    """
    texts = [was for _, was, _ in changed]
    sought = findings[: _most_sought(texts)]
    if len(sought) < len(findings):
        holding = {number for _, number, _ in _firsts(sought, texts)}
        changed = [*map(changed.__getitem__, sorted(holding))]
    place = _places(change.was)
    for number, was, stands in changed:
        found = tuple(cut for cut in sought if cut.quote in was)
        yield Row(change.step, place(number), found, *pieces(was, stands))


def _of_doubts(change: Change, doubts: list[Cut]) -> Iterator[Row]:
    """Yield a row for each finding that is only told: flagged, and left as it stands."""
    if not doubts:
        return
    page, place = change.made, _places(change.made)
    texts = [*page.texts, *page.scripts]
    for cut, number, start in _firsts(doubts[: _most_sought(texts)], texts):
        text, end = texts[number], start + len(cut.quote)
        left, right = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        parts = (("same", left), ("doubt", cut.quote), ("same", right))
        where = place(number if number < len(page.texts) else _SCRIPT)
        yield Row(change.step, where, (cut,), parts, parts)


def _firsts(findings: Iterable[Cut], texts: Sequence[str]) -> Iterator[tuple[Cut, int, int]]:
    """Yield each finding whose quote one of `texts` holds, the number of the first, its place."""
    whole = PART.join(texts)
    starts = [*accumulate((len(text) + len(PART) for text in texts), initial=0)]
    for cut in findings:
        at = whole.find(cut.quote)
        if at >= 0:
            number = bisect_right(starts, at) - 1
            yield cut, number, at - starts[number]


def _most_sought(texts: Iterable[str]) -> int:
    """Return how many findings may be sought in such texts."""
    return _MOST_SOUGHT // (_MOST_ROWS * _A_SEARCH + sum(map(len, texts)))


def _unplaced(change: Change, cut: Cut) -> Row:
    """Return the row of a finding that no text holds alone: a table's, of several cells."""
    kind = "doubt" if cut.action == "flagged" else "cut"
    return Row(change.step, "page", (cut,), ((kind, cut.quote),), (), 0)


def _more(change: Change, texts: int, findings: list[Cut]) -> Row:
    """Return the row that stands for all that are not shown, with a finding of each rule."""
    rules = {(cut.kind, cut.action, cut.rule): cut for cut in findings}
    count, what = (texts, "text") if texts else (len(findings), "finding")
    place = f"{count:,} more {what}{'s' if count > 1 else ''}"
    if len(rules) > 1:
        place = f"among {place}"
    return Row(change.step, place, (*rules.values(),), (), (), texts)
