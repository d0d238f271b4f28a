"""Change every text of a document by one rule, and count what the rule cut.

The texts are those that reach a report: block texts, cells, link texts, the page title, the values
of `<meta>`. A rule is a pure function of one text; structure never changes here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from parsers.items import Block, Cell

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from parsers.items import Cut, Document, Link

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
    more: dict[tuple[str, str, str, str | None], int] = {}
    for cut in cuts:
        key = (cut.kind, cut.quote, cut.action, cut.replacement)
        if key in first:
            more[key] = more.get(key, 0) + cut.count
        else:
            first[key] = cut
    for again, count in more.items():
        first[again] = replace(first[again], count=first[again].count + count)
    return tuple(first.values())


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
            return block if text == block.text else _worded(block, text)
        rows = self._rows(block.rows)
        before = len(self.cuts)
        links = tuple(self._link(link) for link in block.links)
        del self.cuts[before:]  # a link's text is part of its block's, and counted there
        if text == block.text and rows == block.rows and links == block.links:
            return block
        return replace(block, text=text, rows=rows, links=links)

    def _rows(self, rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
        if not rows:
            return rows
        old = [cell.text for row in rows for cell in row]
        new = ((n, self.text(old[n])) for n in _hit(old, self._concerns))
        changed = {n: text for n, text in new if text != old[n]}
        return _with(rows, changed) if changed else rows

    def _link(self, link: Link) -> Link:
        text = self.text(link.text)
        return link if text == link.text else link._replace(text=text)


def _worded(block: Block, text: str) -> Block:
    """Return a block of words alone with others: `dataclasses.replace` takes thrice as long."""
    return Block(text, (), (), block.tag, block.hidden, block.main)


def _with(
    rows: tuple[tuple[Cell, ...], ...], changed: dict[int, str]
) -> tuple[tuple[Cell, ...], ...]:
    """Return `rows` with texts of cells changed, by number: row by row from 0, in order."""
    starts = list(accumulate(map(len, rows), initial=0))
    made = list(rows)
    for row, cells in groupby(changed, key=lambda n: bisect_right(starts, n) - 1):
        written = list(rows[row])
        for n in cells:
            old = written[n - starts[row]]
            # `dataclasses.replace` takes four times as long, and cells are many.
            written[n - starts[row]] = Cell(changed[n], old.colspan, old.rowspan, old.header)
        made[row] = tuple(written)
    return tuple(made)


def _hit(cells: list[str], concerns: re.Pattern[str] | AbstractSet[str] | None) -> Iterable[int]:
    """Return the cells that a rule concerns, in order: cells are many, searches are dear."""
    if concerns is None:
        return range(len(cells))
    if isinstance(concerns, AbstractSet):
        return [n for n, text in enumerate(cells) if text in concerns]
    return _touched(cells, concerns)


def _touched(lines: list[str], pattern: re.Pattern[str]) -> list[int]:
    """Return the lines that a pattern touches, in order."""
    whole = "\n".join(lines)
    found = pattern.search(whole)
    ends = list(accumulate([len(line) + 1 for line in lines])) if found else []
    hits: list[int] = []
    while found is not None:
        start, end = found.span()
        first = bisect_right(ends, start)
        last = first if end <= ends[first] else bisect_left(ends, end, first)
        hits.extend(range(first, last + 1))
        found = pattern.search(whole, ends[last]) if last + 1 < len(ends) else None
    return hits
