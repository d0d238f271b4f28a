"""Read the rows of a list that a page has in a comment, for its script to draw (portals.md 1.3).

UCAP's columns bear their rows, and the call that pages them, within one comment; a reader sees
them drawn. Never reads a comment of a page that shows sentences, tables or dates, nor one without
that call and without rows that bear their dates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsers.items import Block

_PAGER = "createPageHTML("
# A list of fewer rows needs no pager.
MIN_ROWS = 3


def with_commented(
    shown: tuple[Block, ...], text: str, read: Callable[[str], tuple[Block, ...]]
) -> tuple[Block, ...]:
    """Return a page's blocks with the rows that its markup `text` has in a comment, by `read`."""
    if _PAGER not in text or any(map(says_something, shown)):
        return shown
    paged = next((comment for comment in _comments(text) if _PAGER in comment), "")
    rows = tuple(block for block in read(paged) if block.links) if paged else ()
    dated = sum(bool(_DAY.search(row.text)) for row in rows)
    drawn = _leading(shown) & _leading(rows)
    return shown if drawn or dated < MIN_ROWS else (*shown, *rows)


def says_something(block: Block) -> bool:
    """Whether a block is an article's, or a row of a list that is drawn already."""
    return bool(block.rows) or "。" in block.text or _DAY.search(block.text) is not None


# A row's date: 2025-06-09.
_DAY = re.compile(r"20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}")


def _leading(blocks: tuple[Block, ...]) -> set[str]:
    return {link.url for block in blocks for link in block.links}


def _comments(text: str) -> Iterator[str]:
    """Yield what stands within the comments of a page's markup; one without end is none."""
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (at := text.find("-->", begin)) >= 0:
        yield text[begin + len("<!--") : at]
