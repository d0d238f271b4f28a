"""Read a Word document (DOCX) into blocks: paragraphs and tables in the order of its body.

Reads `word/document.xml` of ECMA-376 directly: gridSpan and vMerge become spans, deleted text and
the second copy of alternate content are left out, hidden text stays, marked. Numbers that Word
counts by itself (一、 （一） 1.) are counted from `word/numbering.xml`. Runs in the worker only
(`worker.py`), after the limits of `archives.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # expat >= 2.6 refuses entity bombs; the worker has limits

from parsers.extract.archives import opened, unpack
from parsers.extract.numbering import numbering_of
from parsers.extract.worker import Unreadable
from parsers.items import Block, Cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from parsers.extract.numbering import Numbering

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BODY = "word/document.xml"
# Deleted text, field codes, the other copy of a drawing, and properties are no text.
_SILENT = frozenset(
    {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pPr", f"{_W}rPr", _FALLBACK}
)
_BREAKS = frozenset({f"{_W}tab", f"{_W}br", f"{_W}cr"})
# Nested containers (content controls, text boxes) of honest files are 4 deep.
_MAX_DEPTH = 200


def read_docx(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of a DOCX and what could not be read."""
    with opened(body) as archive:
        content = _parsed(unpack(archive, _BODY))
        parts = set(archive.namelist())
        numbering = "word/numbering.xml"
        counted = _parsed(unpack(archive, numbering)) if numbering in parts else None
    reader = _Reader(numbering_of(counted))
    reader.read(content)
    blocks = reader.blocks
    return blocks, [] if blocks else ["the document holds no text"]


def _parsed(xml: bytes) -> Element:
    try:
        return ElementTree.fromstring(xml)  # noqa: S314 (see the import)
    except ElementTree.ParseError as error:
        raise Unreadable(f"the document's XML is damaged ({error})") from error


@dataclass(slots=True)
class _Reader:
    """Walk the body; keep the blocks and the counts of numbered paragraphs."""

    numbering: Numbering
    blocks: list[Block] = field(default_factory=list)

    def read(self, element: Element, depth: int = 0) -> None:
        """Append the blocks of everything below `element`."""
        if depth > _MAX_DEPTH:
            raise Unreadable("the document is nested too deep")
        for child in element:
            if child.tag == f"{_W}p":
                self._paragraph(child, depth)
            elif child.tag == f"{_W}tbl":
                self._table(child, depth)
            elif child.tag not in _SILENT:
                self.read(child, depth + 1)

    def _paragraph(self, paragraph: Element, depth: int) -> None:
        text, unseen = _texts(paragraph)
        text = self._numbered(paragraph, text)
        if text:
            self.blocks.append(Block(text=text))
        if unseen:
            self.blocks.append(Block(text=unseen, hidden="vanish"))
        for box in _boxes(paragraph):
            self.read(box, depth + 1)

    def _numbered(self, paragraph: Element, text: str) -> str:
        return f"{self.numbering.number_of(paragraph)}{text}" if text else ""

    def _table(self, table: Element, depth: int) -> None:
        rows = [list(_children(row, "tc")) for row in _children(table, "tr")]
        nested = any(cell.find(f".//{_W}tbl") is not None for row in rows for cell in row)
        if nested or max(map(len, rows), default=0) < 2:  # noqa: PLR2004 (one column is prose)
            for row in rows:
                for cell in row:
                    self.read(cell, depth + 1)
            return
        block = Block(rows=self._rows(table), tag="table")
        if block.rows:
            self.blocks.append(block)

    def _rows(self, table: Element) -> tuple[tuple[Cell, ...], ...]:
        """Return the rows as HTML would hold them: a cell merged downwards stands once."""
        rows: list[list[Cell]] = []
        open_cells: dict[int, tuple[int, int]] = {}  # column: row and place of a merged cell
        for row in _children(table, "tr"):
            cells: list[Cell] = []
            column = _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
            if column:
                cells.append(Cell("", colspan=column))
            for tc in _children(row, "tc"):
                span = max(_number(tc.find(f"{_W}tcPr/{_W}gridSpan"), 1), 1)
                merge = tc.find(f"{_W}tcPr/{_W}vMerge")
                if (
                    merge is not None
                    and merge.get(f"{_W}val") != "restart"
                    and column in open_cells
                ):
                    _lengthen(rows, open_cells[column])
                else:
                    open_cells.pop(column, None)
                    if merge is not None:
                        open_cells[column] = (len(rows), len(cells))
                    cells.append(Cell(self._cell_text(tc), colspan=span))
                column += span
            rows.append(cells)
        return tuple(tuple(row) for row in rows if row)

    def _cell_text(self, cell: Element) -> str:
        """Return a cell's paragraphs on one line, as a cell of HTML is read."""
        lines = [
            self._numbered(paragraph, _texts(paragraph)[0]) for paragraph in cell.iter(f"{_W}p")
        ]
        return " ".join(line for line in lines if line)


def _lengthen(rows: list[list[Cell]], place: tuple[int, int]) -> None:
    row, n = place
    rows[row][n] = rows[row][n]._replace(rowspan=rows[row][n].rowspan + 1)


def _children(element: Element, name: str) -> Iterator[Element]:
    """Yield the children of that name, also those in content controls and custom XML."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _children(child, name)


def _number(element: Element | None, default: int) -> int:
    value = element.get(f"{_W}val") if element is not None else None
    # A span of HTML ends at 1,000; a table of Word has at most 63 columns.
    return min(int(value), 1000) if value and value.isascii() and value.isdigit() else default


def _texts(paragraph: Element) -> tuple[str, str]:
    """Return a paragraph's text on one line, and the part of it that Word hides."""
    shown: list[str] = []
    unseen: list[str] = []
    for run, piece in _pieces(paragraph):
        (unseen if _is_hidden(run) else shown).append(piece)
    return " ".join("".join(shown).split()), " ".join("".join(unseen).split())


def _pieces(paragraph: Element) -> Iterator[tuple[Element | None, str]]:
    """Yield each piece of text with its run; text boxes are blocks of their own."""
    stack: list[tuple[Element, Element | None]] = [(child, None) for child in reversed(paragraph)]
    while stack:
        element, run = stack.pop()
        if element.tag in _SILENT or element.tag == f"{_W}txbxContent":
            continue
        if element.tag == f"{_W}t":
            yield run, element.text or ""
        elif element.tag in _BREAKS:
            yield run, " "
        elif element.tag == f"{_W}noBreakHyphen":
            yield run, "-"
        inner = element if element.tag == f"{_W}r" else run
        stack += [(child, inner) for child in reversed(element)]


def _is_hidden(run: Element | None) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish") if run is not None else None
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false", "off")


def _boxes(paragraph: Element) -> list[Element]:
    """Return the text boxes of a paragraph; of alternate content, those of the first choice."""
    boxes: list[Element] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag == f"{_W}txbxContent":
            boxes.append(element)
        elif element.tag not in _SILENT:
            stack += reversed(element)
    return boxes
