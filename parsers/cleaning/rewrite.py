"""Change every text of a document by one rule, and count what the rule cut.

The texts are those that reach a report: block texts, cells, link texts, the page title, the values
of `<meta>`. A rule is a pure function of one text; structure never changes here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsers.items import Block, Cell, Cut, Document, Link

#: One text in, the text without what was cut, and the cuts in order, out.
Rule = Callable[[str], tuple[str, list["Cut"]]]


def rewrite(document: Document, rule: Rule) -> tuple[Document, list[Cut]]:
    """Return `document` with `rule` applied to all its texts, and all that it cut.

    Cuts outside of the blocks (page title, meta) count too: they are part of what was served.
    """
    pen = _Pen(rule)
    blocks = tuple(pen.block(block) for block in document.blocks)
    title = pen.text(document.page_title) if document.page_title else document.page_title
    meta = tuple((name, pen.text(value)) for name, value in document.meta)
    return replace(document, blocks=blocks, page_title=title, meta=meta), pen.cuts


def merge(cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """Return one cut per kind, quote, action and replacement, counted, in order of appearance."""
    first: dict[tuple[str, str, str, str | None], Cut] = {}
    counts: Counter[tuple[str, str, str, str | None]] = Counter()
    for cut in cuts:
        key = (cut.kind, cut.quote, cut.action, cut.replacement)
        first.setdefault(key, cut)
        counts[key] += cut.count
    return tuple(replace(cut, count=counts[key]) for key, cut in first.items())


def texts(document: Document) -> Iterator[str]:
    """Yield the texts of the document's blocks in reading order, cells one by one."""
    for block in document.blocks:
        if block.is_table:
            yield from (cell.text for row in block.rows for cell in row)
        else:
            yield block.text


def everything(document: Document) -> str:
    """Return all that a rule can meet as one string: to see cheaply that it will meet nothing."""
    around = [document.page_title or "", *(value for _, value in document.meta)]
    links = (link.text for block in document.blocks for link in block.links)
    return "\n".join((*texts(document), *around, *links))


class _Pen:
    """Applies a rule and keeps its cuts; an unchanged block stays the same object."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self.cuts: list[Cut] = []

    def text(self, text: str) -> str:
        if not text:
            return text
        changed, cuts = self._rule(text)
        self.cuts.extend(cuts)
        return changed

    def block(self, block: Block) -> Block:
        text = self.text(block.text)
        rows = tuple(tuple(self._cell(cell) for cell in row) for row in block.rows)
        before = len(self.cuts)
        links = tuple(self._link(link) for link in block.links)
        del self.cuts[before:]  # a link's text is part of its block's, and counted there
        if text == block.text and rows == block.rows and links == block.links:
            return block
        return replace(block, text=text, rows=rows, links=links)

    def _cell(self, cell: Cell) -> Cell:
        text = self.text(cell.text)
        return cell if text == cell.text else replace(cell, text=text)

    def _link(self, link: Link) -> Link:
        text = self.text(link.text)
        return link if text == link.text else replace(link, text=text)
