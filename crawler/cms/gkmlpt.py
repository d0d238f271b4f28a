"""gkmlpt (NFCMS, 广东): one page with a tree of columns, the lists in a JSON answer each.

The page states `window._CONFIG = {SID: '…', TREE: […]}`; `/gkmlpt/api/all/{column}?page=n&sid=SID`
answers up to 100 articles. Pages 0 and 1 are the same, so lists start at 1.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

from crawler.cms.markup import absolute, clean, date_in, decoded
from crawler.cms.shapes import Entry, Fetch, Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.items import Page

NAME = "gkmlpt"

_API = "/gkmlpt/api/all/"
_CONFIG = re.compile(r"window\._CONFIG\s*=")
_SID = re.compile(r"['\"]?SID['\"]?\s*:\s*['\"]?(\d+)")
_TREE = re.compile(r"['\"]?TREE['\"]?\s*:\s*(?=\[)")
#: The columns that hold annual reports, by their names in real trees.
_REPORT_COLUMN = re.compile(r"年报|年度报告")
_OTHER_REPORTS = re.compile(r"网站|法治|预算|绩效")


def recognises(page: Page) -> bool:
    """Whether this is the page with the tree, or an answer of its API."""
    return _API in page.final_url or (
        "/gkmlpt/" in page.final_url and bool(_CONFIG.search(decoded(page.body)))
    )


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the articles of an answer and how the next is asked for.

    The page with the tree has no rows of its own: it says how its report columns are asked for.
    """
    if _API in page.final_url:
        return _answer(page, asked)
    text = decoded(page.body)
    sid = _SID.search(text)
    if not sid:
        return Listing(())
    wanted = (f"{_API}{column}?page=1&sid={sid[1]}" for column in _report_columns(text))
    return Listing((), tuple(Fetch(urljoin(page.final_url, path)) for path in wanted))


def _answer(page: Page, asked: Fetch) -> Listing:
    try:
        answer = json.loads(decoded(page.body))
    except (ValueError, RecursionError):
        return Listing(())
    articles = answer.get("articles") if isinstance(answer, dict) else None
    if not isinstance(articles, list) or not articles:
        return Listing(())
    entries = tuple(entry for article in articles if (entry := _entry(article, page.final_url)))
    received = asked.received + len(articles)
    classify = answer.get("classify")
    stated = classify.get("post_count") if isinstance(classify, dict) else None
    total = _number(answer.get("total")) or _number(stated)
    if received >= total:
        return Listing(entries)
    return Listing(entries, (Fetch(_following(page.final_url), received=received),))


def _entry(article: Any, base: str) -> Entry | None:
    """Return the row of one article, or None where it states no address."""
    if not isinstance(article, dict):
        return None
    url = absolute(base, str(article.get("url") or article.get("post_url") or ""))
    if not url:
        return None
    date = date_in(str(article.get("display_publish_time") or article.get("date") or ""))
    return Entry(url, clean(str(article.get("title") or "")), date)


def _following(url: str) -> str:
    page = int((parse_qs(urlsplit(url).query).get("page") or ["1"])[0])
    return re.sub(r"([?&]page=)\d+", rf"\g<1>{max(page, 1) + 1}", url, count=1)


def _number(value: Any) -> int:
    return int(value) if re.fullmatch(r"\d{1,9}", str(value)) else 0


def _report_columns(text: str) -> Iterator[int]:
    """Yield the ids of the tree's columns that hold annual reports, in the tree's order."""
    start = _TREE.search(text)
    if not start:
        return
    try:
        tree, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return
    waiting = tree if isinstance(tree, list) else []
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, dict):
            continue
        name = str(node.get("name") or "")
        if _REPORT_COLUMN.search(name) and not _OTHER_REPORTS.search(name):
            yield _number(node.get("id"))
        children = node.get("children")
        waiting[:0] = children if isinstance(children, list) else []
