"""TrueCMS (南通, 连云港 …): rows in a hidden `#initData` or a `<datastore>`, then by calls.

The page's script states `proxyUrl:'/TrueCMS/messageController/getMessage.do'`, `perPage:10`,
`groupSize:3` and `ajaxParam:{columnId:'…'}`; the GET with `startrecord`, `endrecord`, `perpage` and
`columnId` answers JSON whose `result` is a datastore. A window wider than the page's own is refused
by some (404, an empty answer), so that the page's own is asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.cms import script
from crawler.cms.markup import Markup, absolute, datastore_records, decoded, fragment_rows
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from crawler.cms.shapes import Entry
    from parsers.items import Page

NAME = "truecms"

_CALL = "/messageController/getMessage.do"
_PROXY = re.compile(rf"['\"]([^'\"<>\s]{{0,200}}{_CALL})['\"]")
_TOTAL = re.compile(r"<totalrecord>\s*(\d{1,9})")
_COLUMN = r"[\w-]{1,60}"
_PER_PAGE, _GROUP = 10, 3


def recognises(page: Page) -> bool:
    """Whether this is an answer of the call, or a page whose script states it."""
    return _CALL in page.final_url or bool(_PROXY.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows of a page or of an answer, and how those after them are asked for."""
    text = decoded(page.body)
    if _CALL in page.final_url:
        return _answer(text, page.final_url, asked)
    markup = Markup.of(page)
    rows = _shown(markup)
    total = _TOTAL.search(text)
    proxy = _PROXY.search(text)
    column = script.word(text, "columnId", _COLUMN)
    url = absolute(page.final_url, proxy[1]) if proxy else None
    if not url or not column or (total and len(rows) >= int(total[1])):
        return Listing(rows)
    per_page = script.number(script.word(text, "perPage", r"\d{1,3}")) or _PER_PAGE
    group = script.number(script.word(text, "groupSize", r"\d{1,2}")) or _GROUP
    call = script.with_query(url, {"perpage": str(per_page), "columnId": column})
    return Listing(rows, (_window(call, len(rows) + 1, per_page * group),))


def _shown(markup: Markup) -> tuple[Entry, ...]:
    """Return the rows that the page holds: in its hidden list, else in its datastore."""
    hidden = markup.tree.css_first("#initData")
    if hidden is not None and hidden.html:
        return Markup.parse(hidden.html, markup.base).rows()
    records = datastore_records(markup.text)
    return fragment_rows(records, markup.base) if records else markup.rows()


def _answer(text: str, url: str, asked: Fetch) -> Listing:
    told = text[text.find("{") : text.rfind("}") + 1]  # JSONP calls a function with it
    result = script.answered(told, "result") if told else None
    if not isinstance(result, str):
        return Listing(())
    records = datastore_records(result)
    rows = fragment_rows(records, url)
    query = script.parameters(asked.url)
    start = script.number(query.get("startrecord")) or 1
    wanted = script.number(query.get("endrecord")) - start + 1
    total = _TOTAL.search(result)
    ended = start + len(records) > int(total[1]) if total else len(records) < wanted
    if not rows or ended or wanted < 1:
        return Listing(rows)
    return Listing(rows, (_window(asked.url, start + len(records), wanted),))


def _window(url: str, start: int, size: int) -> Fetch:
    window = {"startrecord": str(start), "endrecord": str(start + size - 1)}
    return Fetch(script.with_query(url, window))
