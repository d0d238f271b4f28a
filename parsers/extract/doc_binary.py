"""Take apart the streams of a Word document of 1997–2007 (DOC): characters and their properties.

Knows [MS-DOC]: the FIB, the piece table, the pages of property runs (FKP), property modifiers
(sprm), list definitions. WPS writes the same format under .wps and .doc. What the characters mean
(cells, rows, fields) is `doc.py`'s. Offsets are bytes, positions (cp) count characters.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import olefile

from parsers.extract.numbering import Level
from parsers.extract.worker import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Property modifiers by opcode: the operand's bytes.
Properties = dict[int, bytes]

_MAGIC = 0xA5EC
_WORD_97 = 0x00C1
_LOCKED, _SECOND_TABLE = 0x0100, 0x0200
_CCP_TEXT, _FC_LCB = 76, 154
_CHARACTER_RUNS, _PARAGRAPH_RUNS, _PIECES, _LISTS, _LIST_NAMES = 12, 13, 33, 73, 74
_PAGE = 512
# A document of 60 pages has 90,000 characters.
_MAX_CHARACTERS = 4_000_000
# The size of an operand by the three upper bits of its opcode; 6 says it itself.
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
_TABLE_DEFINITION, _TABS, _HUGE = 0xD608, 0xC615, 0x6646
# Number formats (MSONFC) by their names in DOCX.
_FORMS = {
    0: "decimal", 10: "ideographDigital", 11: "japaneseCounting", 14: "decimal",
    18: "decimalEnclosedCircle", 28: "decimalEnclosedCircleChinese", 30: "ideographDigital",
    35: "taiwaneseCountingThousand", 37: "chineseCounting", 39: "chineseCountingThousand",
}  # fmt: skip
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters that lie together in the file."""

    start: int
    end: int
    offset: int
    width: int

    def at(self, cp: int) -> int:
        return self.offset + (cp - self.start) * self.width


class WordBinary:
    """One DOC: its main text, and the properties of each paragraph and run of characters.

    Raises Unreadable where it is locked, older than Word 97, or damaged.
    """

    def __init__(self, body: bytes) -> None:
        try:
            self._open(body)
        except (OSError, struct.error, IndexError, ValueError, UnicodeError) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable(f"the document is damaged ({type(error).__name__})") from error

    def _open(self, body: bytes) -> None:
        with olefile.OleFileIO(BytesIO(body)) as container:
            self._main = _stream(container, "WordDocument")
            magic, version = struct.unpack_from("<HH", self._main)
            flags = _word(self._main, 10)
            if magic != _MAGIC or version < _WORD_97:
                raise Unreadable("the document was written by a Word older than 97")
            if flags & _LOCKED:
                raise Unreadable("the document is locked by a password")
            self._table = _stream(container, "1Table" if flags & _SECOND_TABLE else "0Table")
            self._data = _stream(container, "Data") if container.exists("Data") else b""
        self._length = min(_long(self._main, _CCP_TEXT), _MAX_CHARACTERS)
        self._pieces = list(self._read_pieces())
        self._starts = [piece.start for piece in self._pieces]
        self.text = "".join(map(self._characters, self._pieces))[: self._length]
        self._paragraphs = _Runs(self._main, self._table_part(_PARAGRAPH_RUNS), _paragraph_bytes)
        self._runs = _Runs(self._main, self._table_part(_CHARACTER_RUNS), _character_bytes)

    def _table_part(self, index: int) -> bytes:
        """Return what the pair of offset and length number `index` of the FIB points to."""
        offset, length = struct.unpack_from("<II", self._main, _FC_LCB + 8 * index)
        return self._table[offset : offset + length]

    def _read_pieces(self) -> Iterator[_Piece]:
        table = self._table_part(_PIECES)
        at = 0
        while table[at] == 1:  # property modifiers of pieces: saved fast, not text
            at += 3 + _word(table, at + 1)
        plc = table[at + 5 : at + 5 + _long(table, at + 1)]
        count = (len(plc) - 4) // 12
        ends = struct.unpack_from(f"<{count + 1}I", plc)
        for n in range(count):
            offset = _long(plc, 4 * (count + 1) + 8 * n + 2)
            narrow = bool(offset & 0x40000000)
            offset &= 0x3FFFFFFF
            start = offset // 2 if narrow else offset
            if ends[n] < ends[n + 1] <= _MAX_CHARACTERS * 2:
                yield _Piece(ends[n], ends[n + 1], start, 1 if narrow else 2)

    def _characters(self, piece: _Piece) -> str:
        raw = self._main[piece.offset : piece.at(piece.end)]
        text = raw.decode("cp1252" if piece.width == 1 else "utf-16-le", "replace")
        # A surrogate pair is two positions: keep one character a position.
        return text if len(text) == piece.end - piece.start else _a_character_each(raw)

    def _piece(self, cp: int) -> _Piece | None:
        """Return the piece that holds position `cp`: a file saved fast has thousands."""
        n = bisect_right(self._starts, cp) - 1
        return self._pieces[n] if n >= 0 and cp < self._pieces[n].end else None

    def paragraph(self, cp: int) -> Properties:
        """Return the properties of the paragraph whose mark stands at position `cp`."""
        piece = self._piece(cp)
        raw = self._paragraphs.at(piece.at(cp)) if piece is not None else b""
        found = modifiers(raw[2:])  # the style's number comes first
        huge = found.get(_HUGE)
        if huge is None:
            return found
        at = _long(huge, 0)
        return modifiers(self._data[at + 2 : at + 2 + _word(self._data, at)])

    def spans(self, start: int, end: int) -> Iterator[tuple[str, Properties]]:
        """Yield the characters from `start` to `end` by runs, each with its properties."""
        cp = start
        while cp < end:
            piece = self._piece(cp)
            if piece is None:
                return
            offset = piece.at(cp)
            raw, limit = self._runs.run(offset)
            stop = min(end, piece.end, cp + max((limit - offset) // piece.width, 1))
            yield self.text[cp:stop], modifiers(raw)
            cp = stop

    def levels(self) -> tuple[dict[tuple[str, int], Level], dict[str, str]]:
        """Return the levels of all lists, and each list by the number that paragraphs name it."""
        try:
            return dict(self._read_levels()), self._list_names()
        except (struct.error, IndexError, UnicodeError):
            return {}, {}

    def _list_names(self) -> dict[str, str]:
        table = self._table_part(_LIST_NAMES)
        count = min(_long(table, 0), len(table) // 16) if table else 0
        return {str(n + 1): str(_long(table, 4 + 16 * n)) for n in range(count)}

    def _read_levels(self) -> Iterator[tuple[tuple[str, int], Level]]:
        table = self._table_part(_LISTS)
        if not table:
            return
        offset, length = struct.unpack_from("<II", self._main, _FC_LCB + 8 * _LISTS)
        at = offset + length  # the levels stand behind the lists
        for n in range(_word(table, 0)):
            head = table[2 + 28 * n : 30 + 28 * n]
            for level in range(1 if head[26] & 1 else _LEVELS):
                start, form = struct.unpack_from("<iB", self._table, at)
                at += 28 + self._table[at + 24] + self._table[at + 25]
                count = _word(self._table, at)
                text = self._table[at + 2 : at + 2 + 2 * count].decode("utf-16-le")
                at += 2 + 2 * count
                shown = "".join(f"%{ord(c) + 1}" if ord(c) < _LEVELS else c for c in text)
                yield (str(_long(head, 0)), level), Level(_FORMS.get(form, ""), shown, start)


class _Runs:
    """Runs of properties: which bytes of the main stream have which."""

    def __init__(self, main: bytes, plc: bytes, read: _Reader) -> None:
        self._main, self._read = main, read
        count = max((len(plc) - 4) // 8, 0)
        self._starts = struct.unpack_from(f"<{count + 1}I", plc) if count else ()
        self._pages = struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ()

    def at(self, offset: int) -> bytes:
        """Return the property bytes of the run that holds `offset`."""
        return self.run(offset)[0]

    def run(self, offset: int) -> tuple[bytes, int]:
        """Return the property bytes of the run that holds `offset`, and where it ends."""
        n = bisect_right(self._starts, offset) - 1
        if not 0 <= n < len(self._pages):
            return b"", offset + 1
        start = (self._pages[n] & 0x3FFFFF) * _PAGE
        page = self._main[start : start + _PAGE]
        count = page[-1]
        starts = struct.unpack_from(f"<{count + 1}I", page)
        k = min(max(bisect_right(starts, offset) - 1, 0), count - 1)
        return self._read(page, count, k), starts[k + 1]


def _paragraph_bytes(page: bytes, count: int, k: int) -> bytes:
    at = page[4 * (count + 1) + 13 * k] * 2
    if not at:
        return b""
    size = page[at]
    if size:
        return page[at + 1 : at + 2 * size]
    return page[at + 2 : at + 2 + 2 * page[at + 1]]


def _character_bytes(page: bytes, count: int, k: int) -> bytes:
    at = page[4 * (count + 1) + k] * 2
    return page[at + 1 : at + 1 + page[at]] if at else b""


if TYPE_CHECKING:
    from collections.abc import Callable

    _Reader = Callable[[bytes, int, int], bytes]


def modifiers(raw: bytes) -> Properties:
    """Return the property modifiers in `raw`; what is cut off at its end is left out."""
    found: Properties = {}
    at = 0
    while at + 2 <= len(raw):
        opcode = _word(raw, at)
        at += 2
        size = _OPERANDS[opcode >> 13]
        if opcode == _TABLE_DEFINITION and at + 2 <= len(raw):
            size = _word(raw, at) + 1
        elif not size and at < len(raw):
            size = 1 + (raw[at] if opcode != _TABS or raw[at] != 0xFF else 0)  # noqa: PLR2004
        if not size or at + size > len(raw):
            break
        found[opcode] = raw[at : at + size]
        at += size
    return found


def _stream(container: olefile.OleFileIO[BytesIO], name: str) -> bytes:
    if not container.exists(name):
        raise Unreadable(f"the document has no part {name}")
    with container.openstream(name) as stream:
        return bytes(stream.read())


def _a_character_each(raw: bytes) -> str:
    return "".join(chr(code) for (code,) in struct.iter_unpack("<H", raw[: len(raw) // 2 * 2]))


def _word(raw: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", raw, at)[0])


def _long(raw: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", raw, at)[0])
