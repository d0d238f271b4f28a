"""大汉 Hanweb xxgk: a column without rows whose script asks `search.jsp` for a table of them.

`loadDynamic('/module/xxgk/search.jsp?…area=…')` names the call; it is a POST whose query and body
say the same. An answer's rows have three cells: 索引号, the linked title, the date; pages count
from 1. A name such as `&currpage` is no entity, whatever a decoder of entities makes of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.cms import script
from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import FORM, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "hanweb_xxgk"

_NAMES = r"/module/xxgk/(?:search|search_custom|subjectinfo)\.jsp"
_CALL = re.compile(rf"['\"]([^'\"<>\s]{{0,200}}{_NAMES}[^'\"<>\s]{{0,2000}})['\"]")
_ANSWER = re.compile(rf"{_NAMES}(?:\?|$)")
_TAG = r"\s{0,9}(?:<[^<>]{1,99}>\s{0,9}){0,3}"
_PAGES = re.compile(rf"共{_TAG}(\d{{1,6}}){_TAG}页")


def recognises(page: Page) -> bool:
    """Whether this is an answer of the search, or a page whose script asks it."""
    return bool(_ANSWER.search(page.final_url) or _CALL.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows of an answer and how the next is asked for; a column has its call alone."""
    if not _ANSWER.search(page.final_url):
        stated = script.stated_call(_CALL, decoded(page.body), page.final_url)
        return Listing((), (_page(stated, 1),) if stated else ())
    markup = Markup.of(page)
    rows = markup.rows()
    number = script.number(script.parameters(asked.url).get("currpage")) or 1
    pages = _PAGES.search(markup.text)
    if not rows or (pages and number >= int(pages[1])):
        return Listing(rows)
    return Listing(rows, (_page(asked.url, number + 1),))


def _page(url: str, number: int) -> Fetch:
    """Return the call for one page of the search."""
    call = script.with_query(url, {"currpage": str(number)})
    return Fetch(call, "POST", urlsplit(call).query.encode("ascii"), FORM)
