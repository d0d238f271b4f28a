"""Read a page of plain text into blocks: a line a block, in its own charset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.extract.charset import decode
from parsers.items import Block, Document

if TYPE_CHECKING:
    from parsers.items import Page


def read_text(page: Page) -> Document:
    """Return the document of a plain text `page`."""
    text, charset, warnings = decode(page.body, page.header("Content-Type"), b"")
    lines = (" ".join(line.split()) for line in text.splitlines())
    blocks = tuple(Block(text=line) for line in lines if line)
    return Document(
        page, "text/plain", charset, blocks=blocks, warnings=(*page.warnings, *warnings)
    )
