"""See the rows of every table of a report, however the table was written down.

Three ways are known: drawn tables, runs of bar lines (both are tables of the layout already), and
tables whose cells, or whose rows, became lines of their own when a page was pasted or a PDF was
read. Rows stay as written, the n-th cell the n-th. This module knows no metric; it splits a row
into labels and data and lines data cells up with headers whose colspans differ.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.layout import Span
from parsers.numbers import UNITS, cell_value, is_blank_cell
from parsers.shown import once
from parsers.vocabulary import fold, may_be_rows, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.layout import Layout, Line

Row = tuple[Span, ...]

# The longest statutory label (（六）2. of 2021) has 39 characters, with its row's numbers below 70;
# labels that kept their filling-in instructions are longer.
MAX_ROW_LINE = 120
# Under this many known labels a run of short lines is prose.
MIN_KNOWN_LABELS = 4

# A number of a row that is a line; strokes stand for what is not stated.
_DATA = r"(?:[+－-]|增加?|减少?)?[\d０-９,.]+|[-－—/]{1,2}"
_TRAILING_NUMBERS = re.compile(rf"(?<! )(?: ++(?:{_DATA})){{1,60}} *$")
_ENDS_IN_DATUM = re.compile(r"[\d０-９,./\-－— ]")
# A row's group and its own label on one line: 三、本年度办理结果 （一）予以公开.
_NEXT_LABEL = re.compile(r"(?<! ) ++(?=[（(][一二三四五六七][)）]|\d[.、])")
_TOKEN = re.compile(_DATA)
# How a sentence goes on behind a number that stood on a line of its own.
_RUN_ON = re.compile(rf"(?:{UNITS})?[，,。；;、)）]|(?:{UNITS})[^ ]{{4}}")
_GOES_ON = frozenset("，,。；;、)）" + "".join(unit[0] for unit in UNITS.split("|")))
_PARTED = re.compile(r"[，,。；;：:]")
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]|其中[：:]")
# Marks within brackets part no sentence; most lines of prose have neither.
_APART = re.compile(r"[（(]|其中")
_ROW_OPENERS = re.compile(r"^(?:信息内容|第?二十条第|行政复议$|.*勾稽关系)")


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one table. `loose` says that they were put together from lines.

    A loose grid has lost its blank cells, so that only a full row can be believed.
    """

    rows: tuple[Row, ...]
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A row's label cells and its data cells; `offset` is the index of the first data cell."""

    labels: tuple[Span, ...]
    data: tuple[Span, ...]
    offset: int


@once
def grids(layout: Layout) -> list[Grid]:
    """Return the tables of the layout, then those that are written as lines, each in order."""
    drawn = [Grid(table.rows) for table in layout.tables]
    return drawn + [Grid(rows, loose=True) for rows in _line_tables(layout.lines)]


def part_row(row: Row) -> Parts:
    """Split a row: data begin behind the last label that stands before the first number.

    >>> cells = [Span(t, 0, 0) for t in ("", "（三）不予公开", "", "1.属于国家秘密", "", "4")]
    >>> part_row(tuple(cells)).offset
    4
    """
    labels = []
    for n, cell in enumerate(row):
        if cell_value(cell.text) is not None:
            break
        if not is_blank_cell(cell.text):
            labels.append(n)
    offset = labels[-1] + 1 if labels else 0
    return Parts(tuple(row[n] for n in labels), row[offset:], offset)


def has_number(cells: Sequence[Span]) -> bool:
    """Whether any of the cells holds a number."""
    return any(cell_value(cell.text) is not None for cell in cells)


def under_headers(data: Sequence[Span], headers: Sequence[Span]) -> list[Span] | None:
    """Return the data cells that stand under the filled headers, in their order, None if unclear.

    Both are cells behind the row's label. Headers and data of one width line up by place, so that
    a merged cell's blanks fall out; else the n-th cell belongs to the n-th header (Shanghai 2019).
    """
    filled = [n for n, cell in enumerate(headers) if not is_blank_cell(cell.text)]
    if len(data) == len(headers):
        strays = [n for n in range(len(data)) if n not in filled]
        if not has_number([data[n] for n in strays]):
            return [data[n] for n in filled]
    if has_number(data[len(filled) :]):
        return None
    return list(data[: len(filled)])


def _line_tables(lines: Sequence[Line]) -> Iterator[tuple[Row, ...]]:
    """Yield the rows of each run of short lines that names enough statutory labels."""
    run: list[Line] = []
    for line in (*lines, None):
        torn = line is not None and _runs_on(run, line)
        if line is not None and len(line.text) <= MAX_ROW_LINE and not torn:
            run.append(line)
            continue
        if torn:
            _drop_torn(run)
        if _known_labels(run) >= MIN_KNOWN_LABELS:
            yield tuple(_rows_of_lines(run))
        run = []


def _runs_on(run: Sequence[Line], line: Line) -> bool:
    """Whether a line goes on with the sentence of a bare number above it."""
    goes_on = line.text[0] in _GOES_ON and _RUN_ON.match(line.text) is not None
    return bool(run) and goes_on and _is_number_line(run[-1])


def _drop_torn(run: list[Line]) -> None:
    """Take off the number and the words before it: 共制发规范性文件, 43, 件,废止2件 is prose."""
    while run and _is_number_line(run[-1]):
        run.pop()
    if run:
        run.pop()


def _is_number_line(line: Line) -> bool:
    return cell_value(line.text) is not None


def _known_labels(lines: Sequence[Line]) -> int:
    if len(lines) < MIN_KNOWN_LABELS:
        return 0
    if len(lines) > _MOST_REMEMBERED:
        lines = [lines[n] for n in may_be_rows([line.text for line in lines])]
    return len({name for line in lines if (name := _known_label(line.text))})


# Of so many lines most stand on other pages, too, and are remembered by themselves.
_MOST_REMEMBERED = 300


def _known_label(text: str) -> str | None:
    """Return a name for a line that is a label; a piece of a torn sentence is none."""
    if ("，" in text or "。" in text) and not _APART.search(text):
        return None
    label = _TRAILING_NUMBERS.sub("", text) if _ENDS_IN_DATUM.match(text[-1:]) else text
    if _PARTED.search(label) and _PARTED.search(_BRACKETS.sub("", label)):
        return None
    return row_of(fold(label))


def _rows_of_lines(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield rows: a label that follows a number, or that opens a row by its words, starts one."""
    row: list[Span] = []
    for line in lines:
        for span in _tokens(line):
            if row and not _is_datum(span) and (_is_datum(row[-1]) or _opens_row(span.text)):
                yield tuple(row)
                row = []
            row.append(span)
    if row:
        yield tuple(row)


def _is_datum(span: Span) -> bool:
    """Whether a cell holds a number, or the stroke that stands for none."""
    return cell_value(span.text) is not None or is_blank_cell(span.text)


def _opens_row(text: str) -> bool:
    folded = fold(text)
    return bool(_ROW_OPENERS.search(folded)) or row_of(folded) is not None


def _tokens(line: Line) -> Iterator[Span]:
    """Yield a line's cells: its label, and the numbers that stand behind it apart from it."""
    tail = _TRAILING_NUMBERS.search(line.text)
    label_end = tail.start() if tail else len(line.text)
    at = 0
    for cut in (*_NEXT_LABEL.finditer(line.text, 0, label_end), None):
        end = cut.start() if cut else label_end
        if end > at:
            yield Span(line.text[at:end], line.start + at, line.start + end)
        at = cut.end() if cut else end
    if tail:
        for token in _TOKEN.finditer(line.text, label_end):
            yield Span(token.group(), line.start + token.start(), line.start + token.end())


@once
def lines_in_tables(layout: Layout) -> frozenset[int]:
    """Return the starts of the paragraphs that are a labelled row of a table written as lines."""
    covered: set[int] = set()
    starts, ends = [line.start for line in layout.lines], [line.end for line in layout.lines]
    for grid in grids(layout):
        for row in grid.rows if grid.loose else ():
            parts = part_row(row)
            if not has_number(parts.data) or not any(_known_label(c.text) for c in parts.labels):
                continue
            low, high = row[0].start, row[-1].end
            covered.update(starts[bisect_right(ends, low) : bisect_left(starts, high)])
    return frozenset(covered)
