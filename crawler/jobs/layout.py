"""The shape of a list page: the golden that the next run's is held against.

A shape says where the rows hang, as the elements above their links with their classes; for rows
that come as JSON or XML, the names they come under. Digits are left out, since they count (`row3`),
and so is whatever does not lead to a row: a banner, a menu, a notice change nothing. Pure.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from crawler.cms.markup import Markup, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawler.cms import Listing
    from parsers.items import Page

_DIGITS = re.compile(r"\d+")
#: Elements above a link that place it; what is further up is the page's frame.
_LEVELS = 6
#: Shapes of a page that are kept: one row in ten may look different (a new mark, a top row).
_KEPT = 3
_SHARE = 0.1
#: Levels of JSON: an answer's rows were seen at most five levels down.
_DEEP = 6


def shape(page: Page, listing: Listing) -> list[str]:
    """Return the shapes of a list page's rows, the commonest first; [] where it has no row."""
    if not listing.entries:
        return []
    text = decoded(page.body).lstrip("\ufeff \r\n\t")
    if text.startswith(("{", "[")):
        return _names_in_json(text)
    rows = {entry.url for entry in listing.entries}
    found = Counter(_place(one.node) for one in Markup.of(page).anchors() if one.url in rows)
    if not found:
        return ["rows in a script"]
    whole = sum(found.values())
    return [place for place, count in found.most_common(_KEPT) if count >= _SHARE * whole]


def _place(node: LexborNode) -> str:
    """Return the elements above a link, the outermost first."""
    above: list[str] = []
    each: LexborNode | None = node
    while each is not None and each.tag not in ("body", "html") and len(above) < _LEVELS:
        above.append(_element(each))
        each = each.parent
    return ">".join(reversed(above))


def _element(node: LexborNode) -> str:
    classes = sorted(set(_DIGITS.sub("", node.attributes.get("class") or "").split()))
    return (
        ".".join([node.tag or "", *classes])
        if node.tag in ("ul", "div", "table")
        else str(node.tag)
    )


def _names_in_json(text: str) -> list[str]:
    try:
        known = json.loads(text)
    except ValueError:
        return ["JSON that cannot be read"]
    return ["json " + " ".join(sorted(set(_paths(known))))]


def _paths(known: Any, above: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the names that lead to lists, and those within their first object."""
    if depth > _DEEP:
        return
    if isinstance(known, dict):
        for name, value in known.items():
            if isinstance(value, dict | list):
                yield from _paths(value, f"{above}.{name}", depth + 1)
    elif isinstance(known, list) and known and isinstance(known[0], dict):
        yield f"{above}[]"
