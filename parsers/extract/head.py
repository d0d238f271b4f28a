"""Read what a page says of itself besides its blocks: base, title, `<meta>`, scripts.

By the tree, wherever these stand: copied pages have them in the body. Never judges what they say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.extract.links import absolute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Return what the addresses of a page at `url` are relative to."""
    found = (node.attributes for node in tree.tags("base"))
    href = next((attributes["href"] for attributes in found if "href" in attributes), None)
    return (absolute(url, href) if href else None) or url


def page_title(tree: LexborHTMLParser) -> str | None:
    """Return the `<title>` of the head, else the first one, on one line."""
    titles = tree.tags("title")
    in_head = (node for node in titles if node.parent is not None and node.parent.tag == "head")
    node = next(in_head, None) or next(iter(titles), None)
    return " ".join(node.text(deep=True).split()) or None if node else None


def meta_of(tree: LexborHTMLParser, scripts: list[LexborNode]) -> tuple[tuple[str, str], ...]:
    """Return name and content of every `<meta>` that has one or refreshes, site code, `<time>`.

    `<script id="_jiucuo_" sitecode="…">` carries the same 网站标识码 as `SiteIDCode` (portals.md
    1.8) and is given under the name of the script's attribute. Of `<meta property>` and
    `<meta itemprop>` those are given that date the page, and a `<time datetime>` of the article as
    "time", where all that there are say the same: a list has one a row.
    """
    named, refreshing = [], []
    dates: dict[str, set[str]] = {}
    for attributes in (node.attributes for node in tree.tags("meta")):
        content = attributes.get("content") or ""
        equivalent = attributes.get("http-equiv") or ""
        if name := (attributes.get("name") or "").strip():
            named.append((name, " ".join(content.split())))
        elif name := _dating(attributes):
            dates.setdefault(name, set()).add(content.strip())
        if equivalent.lower() == "refresh":
            refreshing.append((equivalent, content))
    widgets = (node.attributes for node in scripts)
    code = next((widget["sitecode"] for widget in widgets if "sitecode" in widget), None)
    time = _time_of_the_article(tree.tags("time"))
    return (
        *named,
        *((name, *stated) for name, stated in dates.items() if len(stated) == 1),
        *refreshing,
        *([("sitecode", code.strip())] if code else ()),
        *([("time", time.strip())] if time else ()),
    )


def _time_of_the_article(nodes: list[LexborNode]) -> str | None:
    """Return what every `<time>` of the article says that stands in no sentence of it."""
    if len(nodes) > _MOST_TIMES:
        return None
    dating = (node.attributes.get("datetime") for node in nodes if _is_of_the_article(node))
    times = {value for value in dating if value}
    return times.pop() if len(times) == 1 else None


def _is_of_the_article(node: LexborNode) -> bool:
    """Whether a node stands in an article or main part, neither beside its text nor within."""
    around = node.parent
    words = around.text(deep=False).strip() if around is not None else ""
    if words and not _LABEL.search(words):
        return False
    for _ in range(_DEEPEST):
        if around is None or around.tag in _AROUND:
            return False
        if around.tag in ("article", "main"):
            return True
        around = around.parent
    return False


_AROUND = frozenset({"aside", "footer", "nav", "ul", "ol", "html"})
_LABEL = re.compile(r"发[布表]|时间|日期|来源|作者")
# A report's page has one or two; deeper than this a page is hostile.
_MOST_TIMES, _DEEPEST = 20, 60


def _dating(attributes: Mapping[str, str | None]) -> str:
    """Return the property that a `<meta>` without a name states, "" where it dates nothing."""
    name = attributes.get("property") or attributes.get("itemprop") or ""
    return name.strip() if name.strip().lower() in PUBLISHED_PROPERTIES else ""


#: When a page was published, by Open Graph, schema.org and the news readers that read pages.
PUBLISHED_PROPERTIES = frozenset(
    {"article:published_time", "og:published_time", "datepublished", "bytedance:published_time"}
)


def scripts_of(scripts: list[LexborNode]) -> tuple[str, ...]:
    """Return the inline scripts, and for those loaded from elsewhere their address."""
    found = []
    for node in scripts:
        text = node.text(deep=False).strip()  # within a picture scripts nest
        source = None if text else node.attributes.get("src")
        if text or source:
            found.append(text or f"src={source}")
    return tuple(found)
