"""Read a Word document of 1997–2007 (DOC, WPS) into blocks: paragraphs and tables in their order.

Cells come with their spans: columns by the widths that each row states, rows by its marks of
vertical merging. Field codes and deleted text are left out, hidden text stays, marked; numbers that
Word counts by itself are counted. Runs in the worker only (`worker.py`). The converters that
could be had lose the cells of wide tables; sources: [MS-DOC], files by two other writers.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from parsers.extract.doc_binary import Properties, WordBinary
from parsers.extract.drawn import Drawn, DrawnTable
from parsers.extract.numbering import Numbering
from parsers.items import Block

_CELL, _PARAGRAPH = "\x07", "\r"
_ENDS = frozenset((_CELL, _PARAGRAPH, "\x0c"))
_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_SPACES = {"\x0b": " ", "\x09": " ", "\x0e": " ", "\x1e": "-", "\xa0": " "}
_IN_TABLE, _ROW_END = 0x2416, 0x2417
_INNER_CELL, _INNER_ROW, _DEPTH = 0x244B, 0x244C, 0x6649
_ROW, _MERGED_DOWN = 0xD608, 0xD62B
_VANISH, _DELETED = 0x083C, 0x0800
_LEVEL, _LIST = 0x260A, 0x460B
_DESCRIPTION = 20
_TWIPS = 20.0
_GOES_ON, _DOWN = 1, 3


@dataclass(slots=True)
class _Placed:
    """A cell of one row: its text, its sides in points, and how it is merged."""

    text: str
    left: float
    right: float
    across: bool = False
    down: bool = False


def read_doc(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of a DOC and what could not be read."""
    word = WordBinary(body)
    levels, lists = word.levels()
    reader = _Reader(word, Numbering(levels, lists))
    reader.read()
    return reader.blocks, [] if reader.blocks else ["the document holds no text"]


@dataclass(slots=True)
class _Reader:
    """Walk the paragraphs; keep the blocks, the cells of the open row, the rows of the table."""

    word: WordBinary
    numbering: Numbering
    blocks: list[Block] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _rows: list[list[_Placed]] = field(default_factory=list)
    _fields: list[bool] = field(default_factory=list)

    def read(self) -> None:
        """Append the blocks of the main text."""
        start = 0
        text = self.word.text
        for cp, character in enumerate(text):
            if character in _ENDS:
                self._paragraph(start, cp)
                start = cp + 1
        if start < len(text):
            self._paragraph(start, len(text) - 1, whole=True)
        self._close_table()

    def _paragraph(self, start: int, mark: int, *, whole: bool = False) -> None:
        properties = self.word.paragraph(mark)
        shown, unseen = self._texts(start, mark + whole)
        if _is_on(properties, _ROW_END):
            self._row(properties)
        elif self.word.text[mark] == _CELL:
            self._line(shown, properties)
            self._cells.append(" ".join(self._lines))
            self._lines.clear()
        elif _is_on(properties, _IN_TABLE):
            self._line(shown, properties)
        else:
            self._close_table()
            self._line(shown, properties)
            self.blocks += (Block(text=line) for line in self._lines)
            self._lines.clear()
        if unseen:
            self.blocks.append(Block(text=unseen, hidden="vanish"))

    def _line(self, text: str, properties: Properties) -> None:
        if text:
            self._lines.append(f"{self._number(properties)}{text}")

    def _number(self, properties: Properties) -> str:
        name = properties.get(_LIST)
        if name is None:
            return ""
        level = properties.get(_LEVEL, b"\0")[0]
        return self.numbering.count(str(int.from_bytes(name, "little")), level)

    def _texts(self, start: int, end: int) -> tuple[str, str]:
        """Return what a reader sees of these characters on one line, and what is hidden."""
        shown: list[str] = []
        unseen: list[str] = []
        for text, properties in self.word.spans(start, end):
            written = "".join(filter(None, map(self._written, text)))
            if _is_on(properties, _VANISH):
                unseen.append(written)
            elif not _is_on(properties, _DELETED):
                shown.append(written)
        return _joined(shown), _joined(unseen)

    def _written(self, character: str) -> str:
        """Return what `character` writes; follow the fields, whose codes are no text."""
        if character == _FIELD:
            self._fields.append(True)
        elif character == _RESULT and self._fields:
            self._fields[-1] = False
        elif character == _FIELD_END and self._fields:
            self._fields.pop()
        elif any(self._fields):
            return ""
        elif character in _SPACES:
            return _SPACES[character]
        elif character >= " ":
            return character
        return ""

    def _row(self, properties: Properties) -> None:
        placed = _placed(self._cells, properties)
        self._cells.clear()
        if placed:
            self._rows.append(placed)

    def _close_table(self) -> None:
        if self._cells or self._lines:  # cells without the end of their row
            self.blocks += (Block(text=text) for text in (*self._cells, *self._lines) if text)
            self._cells.clear()
            self._lines.clear()
        if not self._rows:
            return
        table = DrawnTable(_merged(self._rows), (0.0, 0.0, 0.0, 0.0), [])
        self._rows = []
        if table.columns > 1:
            self.blocks.append(table.block())
        else:  # a frame around prose
            self.blocks += (Block(text=c.text) for row in table.rows for c in row if c.text)


def _is_on(properties: Properties, opcode: int) -> bool:
    return properties.get(opcode, b"\0")[0] == 1


def _joined(parts: list[str]) -> str:
    text = "".join(parts)
    # Word keeps a character outside of the basic plane as two.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(text.split())


def _placed(texts: list[str], properties: Properties) -> list[_Placed]:
    """Return the cells of a row with their sides; without a definition all are a point wide."""
    sides, flags = _definition(properties)
    if len(sides) <= len(texts):
        sides = [10.0 * n for n in range(len(texts) + 1)]
    cells = []
    for n, text in enumerate(texts):
        flag = flags[n] if n < len(flags) else 0
        across, down = flag & 3 == _GOES_ON, (flag >> 5) & 3 == _GOES_ON
        cells.append(_Placed(text, sides[n], sides[n + 1], across, down))
    return cells


def _definition(properties: Properties) -> tuple[list[float], list[int]]:
    """Return the sides of a row's cells in points, and the flags of each cell ([MS-DOC] TC80)."""
    raw = properties.get(_ROW, b"")
    count = raw[2] if len(raw) > 2 else 0  # noqa: PLR2004 (a length of two bytes, then the count)
    if len(raw) < 3 + 2 * (count + 1):
        return [], []
    sides = [value / _TWIPS for value in struct.unpack_from(f"<{count + 1}h", raw, 3)]
    rest = raw[3 + 2 * (count + 1) :]
    flags = [
        int.from_bytes(rest[at : at + 2], "little")
        for at in range(0, min(len(rest), count * _DESCRIPTION) - 1, _DESCRIPTION)
    ]
    return sides, _merged_down(properties, flags + [0] * (count - len(flags)))


def _merged_down(properties: Properties, flags: list[int]) -> list[int]:
    """Return the flags with what the modifier of vertical merging changes in them."""
    raw = properties.get(_MERGED_DOWN, b"")
    if len(raw) > 2 and raw[1] < len(flags):  # noqa: PLR2004 (a length, the cell, the merging)
        flags[raw[1]] = flags[raw[1]] & ~0x60 | (raw[2] & 3) << 5
    return flags


def _merged(rows: list[list[_Placed]]) -> list[list[Drawn]]:
    """Return the rows as a table of HTML holds them: a merged cell stands once, with its spans."""
    left = min((row[0].left for row in rows), default=0.0)
    drawn: list[list[Drawn]] = []
    above: dict[int, Drawn] = {}
    for row in rows:
        cells: list[Drawn] = []
        here: dict[int, Drawn] = {}
        for cell in row:
            side = round(cell.left - left)
            over = above.get(side)
            if cell.across and cells:
                cells[-1].right = cell.right - left
            elif cell.down and over is not None:
                over.rowspan += 1
                here[side] = over
            else:
                cells.append(Drawn(cell.text, cell.left - left, cell.right - left, 1))
                here[side] = cells[-1]
        above = here
        drawn.append(cells)
    return drawn
