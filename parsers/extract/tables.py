"""Tell tables of data from tables that only lay out prose, and read the cells of the former.

Cells are kept as written, n-th cell n-th: no grid expansion, because headers and data rows disagree
in their colspans (Shanghai 2019). Portals of 2008–2015 lay whole pages out in tables.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from parsers.extract.markup import attributes_in, is_whole, parted, plain
from parsers.extract.visibility import hidden_reason
from parsers.items import Cell
from parsers.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.extract.visibility import Sheet

# The longest cell of the statutory tables is a label with instructions of 160 characters.
_LONG_CELL = 300
_BLOCKS_IN_PROSE = 4
_CELLS = frozenset({"td", "th"})
_SKIPPED = frozenset({"script", "style"})
_BREAKS = frozenset({"br", "p", "div", "li", "td", "tr"})
_BLOCKS = frozenset({"p", "div", "li"})
# A colspan of 1000 is the limit of HTML's standard; a broken number is 1.
_MAX_SPAN, _MOST_DIGITS = 1000, 4

Rows = tuple[tuple[Cell, ...], ...]


class DrawnCell(NamedTuple):
    """A cell as drawn: its tag, its text, and how it is read; None where its attributes hide it."""

    tag: str
    text: str
    cell: Cell | None


class Drawn(NamedTuple):
    """A table as drawn: the attributes of each row, with its cells.

    `end` is where the tag lies that closes it, `captions` are where those of its captions do.
    """

    rows: list[tuple[str, list[DrawnCell]]]
    end: int
    captions: list[int]


def data_table(tags: Sequence[str], texts: Sequence[str], at: int) -> Drawn | None:
    """Return the table whose first tag inside is `at`, None where it holds no data.

    Data has two columns at least, short cells, and no table inside. A few rows around one text of
    paragraphs, however short, lay out a page, unless one of them ends in a number.
    """
    rows: list[tuple[str, list[DrawnCell]]] = []
    row: list[DrawnCell] = []  # cells above the first row are nobody's
    captions: list[int] = []
    texts_of_paragraphs = 0
    while (tag := tags[at]) != "/table":
        if (known := _cells.get(tag)) is not None:
            row.append(known)
            at += 1
            continue
        if tag[:2] in _CELLS and tag[2:3] in _ENDS_NAME:
            begin = at
            cell, at = (_cells[tag], at + 1) if ">" in tag else _parted_cell(tags, texts, at)
            if cell is None:
                return None
            if len(cell.text) > _SHORT_PROSE:
                texts_of_paragraphs += _is_short_prose(cell.text, tags[begin:at])
            row.append(cell)
            continue
        name, _, attributes = tag.partition(" ")
        if name == "table":
            return None
        if name == "tr":
            row = []
            rows.append((attributes, row))
        captions += [at] * (name == "caption")
        at += 1
    columns = max((len(cells) for _, cells in rows), default=0)
    if columns < 2:  # noqa: PLR2004 (one column is prose)
        return None
    if texts_of_paragraphs == 1 and len(rows) <= _FEW_ROWS and columns <= _FEW_COLUMNS:
        return Drawn(rows, at, captions) if _has_figures(rows) else None
    return Drawn(rows, at, captions)


_ENDS_NAME = frozenset({"", " ", ">"})


def _parted_cell(
    tags: Sequence[str], texts: Sequence[str], at: int
) -> tuple[DrawnCell | None, int]:
    """Return a cell that comes in parts, and what comes behind it; None where it is no data."""
    after = _simple(tags, texts, at) or _cell_of(tags, texts, at, f"/{tags[at][:2]}")
    return (None, at) if after is None else (_drawn_cells[tags[at], after[0]], after[1])


def _whole_cell(tag: str) -> DrawnCell | None:
    """Return a cell that comes whole; None where it is no piece of data."""
    opening, _, inside = tag.partition(">")
    text = inside[: inside.rindex("<")]
    if "<" in text:
        text = "".join(_TAG.split(text))
    return None if _is_prose(text, 0) else _drawn((opening, text))


def _drawn(written: tuple[str, str]) -> DrawnCell:
    tag, text = written
    hides = " " in tag and hidden_reason("td", tag[3:]) is not None
    return DrawnCell(tag, text, None if hides else _cell(tag, text))


_TAG = re.compile(r"<[^>]*+(?:>|\Z)")
# The labels of the statutory tables, and most of the numbers, stand on every page.
_cells: Memo[str, DrawnCell | None] = Memo(_whole_cell)
_drawn_cells: Memo[tuple[str, str], DrawnCell] = Memo(_drawn, lambda key: len(key[0] + key[1]))


def _simple(tags: Sequence[str], texts: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return the text of a cell that holds nothing else, and what comes behind it."""
    text = texts[at]
    return None if len(text) > _LONG_CELL or tags[at + 1][0] != "/" else (text, at + 2)


def _cell_of(
    tags: Sequence[str], texts: Sequence[str], at: int, closing: str
) -> tuple[str, int] | None:
    """Return the text of a cell and what comes behind it; None where it is no piece of data.

    A line break inside the cell becomes a space.
    """
    shown, whole, blocks, depth = [texts[at]], [texts[at]], 0, 0
    opening = closing[1:]
    for n in range(at + 1, len(tags)):
        tag, text = tags[n], texts[n]
        if ">" in tag and is_whole(tag):
            held = _held[tag]
            shown += held.shown, text
            whole += held.whole, text
            blocks += held.blocks
            continue
        if tag == closing:
            if not depth:
                return None if _is_prose("".join(whole), blocks) else ("".join(shown), n + 1)
            depth -= 1
        name = tag.partition(" ")[0]
        if name == "table":
            return None
        depth += name == opening
        blocks += name in _BLOCKS
        if name in _BREAKS:
            shown.append(" ")
        whole.append(text)
        if name not in _SKIPPED:
            shown.append(text)
    return None


class Held(NamedTuple):
    """What an element that comes whole adds to a cell: text shown, all text, blocks."""

    shown: str
    whole: str
    blocks: int


def _held_by(tag: str) -> Held:
    shown, whole, blocks = [], [], 0
    for part, text in zip(*parted((tag,), ("",)), strict=True):
        name = part.partition(" ")[0]
        blocks += name in _BLOCKS
        shown += [" "] * (name in _BREAKS) + [text] * (name not in _SKIPPED)
        whole.append(text)
    return Held("".join(shown), "".join(whole), blocks)


_held: Memo[str, Held] = Memo(_held_by)


def _is_prose(text: str, blocks: int) -> bool:
    """Whether a cell is a piece of the page: long text in sentences, or a list of blocks."""
    if len(text) <= _LONG_CELL:
        return False
    text = "".join(plain(text).split())
    if len(text) <= _LONG_CELL:
        return False
    return text.count("。") >= 2 or blocks >= _BLOCKS_IN_PROSE  # noqa: PLR2004


# A town's whole report of 2008, in a cell beside the menu, had 260 characters and six paragraphs;
# tables that lay out a page have a banner, the page and a footer, with a column on each side. The
# statutory table of remedies has 4 rows of up to 15 cells, and a note below.
_SHORT_PROSE, _SENTENCES, _FEW_ROWS, _FEW_COLUMNS = 120, 3, 5, 3
_BREAK = re.compile(r"(?:^|<)(?:br|p|div|li)(?![a-z])")


def _has_figures(rows: list[tuple[str, list[DrawnCell]]]) -> bool:
    """Whether a row is words and, in its last cell, a number: 行政复议数 | 件 | 0."""
    filled = ([cell.text.strip() for cell in cells if cell.text.strip()] for _, cells in rows)
    return any(len(texts) > 1 and texts[-1].isdecimal() for texts in filled)


def _is_short_prose(text: str, tags: Sequence[str]) -> bool:
    """Whether a cell, of these tags, holds a short text in paragraphs."""
    if text.count("。") < _SENTENCES:
        return False
    return sum(len(_BREAK.findall(tag)) for tag in tags) >= _BLOCKS_IN_PROSE


def read_rows(table: Drawn, sheet: Sheet) -> tuple[Rows, list[tuple[str, str]]]:
    """Return the rows of a table of data, and text with reason of each row or cell not shown."""
    rows: list[tuple[Cell, ...]] = []
    unseen: list[tuple[str, str]] = []
    for attributes, drawn in table.rows:
        shown = [cell for _, _, cell in drawn if cell is not None]
        if attributes or sheet or len(shown) != len(drawn):
            shown = _shown_of(attributes, drawn, sheet, unseen)
        if shown:
            rows.append(tuple(shown))
    return tuple(rows), unseen


def _shown_of(
    attributes: str, drawn: list[DrawnCell], sheet: Sheet, unseen: list[tuple[str, str]]
) -> list[Cell]:
    """Return the cells of a row that are shown; add text and reason of the others to `unseen`."""
    row_reason = hidden_reason("tr", attributes, sheet) if attributes else None
    shown = []
    for tag, text, cell in drawn:
        reason = row_reason or (" " in tag and hidden_reason("td", tag[3:], sheet)) or None
        if reason is None:
            shown.append(cell or _cell(tag, text))
        elif words := _one_line(text):
            unseen.append((words, reason))
    return shown


def _cell(tag: str, text: str) -> Cell:
    text, header = _one_line(text), tag.startswith("th")
    if " " not in tag:
        return Cell(text, header=header)
    attributes = attributes_in(tag[3:])
    return Cell(text, _span(attributes.get("colspan")), _span(attributes.get("rowspan")), header)


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())


def _span(value: str | None) -> int:
    if not value:
        return 1
    digits = value.strip().lstrip("0") or "0"
    if not (digits.isascii() and digits.isdigit()):
        return 1
    # `int` refuses a number of thousands of digits.
    return min(max(int(digits), 1), _MAX_SPAN) if len(digits) <= _MOST_DIGITS else _MAX_SPAN
