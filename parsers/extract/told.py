"""Read a report that a page tells to a script alone: gkmlpt's `_CONFIG.DETAIL` (portals.md 1.4).

Such a page bears a frame without text; the article stands as JSON in an inline script, its HTML in
`content`, its metadata beside it. So it does in pages that React, Vue and their like draw,
somewhere in the state that they are sent (`__NEXT_DATA__`, `__INITIAL_STATE__`). Never runs a
script, and knows no address.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from parsers.extract.taming import tamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsers.items import Block

Meta = tuple[tuple[str, str], ...]
_DETAIL = re.compile(r"\bDETAIL\"?\s{0,4}[:=]\s{0,4}(?=\{)")
# What the fields are called where a page states them in `<meta>`; of two for one the first counts.
_FIELDS = {
    "title": "ArticleTitle",
    "articleTitle": "ArticleTitle",
    "publisher": "ContentSource",
    "source": "ContentSource",
    "display_publish_time": "PubDate",
    "publishTime": "PubDate",
    "publishDate": "PubDate",
    "pubDate": "PubDate",
}
_BODIES = ("content", "contentHtml", "articleContent", "body", "html")
# A state is a script's JSON from its first character, or what a script assigns to a global name.
_STATE = re.compile(r"(?=\{)|window\.__[A-Z_]{4,24}__\s{0,4}=\s{0,4}(?=\{)")
_IS_HTML = re.compile(r"<(?:p|div|table|section|span|br)\b", re.IGNORECASE)
# A portal's state holds its menus; a page of a hundred thousand objects is hostile.
_MOST_OBJECTS = 100_000


class Told(NamedTuple):
    """An article as a script has it: its HTML, and name and content of what it states beside it."""

    html: str
    meta: Meta


def with_told(
    frame: tuple[Block, ...],
    meta: Meta,
    scripts: tuple[str, ...],
    read: Callable[[str], tuple[Block, ...]],
    page_title: str | None = None,
    address: str = "",
) -> tuple[tuple[Block, ...], Meta]:
    """Return a page's blocks and metadata with the article that a script alone has, by `read`.

    The frame around an article that is not shown is no main part of what the page says. A page that
    says as much itself is believed: what its script has may be a summary, or a neighbour. A list
    in which the article is a row is a list, unless that row leads to the page's own `address`.
    """
    article = told_to(scripts, page_title or "")
    if article is None or _is_a_row(article, frame, page_title or "", address):
        return frame, meta
    body = read(tamed(article.html)[0])
    if _prose(frame) >= max(_prose(body), 1) or _words(body) <= _words(frame):
        return frame, meta
    return (*(replace(block, main=False) for block in frame), *body), (*meta, *article.meta)


def _is_a_row(article: Told, frame: tuple[Block, ...], page_title: str, address: str) -> bool:
    """Whether the page shown is a list of dated links, one of which leads to the article.

    An article's own page is titled as the article is, or is where the link leads: the newest rows
    stand beside each article.
    """
    title = _title_of(article)
    if not title or title in "".join(page_title.split()):
        return False
    links = [(link, block) for block in frame for link in block.links if link.text]
    rows = {
        "".join(link.text.split())
        for link, block in links
        if _DAY.search(block.text.replace(link.text, ""))
    }
    own = (link.url for link, _ in links if "".join(link.text.split()) == title)
    if any(urlsplit(url)[2:4] == urlsplit(address)[2:4] for url in own):
        return False
    return title in rows and len(rows) >= _FEWEST_ROWS


# A row's date: 2020-01-17, 01/17.
_DAY = re.compile(r"\d{1,2}[-/.月]\d{1,2}")
_FEWEST_ROWS = 3


def _prose(blocks: tuple[Block, ...]) -> int:
    """Return how many characters of sentences and tables a reader sees."""
    seen = [block for block in blocks if block.hidden is None]
    cells = sum(len(cell.text) for block in seen for row in block.rows for cell in row)
    return cells + sum(len(block.text) for block in seen if "。" in block.text)


def _words(blocks: tuple[Block, ...]) -> set[str]:
    """Return the lines of blocks, and where they lead."""
    return {block.text for block in blocks} | {link.url for block in blocks for link in block.links}


def told_to(scripts: tuple[str, ...], page_title: str = "") -> Told | None:
    """Return the article that the first such script holds, None where none holds one.

    >>> told_to(('window._CONFIG={SID:1,DETAIL:{"title":"年报","content":"<p>一、概述</p>"}};',))
    Told(html='<p>一、概述</p>', meta=(('ArticleTitle', '年报'),))
    """
    for script in scripts:
        found = _DETAIL.search(script) if "DETAIL" in script else None
        detail = _object_at(script, found.end()) if found else {}
        html = detail.get("content")
        if isinstance(html, str):
            return Told(html, _stated(detail))
        article = _in_state(script, page_title)
        if article is not None:
            return article
    return None


def _stated(detail: dict[str, object]) -> Meta:
    """Return what an article's object states beside it, under the names of `<meta>`."""
    stated: dict[str, str] = {}
    for field, name in _FIELDS.items():
        value = detail.get(field)
        if isinstance(value, str):
            stated.setdefault(name, value)
    return tuple(stated.items())


def _in_state(script: str, page_title: str) -> Told | None:
    """Return the one article of the state that a page's program is sent; a list has several.

    Of several the page's title tells which it is.
    """
    begun = _STATE.match(script)
    if begun is None or not ("<" in script or "\\u003" in script):
        return None
    told = list(_articles(_object_at(script, begun.end())))
    page = "".join(page_title[:_LONGEST_TITLE].split())
    titled = [article for article in told if (title := _title_of(article)) and title in page]
    bodies = {article.html for article in titled or told}
    return (titled or told)[0] if len(bodies) == 1 else None


# The longest title of a page read has some two hundred characters.
_LONGEST_TITLE = 500


def _title_of(article: Told) -> str:
    return "".join(dict(article.meta).get("ArticleTitle", "").split())


def _articles(state: dict[str, object]) -> Iterator[Told]:
    """Yield the objects of a state that have a title and a body of HTML, outer ones first."""
    waiting: deque[object] = deque([state])
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            meta = _stated(value)
            html = next((v for name in _BODIES if isinstance(v := value.get(name), str)), "")
            if "ArticleTitle" in dict(meta) and _IS_HTML.search(html):
                yield Told(html, meta)
            waiting.extend(value.values())


def _object_at(script: str, at: int) -> dict[str, object]:
    """Return the JSON object that begins at `at`, {} where it is none (a script's own syntax)."""
    try:
        value, _ = json.JSONDecoder().raw_decode(script, at)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
