"""Cut what a reader does not see: hidden blocks in which link sellers and kits put their words.

Extraction marked them with the reason. A page that hides its own text until a script has run is
seen by readers in the end: where the hidden part holds most of the main block, it is kept. What
only a style sheet hides may be a tab that a script opens: it is cut where it sells, else shown.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, compress, count, repeat
from operator import attrgetter, not_
from typing import TYPE_CHECKING

from parsers.cleaning.blocks import each_with
from parsers.cleaning.brands import naming_brands
from parsers.cleaning.domains import host_of, throwaway_among
from parsers.cleaning.farm_words import holding_farm_words
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
    if not any(map(_HIDDEN, document.blocks)):
        return document, []
    document = _show_tabs(document)
    blocks = document.blocks
    hidden = [block for block in compress(blocks, map(_HIDDEN, blocks)) if block.main]
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
    seen = tuple(block for block in blocks if not (block.hidden and block.main))
    return replace(document, blocks=seen), cuts


def _show_tabs(document: Document) -> Document:
    """Return `document` with what only a style sheet hides shown, unless it sells."""
    reasons = [*map(_HIDDEN, document.blocks)]
    sheets = {*filter(_may_open, filter(None, {*reasons}))}
    maybe = [*compress(count(), map(sheets.__contains__, reasons))]
    selling = _selling([*map(document.blocks.__getitem__, maybe)])
    tabs = [*compress(maybe, map(not_, selling))]
    return _shown(document, tabs) if tabs else document


def _may_open(reason: str) -> bool:
    """Whether a block that is hidden for this reason may be a tab."""
    return reason.startswith(SHEET) and not reason.endswith(_FOR_GOOD)


# No tab is written in ink of its ground's colour.
_FOR_GOOD = ("colour on colour", "transparent ink")


def _selling(blocks: list[Block]) -> list[bool]:
    """Return of each block whether it sells, by its words or by where it leads: all at once."""
    words = [*map(_TEXT, blocks)]
    for n in compress(count(), map(not_, words)):
        words[n] = _words(blocks[n])
    each = [*dict.fromkeys(words)]
    sold = holding_farm_words()(each) | naming_brands(each)
    selling = [*map(sold.__contains__, words)]
    linked = {
        n: [host_of(link.url) for link in blocks[n].links]
        for n in compress(count(), map(_LINKS, blocks))
    }
    cheap = throwaway_among([*dict.fromkeys(chain.from_iterable(linked.values()))])
    for n, hosts in linked.items():
        selling[n] = selling[n] or not cheap.isdisjoint(hosts)
    return selling


def _shown(document: Document, numbers: list[int]) -> Document:
    """Return `document` with the blocks of these numbers shown."""
    blocks = [*document.blocks]
    each = each_with([*map(blocks.__getitem__, numbers)], hidden=repeat(None))
    for n, block in zip(numbers, each, strict=True):
        blocks[n] = block
    return replace(document, blocks=tuple(blocks))


def _reveal(document: Document) -> Document:
    hidden = [n for n, block in enumerate(document.blocks) if block.main and block.hidden]
    warning = "most of the main block is hidden until a script runs: kept"
    return replace(_shown(document, hidden), warnings=(*document.warnings, warning))


def _words(block: Block) -> str:
    return block.text or " | ".join(cell.text for row in block.rows for cell in row if cell.text)


_TEXT, _LINKS, _HIDDEN = attrgetter("text"), attrgetter("links"), attrgetter("hidden")
