"""UCAP (开普) information catalogue: a script asks `getFileListByCodeId` for a channel's files.

The POST `codeId=&channelId={32 hex}&page=1&size=20` answers `results.data.{results[], total}`. The
channel's id stands in the script or in `<meta name="channelId">`. Pages count from 1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin

from crawler.cms import script
from crawler.cms.markup import Markup, decoded
from crawler.cms.shapes import FORM, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "ucap_codeid"

_CALL = "getFileListByCodeId"
_ADDRESS = re.compile(rf"['\"]([^'\"<>\s]{{0,200}}{_CALL})['\"?]")
_CHANNEL = r"[0-9a-f]{32}"
_PER_PAGE = "20"


def recognises(page: Page) -> bool:
    """Whether this is an answer of the call, or a page whose script makes it."""
    return page.final_url.endswith(_CALL) or _CALL.encode() in page.body


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the files of an answer and how the next is asked for; a column has its call alone."""
    if page.final_url.endswith(_CALL):
        return _answer(page, asked)
    markup = Markup.of(page)
    channel = script.word(markup.text, "channelId", _CHANNEL) or _stated(markup)
    if not channel:
        return Listing(())
    address = _ADDRESS.search(markup.text)
    url = urljoin(page.final_url, address[1] if address else f"/{_CALL}")
    size = script.word(markup.text, "size", r"\d{1,3}") or _PER_PAGE
    form = {"codeId": "", "channelId": channel, "page": "1", "size": size}
    return Listing((), (_page(url, form, 0),))


def _stated(markup: Markup) -> str:
    """Return the channel that the page's own `<meta>` names, or ""."""
    for node in markup.tree.css("meta[name][content]"):
        if (node.attributes.get("name") or "").lower() == "channelid":
            stated = (node.attributes.get("content") or "").strip()
            return stated if re.fullmatch(_CHANNEL, stated) else ""
    return ""


def _answer(page: Page, asked: Fetch) -> Listing:
    data = script.answered(decoded(page.body), "results", "data")
    files = data.get("results") if isinstance(data, dict) else None
    rows = script.entries(files, page.final_url, "url", "title", "publishedTimeStr")
    received = asked.received + (len(files) if isinstance(files, list) else 0)
    if not rows or received >= script.number(data.get("total") if data else 0):
        return Listing(rows)
    form = dict(parse_qsl(asked.body.decode("ascii", "replace"), keep_blank_values=True))
    form["page"] = str(script.number(form.get("page")) + 1)
    return Listing(rows, (_page(asked.url, form, received),))


def _page(url: str, form: dict[str, str], received: int) -> Fetch:
    return Fetch(url, "POST", urlencode(form, errors="replace").encode("ascii"), FORM, received)
