"""Extract: the bytes of a capture → its content as blocks in reading order.

Knows what a payload is by its bytes, its charset, and the HTML of the site builders of portals.md.
It never cleans and never judges: hidden text stays, marked; spam stays as it was written. PDFs,
Office files, archives and pictures are read by a worker with limits (`worker.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.collector import VAST_PAGE, resting
from parsers.extract.html import read_html
from parsers.extract.media import media_type_of
from parsers.extract.plain import read_text
from parsers.extract.worker import DOCUMENTS, extract_limited
from parsers.items import Document

if TYPE_CHECKING:
    from parsers.items import Page

__all__ = ["extract", "takes_a_worker"]


def extract(page: Page) -> Document:
    """Return the content of `page`; a media type that is not read gives no blocks and a warning."""
    media_type = media_type_of(page.body)
    if media_type == "text/html":
        with resting(vast=len(page.body) > VAST_PAGE):
            return read_html(page)
    if media_type == "text/plain":
        return read_text(page)
    if media_type in DOCUMENTS:
        blocks, told = extract_limited(page.body, media_type)
        return Document(page, media_type, None, blocks=blocks, warnings=(*page.warnings, *told))
    warnings = (*page.warnings, f"{media_type} is archived and not read")
    return Document(page, media_type, None, warnings=warnings)


def takes_a_worker(page: Page) -> bool:
    """Whether `extract` starts a process for this page and waits for it."""
    return media_type_of(page.body) in DOCUMENTS
