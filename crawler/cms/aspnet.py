"""ASP.NET WebForms: the next page is the same address, posted with what the page kept hidden.

`__VIEWSTATE` and its kin carry the list's state, so that pages can be walked in order only and
the hidden fields are read anew from every answer. The pager is a link with
`__doPostBack('target','arg')` (AspNetPager, MoreInfoList, a bare "next" button) or a submit button;
a pager of plain links is read as such.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from crawler.cms import static
from crawler.cms.markup import Markup, absolute, clean
from crawler.cms.shapes import FORM, Fetch, Listing

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from parsers.items import Page

NAME = "aspnet"

_STATE = b"__VIEWSTATE"
_POST_BACK = re.compile(
    r"__doPostBack\(\s*['\"]([^'\"]{1,200})['\"]\s*,\s*['\"]([^'\"]{0,200})['\"]"
)


def recognises(page: Page) -> bool:
    """Whether the page keeps a view state."""
    return _STATE in page.body


def first(section: str) -> Fetch:
    """Return how a section's first list page is asked for: by its address."""
    return Fetch(section)


def read(page: Page, asked: Fetch) -> Listing:
    """Return the rows and the post that gives the next page."""
    markup = Markup.of(page)
    event = _next_event(markup)
    if event is None:
        return static.read(page, asked)
    form = markup.tree.css_first("form[action]")
    action = form.attributes.get("action") if form else None
    url = absolute(markup.base, action or "") or page.final_url
    body = urlencode(_hidden(markup) | event, errors="replace").encode("ascii")
    return Listing(markup.rows(), (Fetch(url, "POST", body, FORM),))


def _hidden(markup: Markup) -> dict[str, str]:
    """Return the page's hidden fields, in page order."""
    fields = markup.tree.css("input[type=hidden][name]")
    return {node.attributes["name"] or "": node.attributes.get("value") or "" for node in fields}


def _next_event(markup: Markup) -> dict[str, str] | None:
    """Return the fields that ask for the next page, or None on the last one."""
    links = [node for node in markup.tree.css("a") if _post_back(node)]
    for node in links:
        if static.says_next(clean(node.text()), node.attributes.get("title") or ""):
            return None if "disabled" in node.attributes else _post_back(node)
    for node in markup.tree.css("input[type=submit][name], input[type=button][name]"):
        if static.says_next(node.attributes.get("value") or "", ""):
            name, value = node.attributes["name"] or "", node.attributes.get("value") or ""
            return None if "disabled" in node.attributes else {name: value}
    numbered = {clean(node.text()): node for node in links}
    known = [int(text) for text in numbered if re.fullmatch(r"\d{1,4}", text)]
    following = static.after_gap(known)
    return _post_back(numbered[str(following)]) if following else None


def _post_back(node: LexborNode) -> dict[str, str] | None:
    """Return the event that a link posts back, or None where it posts none."""
    said = f"{node.attributes.get('href') or ''} {node.attributes.get('onclick') or ''}"
    found = _POST_BACK.search(said)
    return {"__EVENTTARGET": found[1], "__EVENTARGUMENT": found[2]} if found else None
