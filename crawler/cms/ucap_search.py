"""UCAP (开普): a column whose rows `/common/search/{channel}` hands out as JSON.

The page's script names `/common/search/{32 hex}?_isAgg=true&_isJson=true&_pageSize=15&_template=
index&page=1` (the CSRC's is `/searchList/…`, others' `/search/…`); `_isJson=true` is what makes the
answer JSON: `data.results[]{title, url, publishedTimeStr}` and `data.total`. Pages count from 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.cms import script
from crawler.cms.markup import decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "ucap_search"

_PATH = r"/(?:common/search|searchList|search)/[0-9a-f]{32}"
_SEARCH = re.compile(rf"{_PATH}(?:\?|$)")
_CALL = re.compile(rf"['\"]([^'\"<>\s]{{0,200}}{_PATH}(?:\?[^'\"<>\s]{{0,1000}})?)['\"]")
_JSON = {"_isAgg": "true", "_isJson": "true", "_template": "index"}
_PER_PAGE = "20"


def recognises(page: Page) -> bool:
    """Whether this is an answer of the search, or a page whose script asks it."""
    return bool(_SEARCH.search(page.final_url) or _CALL.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows of an answer and how the next is asked for; a column has its call alone."""
    text = decoded(page.body)
    if not _SEARCH.search(page.final_url):
        stated = script.stated_call(_CALL, text, page.final_url)
        return Listing((), (_page(stated, 1, 0),) if stated else ())
    data = script.answered(text, "data")
    told = data if isinstance(data, dict) else {}
    results = told.get("results")
    rows = script.entries(results, page.final_url, "url", "title", "publishedTimeStr")
    received = asked.received + (len(results) if isinstance(results, list) else 0)
    if not rows or received >= script.number(told.get("total")):
        return Listing(rows)
    at = script.number(script.parameters(asked.url).get("page")) or 1
    return Listing(rows, (_page(asked.url, at + 1, received),))


def _page(url: str, number: int, received: int) -> Fetch:
    size = script.parameters(url).get("_pageSize") or _PER_PAGE
    asked = _JSON | {"_pageSize": size, "page": str(number)}
    return Fetch(script.with_query(url, asked), received=received)
