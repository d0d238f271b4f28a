"""大汉 jpaas (集约化平台): a column's list is a unit that the page asks for by its ids.

An element states `queryData="{'webId':'…','pageId':'…',…}"` and `url="/api-gateway/…/build/unit"`;
the GET with `paramJson={"pageNo":n,"pageSize":15}` answers JSON whose `data.html` holds the rows
and `<div class="pagination" rows="15" count="…">`. Some answer page 1 whatever was asked for.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms import script
from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Page

NAME = "jpaas"

_UNIT = "/front/page/build/unit"
_PAIR = re.compile(r"['\"](\w{1,40})['\"]\s{0,9}:\s{0,9}['\"]([^'\"]{0,200})['\"]")
_LIST = re.compile(r"list|列表|分页", re.IGNORECASE)
_PER_PAGE = 15


def recognises(page: Page) -> bool:
    """Whether this is a unit's answer, or a page that asks for units."""
    return _UNIT in page.final_url or _UNIT.encode() in page.body


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return a unit's rows and its next page; a column page has the calls of its list units."""
    if _UNIT not in page.final_url:
        units = list(_units(Markup.of(page)))
        lists = [one for one in units if _LIST.search(one[1].get("tagId", ""))] or units
        return Listing((), tuple(_page(url, query, 1, _PER_PAGE) for url, query in lists))
    shown = script.answered(decoded(page.body), "data", "html")
    if not isinstance(shown, str):
        return Listing(())
    markup = Markup.parse(shown, urljoin(page.final_url, "/"))
    rows = markup.rows()
    query = dict(parse_qsl(urlsplit(asked.url).query, keep_blank_values=True))
    at = script.number(script.answered(query.get("paramJson", ""), "pageNo")) or 1
    pager = markup.tree.css_first("[count][rows]")
    stated = pager.attributes if pager else {}
    per_page = script.number(stated.get("rows")) or _PER_PAGE
    if not rows or at * per_page >= script.number(stated.get("count")):
        return Listing(rows)
    return Listing(rows, (_page(asked.url, query, at + 1, per_page),))


def _units(markup: Markup) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the address and the ids of each unit that the page asks for."""
    for node in markup.tree.css("[querydata][url]"):
        url = node.attributes.get("url") or ""
        if _UNIT in url:
            ids = dict(_PAIR.findall(node.attributes.get("querydata") or ""))
            yield urljoin(markup.base, url), ids


def _page(url: str, query: dict[str, str], number: int, per_page: int) -> Fetch:
    at = json.dumps({"pageNo": number, "pageSize": per_page}, separators=(",", ":"))
    asked = urlencode(query | {"paramJson": at}, errors="replace")
    return Fetch(urlsplit(url)._replace(query=asked).geturl())
