"""龙讯 Lonsun (安徽): a column of an organ's catalogue whose rows an AJAX label draws.

The column is `/public/column/{organ}?type=4&catId=…`; its script names `/site/label/8888?IsAjax=1…`
with `pageIndex` from 1, and an answer is HTML rows with `pageCount: n` in a script. A column with
`timeFrame` is itself a report: it has no label.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.cms import script
from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "lonsun"

_LABEL = "/site/label/"
_CALL = re.compile(r"['\"]([^'\"<>\s]{0,200}/site/label/\d{1,9}(?:\?[^'\"<>\s]{0,2000})?)['\"]")
_ORGAN = re.compile(r"/public/column/(\d{1,12})")
#: What a call says, in this order; what the address lacks stands in the script or the column's own.
_PARAMETERS = (
    "IsAjax", "dataType", "labelName", "siteId", "pageSize", "pageIndex", "action", "organId",
    "type", "catId", "file",
)  # fmt: skip
_USUAL = {"IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "action": "list"}


def recognises(page: Page) -> bool:
    """Whether this is a label's answer, or a page whose script asks for one."""
    return _LABEL in page.final_url or bool(_CALL.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows, and the label's next page; a column that shows no row asks for the first."""
    markup = Markup.of(page)
    rows = markup.rows()
    pages = script.number(script.word(markup.text, "pageCount", r"\d{1,6}"))
    if _LABEL not in page.final_url:
        at = 1 if rows else 0
        call = _stated(markup.text, page.final_url)
        more = call is not None and (not rows or pages > at)
        return Listing(rows, (_page(call, at + 1),) if call and more else ())
    at = script.number(script.parameters(asked.url).get("pageIndex")) or 1
    return Listing(rows, (_page(asked.url, at + 1),) if rows and at < pages else ())


def _stated(text: str, url: str) -> str | None:
    """Return the label's call with all that page and address say about it, or None."""
    call = script.stated_call(_CALL, text, url)
    if not call:
        return None
    said, own = script.parameters(call), script.parameters(url)
    organ = _ORGAN.search(url)
    own |= {"organId": organ[1]} if organ else {}
    for name in _PARAMETERS:
        found = said.get(name) or own.get(name) or script.word(text, name, r"[\w./-]+")
        if found or name in _USUAL:
            said[name] = found or _USUAL[name]
    return script.with_query(call, said)


def _page(call: str, number: int) -> Fetch:
    return Fetch(script.with_query(call, {"pageIndex": str(number)}))
