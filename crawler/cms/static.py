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
_PAGES_SAID = re.compile(
    r"共(\d{1,4})页|(?<!\d)\d{1,4}/(\d{1,4})页|(?:总页数|页数)[:：](\d{1,4})(?!\d)"
)
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
    named = [
        anchor
        for anchor in anchors
        if says_next(anchor.text, anchor.node.attributes.get("title") or "")
    ]
    if stated and not named:
        named = [anchor for anchor in anchors if anchor.node.attributes.get("rel") == "next"]
    if named:
        return named[0].url if named[0].url != here else None
    return _next_number(anchors, here)


def pages_said(markup: Markup) -> int:
    """Return how many pages a list says that it has (共12页, 1/12页, 总页数：12), else 0.

    >>> [pages_said(Markup.parse(one, "")) for one in ("<p>共 <b>12</b> 页</p>", "1/3页", "2页")]
    [12, 3, 0]
    """
    body = markup.tree.body
    said = _PAGES_SAID.search("".join(body.text().split())) if body else None
    return int(next(filter(None, said.groups()))) if said else 0


def says_next(text: str, title: str) -> bool:
    """Whether a link of that text and `title` leads to the next page."""
    title = title.strip()
    if max(len(text), len(title)) > _LONGEST:
        return False
    return bool(_NEXT_WORDS.fullmatch(text) or _NEXT_WORDS.fullmatch(title) or text in _NEXT_SIGNS)


def after_gap(numbers: list[int]) -> int | None:
    """Return the number after the one missing among a pager's links, or None.

    The current page is often no link: 1 [2] 3.
    """
    gaps = [number for number in range(1, max(numbers, default=0)) if number not in numbers]
    return gaps[0] + 1 if len(gaps) == 1 and gaps[0] + 1 in numbers else None


def _next_number(anchors: list[Anchor], here: str) -> str | None:
    """Return the address behind the number after this page's, in a pager of numbers only.

    This page's number is the one that links to itself, or the one missing among its neighbours
    (1 [2] 3: the current page is often no link).
    """
    numbers = {int(found[1]): a.url for a in anchors if (found := _NUMBER.fullmatch(a.text))}
    if len(set(numbers.values())) < len(numbers) or not numbers:
        return None
    itself = [number for number, url in numbers.items() if url == here]
    following = itself[0] + 1 if itself else after_gap(list(numbers))
    return numbers.get(following) if following else None
