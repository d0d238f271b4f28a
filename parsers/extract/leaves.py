"""Make blocks of the short elements that stand on every page of a site: menus, labels, footers.

A leaf (`markup`) is read by itself, once, and its block shared by all pages that hold it. What
depends on more than the leaf, its site and whether it lies in the main block is left to the walk:
what its own attributes hide, an empty link, which goes to the block above it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from parsers.extract.links import absolute, is_of_site
from parsers.extract.markup import attributes_in, plain
from parsers.extract.visibility import hidden_reason
from parsers.items import Block, Link
from parsers.memo import LONGEST, Memo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.extract.visibility import Sheet

_TAG = re.compile(r"<([^>]*+)(?:>|\Z)")
#: An anchor's address, among the attributes as `markup` gives them.
HREF = re.compile(r'(?:[^ ][^ =]*+="[^"]*+" )*?href="([^"]*)"')


class Leaf(NamedTuple):
    """A leaf as read: its element, its text, the address and text of each link as written."""

    name: str
    text: str
    links: tuple[tuple[str, str], ...] = ()

    def blocks(self, base: str, *, main: bool) -> tuple[Block, ...]:
        """Return its block on the page at `base`; none where it holds nothing."""
        links: tuple[Link, ...] = ()
        if self.links:
            found = [(absolute(base, href), text) for href, text in self.links]
            links = tuple([Link(url, text) for url, text in found if url])
        if not self.text and not links:
            return ()
        return (Block(self.text, (), links, self.name, None, main),)


def _read(tag: str) -> Leaf | None:
    """Return a leaf as it is read, None where that is left to the walk."""
    opening, _, inside = tag.partition(">")
    inside = inside[: inside.rindex("<")]
    name, _, attributes = opening.partition(" ")
    if attributes and hidden_reason(name, attributes) is not None:
        return None
    if "<" not in inside:
        return Leaf(name, one_line(inside))
    parts = _TAG.split(inside)
    links: list[tuple[str, str]] = []
    speaks = False
    for at in range(1, len(parts), 4):  # a tag, the text within, the end tag, the text behind
        speaks = speaks or bool(one_line(parts[at - 1] + parts[at + 1]))
        inner, _, written = parts[at].partition(" ")
        if written and hidden_reason(inner, written) is not None:
            return None
        href = HREF.match(written) if inner == "a" else None
        if href is None:
            continue
        if not speaks:
            return None
        links.append((plain(href[1]), one_line(parts[at + 1])))
    return Leaf(name, one_line("".join(parts[::2])), tuple(links))


def one_line(text: str) -> str:
    """Return text that stands among tags as one line, without escapes."""
    if text.isalnum():
        return text
    return " ".join(plain(text).split())


class Leaves(Memo[str, tuple[Block, ...] | Leaf | None]):
    """By leaf its blocks on the pages of one site.

    The leaf itself where they depend on the page's address, None where the walk has to read it.
    """

    def __init__(self, site: tuple[str, bool]) -> None:
        """`site` is what its addresses begin with (`links.origin`), and whether leaves are main."""
        super().__init__(self._made, length=_length_of_leaf, entries=_LEAVES)
        self._origin, self._main = site

    def _made(self, tag: str) -> tuple[Block, ...] | Leaf | None:
        leaf = _read(tag)
        if leaf is None or (leaf.links and not all(is_of_site(href) for href, _ in leaf.links)):
            return leaf
        return leaf.blocks(self._origin, main=self._main)


def _length_of_leaf(tag: str) -> int:
    links = tag.count("<a ")
    return len(tag) + _LINK * links if links or len(tag) <= _PROSE else LONGEST + 1


# What is longer and links to nothing is a sentence: it stands on one page, and is not kept.
_PROSE = 80


def _length_of_site(site: tuple[str, bool]) -> int:
    return len(site[0]) * LONGEST // _LONGEST_SITE


#: A page has some 200 leaves of its site's and 60 of its own, of 150 characters with their tags: so
#: many are full after 20 pages. They take 1 MB of an honest site, and 6 MB at most: a link counts
#: as the characters that its address and itself take, and a site with a name that no host has
#: keeps nothing.
_LEAVES, _LINK, _LONGEST_SITE = 1 << 10, 40, 100
#: Each site is there twice, its main block and what is around it. Several sites at once are read by
#: a crawl and by an archive of one.
_SITES = 16
leaves_of: Memo[tuple[str, bool], Leaves] = Memo(Leaves, length=_length_of_site, entries=2 * _SITES)


def _selectors(tag: str) -> frozenset[str]:
    return frozenset(_selectors_in(tag))


def _selectors_in(tag: str) -> Iterator[str]:
    for opening in _TAG.findall(f"<{tag}>"):
        name, _, written = opening.partition(" ")
        attributes = attributes_in(written) if written else {}
        bare = [f".{each}" for each in attributes.get("class", "").split()]
        bare += [f"#{identity}"] if (identity := attributes.get("id")) else []
        yield from bare
        yield from (name + each for each in bare)


#: A class gives two selectors of some 150 bytes together; what has over 20 words is not kept, and
#: so all of them take 12 MB at most.
_CLASS = 20
_selectors_of: Memo[str, frozenset[str]] = Memo(
    _selectors, length=lambda tag: len(tag) + _CLASS * tag.count(" ")
)


def is_concerned(tag: str, sheet: Sheet) -> bool:
    """Whether a rule of the page's style sheets is about an element of the leaf."""
    if 'class="' not in tag and 'id="' not in tag:
        return False
    return not sheet.keys().isdisjoint(_selectors_of[tag])
