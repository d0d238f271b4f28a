"""Change every text of a document by one rule, and count what the rule cut.

The texts are those that reach a report: block texts, cells, link texts, the page title, the values
of `<meta>`. A rule is a pure function of one text; structure never changes here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from parsers.items import Block, Cell, Cut, Document, Link

#: One text in, the text without what was cut, and the cuts in order, out.
Rule = Callable[[str], tuple[str, list["Cut"]]]


def rewrite(
    document: Document, rule: Rule, concerns: re.Pattern[str] | AbstractSet[str] | None = None
) -> tuple[Document, list[Cut]]:
    """Return `document` with `rule` applied to all its texts, and all that it cut.

    `concerns` are the texts that are the rule's business, or what is found in each of these. Then
    it looks for no text's beginning or end: a table's cells are looked through as one. Cuts outside
    of the blocks (page title, meta) count too: they are part of what was served.
    """
    pen = _Pen(rule, concerns)
    blocks = tuple(map(pen.block, document.blocks))
    title = pen.text(document.page_title) if document.page_title else document.page_title
    meta = tuple((name, pen.text(value)) for name, value in document.meta)
    if not pen.wrote:
        return document, pen.cuts
    return replace(document, blocks=blocks, page_title=title, meta=meta), pen.cuts


def merge(cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """Return one cut per kind, quote, action and replacement, counted, in order of appearance."""
    first: dict[tuple[str, str, str, str | None], Cut] = {}
    counts: Counter[tuple[str, str, str, str | None]] = Counter()
    for cut in cuts:
        key = (cut.kind, cut.quote, cut.action, cut.replacement)
        first.setdefault(key, cut)
        counts[key] += cut.count
    return tuple(
        cut if cut.count == counts[key] else replace(cut, count=counts[key])
        for key, cut in first.items()
    )


def texts(document: Document) -> Iterator[str]:
    """Yield the texts of the document's blocks in reading order, cells one by one."""
    for block in document.blocks:
        if block.rows:
            yield from [cell.text for row in block.rows for cell in row]
        else:
            yield block.text


def everything(document: Document) -> str:
    """Return all that a rule can meet as one string: to see cheaply that it will meet nothing.

    A link's text is left out where its block holds it, as blocks do.
    """
    parts = [document.page_title or "", *(value for _, value in document.meta)]
    for block in document.blocks:
        inside = block.text
        if block.rows:
            inside = "\n".join([cell.text for row in block.rows for cell in row])
        parts.append(inside)
        if len(block.links) > _MANY_LINKS:
            parts += [link.text for link in block.links]
        elif block.links:
            parts += [link.text for link in block.links if link.text not in inside]
    return "\n".join(parts)


# To look for each link of a block in its text takes time as the square of their number.
_MANY_LINKS = 100


class _Pen:
    """Applies a rule and keeps its cuts; an unchanged block stays the same object."""

    def __init__(self, rule: Rule, concerns: re.Pattern[str] | AbstractSet[str] | None) -> None:
        self._rule = rule
        self._concerns = concerns
        self._is_concerned: Callable[[str], object] = bool
        if isinstance(concerns, AbstractSet):
            self._is_concerned = concerns.__contains__
        elif concerns is not None:
            self._is_concerned = concerns.search
        self.cuts: list[Cut] = []
        self.wrote = False

    def text(self, text: str) -> str:
        if not text or not self._is_concerned(text):
            return text
        changed, cuts = self._rule(text)
        self.cuts.extend(cuts)
        self.wrote = self.wrote or changed != text
        return changed

    def block(self, block: Block) -> Block:
        text = self.text(block.text)
        if not block.rows and not block.links:
            return block if text == block.text else replace(block, text=text)
        rows = self._rows(block.rows)
        before = len(self.cuts)
        links = tuple(self._link(link) for link in block.links)
        del self.cuts[before:]  # a link's text is part of its block's, and counted there
        if text == block.text and rows == block.rows and links == block.links:
            return block
        return replace(block, text=text, rows=rows, links=links)

    def _rows(self, rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
        hits = _hit(rows, self._concerns)
        if not hits:
            return rows
        changed = list(rows)
        for n in hits:
            changed[n] = tuple(map(self._cell, rows[n]))
        return tuple(changed)

    def _cell(self, cell: Cell) -> Cell:
        text = self.text(cell.text)
        return cell if text == cell.text else replace(cell, text=text)

    def _link(self, link: Link) -> Link:
        text = self.text(link.text)
        return link if text == link.text else replace(link, text=text)


def _hit(
    rows: tuple[tuple[Cell, ...], ...], concerns: re.Pattern[str] | AbstractSet[str] | None
) -> list[int]:
    """Return the rows that a rule concerns, in order: cells are many, searches are dear."""
    if concerns is None:
        return list(range(len(rows)))
    if isinstance(concerns, AbstractSet):
        cells = ([cell.text for cell in row] for row in rows)
        return [n for n, row in enumerate(cells) if not concerns.isdisjoint(row)]
    return _touched(["\n".join([cell.text for cell in row]) for row in rows], concerns)


def _touched(lines: list[str], pattern: re.Pattern[str]) -> list[int]:
    """Return the lines that a pattern touches, in order."""
    whole = "\n".join(lines)
    found = pattern.search(whole)
    ends = list(accumulate(len(line) + 1 for line in lines)) if found else []
    hits: dict[int, None] = {}
    while found is not None:
        first = bisect_right(ends, found.start())
        last = max(first, bisect_left(ends, found.end()))
        hits.update(dict.fromkeys(range(first, last + 1)))
        found = pattern.search(whole, ends[last])
    return list(hits)
