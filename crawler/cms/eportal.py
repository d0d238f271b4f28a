"""eportal: plain rows, and a pager whose links are calls with the next page's address in them.

`/eportal/ui?pageId=…&currentPage=n&moduleId=…&staticRequest=yes` stands in each pager link's
script; `crawler.cms.markup` reads addresses out of scripts, so that the list is a plain one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.cms import static
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "eportal"

_UI = "/eportal/ui?"
_PAGER = b"queryArticleByCondition("


def recognises(page: Page) -> bool:
    """Whether the page lies at eportal's address, or its pager calls there."""
    return _UI in page.final_url or _PAGER in page.body


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows and the page that 下一页 asks for."""
    return static.read(page, asked)
