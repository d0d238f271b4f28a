"""Give a parsed page as a flat line of tags and texts, at a tenth of what asking its nodes costs.

What Lexbor writes is its tree: every element is closed, void ones apart, attributes stand in double
quotes, and text, values too, has no "<" and no ">" of its own. The content of scripts and the like,
which alone is written as it is, is escaped before. Never judges what a tag means.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborHTMLParser, LexborNode

# HTML, 13.3: what is written without an end tag, and what is written without escapes.
_VOID_NAMES = (
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr"
)
VOID = frozenset(_VOID_NAMES.split())
_RAW = ("script", "style", "iframe", "xmp", "noembed", "noframes", "plaintext")
_TAG = re.compile(r"(?s)<(!--.*?(?:--(?=>)|\Z)|[^>]*+)(?:>|\Z)")
_ATTRIBUTE = re.compile(r'(?:^|(?<= ))([^ ][^ =]*+)="([^"]*+)"')
#: The name of an attribute that no page can have: a NUL in a page is read as U+FFFD.
_MARK = "\x00"
_MARKED = f'{_MARK}=""'


def tokens_of(
    tree: LexborHTMLParser, root: LexborNode, main: LexborNode | None
) -> tuple[list[str], list[str]]:
    """Return the tags from `root` on, and the text behind each, both escaped; `main` is marked.

    A tag is `name a="b"`, `/name`, `!--comment--`. The first is the root's, the last closes it.
    Changes the tree.
    """
    for name in _RAW:
        for node in tree.tags(name):
            _escape_content(node)
    for node in tree.tags("template"):
        # What it holds is no part of the page, and no selector finds it there.
        node.replace_with(tree.create_node("template"))
    if main is not None:
        main.attrs[_MARK] = ""
    parts = _TAG.split(root.html or "")
    return parts[1::2], parts[2::2]


def _escape_content(node: LexborNode) -> None:
    child = node.child
    while child is not None:
        text = child.text_content or "" if child.tag == "-text" else ""
        if "<" in text or "&" in text:
            raw, child = child, child.next
            raw.replace_with(escaped(text))
        else:
            child = child.next


def is_marked(attributes: str) -> bool:
    """Whether the attributes are those of the main element."""
    return attributes.endswith(_MARKED)


def escaped(text: str) -> str:
    """Return `text` as it stands among tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    r"""Return `text` without its escapes.

    >>> plain("甲&amp;lt;乙&nbsp;")
    '甲&lt;乙\xa0'
    """
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&quot;", '"').replace("&amp;", "&")


def attributes_in(attributes: str) -> dict[str, str]:
    """Return the attributes of a tag, as they stand behind its name.

    >>> attributes_in('class="a b" title="x&quot;"')
    {'class': 'a b', 'title': 'x"'}
    """
    return {name: plain(value) for name, value in _ATTRIBUTE.findall(attributes)}


def end_of(tags: Sequence[str], name: str, at: int) -> int:
    """Return where the tag lies that closes the element `name`, of which `at` is the first inside.

    >>> end_of(["svg", "/svg", "/svg", "p"], "svg", 0)
    2
    """
    closing, opening = f"/{name}", f"{name} "
    depth = 0
    for n in range(at, len(tags)):
        tag = tags[n]
        if tag == closing:
            if not depth:
                return n
            depth -= 1
        elif tag == name or tag.startswith(opening):
            depth += 1
    return len(tags) - 1
