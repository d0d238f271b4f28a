"""The builder of Huai'an's sites: `nsetpage(1,total,size)` over static pages; or `lists.do`.

A column is `/col/…/index.html` or `…/list.html` with rows in it; page n ≥ 2 is `index_{n}.html`,
and there are total ÷ size pages. The information catalogue (`/cmsweb/zwgk/…?topic=240&orgId=…`) has
none: its script POSTs `page`, `pagesize`, `topic` and the organ to `/articleCommonController/
lists.do`, which answers `value.{list[], total}`; a row has `link`, or `domain` and `path`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms import script
from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import FORM, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "huaian"

_LISTS = "/articleCommonController/lists.do"
_PAGER = re.compile(r"\bnsetpage\(\s*(\d{1,6})\s*,\s*(\d{1,7})\s*,\s*(\d{1,4})")
_FILE = re.compile(r"(?<![\w-])([\w-]{1,200}?)(?:_(\d{1,6}))?\.(s?html?)$")
_PER_PAGE = "50"
#: What the catalogue's address calls the organ, and what the form does.
_ORGANS = {"orgId": "deptid", "orgid": "deptid", "deptid": "deptid", "rdeptid": "rdeptid"}


def recognises(page: Page) -> bool:
    """Whether this is an answer of the catalogue, or a page that has its call or its pager."""
    if _LISTS in page.final_url or _LISTS.encode() in page.body:
        return True
    return bool(_PAGER.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows of a page or of an answer, and how those after them are asked for."""
    if _LISTS in page.final_url:
        return _answer(decoded(page.body), page.final_url, asked)
    markup = Markup.of(page)
    rows, pager = markup.rows(), _PAGER.search(markup.text)
    if pager:
        return Listing(rows, _next(pager, page.final_url))
    form = _form(markup.text, page.final_url)
    call = Fetch(urljoin(page.final_url, _LISTS), "POST", urlencode(form).encode("ascii"), FORM)
    return Listing(rows, (call,) if not rows and form["topic"] else ())


def _next(pager: re.Match[str], url: str) -> tuple[Fetch, ...]:
    """Return the page after this one: its number stands in its address, the pager's never moves."""
    parts = urlsplit(url)
    total, size = int(pager[2]), int(pager[3])
    file = _FILE.search(parts.path) or _FILE.search("index.html")
    if not size or not file:
        return ()
    at = int(file[2] or 1)
    named = f"{file[1]}_{at + 1}.{file[3]}"
    return (Fetch(urljoin(url, named)),) if at * size < total else ()


def _form(text: str, url: str) -> dict[str, str]:
    """Return the form of the first call: topic and organ stand in the address, else in a script."""
    own = script.parameters(url)
    topic = own.get("topic") or script.word(text, "topic", r"\d{1,9}") or ""
    form = {"page": "1", "pagesize": _PER_PAGE, "topic": topic, "title": "", "docNo": ""}
    form |= {field: own[name] for name, field in _ORGANS.items() if name in own}
    return form


def _answer(text: str, url: str, asked: Fetch) -> Listing:
    value = script.answered(text, "value")
    told: dict[str, Any] = value if isinstance(value, dict) else {}
    records = told.get("list")
    known = [one for one in records if isinstance(one, dict)] if isinstance(records, list) else []
    named = [one | {"url": one.get("link") or _placed(one)} for one in known]
    rows = script.entries(named, urljoin(url, "/"), "url", "title", "releaseTime")
    received = asked.received + len(known)
    if not rows or received >= script.number(told.get("total")):
        return Listing(rows)
    form = dict(parse_qsl(asked.body.decode("ascii", "replace"), keep_blank_values=True))
    form["page"] = str(script.number(form.get("page")) + 1)
    return Listing(
        rows, (Fetch(asked.url, "POST", urlencode(form).encode("ascii"), FORM, received),)
    )


def _placed(record: dict[str, Any]) -> str:
    return urljoin(str(record.get("domain") or ""), str(record.get("path") or ""))
