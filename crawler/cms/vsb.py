"""博达 VSB: static lists whose page names count down.

`nb.htm` is page 1, of 31 pages the second is `nb/30.htm`, the last `nb/1.htm`. Names change when
the list grows, so the link 下页 is followed and nothing is computed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.cms import static
from crawler.cms.markup import decoded
from crawler.cms.shapes import Fetch, Listing

if TYPE_CHECKING:
    from parsers.items import Page

NAME = "vsb"

_SIGNS = re.compile(
    r"/system/resource/js/|_simple_list_gotopage_fun|_showDynClicks\(|webber\.wbst\.com|"
    r"name=\"_newscontent_fromname\"|class=\"p_(?:pages|next|no)\b|id=\"fanye\d+\"|"
    r"\ba\d+GOPAGE\b|urltype=(?:news|tree)\."
)


def recognises(page: Page) -> bool:
    """Whether the page loads VSB's scripts or wears its pager's classes."""
    return bool(_SIGNS.search(decoded(page.body)))


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows and the page that 下页 leads to."""
    return static.read(page, asked)
