"""新点 Epoint: a column whose rows come as JSON from `getgovinfolist`.

The POST is JSON: `categorynum`, `deptcode` (in the column's query, `govInfoPub.html?categorynum=
003001003`, its script or its path), `pageIndex` from 0, `pageSize`, and the site's key `siteGuid`,
which stands in the page or in `/js/webBuilderCommon.js`. The answer is
`custom.{data[], total}`. A column whose rows stand in its HTML is a plain list.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from crawler.cms import script, static
from crawler.cms.markup import decoded
from crawler.cms.shapes import JSON, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "epoint"

_CALL = "/rest/lightfrontaction/getgovinfolist"
_SCRIPT = "/js/webBuilderCommon.js"
_PROJECT = "EWB-FRONT"
_PER_PAGE = 15
# …/002005/002005002/002005002006/: the last; each is three digits longer than the one above.
_CATEGORY = re.compile(r"/((?:\d{3}){2,8})(?=/|$)")


def recognises(page: Page) -> bool:
    """Whether this is an answer or the script with the key, or a page that loads that script."""
    marks = ("webBuilderCommon.js", "getgovinfolist")
    return any(mark in page.final_url or mark.encode() in page.body for mark in marks)


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows and how to go on: to the key, to the first answer, to the next one."""
    text = decoded(page.body)
    if _CALL in page.final_url:
        return _answer(text, page.final_url, asked)
    key = script.word(text, "siteGuid")
    if asked.carried:
        known = script.answered(asked.carried)
        if not key or not isinstance(known, dict):
            return Listing(())
        return Listing((), (_page(page.final_url, text, known | {"siteGuid": key}),))
    plain = static.read(page, asked)
    wanted = _wanted(text, page.final_url)
    if plain.entries or not wanted:
        return plain
    if key:
        return Listing((), (_page(page.final_url, text, wanted | {"siteGuid": key}),))
    carried = json.dumps(wanted)
    return Listing((), (Fetch(urljoin(page.final_url, _SCRIPT), carried=carried, again=True),))


def _wanted(text: str, url: str) -> dict[str, Any]:
    """Return what the first call says but for the key; empty where no category is known."""
    parts = urlsplit(url)
    own = {name.lower(): value for name, value in script.parameters(url).items()}
    numbers = _CATEGORY.findall(parts.path)
    category = own.get("categorynum") or script.word(text, "categor[yY](?:[nN]um)", r"\d{3,30}")
    if not category and not numbers:
        return {}
    return {
        "deptcode": own.get("deptcode") or script.word(text, "dept[cC]ode", r"\w{1,30}") or "",
        "categorynum": category or numbers[-1],
        "pageIndex": 0,
        "pageSize": script.number(script.word(text, "pageSize", r"\d{1,3}")) or _PER_PAGE,
    }


def _page(url: str, text: str, wanted: dict[str, Any]) -> Fetch:
    project = script.word(text, "projectName", r"/?[\w-]+") or _PROJECT
    return Fetch(urljoin(url, f"/{project.lstrip('/')}{_CALL}"), "POST", _coded(wanted), JSON)


def _coded(wanted: dict[str, Any]) -> bytes:
    return json.dumps(wanted, separators=(",", ":")).encode("ascii")


def _answer(text: str, url: str, asked: Fetch) -> Listing:
    custom = script.answered(text, "custom")
    data = custom.get("data") if isinstance(custom, dict) else None
    rows = script.entries(data, urljoin(url, "/"), "infourl", "title", "infodate")
    received = asked.received + (len(data) if isinstance(data, list) else 0)
    wanted = script.answered(asked.body.decode("utf-8", "replace"))
    if not rows or not isinstance(wanted, dict) or received >= script.number(custom.get("total")):
        return Listing(rows)
    wanted["pageIndex"] = script.number(wanted.get("pageIndex")) + 1
    return Listing(rows, (Fetch(asked.url, "POST", _coded(wanted), JSON, received),))
