"""TRS WAS: a column whose rows `/was5/web/search` hands out, as JSON or as HTML.

The page's script names `/was5/web/search?channelid=N&templet=docs.jsp&classsql=chnlid%3D30170&
prepage=15&page=1`. A template answers `{"docs": [{title, url, pubtime}, …]}`, where a row titled
文章标题 stands for nothing, or a page of rows. Pages count from 1; there may be no total, so that a
list ends with its first empty or repeated page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from crawler.cms import script
from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import Entry, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "trs_was"

_SEARCH = "/was5/web/search"
_CALL = re.compile(
    rf"['\"]([^'\"<>\s]{{0,200}}{_SEARCH}\?[^'\"<>\s]{{0,500}}channelid=[^'\"<>\s]{{1,1500}})['\"]"
)
#: The row of field names that a template leaves at the end of its answer.
_SAMPLE = "文章标题"
_PER_PAGE = ("prepage", "perpage", "pageSize")


def recognises(page: Page) -> bool:
    """Whether this is an answer of the search, or a page whose script asks a channel's list.

    A search box asks for words (`searchword`), a column for its own rows (`classsql`, `templet`).
    """
    return _SEARCH in page.final_url or _called(decoded(page.body)) is not None


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows of an answer and how the next is asked for; a column has its call alone."""
    markup = Markup.of(page)
    if _SEARCH not in page.final_url:
        call = _called(markup.text)
        stated = urljoin(page.final_url, call.replace("&amp;", "&")) if call else None
        return Listing((), (_page(stated, 1),) if stated else ())
    rows, total = _rows(markup)
    query = script.parameters(asked.url)
    at = script.number(query.get("page")) or 1
    per_page = next((script.number(query[name]) for name in _PER_PAGE if name in query), 0)
    ended = len(rows) < per_page or 0 < total <= at * (per_page or len(rows))
    return Listing(rows, (_page(asked.url, at + 1),) if rows and not ended else ())


def _called(text: str) -> str | None:
    """Return the call for a channel's rows that a page states, or None."""
    calls: list[str] = _CALL.findall(text)
    return next((call for call in calls if "classsql" in call or "templet" in call), None)


def _rows(markup: Markup) -> tuple[tuple[Entry, ...], int]:
    """Return the rows of an answer and how many there are in all, 0 where it does not say."""
    answer: Any = script.answered(markup.text)
    if not isinstance(answer, dict):
        return markup.rows(), 0
    docs = answer.get("docs") or answer.get("data") or answer.get("rows")
    rows = script.entries(docs, urljoin(markup.base, "/"), "url", "title", "pubtime")
    total = script.number(answer.get("count") or answer.get("total") or answer.get("recordCount"))
    return tuple(row for row in rows if row.title != _SAMPLE), total


def _page(url: str, number: int) -> Fetch:
    return Fetch(script.with_query(url, {"page": str(number)}))
