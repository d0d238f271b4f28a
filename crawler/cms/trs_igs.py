"""TRS IGS (拓尔思海贝检索): a column whose rows a search hands out as JSON.

The page's script names `/igs/front/search/list.html?index=…&siteId=…&filter[…]=…&pageNumber=1`
(Nanjing `…/search/publish/data/list.html`, site groups `…/search.jhtml?code=…`); an answer is
`page.content[]` with `total` and `totalPages`, or `rows[]`. Rows come under the names of WCM's
fields (DOCPUBURL, DOCTITLE, DOCRELTIME), of the site's own (BT, FBRQ), or as url, title.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crawler.cms import script
from crawler.cms.markup import decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "trs_igs"

_SEARCH = re.compile(r"/igs/front/search(?:/[\w/]{1,40})?\.j?html?\?")
_CALL = re.compile(
    r"['\"]([^'\"<>\s]{0,200}/igs/front/search(?:/[\w/]{1,40})?\.j?html?\?[^'\"<>\s]{1,2000})['\"]"
)
_URLS = ("DOCPUBURL", "docpuburl", "docPubUrl", "url")
_TITLES = ("DOCTITLE", "docTitle", "BT", "bt", "title", "FileName")
_DATES = ("DOCRELTIME", "docRelTime", "FBRQ", "fbrq", "PUBDATE", "trs_time", "publishTime")


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
    answer = script.answered(text)
    inner = answer.get("page") if isinstance(answer, dict) else None
    told = inner if isinstance(inner, dict) else answer if isinstance(answer, dict) else {}
    rows = told.get("content") or told.get("rows")
    entries = script.entries(_named(rows), page.final_url, "url", "title", "date")
    received = asked.received + (len(rows) if isinstance(rows, list) else 0)
    at = script.number(script.parameters(asked.url).get("pageNumber")) or 1
    ended = received >= script.number(told.get("total")) or at == script.number(
        told.get("totalPages")
    )
    if not entries or ended:
        return Listing(entries)
    return Listing(entries, (_page(asked.url, at + 1, received),))


def _named(rows: Any) -> list[dict[str, Any]]:
    """Return the rows with url, title and date under these names; <em> marks what was searched."""
    known = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [
        {
            "url": _one_of(row, _URLS),
            "title": re.sub(r"</?em>", "", _one_of(row, _TITLES)),
            "date": _one_of(row, _DATES),
        }
        for row in known
    ]


def _one_of(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(row[name]) for name in names if row.get(name)), "")


def _page(url: str, number: int, received: int) -> Fetch:
    changes = {"pageNumber": str(number)}
    if "pageIndex" in script.parameters(url):  # Nanjing's pager moves both
        changes["pageIndex"] = str(number)
    return Fetch(script.with_query(url, changes), received=received)
