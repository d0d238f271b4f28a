"""Give a parsed page as a flat line of tags and texts, at a tenth of what asking its nodes costs.

What Lexbor writes is its tree: every element is closed, void ones apart, attributes stand in double
quotes, and text, values too, has no "<" and no ">" of its own. The content of scripts and the like
alone is written as it is. An element without structure of its own (a paragraph, a menu's entry, a
cell) comes whole, as a leaf. Never judges what a tag means.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborHTMLParser, LexborNode

# HTML, 13.3: what is written without an end tag, and what is written without escapes.
_VOID_NAMES = (
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr"
)
VOID = frozenset(_VOID_NAMES.split())
_RAW = ("script", "style", "iframe", "xmp", "noembed", "noframes", "plaintext")
# An element that holds texts, links and spans, and nothing within these: the first end tag behind a
# tag is its own. The mark of the main element leaves one as it is.
_LEAF = (
    r"(?:p|li|td|th|div|h[1-6]|dd|dt)(?: [^>\x00]*+)?+>[^<]*+"
    r"(?:<(?:a|span|font|b|strong|i|em|u)(?: [^>\x00]*+)?+>[^<]*+</[^>]*+>[^<]*+)*+</[^>]*+"
)
_COMMENT = r"!--(?s:.*?)(?:--(?=>)|\Z)"
_WRITTEN_RAW = "|".join(
    rf"{name}(?: [^>]*+)?+>[^<]*+(?:<(?!/{name}>)[^<]*+)*+</{name}"
    for name in ("script", "style", "iframe")
)
_TAG = re.compile(rf"<({_COMMENT}|[^>]*+)(?:>|\Z)")
_TOKEN = re.compile(rf"<({_LEAF}|{_COMMENT}|[^>]*+)(?:>|\Z)")
_TOKEN_OR_RAW = re.compile(rf"<({_LEAF}|{_WRITTEN_RAW}|{_COMMENT}|[^>]*+)(?:>|\Z)")
# What is raw and hardly ever met, and what holds elements that are raw elsewhere.
_RARE = re.compile(r"<(?:xmp|noembed|noframes|plaintext|template|svg|math)")
#: A script up to its end or the first comment in it; as a whole, since what stands in it may look
#: like the beginning of a hundred thousand others.
_SCRIPT = re.compile(
    r"<script(?: [^>]*+)?+(?:>|\Z)[^<]*+(?:<(?!/script>|!--)[^<]*+)*+(?P<comment><!--)?"
)
_ATTRIBUTE = re.compile(r'(?:^|(?<= ))([^ ][^ =]*+)="([^"]*+)"')
#: The name of an attribute that no page can have: a NUL in a page is read as U+FFFD.
_MARK = "\x00"
_MARKED = f'{_MARK}=""'


def tokens_of(
    tree: LexborHTMLParser, root: LexborNode, main: LexborNode | None
) -> tuple[list[str], list[str]]:
    """Return the tags from `root` on, and the text behind each, both escaped; `main` is marked.

    A tag is `name a="b"`, `/name`, `!--comment--`, or an element as a whole (`is_whole`): a leaf
    `p>text</p`, a script `script>text</script`, the latter not escaped. The first is the root's,
    the last closes it. Changes the tree.
    """
    if main is not None:
        main.attrs[_MARK] = ""
    html = root.html or ""
    # Within a comment a script may hold the tag that ends one.
    commented = "<!--" in html and any(map(_comment_in, _SCRIPT.finditer(html)))
    if commented or _RARE.search(html):
        _escape(tree)
        parts = _TOKEN.split(root.html or "")
    else:
        parts = _TOKEN_OR_RAW.split(html)
    return parts[1::2], parts[2::2]


def _comment_in(script: re.Match[str]) -> bool:
    return script["comment"] is not None


def is_whole(tag: str) -> bool:
    """Whether a tag is an element with all that it holds."""
    return ">" in tag and tag[0] not in "!?"


def parted(tags: Sequence[str], texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return tags and texts with those elements taken apart that come whole."""
    if not any(map(is_whole, tags)):
        return list(tags), list(texts)
    pairs = [pair for each in zip(tags, texts, strict=True) for pair in _parts(*each)]
    return [tag for tag, _ in pairs], [text for _, text in pairs]


def _parts(tag: str, text: str) -> Iterator[tuple[str, str]]:
    if not is_whole(tag):
        yield tag, text
    elif tag.startswith(_RAW):
        opening, _, inside = tag.partition(">")
        inside, _, closing = inside.rpartition("<")
        yield opening, escaped(inside)
        yield closing, text
    else:
        parts = _TAG.split(f"<{tag}>")
        yield from zip(parts[1::2], (*parts[2:-1:2], text), strict=True)


def _escape(tree: LexborHTMLParser) -> None:
    """Escape what is written as it is; take out what templates hold."""
    for name in _RAW:
        for node in tree.tags(name):
            _escape_content(node)
    for node in tree.tags("template"):
        # What it holds is no part of the page, and no selector finds it there.
        node.replace_with(tree.create_node("template"))


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
