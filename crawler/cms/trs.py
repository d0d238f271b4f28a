"""TRS WCM (拓尔思): static lists whose pager is drawn by a script from a count.

Page 1 is `index.html`, page n is `index_{n-1}.html`. Two forms of the count are known:
`createPageHTML(total, current, "index", "html")` with numbers first, counted from 0, and the inline
`var currentPage = 0; var countPage = N`. Never runs the script: reads its arguments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "trs"

_CALL = re.compile(
    r"createPage(?:HTML)?\s*\(\s*(\d{1,6})\s*,\s*(\d{1,6})\s*,\s*['\"]([\w.-]+)['\"]\s*,\s*['\"](\w+)['\"]"
)
_COUNT = re.compile(r"var\s+countPage\s*=\s*(\d{1,6})")
_CURRENT = re.compile(r"var\s+currentPage\s*=\s*(\d{1,6})")
# …/nlist_2.htm: the list's name in this page's own address, else in what the script writes.
_FILE = re.compile(r"/([\w-]+?)(?:_\d+)?\.(s?html?)$")
_WRITTEN = re.compile(r"([\w-]{1,40})_\"?\s*\+[^;]{0,40}?\.(s?html?)")
_EDITOR = b"TRS_Editor"


def recognises(page: Page) -> bool:
    """Whether the page draws its pager as TRS does, or its text was written in TRS's editor."""
    text = decoded(page.body)
    return bool(_CALL.search(text) or _COUNT.search(text)) or _EDITOR in page.body


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:  # noqa: ARG001 (one signature for all families)
    """Return the rows, and the next page where the count says that there is one."""
    markup = Markup.of(page)
    total, current, name, extension = _pager(markup.text, page.final_url)
    following = current + 1 < total
    url = urljoin(page.final_url, f"{name}_{current + 1}.{extension}")
    return Listing(markup.rows(), (Fetch(url),) if following else ())


def _pager(text: str, url: str) -> tuple[int, int, str, str]:
    """Return total pages, this page (from 0), name and extension of the list's files."""
    call = _CALL.search(text)
    if call:
        return int(call[1]), int(call[2]), call[3], call[4]
    count, current = _COUNT.search(text), _CURRENT.search(text)
    if not count or not current:
        return 0, 0, "index", "html"
    file = _FILE.search(url) or _WRITTEN.search(text)
    name, extension = (file[1], file[2]) if file else ("index", "html")
    return int(count[1]), int(current[1]), name, extension
