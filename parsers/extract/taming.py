"""Make markup harmless that would take a parser minutes: nesting without end, floods of attributes.

The parser's work grows with the square of the depth (30,000 open elements take 2 s, 200,000
minutes) and of one element's attributes (100,000 take 40 s). Browsers stop nesting at 512. No text
is dropped: what is taken away are the tags, or the attributes, and a warning says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# The deepest real page read has 60 levels; lxml loses text below 2,046. At this depth parsing takes
# 0.1 s.
MAX_DEPTH = 4_000
# Open <font> and <b> are opened anew in every paragraph: the product is what costs.
MAX_REOPENED = 1_000_000
# An element of a real page has 30 attributes at most; a picture within one is a single long value.
MAX_ATTRIBUTES = 1_000
_LONG_TAG = 8_000
# At each option the parser goes through its list: 5,000 take 0.1 s, 50,000 some ten. The longest
# list of places seen on a portal has some hundreds.
MAX_OPTIONS = 5_000
# On a shorter page the attributes of all its <html> and <body> take half a second at most.
_LONG_PAGE = 50_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ANY_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]{0,40})(?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*>")
_OPTION = re.compile(r"<option\b", re.IGNORECASE)
_CHOICE = re.compile(r"</?(?:select|option|optgroup)\b[^<>]*>?", re.IGNORECASE)
_OUTER = re.compile(r"<(?:html|body)\s[^<>]*>?", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s[^\s=>/]+")
# What never nests: void elements, and those that their like closes.
_FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr p li td th tr tbody "
    "thead tfoot option dt dd html head body title script style"
)
_ITEMS = {"li": "list", "dt": "terms", "dd": "terms"}
# What nests in pictures and formulas alone.
_FOREIGN_NAMES = (
    "area base col html input link option param script source style tbody td tfoot th thead title "
    "tr track wbr"
)
# Within a picture they end in themselves, elsewhere they nest. They hold no text.
_SHAPE = re.compile(
    r"<(?:path|rect|circle|ellipse|line|polyline|polygon|use|stop)(?:\s[^<>]*)?/>", re.IGNORECASE
)
_FORMATTING_NAMES = "a b big code em font i nobr s small strike strong tt u"
_BLOCK_NAMES = "p div li td tr table ul ol h1 h2 h3 h4 h5 h6 section article"
_FOREIGN = frozenset(_FOREIGN_NAMES.split())
_FLAT = frozenset(_FLAT_NAMES.split())
_FORMATTING = frozenset(_FORMATTING_NAMES.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split())
# What is left of markup that is too deep.
_KEPT_NAMES = "html head title meta base script style body p br h1 h2 h3 h4 h5 h6"
_KEPT = frozenset(_KEPT_NAMES.split())


def tamed(text: str) -> tuple[str, list[str]]:
    """Return `text` as markup that can be parsed in time, and a warning for each change."""
    warnings: list[str] = []
    text, count = _without_floods(text)
    if count:
        warnings.append(f"{count} elements have more than {MAX_ATTRIBUTES} attributes: left out")
    # So many signs are needed for such depth; nine pages in ten have fewer.
    if text.count("<") >= MAX_DEPTH:
        if len(_OPTION.findall(text)) > MAX_OPTIONS:
            text = _CHOICE.sub("<br>", text)
            warnings.append(f"the page has more than {MAX_OPTIONS} options: read as lines")
        if _is_too_deep(text):
            text, warning = _without_depth(text)
            warnings.append(warning)
    if len(text) > _LONG_PAGE:
        text, count = _without_repeated(text)
        if count:
            warnings.append(
                f"<html> and <body> have more than {MAX_ATTRIBUTES} attributes: left out"
            )
    return text, warnings


def _without_depth(text: str) -> tuple[str, str]:
    """Return markup that is too deep without its shapes, or else without its structure."""
    bare, count = _SHAPE.subn("", text)
    if count and not _is_too_deep(bare):
        return bare, f"{count} shapes of pictures nest more than {MAX_DEPTH} deep: left out"
    text = _ANY_TAG.sub(_flattened, text)
    return text, f"the markup is nested more than {MAX_DEPTH} deep: read without its tables"


def _without_repeated(text: str) -> tuple[str, int]:
    """Take away `<html>` and `<body>` where all of them together have too many attributes.

    One behind the first opens nothing: it adds its attributes to that.
    """
    pieces, at, count, attributes = [], 0, 0, 0
    for outer in _OUTER.finditer(text):
        attributes += len(_ATTRIBUTE.findall(outer[0]))
        if attributes > MAX_ATTRIBUTES:
            pieces.append(text[at : outer.start()])
            at, count = outer.end(), count + 1
    return ("".join([*pieces, text[at:]]), count) if count else (text, 0)


def _without_floods(text: str) -> tuple[str, int]:
    pieces, at, count = [], 0, 0
    for begin, end in _long_tags(text):
        close = text.find(">", begin, end)
        close = end if close < 0 else close
        if (
            close - begin > _LONG_TAG
            and len(_ATTRIBUTE.findall(text, begin, close)) > MAX_ATTRIBUTES
        ):
            pieces += [text[at:begin], text[begin:end].split(None, 1)[0]]
            at, count = close, count + 1
    return ("".join([*pieces, text[at:]]), count) if count else (text, 0)


def _long_tags(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the pieces between two "<" begin and end that have more than `_LONG_TAG` signs.

    Each holds a window of half the size whole: other windows are left after their first "<".
    """
    end = 0
    for start in range(0, len(text), _LONG_TAG // 2):
        if start < end or text.find("<", start, start + _LONG_TAG // 2) >= 0:
            continue
        begin, end = text.rfind("<", 0, start) + 1, text.find("<", start)
        end = len(text) if end < 0 else end
        if begin and end - begin > _LONG_TAG:
            yield begin, end


def _is_too_deep(text: str) -> bool:
    """Whether more elements may be open at once, or opened anew, than a parser takes in time.

    An end tag closes what is open by its name alone: to any other a parser pays no heed.
    """
    depth = formatting = reopened = 0
    opened: dict[str, int] = {}
    list_of = ""
    for found in _TAG.finditer(text):
        name = found[2].lower()
        if found[1]:
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
                formatting -= name in _FORMATTING
            continue
        if name in _BLOCKS:
            reopened += formatting
        # <li> in <dt> in <li>: each is closed by its like alone.
        between, list_of = list_of, _ITEMS.get(name, list_of)
        if (
            name not in _FLAT
            or (between and between != list_of)
            or (name in _FOREIGN and _is_foreign(opened))
        ):
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            formatting += name in _FORMATTING
        if depth > MAX_DEPTH or reopened > MAX_REOPENED:
            return True
    return False


def _is_foreign(opened: dict[str, int]) -> bool:
    """Whether pictures or formulas are open, in which what never nests in HTML does."""
    return bool(opened.get("svg") or opened.get("math"))


def _flattened(tag: re.Match[str]) -> str:
    return tag[0] if tag[1].lower() in _KEPT else "<br>"
