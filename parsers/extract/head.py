"""Read what a page says of itself besides its blocks: base, title, `<meta>`, scripts.

By the tree, wherever these stand: copied pages have them in the body. Never judges what they say.
"""

from __future__ import annotations

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
    `<meta itemprop>` those are given that date the page; a `<time datetime>`, where
    all that there are say the same, as "time": a list has one a row.
    """
    named, refreshing = [], []
    for attributes in (node.attributes for node in tree.tags("meta")):
        content = attributes.get("content") or ""
        equivalent = attributes.get("http-equiv") or ""
        if name := (attributes.get("name") or _dating(attributes)).strip():
            named.append((name, " ".join(content.split())))
        if equivalent.lower() == "refresh":
            refreshing.append((equivalent, content))
    widgets = (node.attributes for node in scripts)
    code = next((widget["sitecode"] for widget in widgets if "sitecode" in widget), None)
    times = {node.attributes.get("datetime") for node in tree.tags("time")} - {None, ""}
    time = times.pop() if len(times) == 1 else None
    return (
        *named,
        *refreshing,
        *([("sitecode", code.strip())] if code else ()),
        *([("time", time.strip())] if time else ()),
    )


def _dating(attributes: Mapping[str, str | None]) -> str:
    """Return the property that a `<meta>` without a name states, "" where it dates nothing."""
    name = attributes.get("property") or attributes.get("itemprop") or ""
    return name if name.strip().lower() in PUBLISHED_PROPERTIES else ""


#: When a page was published, by Open Graph, schema.org and the news readers that read pages.
PUBLISHED_PROPERTIES = frozenset(
    {"article:published_time", "og:published_time", "datepublished", "bytedance:published_time"}
)


def scripts_of(scripts: list[LexborNode]) -> tuple[str, ...]:
    """Return the inline scripts, and for those loaded from elsewhere their address."""
    found = []
    for node in scripts:
        text = node.text(deep=True).strip()
        source = None if text else node.attributes.get("src")
        if text or source:
            found.append(text or f"src={source}")
    return tuple(found)
