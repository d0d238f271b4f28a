"""大汉 Hanweb's annual-report page: `xxgkAnnualReport.jsp?area=…&fbtime=YEAR`, a report a year.

There is no list: each answer is one organ's report on the year `fbtime`, and its own only row.
Where a page names the other years, these are its rows; where it names none, the year before is
asked for, until one answers without a report or the Regulation was not yet in force.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from crawler.cms.markup import Markup, absolute, decoded
from crawler.cms.shapes import Entry, Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "hanweb_annual"

_ENDPOINT = "xxgkAnnualReport.jsp"
_LINK = re.compile(rf"['\"]([^'\"<>\s]{{0,300}}{_ENDPOINT}\?[^'\"<>\s]{{1,300}})['\"]")
_YEAR = re.compile(r"fbtime=\d+")
#: The Regulation (政府信息公开条例) came into force on 2008-05-01: the first reports are on 2008.
_FIRST_YEAR = 2008
#: The shortest real report read has some 600 characters, an empty year's answer a sentence.
_REPORT_LENGTH = 300


def recognises(page: Page) -> bool:
    """Whether this is such an answer, or a page that links to several years of one organ.

    A menu that links to one of them on every page makes none of these pages the family's.
    """
    if _ENDPOINT in page.final_url:
        return True
    organs = [_YEAR.sub("", link) for link in set(_LINK.findall(decoded(page.body)))]
    return len(organs) > len(set(organs))


def first(section: str) -> Fetch:
    """Return how a section's first page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the years that a page names as rows, else the year before as the next page."""
    text = decoded(page.body)
    stated = (absolute(page.final_url, link.replace("&amp;", "&")) for link in _LINK.findall(text))
    rows = {url: Entry(url, _year(url)) for url in stated if url and url != page.final_url}
    if rows or _ENDPOINT not in page.final_url:
        return Listing(tuple(rows.values()))
    year = _year(asked.url)
    if not year.isdigit() or not _is_report(text, year):
        return Listing(())
    itself = (Entry(page.final_url, year),)
    if int(year) <= _FIRST_YEAR:
        return Listing(itself)
    before = re.sub(r"([?&]fbtime=)\d+", rf"\g<1>{int(year) - 1}", asked.url, count=1)
    return Listing(itself, (Fetch(before),))


def _year(url: str) -> str:
    return (parse_qs(urlsplit(url).query).get("fbtime") or [""])[0]


def _is_report(text: str, year: str) -> bool:
    body = Markup.parse(text, "").tree.body
    shown = body.text(separator=" ", strip=True) if body else ""
    return f"{year}年" in shown and len(shown) >= _REPORT_LENGTH
