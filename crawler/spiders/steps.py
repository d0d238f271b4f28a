"""Where a walk stands at one fetch, and what the addresses and pages it meets are told by.

Knows names of files, session ids in addresses, names that repeat in a path, pages that a script
draws. Pure: no Scrapy, no network.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler.cms.markup import decoded
from crawler.spiders.past import NOTHING, Past

if TYPE_CHECKING:
    from crawler.cms import Fetch
    from crawler.discovery import Candidate
    from crawler.spiders.starts import Start
    from parsers.items import AttachedTo, Page

Role = Literal["home", "hub", "column", "document", "attachment"]

#: What a list may link to and no reader calls a document.
_ASSET = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|css|js|ico|mp[34]|avi|wmv|swf|exe|apk)$", re.IGNORECASE
)
#: Bodies that hold no links to walk: PDF, Office (zip and OLE), RAR, PNG, JPEG.
BINARIES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"\x89PNG", b"\xff\xd8\xff")
# A visitor's mark that servers write into addresses: the page behind it is one and the same.
_SESSION = re.compile(
    r";jsessionid=[^/?#;]*|/\(S\([^()/]*\)\)|(?<=[?&])(?:jsessionid|phpsessid|sessionid)=[^&#]*&?",
    re.IGNORECASE,
)
# What pages bear whose list a script draws: an application's root, a template, a call for data.
_SCRIPTED = re.compile(
    r"<div[^<>]{1,99}\bid=[\"'](?:app|root|vue)[\"']|\bv-for=|\bng-(?:app|repeat)\b"
    r"|\bfetch\(|\baxios\b|XMLHttpRequest|\$\.(?:ajax|get|post|getJSON)\("
)


@dataclass(frozen=True, slots=True)
class Step:
    """Where the walk stands at one fetch.

    `depth` counts links from the start, paging not counted; `number` counts the pages of the list,
    `blank` those on end that gave no row. `others` are the ways left to try where this one leads
    nowhere, `hubs` those tried. `drawn` asks for the page as a browser draws it. `unchanged` says
    that the way to it stands as an earlier run found it, `unasked` that its answer is of that run;
    `past` is what that run found on it.
    """

    start: Start
    role: Role
    fetch: Fetch
    depth: int = 0
    section: str | None = None
    cms: str | None = None
    link_text: str | None = None
    number: int = 1
    blank: int = 0
    hubs: int = 0
    others: tuple[Candidate, ...] = ()
    attached_to: AttachedTo | None = None
    drawn: bool = False
    unchanged: bool = False
    unasked: bool = False
    past: Past = NOTHING


def is_asset(step: Step) -> bool:
    """Whether the step leads to a picture, a style or a program; a list may ask for a script.

    A picture that hangs on a report is an attachment.
    """
    if step.role in ("column", "attachment"):
        return False
    return bool(_ASSET.search(step.fetch.url.partition("?")[0]))


def sessionless(url: str) -> str:
    """Return `url` without the visitor's mark that it may hold.

    >>> sessionless("http://a.example/nb.jsp;jsessionid=0F3A?id=1")
    'http://a.example/nb.jsp?id=1'
    """
    return _SESSION.sub("", url).rstrip("?&")


def repeats(url: str) -> int:
    """Return how often the commonest name stands in the path; numbers are no names.

    >>> repeats("http://a.example/gk/nb/gk/nb/gk/"), repeats("http://a.example/2011/11/11/11.html")
    (3, 1)
    """
    names = [name for name in urlsplit(url).path.split("/") if name and not name.isdigit()]
    return max(Counter(names).values(), default=0)


def continues(url: str, page_url: str) -> bool:
    """Whether `url` is named as a later part of the article at `page_url`: t1_2.html of t1.html."""
    path, own = (urlsplit(one).path for one in (url, page_url))
    stem = re.sub(r"(?:[_-]\d{1,3})?\.\w{1,6}$", "", own)
    later = re.fullmatch(rf"{re.escape(stem)}[_-]\d{{1,3}}\.\w{{1,6}}", path)
    return bool(later) or (path == own and url != page_url)


def is_scripted(page: Page) -> bool:
    """Whether the page bears the marks of one whose content a script draws."""
    return bool(_SCRIPTED.search(decoded(page.body)))
