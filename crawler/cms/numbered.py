"""Lists whose pages are numbered files, `…/zfxxgknb/1.html` and `2.html`, with a scripted pager.

No link states the next page: the script has the count in `parseInt('7')` and the page's number is
its file's (延安 and other sites of Shaanxi). A page of another name is none of the family's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.cms import static
from crawler.cms.markup import decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "numbered"

_FILE = re.compile(r"/(\d{1,4})\.(s?html?)$")
_COUNT = re.compile(r"parseInt\(\s*['\"](\d{1,4})['\"]\s*\)")


def recognises(page: Page) -> bool:
    """Whether the page's file is a number and its script states a count."""
    named = _FILE.search(urlsplit(page.final_url).path)
    return named is not None and bool(_COUNT.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows, and the file of the next number where the count says that there is one."""
    plain = static.read(page, asked)
    file = _FILE.search(urlsplit(page.final_url).path)
    count = _COUNT.search(decoded(page.body))
    if plain.next or not plain.entries or not file or not count or int(file[1]) >= int(count[1]):
        return plain
    following = urljoin(page.final_url, f"{int(file[1]) + 1}.{file[2]}")
    return Listing(plain.entries, (Fetch(following),))
