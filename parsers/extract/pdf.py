"""Read a PDF into blocks: paragraphs and ruled tables in reading order, over page breaks.

Text comes from pdfplumber, which kept every figure of the reference documents where other readers
lost digits. Page numbers and repeated running heads are left out. A scan has no text and says so:
it is never taken for an empty report, and `scans.py` recognises it. Runs in the worker only
(`worker.py`): a PDF can be a bomb.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from parsers.extract.paged import PageContent, blocks_of
from parsers.extract.pdf_lines import lines_of
from parsers.extract.pdf_tables import is_inside, tables_on
from parsers.extract.worker import SCAN, Unreadable

if TYPE_CHECKING:
    from pdfplumber.page import Page as PdfPage

    from parsers.extract.pdf_lines import Char
    from parsers.items import Block

# The longest report seen has 60 pages; a page takes a tenth of a second.
MAX_PAGES = 300
# A dense page of text has 2,000 glyphs.
MAX_PAGE_CHARS = 50_000


def read_pdf(body: bytes) -> tuple[list[Block], list[str]]:
    """Return the blocks of a PDF and what could not be read."""
    pages, count = read_pages(body)
    return blocks_of(pages), _warnings(pages, count)


def read_pages(body: bytes) -> tuple[list[PageContent], int]:
    """Return what the pages of a PDF show, and how many pages it has."""
    try:
        with pdfplumber.open(BytesIO(body)) as pdf:
            count = len(pdf.pages)
            return [_read_page(page) for page in pdf.pages[:MAX_PAGES]], count
    except (PDFException, PSException, PdfminerException, MalformedPDFException) as error:
        if _causes(error, MemoryError):
            raise MemoryError from error
        if _causes(error, PDFPasswordIncorrect):
            raise Unreadable("the PDF is locked by a password") from error
        raise Unreadable("the PDF is damaged") from error


def _causes(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether an error is of that kind or wraps one that is, as pdfplumber wraps all."""
    return any(isinstance(cause, kind) for cause in (error, *error.args))


def _read_page(page: PdfPage) -> PageContent:
    if len(page.chars) > MAX_PAGE_CHARS:
        raise Unreadable(f"a page of the PDF holds more than {MAX_PAGE_CHARS} characters")
    # Bold is sometimes a second print of the same glyph a hair aside.
    chars: list[Char] = page.dedupe_chars(tolerance=1).chars
    tables = tables_on(page, chars)
    free = [char for char in chars if not any(is_inside(char, t.box) for t in tables)]
    content = PageContent(float(page.height), lines_of(free, page.page_number), tables)
    page.close()
    return content


def _warnings(pages: list[PageContent], count: int) -> list[str]:
    warnings = []
    if count > len(pages):
        warnings.append(f"only the first {len(pages)} of {count} pages are read")
    empty = [n for n, page in enumerate(pages, 1) if page.is_empty]
    if not pages:
        return ["the PDF has no pages"]
    if len(empty) == len(pages) < count:
        # The longest scan of a report has 30 pages; to recognise this one costs minutes.
        return [f"none of the first {len(pages)} of {count} pages shows text: not recognised"]
    if len(empty) == len(pages):
        return [*warnings, f"{SCAN}: the PDF is a scan"]
    if empty:
        warnings.append(f"{SCAN} on pages {', '.join(map(str, empty))}")
    return warnings
