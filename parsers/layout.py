"""Lay a document out as one text; remember where every paragraph and table cell lies in it.

`Report.text` is what this module gives: the main, not hidden blocks, one a line, table rows as
`cell | cell`. Readers of figures work on the text and cite offsets into it, so this is the only
place where text is put together. Tables keep their rows as written: no grid expansion, since
headers and data rows disagree in their colspans on real pages (Shanghai 2019) and only "the n-th
cell under the n-th header" survives that. It never changes a word, it only folds white space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.items import Block, Document

_BARS = re.compile(r"[|｜]")

_BETWEEN = " | "

# One line with bars is a menu or a footer; seed 003's tables are runs of 12 and more such lines.
MIN_BAR_LINES = 3


class Span(NamedTuple):
    """A piece of the text: `text` is `Layout.text[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table's span and its rows of cell spans, as written; `drawn` is False for bar lines."""

    start: int
    end: int
    rows: tuple[tuple[Span, ...], ...]
    drawn: bool = True


class Line(NamedTuple):
    """One paragraph of the text; `block` is its index in the document, `tag` its element."""

    text: str
    start: int
    end: int
    block: int
    tag: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A document as one text. `lines` (paragraphs only) and `tables` are in reading order.

    `blocks` holds one (start, end) for each block that was laid out, tables included. `kept` is
    what readers worked out of it (`shown.once`), no part of what it is.
    """

    text: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    blocks: tuple[tuple[int, int], ...]
    kept: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)


def lay_out(document: Document) -> Layout:
    """Return the document's main, not hidden blocks as one text with the spans of all its parts.

    Where no block is main, all that are not hidden are taken. Empty paragraphs give no line.
    Runs of at least `MIN_BAR_LINES` paragraphs with bars are seen as tables (and not as lines).
    """
    blocks = document.blocks
    shown = [(n, block) for n, block in enumerate(blocks) if block.main and block.hidden is None]
    shown = shown or [(n, block) for n, block in enumerate(blocks) if block.hidden is None]
    pen = _Pen()
    for number, block in shown:
        if block.rows:
            pen.write_table(block)
        else:
            pen.write_line(block, number)
    return pen.layout()


class _Pen:
    """Write blocks below one another, and note where each came to lie."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at = 0
        self._lines: list[Line] = []
        self._tables: list[Table] = []
        self._blocks: list[tuple[int, int]] = []

    def write_line(self, block: Block, number: int) -> None:
        text = _one_line(block.text)
        if not text:
            return
        start, end = self._at, self._at + len(text)
        self._lines.append(_line((text, start, end, number, block.tag)))
        self._put(text, end)

    def write_table(self, block: Block) -> None:
        written = [[_one_line(cell.text) for cell in row] for row in block.rows]
        filled = [cells for cells in written if any(cells)]
        if not filled:
            return
        start = self._at
        text = "\n".join(map(_BETWEEN.join, filled))
        rows = tuple(_spans(filled, start))
        end = start + len(text)
        self._tables.append(Table(start, end, rows))
        self._put(text, end)

    def layout(self) -> Layout:
        text = "\n".join(self._parts)
        lines, barred = _part_bar_runs(self._lines)
        tables = sorted([*self._tables, *barred], key=lambda table: table.start)
        return Layout(text, lines, tuple(tables), tuple(self._blocks))

    def _put(self, text: str, end: int) -> None:
        """Write a block, which ends at `end`, on lines of its own."""
        self._parts.append(text)
        self._blocks.append((self._at, end))
        self._at = end + 1


# What `Span(...)` makes of its three values, in half the time: a report has hundreds of cells.
_span = partial(tuple.__new__, Span)
_line = partial(tuple.__new__, Line)


def _spans(rows: Iterable[Sequence[str]], at: int) -> Iterator[tuple[Span, ...]]:
    """Yield the spans of a table's cells row by row; its text begins at `at`."""
    for cells in rows:
        row = []
        for text in cells:
            end = at + len(text)
            row.append(_span((text, at, end)))
            at = end + len(_BETWEEN)
        at += len("\n") - len(_BETWEEN)
        yield tuple(row)


def _one_line(text: str) -> str:
    """Return `text` on one line; runs of white space (also no-break) become one space."""
    if text.isalnum():  # so are most cells
        return text
    return " ".join(text.replace("\u200b", "").split())


def _part_bar_runs(lines: Sequence[Line]) -> tuple[tuple[Line, ...], list[Table]]:
    """Return the lines that are prose, and the tables that runs of bar lines make up."""
    if sum(_has_bar(line.text) for line in lines) < MIN_BAR_LINES:
        return tuple(lines), []
    prose: list[Line] = []
    tables: list[Table] = []
    for run in _runs(lines):
        if len(run) >= MIN_BAR_LINES and _has_bar(run[0].text):
            # A bar that opens every line closes nothing: | 结果维持 | 结果纠正 |.
            opened = all(line.text.lstrip()[:1] in _BAR_SIGNS for line in run)
            rows = tuple(tuple(_cells(line))[opened:] for line in run)
            tables.append(Table(run[0].start, run[-1].end, rows, drawn=False))
        else:
            prose.extend(run)
    return tuple(prose), tables


_BAR_SIGNS = ("|", "｜")


def _has_bar(text: str) -> bool:
    return "|" in text or "｜" in text


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield maximal runs of neighbouring lines that all have bars, or all have none."""
    run: list[Line] = []
    for line in lines:
        if run and _joins(run[-1], line):
            run.append(line)
            continue
        if run:
            yield run
        run = [line]
    if run:
        yield run


def _joins(before: Line, line: Line) -> bool:
    same = _has_bar(before.text) == _has_bar(line.text)
    return same and line.start == before.end + 1


def _cells(line: Line) -> Iterator[Span]:
    """Yield the cells of a bar line; a bar at the end closes the last cell and opens none."""
    at = 0
    pieces = _BARS.split(line.text)
    if pieces and not pieces[-1].strip():
        pieces.pop()
    for piece in pieces:
        bare = piece.strip()
        start = line.start + at + (len(piece) - len(piece.lstrip()) if bare else 0)
        yield Span(bare, start, start + len(bare))
        at += len(piece) + 1
