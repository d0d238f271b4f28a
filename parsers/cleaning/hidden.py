"""Cut what a reader does not see: hidden blocks in which link sellers and kits put their words.

Extraction marked them with the reason. A page that hides its own text until a script has run is
seen by readers in the end: where the hidden part holds most of the main block, it is kept. What
only a style sheet hides may be a tab that a script opens: it is cut where it sells, else shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.cleaning.brands import has_brand
from parsers.cleaning.domains import host_of, is_throwaway
from parsers.cleaning.farm_words import has_farm_word
from parsers.extract.visibility import SHEET
from parsers.items import Block, Cut

if TYPE_CHECKING:
    from parsers.items import Document

# Templates hide menus and share buttons, never the report: its text is the page's larger half.
MAX_HIDDEN_SHARE = 0.5


def cut_hidden_blocks(document: Document) -> tuple[Document, list[Cut]]:
    """Return `document` without the hidden blocks of its main part, and their texts.

    Hidden blocks elsewhere (menus) stay marked: they never reach a report.
    """
    if not any(block.hidden for block in document.blocks):
        return document, []
    document = _show_tabs(document)
    hidden = [block for block in document.blocks if block.hidden and block.main]
    if not hidden:
        return document, []
    length = sum(len(_words(block)) for block in document.blocks if block.main)
    if sum(len(_words(block)) for block in hidden) > length * MAX_HIDDEN_SHARE:
        return _reveal(document), []
    cuts = [
        Cut("hidden_block", _words(block), "removed", block.hidden or "")
        for block in hidden
        if _words(block)
    ]
    blocks = tuple(block for block in document.blocks if not (block.hidden and block.main))
    return replace(document, blocks=blocks), cuts


def _show_tabs(document: Document) -> Document:
    """Return `document` with what only a style sheet hides shown, unless it sells."""
    blocks = tuple(
        replace(block, hidden=None) if _is_tab(block) else block for block in document.blocks
    )
    return document if blocks == document.blocks else replace(document, blocks=blocks)


def _is_tab(block: Block) -> bool:
    reason = block.hidden or ""
    if not reason.startswith(SHEET) or reason.endswith(_FOR_GOOD):
        return False
    words = _words(block)
    return not (has_farm_word(words) or has_brand(words) or _leads_astray(block))


# No tab is written in ink of its ground's colour.
_FOR_GOOD = ("colour on colour", "transparent ink")


def _leads_astray(block: Block) -> bool:
    return any(is_throwaway(host_of(link.url)) for link in block.links)


def _reveal(document: Document) -> Document:
    blocks = tuple(
        replace(block, hidden=None) if block.main and block.hidden else block
        for block in document.blocks
    )
    warning = "most of the main block is hidden until a script runs: kept"
    return replace(document, blocks=blocks, warnings=(*document.warnings, warning))


def _words(block: Block) -> str:
    return block.text or " | ".join(cell.text for row in block.rows for cell in row if cell.text)
