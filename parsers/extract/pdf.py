"""Read a PDF into blocks: paragraphs and ruled tables in reading order, over page breaks.

Text comes from pdfplumber, which kept every figure of the reference documents where other readers
lost digits. Page numbers and repeated running heads are left out. A scan has no text and says so:
it is never taken for an empty report. Runs in the worker only (`worker.py`): a PDF can be a bomb.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from parsers.extract.pdf_breaks import goes_on, sew
from parsers.extract.pdf_lines import lines_of, paragraphs_of
from parsers.extract.pdf_tables import DrawnTable, is_inside, tables_on
from parsers.extract.worker import Unreadable
from parsers.items import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pdfplumber.page import Page as PdfPage

    from parsers.extract.pdf_lines import Char, TextLine

# The longest report seen has 60 pages; a page takes a tenth of a second.
MAX_PAGES = 300
# A dense page of text has 2,000 glyphs.
MAX_PAGE_CHARS = 50_000

_PAGE_NUMBER = re.compile(
    r"[-—–－─·\s]*(?:第\s?)?\d{1,3}(?:\s?页)?(?:\s?[/／共]\s?\d{1,3}\s?页?)?[-—–－─·\s]*"
)
# Word processors keep the top and bottom tenth of a page for heads and numbers.
_EDGE = 0.1
# A head is repeated; two pages may share a line by chance.
_MIN_REPEATS = 3


@dataclass(slots=True)
class _PageContent:
    """What one page shows: its lines outside of tables, and its tables."""

    height: float
    lines: list[TextLine]
    tables: list[DrawnTable]


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


def read_pdf(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of a PDF and what could not be read."""
    try:
        with pdfplumber.open(BytesIO(body)) as pdf:
            count = len(pdf.pages)
            pages = [_read_page(page) for page in pdf.pages[:MAX_PAGES]]
    except (PDFException, PSException, PdfminerException, MalformedPDFException) as error:
        if _causes(error, MemoryError):
            raise MemoryError from error
        if _causes(error, PDFPasswordIncorrect):
            raise Unreadable("the PDF is locked by a password") from error
        raise Unreadable("the PDF is damaged") from error
    warnings = _warnings(pages, count)
    return list(_flow(pages).blocks()), warnings


def _causes(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether an error is of that kind or wraps one that is, as pdfplumber wraps all."""
    return any(isinstance(cause, kind) for cause in (error, *error.args))


def _read_page(page: PdfPage) -> _PageContent:
    if len(page.chars) > MAX_PAGE_CHARS:
        raise Unreadable(f"a page of the PDF holds more than {MAX_PAGE_CHARS} characters")
    # Bold is sometimes a second print of the same glyph a hair aside.
    chars: list[Char] = page.dedupe_chars(tolerance=1).chars
    tables = tables_on(page, chars)
    free = [char for char in chars if not any(is_inside(char, t.box) for t in tables)]
    content = _PageContent(float(page.height), lines_of(free, page.page_number), tables)
    page.close()
    return content


def _flow(pages: list[_PageContent]) -> _Flow:
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


def _is_furniture(
    line: TextLine, page: _PageContent, heads: frozenset[str], seen: set[str]
) -> bool:
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


def _is_at_edge(line: TextLine, page: _PageContent) -> bool:
    edge = _EDGE * page.height
    return line.bottom < edge or line.top > page.height - edge


def _running_heads(pages: list[_PageContent]) -> frozenset[str]:
    counts = Counter(
        text
        for page in pages
        for text in {line.text for line in page.lines if _is_at_edge(line, page)}
    )
    return frozenset(text for text, count in counts.items() if count >= _MIN_REPEATS)


def _warnings(pages: list[_PageContent], count: int) -> list[str]:
    warnings = []
    if count > len(pages):
        warnings.append(f"only the first {len(pages)} of {count} pages are read")
    empty = [n for n, page in enumerate(pages, 1) if not page.lines and not page.tables]
    if not pages:
        return ["the PDF has no pages"]
    if len(empty) == len(pages):
        return [*warnings, "pdf_no_text: the PDF holds no text, as a scan does"]
    if empty:
        warnings.append(f"pages without text: {', '.join(map(str, empty))}")
    return warnings
