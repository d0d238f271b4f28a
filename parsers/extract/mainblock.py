"""Find a page's main block: the element, or the fence, in which site builders put the article.

Selectors and fences are those of portals.md 1.1–1.6. Where none is found, or what is found holds
next to nothing, the caller takes the whole page: a menu kept costs less than a sentence lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_SELECTORS = (
    "#zoom",
    "#Zoom",
    "#zoomcon",
    "#UCAP-CONTENT",
    "ucapcontent",
    ".TRS_Editor",
    ".trs_editor_view",
    ".TRS_UEDITOR",
    ".Custom_UnionStyle",
    ".v_news_content",
    "div[id^=vsb_content]",
    ".article-content",
    ".article_content",
    ".bt-content",
    ".main-txt",
    ".wip_art_con",
    ".tyxxy_main",
    ".news_cont_d_wrap",
    ".zwxl-article",
    ".pages_content",
)
_QUERY = ", ".join(_SELECTORS)
_FENCE_META = {"contentstart": True, "contentend": False}
# <!--ZJEG_RSS.content.begin-->, <!--<$[信息内容]>begin-->, <!--#begineditable name="文章内容" …-->
_FENCE_COMMENT = re.compile(
    r"ZJEG_RSS\.content\.(begin|end)|<\$\[信息内容\]>(begin|end)|#(begin|end)editable.{0,20}文章内容"
)
# Each is read whole, however they nest; a page of news has some dozens.
_MOST_NODES = 100
# A "#zoom" that only holds the font-size switch was seen: a main block has this many characters,
_MIN_CHARACTERS = 40
# or at least this share of the page's.
_MIN_SHARE = 0.05


def main_node(tree: LexborHTMLParser) -> LexborNode | None:
    """Return the element that holds the article: of those known, the one with the most text."""
    nodes = tree.css(_QUERY)[:_MOST_NODES]
    if not nodes:
        return None
    best = max(nodes, key=_length) if len(nodes) > 1 else nodes[0]
    if not _is_enough(best, tree):
        return None
    return best


def _length(node: LexborNode) -> int:
    return len(node.text(deep=True))


def may_fence(tag: str) -> bool:
    """Whether a tag, as `markup` gives it, is of a kind that fences: a comment or a `<meta>`."""
    return tag[:1] == "!" or tag[:4] == "meta"


def fence(tag: str, name: str | None, comment: str | None) -> bool | None:
    """Return True where an article begins, False where it ends, None elsewhere.

    `name` is a `<meta>`'s name, `comment` a comment's text.
    """
    if tag == "meta" and name:
        return _FENCE_META.get(name.lower())
    found = _FENCE_COMMENT.search(comment) if comment else None
    return None if found is None else "begin" in found.group()


# Most articles have as many characters as are asked for in their first lines.
_OPENING = 400


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _is_enough(node: LexborNode, tree: LexborHTMLParser) -> bool:
    text = node.text(deep=True)
    length = _letters(text[:_OPENING])
    if length < _MIN_CHARACTERS:
        length = _letters(text)
    if length >= _MIN_CHARACTERS or node.css_first("table, a[href], img") is not None:
        return True
    whole = len(tree.body.text(deep=True)) if tree.body else 0
    return length >= whole * _MIN_SHARE
