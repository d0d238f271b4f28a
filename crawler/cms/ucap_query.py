"""UCAP (开普), newer: the first rows stand in a script's `articleList`, the rest at `/queryList`.

Each article's `urls` is JSON inside a string, `{"pc": "…"}`; addresses are relative to `<base>`.
`channelsTagSelf` states the column's code and how many articles it has; the POST repeats the code
and answers `data.results[].source`. Pages count from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin

from crawler.cms import script
from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import FORM, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "ucap_query"

_QUERY = "/queryList"


def recognises(page: Page) -> bool:
    """Whether this is an answer of the query, or a page that holds its first rows."""
    return page.final_url.endswith(_QUERY) or b"articleList" in page.body


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the articles of a page or of an answer, and how those after them are asked for."""
    if page.final_url.endswith(_QUERY):
        return _answer(page, asked)
    markup = Markup.of(page)
    articles = script.literal(markup.text, "articleList")
    rows = script.entries(_addressed(articles), markup.base, "url", "title", "pubDate")
    column = script.literal(markup.text, "channelsTagSelf")
    stated = column if isinstance(column, dict) else {}
    site = script.word(markup.text, "web[Ss]iteCode")
    if not site or not rows or script.number(stated.get("articleCount")) <= len(rows):
        return Listing(rows)
    form = {
        "current": "2",
        "pageSize": str(len(rows)),
        "webSiteCode[]": site,
        "channelCode[]": str(stated.get("code") or ""),
        "sort": "sortNum",
        "order": "desc",
    }
    return Listing(rows, (_call(urljoin(page.final_url, _QUERY), form, len(rows), markup.base),))


def _answer(page: Page, asked: Fetch) -> Listing:
    data = script.answered(decoded(page.body), "data")
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list):
        return Listing(())
    articles = [one.get("source") for one in results if isinstance(one, dict)]
    base = asked.carried or page.final_url
    rows = script.entries(_addressed(articles), base, "url", "title", "pubDate")
    received = asked.received + len(results)
    total = script.number(data.get("total")) if isinstance(data, dict) else 0
    if not rows or received >= total > 0:
        return Listing(rows)
    form = dict(parse_qsl(asked.body.decode("ascii", "replace"), keep_blank_values=True))
    form["current"] = str(script.number(form.get("current")) + 1)
    return Listing(rows, (_call(asked.url, form, received, asked.carried),))


def _addressed(articles: Any) -> list[dict[str, Any]]:
    """Return the articles, each with its page's address as `url`."""
    known = articles if isinstance(articles, list) else []
    return [
        one | {"url": script.answered(str(one.get("urls") or ""), "pc") or one.get("url")}
        for one in known
        if isinstance(one, dict)
    ]


def _call(url: str, form: dict[str, str], received: int, base: str) -> Fetch:
    body = urlencode(form, errors="replace").encode("ascii")
    return Fetch(url, "POST", body, FORM, received, base)
