"""Show what cleaning does to a page, text by text, so that a person can judge a rule.

Runs the same steps as `clean` and sets each changed text beside what became of it. Pure: it writes
nothing and knows no colours; `crawler/clean_report.py` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from parsers.cleaning import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.cleaning import Change
    from parsers.items import Cut, Document, KnownOrgan

#: A piece of a text: "same", "cut" (stood there), "put" (stands there now), "doubt" (both).
Piece = tuple[str, str]

# Beyond this a text is compared by its two ends only: a farm of 5 MB is one change.
_LONGEST_COMPARED = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """One changed or doubted text: where it stands, the findings in it, and what it became.

    `before` and `after` are the text in pieces; a text that is gone has no `after`.
    """

    step: str
    place: str
    findings: tuple[Cut, ...]
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def explain(document: Document, known: KnownOrgan | None) -> list[Row]:
    """Return what each step changes or flags in `document`, in the order of the steps."""
    rows: list[Row] = []
    told: set[tuple[str, str]] = set()
    for change in changes(document, known):
        rows += _of_change(change)
        rows += _doubts(change, told)
    return rows


def pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces, what they share marked.

    >>> pieces("甲bet乙", "甲乙")
    ((('same', '甲'), ('cut', 'bet'), ('same', '乙')), (('same', '甲乙'),))
    """
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    left: list[Piece] = [("same", before[:start])]
    right: list[Piece] = [("same", before[:start])]
    for was, stands, same in _middle(old, new):
        left.append(("same" if same else "cut", was))
        right.append(("same" if same else "put", stands))
    tail = ("same", before[len(before) - end :] if end else "")
    return _joined([*left, tail]), _joined([*right, tail])


def _middle(old: str, new: str) -> Iterator[tuple[str, str, bool]]:
    if not old or not new or len(old) + len(new) > _LONGEST_COMPARED:
        yield old, new, False
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        yield old[a:b], new[c:d], tag == "equal"


def _shared(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _joined(parts: list[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for kind, text in parts:
        if text and joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + text)
        elif text:
            joined.append((kind, text))
    return tuple(joined)


def _of_change(change: Change) -> Iterator[Row]:
    if change.after is change.before:
        return
    before, after = _texts(change.before), _texts(change.after)
    open_cuts = [cut for cut in change.cuts if cut.action != "flagged" or cut.quote]
    for (place, was), (_, stands) in _pairs(before, after):
        findings = tuple(_once(cut for cut in open_cuts if cut.quote and cut.quote in was))
        left, right = pieces(was, stands)
        yield Row(change.step, place, findings, left, right)


def _doubts(change: Change, told: set[tuple[str, str]]) -> Iterator[Row]:
    """Yield a row for each finding that is only told: flagged, and left as it stands."""
    for cut in change.cuts:
        left = any(cut.quote in text for _, text in _texts(change.after))
        if cut.action != "flagged" or not left or (cut.rule, cut.quote) in told:
            continue
        told.add((cut.rule, cut.quote))
        where, text = next((p, t) for p, t in _texts(change.after) if cut.quote in t)
        start = text.index(cut.quote)
        parts = (
            ("same", text[:start]),
            ("doubt", cut.quote),
            ("same", text[start + len(cut.quote) :]),
        )
        yield Row(change.step, where, (cut,), parts, parts)


def _once(cuts: Iterator[Cut]) -> Iterator[Cut]:
    seen: set[tuple[str, str, str | None]] = set()
    for cut in cuts:
        key = (cut.rule, cut.quote, cut.replacement)
        if key not in seen:
            seen.add(key)
            yield cut


Text = tuple[str, str]


def _texts(document: Document) -> list[Text]:
    """Return every text with its place: title, meta, scripts, then blocks and cells."""
    found = [("title", document.page_title or "")]
    found += [(f"meta {name}", value) for name, value in document.meta]
    found += [("script", script) for script in document.scripts]
    for block in document.blocks:
        place = f"hidden {block.tag}" if block.hidden else block.tag
        if block.rows:
            found += [("cell", cell.text) for row in block.rows for cell in row]
        else:
            found.append((place, block.text))
    return found


def _pairs(before: list[Text], after: list[Text]) -> Iterator[tuple[Text, Text]]:
    """Yield each text that differs beside what became of it, "" where it is gone."""
    old, new = [text for _, text in before], [text for _, text in after]
    if len(old) == len(new):
        yield from ((b, a) for b, a in zip(before, after, strict=True) if b[1] != a[1])
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        stands = [*after[c:d], *((place, "") for place, _ in before[a + d - c : b])]
        yield from zip(before[a:b], stands, strict=False)
