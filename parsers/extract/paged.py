"""Put the pages of a paged document together: lines and tables → blocks, over page breaks.

A PDF, an OFD and a scan come here, each page as its lines and its ruled tables. Page numbers and
running heads that repeat are left out; a table that goes on over pages is one. Lengths are points.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.extract.drawn import DrawnTable
from parsers.extract.pdf_breaks import goes_on, sew
from parsers.extract.pdf_lines import paragraphs_of
from parsers.items import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.extract.pdf_lines import TextLine

_PAGE_NUMBER = re.compile(
    r"[-—–－─·\s]*(?:第\s?)?\d{1,3}(?:\s?页)?(?:\s?[/／共]\s?\d{1,3}\s?页?)?[-—–－─·\s]*"
)
# Word processors keep the top and bottom tenth of a page for heads and numbers.
_EDGE = 0.1
# A head is repeated; two pages may share a line by chance.
_MIN_REPEATS = 3


@dataclass(slots=True)
class PageContent:
    """What one page shows: its lines outside of tables, and its tables."""

    height: float
    lines: list[TextLine]
    tables: list[DrawnTable]

    @property
    def is_empty(self) -> bool:
        """Whether the page shows no text."""
        return not self.lines and not self.tables


@dataclass(slots=True)
class _Flow:
    """The content in reading order: runs of lines, and tables that may go on over pages."""

    parts: list[list[TextLine] | DrawnTable] = field(default_factory=list)

    def add_line(self, line: TextLine) -> None:
        if self.parts and isinstance(self.parts[-1], list):
            self.parts[-1].append(line)
        else:
            self.parts.append([line])

    def add_table(self, table: DrawnTable, *, first: bool) -> None:
        last = self.parts[-1] if self.parts else None
        if first and isinstance(last, DrawnTable) and goes_on(last, table):
            sew(last, table)
        else:
            self.parts.append(table)

    def blocks(self) -> Iterator[Block]:
        for part in self.parts:
            if isinstance(part, DrawnTable):
                yield part.block()
            else:
                yield from (Block(text=text) for text in paragraphs_of(part))


def blocks_of(pages: Sequence[PageContent]) -> list[Block]:
    """Return the blocks of pages that follow one another."""
    return list(_flow(pages).blocks())


def _flow(pages: Sequence[PageContent]) -> _Flow:
    flow = _Flow()
    heads = _running_heads(pages)
    seen: set[str] = set()
    for page in pages:
        first = True
        lines = [line for line in page.lines if not _is_furniture(line, page, heads, seen)]
        things: list[TextLine | DrawnTable] = [*lines, *page.tables]
        for thing in sorted(things, key=_top):
            if isinstance(thing, DrawnTable):
                flow.add_table(thing, first=first)
            else:
                flow.add_line(thing)
            first = False
    return flow


def _top(thing: TextLine | DrawnTable) -> float:
    return thing.box[1] if isinstance(thing, DrawnTable) else thing.top


def _is_furniture(line: TextLine, page: PageContent, heads: frozenset[str], seen: set[str]) -> bool:
    """Whether a line is the page's number, or a running head that stood on a page before."""
    if not _is_at_edge(line, page):
        return False
    if _PAGE_NUMBER.fullmatch(line.text):
        return True
    if line.text not in heads:
        return False
    known = line.text in seen
    seen.add(line.text)
    return known


def _is_at_edge(line: TextLine, page: PageContent) -> bool:
    edge = _EDGE * page.height
    return line.bottom < edge or line.top > page.height - edge


def _running_heads(pages: Sequence[PageContent]) -> frozenset[str]:
    counts = Counter(
        text
        for page in pages
        for text in {line.text for line in page.lines if _is_at_edge(line, page)}
    )
    return frozenset(text for text, count in counts.items() if count >= _MIN_REPEATS)
