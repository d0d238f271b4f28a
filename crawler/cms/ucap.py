"""UCAP (开普): the rows and the pager's call stand in an HTML comment, a script draws the list.

`createPageHTML('page_div', total, current, 'name', 'shtml', rows)` has a container's name first and
counts from 1; page n ≥ 2 is `name_{n}.shtml`. A reader that drops comments sees an empty list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "ucap"

_CALL = re.compile(
    r"createPageHTML\s*\(\s*['\"][\w-]+['\"]\s*,\s*(\d{1,6})\s*,\s*(\d{1,6})\s*,"
    r"\s*['\"]([\w.-]+)['\"]\s*,\s*['\"](\w+)['\"]"
)
_CALLED = re.compile(r"createPageHTML\s{0,9}\(")


def recognises(page: Page) -> bool:
    """Whether the page calls its pager as UCAP does."""
    return bool(_CALL.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:  # noqa: ARG001 (one signature for all families)
    """Return the rows that the comment holds, and the next page where the call says so."""
    text = decoded(page.body)
    rows = Markup.parse(_hidden(text), page.final_url).rows()
    return Listing(rows or Markup.parse(text, page.final_url).rows(), _next(text, page.final_url))


def _hidden(text: str) -> str:
    """Return the comment that holds the call, and so the rows; conditional ones are left alone."""
    begin = text.find("<!--")
    while 0 <= begin < (end := text.find("-->", begin)):
        comment = text[begin + 4 : end]
        if not comment.startswith("[if") and _CALLED.search(comment):
            return comment.replace("<!--", "")  # comments do not nest: what follows are rows too
        begin = text.find("<!--", end)
    return ""


def _next(text: str, url: str) -> tuple[Fetch, ...]:
    call = _CALL.search(text)
    if not call or int(call[2]) >= int(call[1]):
        return ()
    return (Fetch(urljoin(url, f"{call[3]}_{int(call[2]) + 1}.{call[4]}")),)
