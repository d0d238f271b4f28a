"""A report's text cut so that each figure's evidence can be marked, wherever figures overlap.

Pure: text and offsets in, blocks out, in reading order; joined, their atoms are the text without
its line ends. Offsets count characters, as the item contract does.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: What parts the cells of a table's row in a report's text.
CELL = " | "
#: Characters of a text that a page shows; the longest real report has some 40,000.
MOST = 300_000


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of text that the same figures rest on: their positions; those that begin here."""

    text: str
    figures: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


@dataclass(slots=True)
class Line:
    """A line of the text: its cells, of which prose has one; a heading's level and place."""

    cells: list[list[Atom]] = field(default_factory=list)
    level: int | None = None
    section: int | None = None

    @property
    def is_row(self) -> bool:
        """Whether it is the row of a table."""
        return len(self.cells) > 1


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are drawn together: the rows of a table, or one line of prose."""

    is_table: bool
    lines: tuple[Line, ...]


def blocks(
    text: str, figures: Iterable[Mapping[str, Any]], sections: Iterable[Mapping[str, Any]]
) -> list[Block]:
    """Return the first `MOST` characters as blocks.

    `figures` have `position`, `start`, `end`; `sections` have `position`, `level`, `start`. Offsets
    outside of the text count for nothing.
    """
    shown = text[:MOST]
    spans = sorted(
        (each["start"], each["end"], each["position"])
        for each in figures
        if each["start"] is not None and 0 <= each["start"] < each["end"] <= len(shown)
    )
    headings = {each["start"]: each for each in sections}
    lines = list(_lines(shown, spans, headings))
    return [
        Block(is_table, tuple(part))
        for is_table, same in groupby(lines, key=lambda line: line.is_row)
        for part in ([list(same)] if is_table else [[line] for line in same])
    ]


def _lines(
    text: str, spans: Sequence[tuple[int, int, int]], headings: Mapping[int, Mapping[str, Any]]
) -> Iterator[Line]:
    start, here = 0, 0
    for written in text.split("\n"):
        end = start + len(written)
        while here < len(spans) and spans[here][1] <= start:
            here += 1
        before = bisect_left(spans, (end,))
        crossing = [span for span in spans[here:before] if span[1] > start]
        heading = headings.get(start)
        line = Line(
            level=heading["level"] if heading else None,
            section=heading["position"] if heading else None,
        )
        at = start
        for cell in written.split(CELL):
            line.cells.append(list(_atoms(text, at, at + len(cell), crossing)))
            at += len(cell) + len(CELL)
        yield line
        start = end + 1


def _atoms(
    text: str, start: int, end: int, spans: Sequence[tuple[int, int, int]]
) -> Iterator[Atom]:
    edges = {start, end}
    for span in spans:
        edges |= {edge for edge in span[:2] if start < edge < end}
    for left, right in pairwise(sorted(edges)):
        over = [span for span in spans if span[0] < right and span[1] > left]
        yield Atom(
            text[left:right],
            tuple(span[2] for span in over),
            tuple(span[2] for span in over if span[0] == left),
        )


def around(text: str, start: int, end: int) -> tuple[str, str, str]:
    r"""Return the evidence in its line: what stands before it, itself, what stands behind it.

    >>> around("一\n全年收到12件，已办结\n二", 6, 8)
    ('全年收到', '12', '件，已办结')
    """
    left = text.rfind("\n", 0, start) + 1
    right = text.find("\n", end)
    return text[left:start], text[start:end], text[end : len(text) if right < 0 else right]
