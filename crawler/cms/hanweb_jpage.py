"""大汉 Hanweb jpage: rows in a `<datastore>`, the rest by POST to `dataproxy.jsp`.

The column page holds the first rows and the parameters of its list; the server gives the same HTML
for every page number. An answer may hold more than was asked for (three pages, or 76 rows where 25
were asked for), so answers overlap: advance by what was received. Some answer XML, some JavaScript.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms.markup import absolute, datastore_records, decoded, fragment_rows
from crawler.cms.shapes import FORM, Entry, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "hanweb_jpage"

_PROXY = "/module/web/jpage/dataproxy.jsp"
_TOTAL = re.compile(
    r"<totalrecord>\s*(\d{1,9})|['\"]?totalRecord['\"]?\s*[:=]\s*['\"]?(\d{1,9})", re.IGNORECASE
)
_ADDRESS = re.compile(r"['\"]([^'\"<>\s]*dataproxy\.jsp[^'\"<>\s]*)['\"]")
_PARAMETERS = (
    "col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname",
    "permissiontype",
)  # fmt: skip
#: One call may cover three pages (45 = 3×15 was seen); fewer calls are kinder.
_PAGES_A_CALL = 3
_PER_PAGE = 15


def recognises(page: Page) -> bool:
    """Whether this is an answer of the proxy, or a column page that asks it."""
    return "dataproxy.jsp" in page.final_url or (
        b"dataproxy.jsp" in page.body and b"<datastore" in page.body
    )


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows of a column page or of an answer, and how to ask for those after them."""
    text = decoded(page.body)
    entries, received = _rows(text, page.final_url)
    if not received:
        return Listing(())
    total = _TOTAL.search(text)
    count = int(total[1] or total[2]) if total else None
    answered = "dataproxy.jsp" in page.final_url
    start = _started(asked.url) + received if answered else received + 1
    if count is not None and start > count:
        return Listing(entries)
    if answered and asked.method == "POST":
        return Listing(entries, (_again(asked, start),))
    call = _sealed(text, page.final_url) if answered else _call(text, page.final_url, start)
    return Listing(entries, (call,) if call else ())


def _rows(text: str, url: str) -> tuple[tuple[Entry, ...], int]:
    """Return the rows and how many records they came in."""
    records = datastore_records(text)
    if not records and "<datastore" not in text:
        records = _array(text)
    base = urljoin(url, "/") if "dataproxy.jsp" in url else url
    return fragment_rows(records, base), len(records)


def _array(text: str) -> list[str]:
    """Return the strings of the first array literal in a JavaScript answer."""
    start = text.find("[")
    if start < 0:
        return []
    try:
        array, _ = json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        quoted = re.finditer(r"'((?:[^'\\]|\\.)*+)('|\Z)", text[start:])
        return [found[1] for found in quoted if found[2]]
    return [record for record in array if isinstance(record, str)]


def _started(url: str) -> int:
    found = re.search(r"startrecord=(\d{1,9})", url)
    return int(found[1]) if found else 1


def _again(asked: Fetch, start: int) -> Fetch:
    """Return the call that gave an answer, moved on to record `start`."""
    parts = urlsplit(asked.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    per_page = int(query.get("perpage") or _PER_PAGE)
    query |= _window(start, per_page)
    return Fetch(parts._replace(query=urlencode(query)).geturl(), "POST", asked.body, asked.headers)


def _call(text: str, url: str, start: int) -> Fetch | None:
    """Return the call for the records from `start` on, from the parameters that the page states."""
    stated = _parameters(text)
    if "columnid" not in stated or "unitid" not in stated:
        return _sealed(text, url)
    address = _ADDRESS.search(text)
    proxy = absolute(url, address[1].partition("?")[0] if address else _PROXY)
    per_page = re.search(r"perPage['\"]?\s*[:=]\s*['\"]?(\d{1,9})", text, re.IGNORECASE)
    window = urlencode(_window(start, int(per_page[1]) if per_page else _PER_PAGE))
    if proxy is None:
        return None
    return Fetch(
        f"{proxy}?{window}", "POST", urlencode(stated, errors="replace").encode("ascii"), FORM
    )


def _sealed(text: str, url: str) -> Fetch | None:
    """Return the `<nextgroup>` link as it stands: newer ones hold one opaque word."""
    address = _ADDRESS.search(text.replace("&amp;", "&"))
    following = absolute(url, address[1]) if address and "?" in address[1] else None
    return Fetch(following) if following else None


def _window(start: int, per_page: int) -> dict[str, str]:
    """Return the records asked for; some servers go by `page` alone and never look at them."""
    end = start + _PAGES_A_CALL * per_page - 1
    page = (start - 1) // per_page + 1
    return {
        "startrecord": str(start),
        "endrecord": str(end),
        "perpage": str(per_page),
        "page": str(page),
    }


def _parameters(text: str) -> dict[str, str]:
    """Return the list's parameters: from the `<nextgroup>` link, else from the script's words."""
    stated: dict[str, str] = {}
    for address in _ADDRESS.findall(text.replace("&amp;", "&")):
        stated |= dict(parse_qsl(address.partition("?")[2], keep_blank_values=True))
    for name in _PARAMETERS:
        found = re.search(rf"['\"]?\b{name}\b['\"]?\s*[:=]\s*['\"]?([^'\",&}}\s]*)", text)
        if name not in stated and found:
            stated[name] = found[1]
    return {name: stated[name] for name in _PARAMETERS if name in stated}
