"""Plain lists: rows in the HTML, a link to the next page. Recognises every page, so it comes last.

Knows the words and forms under which portals write 下一页, and pagers that only number their pages.
Never computes an address that no link states.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.cms.markup import Markup
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from crawler.cms.markup import Anchor
    from parsers.items import Page

NAME = "static"

# 下一页, 下页, 后一页, 下一頁, with or without brackets, arrows and spaces around.
_AROUND = r"[\s\[\]【】()（）<>›»→]*"
_NEXT_WORDS = re.compile(
    rf"{_AROUND}(?:下一?[页頁]|[后後]一?[页頁]|next(?: ?page)?){_AROUND}", re.IGNORECASE
)
_NEXT_SIGNS = (">", "›", "»", ">>", "＞")
#: Longer texts are no pager's.
_LONGEST = 24
_NUMBER = re.compile(r"[\[第]?\s*(\d{1,4})\s*[页\]]?")


def recognises(page: Page) -> bool:  # noqa: ARG001 (one signature for all families)
    """Say yes: whatever no other family made is read as a plain list."""
    return True


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows of a plain list and the page that its 下一页 leads to."""
    markup = Markup.of(page)
    url = next_link(markup, page.final_url)
    following = (Fetch(url),) if url and url != asked.url else ()
    return Listing(markup.rows(), following)


def next_link(markup: Markup, here: str) -> str | None:
    """Return the address of the next page as a link of this one states it, or None.

    A last page often links 下一页 to itself: that is the end.
    """
    stated = markup.tree.css_first("a[rel=next], link[rel=next]")
    anchors = list(markup.anchors())
    named = [anchor for anchor in anchors if _says_next(anchor)]
    if stated and not named:
        named = [anchor for anchor in anchors if anchor.node.attributes.get("rel") == "next"]
    if named:
        return named[0].url if named[0].url != here else None
    return _next_number(anchors, here)


def _says_next(anchor: Anchor) -> bool:
    title = (anchor.node.attributes.get("title") or "").strip()
    if max(len(anchor.text), len(title)) > _LONGEST:
        return False
    return bool(
        _NEXT_WORDS.fullmatch(anchor.text)
        or _NEXT_WORDS.fullmatch(title)
        or anchor.text in _NEXT_SIGNS
    )


def _next_number(anchors: list[Anchor], here: str) -> str | None:
    """Return the address behind the number after this page's, in a pager of numbers only.

    This page's number is the one that links to itself, or the one missing among its neighbours
    (1 [2] 3: the current page is often no link).
    """
    numbers = {int(found[1]): a.url for a in anchors if (found := _NUMBER.fullmatch(a.text))}
    if len(set(numbers.values())) < len(numbers) or not numbers:
        return None
    itself = [number for number, url in numbers.items() if url == here]
    gaps = [number for number in range(1, max(numbers)) if number not in numbers]
    current = itself[0] if itself else gaps[0] if len(gaps) == 1 else None
    return numbers.get(current + 1) if current else None
