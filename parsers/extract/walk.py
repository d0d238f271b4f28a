"""Walk the tags of a page of HTML and put its blocks together: paragraphs, tables, hidden ones.

What is walked is the tree as Lexbor writes it, a flat line of tags and texts (`markup`), so that no
depth is too deep. Never drops text: what a reader cannot see becomes a hidden block with its
reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.extract.leaves import HREF, Leaf, is_concerned, leaves_of, one_line
from parsers.extract.links import absolute, origin
from parsers.extract.mainblock import fence
from parsers.extract.markup import (
    VOID,
    attributes_in,
    end_of,
    escaped,
    is_marked,
    is_whole,
    parted,
    plain,
)
from parsers.extract.preformatted import parts_of
from parsers.extract.tables import data_table, read_rows
from parsers.extract.visibility import Sheet, Written, hidden_reason, may_hide
from parsers.items import Block, Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.extract.leaves import Leaves
    from parsers.extract.tables import Drawn
    from parsers.items import Cell

_BLOCK_NAMES = (
    "address article aside blockquote br button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr iframe legend li main menu "
    "nav ol option p pre section select table tbody td tfoot th thead tr ul ucaptitle ucapcontent "
    "publishtime"
)
_BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
# How script, style and iframe begin, and no leaf.
_RAW_BEGINS = frozenset({"sc", "st", "if"})
# Apart, and what is within is read.
_READ = frozenset({"script", "noscript", "template"})
_SILENT_TAGS = frozenset({"script", "style", "head", "input", "svg", "object", "embed"})
# A tag that never ends is taken as well: else each "<" before it is a search to the end.
_MARKUP = re.compile(r"<[^>]*+(>|\Z)")

# What an element asks for while it is open; one apart has nothing inside that is walked through.
_BLOCK, _PREFORMATTED, _ANCHOR, _TABLE, _HIDDEN, _MAIN, _APART = 1, 2, 4, 8, 16, 32, 64
# Its own attributes may hide an element, or mark it; those of nine in ten can do neither.
_SPEAKS = 128
_ASKED = (
    dict.fromkeys(_BLOCK_TAGS, _BLOCK)
    | {"pre": _BLOCK | _PREFORMATTED, "table": _BLOCK | _TABLE, "a": _ANCHOR}
    | dict.fromkeys((*VOID, *_SILENT_TAGS, "noscript", "template"), _APART)
)


def _taken_apart(tag: str) -> tuple[str, str, int]:
    """Return the name of the element that a tag opens, its attributes, and what it asks for."""
    name, _, attributes = tag.partition(" ")
    asked = _APART if tag[0] in "!?" else _ASKED.get(name, 0)
    if may_hide(name, attributes) or is_marked(attributes):
        asked |= _SPEAKS
    return name, attributes, asked


# The pages of a site are made of the same few hundred tags. A picture within one, or a comment, can
# have megabytes: such are not kept.
_known = lru_cache(maxsize=1 << 12)(_taken_apart)
_LONG_TAG = 400


def _opened(tag: str) -> tuple[str, str, int]:
    return _known(tag) if len(tag) < _LONG_TAG else _taken_apart(tag)


def _blanked(tag: re.Match[str]) -> str:
    return " " if tag[1] else tag[0]


@dataclass(slots=True)
class Walk:
    """The state of one walk over the tags: what is open, and the blocks so far.

    `in_main` says that it begins within the main block.
    """

    base: str
    has_main: bool
    sheet: Sheet = field(default_factory=dict)
    in_main: bool = False
    written: Written = field(default_factory=Written)
    _blocks: list[Block] = field(default_factory=list)
    _wrapping: dict[int, list[Link]] = field(default_factory=dict)
    _text: list[str] = field(default_factory=list)
    _blank: int = 0
    _links: list[Link] = field(default_factory=list)
    _anchor: tuple[str, list[str]] | None = None
    _tags: list[str] = field(default_factory=lambda: ["p"])
    _preformatted: int = 0
    _hidden: list[str] = field(default_factory=list)
    _fenced: bool = False
    _leaves: Leaves = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the leaves that are main, or are not."""
        self._come_to_main()

    def _come_to_main(self) -> None:
        """Take the leaves of the site that are main from here on, or are not."""
        self._leaves = leaves_of[origin(self.base), self._is_main()]

    @property
    def blocks(self) -> list[Block]:
        """The blocks so far, those that links were wrapped around with these."""
        for at, links in self._wrapping.items():
            block = self._blocks[at]
            self._blocks[at] = replace(block, links=(*block.links, *links))
        self._wrapping.clear()
        return self._blocks

    def through(self, tags: list[str], texts: list[str]) -> None:
        """Take in the tags below the first one, and the text behind each, in document order."""
        opened: list[int] = []
        text, at, last = texts[0], 1, len(tags) - 1
        while True:
            # White space alone is none of a block's text, but parts the words within one.
            if text and (self._text or self._anchor or self._preformatted or not text.isspace()):
                self._write(text)
            if at >= last:
                break
            tag, text = tags[at], texts[at]
            at += 1
            if ">" in tag and is_whole(tag):
                self._take_whole(tag)
                continue
            if tag[0] == "/":
                # A void element, not entered below, has an end tag within MathML.
                if tag[1:] not in VOID and opened and (asked := opened.pop()):
                    self._leave(asked)
                continue
            name, attributes, asked = _opened(tag)
            if asked & _APART:
                at = self._pass(name, tags, texts, at)
                text = texts[at - 1]
            elif asked & _TABLE and (table := data_table(tags, texts, at)) is not None:
                asked = self._enter(name, attributes, asked)
                self._take_table(table, tags, texts, at)
                self._leave(asked)
                at, text = table.end + 1, texts[table.end]
            else:
                opened.append(self._enter(name, attributes, asked))
        self._flush()

    def _take_whole(self, tag: str) -> None:
        """Take in an element that comes whole."""
        if tag[:2] not in _RAW_BEGINS:
            if not self._take_leaf(tag):
                self._take_parts(tag)
        elif tag.startswith("script"):
            self.written.meet(tag[tag.index(">") + 1 : -len("</script")], self._blocks_so_far)
        elif tag.startswith("iframe"):
            self._take_parts(tag)

    def _take_leaf(self, tag: str) -> bool:
        """Take in a leaf as it is on every page; tell whether it is."""
        if self._anchor or self._preformatted or self._hidden:
            return False
        known = self._leaves[tag]
        if known is None or (self.sheet and is_concerned(tag, self.sheet)):
            return False
        if self._text or self._links:
            self._flush()
        if isinstance(known, Leaf):
            known = known.blocks(self.base, main=self._is_main())
        self._blocks += known
        return True

    def _take_parts(self, tag: str) -> None:
        """Take in an element that comes whole as if its tags came one by one."""
        opening, _, inside = tag.partition(">")
        text, _, closing = inside.partition("<")
        if closing[0] == "/" and tag[:2] not in _RAW_BEGINS:  # it holds nothing but text
            asked = self._enter(*_opened(opening))
            if text:
                self._write(text)
            self._leave(asked)
            return
        tags, texts = parted((tag,), ("",))
        self.through(["", *tags, ""], ["", *texts, ""])

    def _enter(self, name: str, attributes: str, asked: int) -> int:
        """Open an element; return what it asks for, by its name and its attributes."""
        if asked & _BLOCK:
            self._flush()
            self._tags.append(name)
            self._preformatted += asked & _PREFORMATTED
        if asked & _ANCHOR:
            self._open_anchor(attributes)
        if not (asked & _SPEAKS or (self.sheet and attributes)):
            return asked
        reason = hidden_reason(name, attributes, self.sheet)
        if reason is not None:
            self._flush()
            self._hidden.append(reason)
            asked |= _HIDDEN
        if is_marked(attributes):
            self._flush()
            self.in_main = True
            self._come_to_main()
            asked |= _MAIN
        return asked

    def _leave(self, asked: int) -> None:
        if asked & _ANCHOR:
            self._close_anchor()
        if asked & _BLOCK:
            self._flush()
            self._tags.pop()
            self._preformatted -= asked & _PREFORMATTED
        if asked & _HIDDEN:
            self._flush()
            self._hidden.pop()
        if asked & _MAIN:
            self._flush()
            self.in_main = False
            self._come_to_main()

    def _pass(self, name: str, tags: list[str], texts: list[str], at: int) -> int:
        """Take in what has nothing inside to walk through; return what comes behind it.

        `at` is the first tag behind the one that opens it.
        """
        tag = tags[at - 1]
        if name in ("br", "hr"):
            self._flush()
        elif name == "meta" or tag[0] == "!":
            self._pass_fence(tag)
        elif name in VOID:
            if name not in _SILENT_TAGS:
                self._leave(self._enter(name, tag[len(name) + 1 :], _SPEAKS))
        elif tag[0] != "?":
            end = end_of(tags, name, at)
            inside = parted(tags[at - 1 : end], texts[at - 1 : end])[1] if name in _READ else ()
            self._pass_over(name, tag[len(name) + 1 :], "".join(inside))
            return end + 1
        return at

    def _pass_over(self, name: str, attributes: str, inside: str) -> None:
        """Take in an element whose text no reader sees where it stands."""
        if name == "script":
            self.written.meet(plain(inside), self._blocks_so_far)
        elif name not in _SILENT_TAGS:
            asked = self._enter(name, attributes, _SPEAKS)
            # Its tags are no page's structure: they part words.
            self._write(escaped(_MARKUP.sub(_blanked, plain(inside))) if name == "noscript" else "")
            self._leave(asked)

    def _write(self, text: str) -> None:
        self._text.append(text)
        if self._anchor:
            self._anchor[1].append(text)

    def _open_anchor(self, attributes: str) -> None:
        href = HREF.match(attributes)
        url = absolute(self.base, plain(href[1])) if href else None
        self._anchor = (url, []) if url else None

    def _close_anchor(self) -> None:
        if self._anchor is None:
            return
        url, parts = self._anchor
        self._anchor = None
        link = Link(url, one_line("".join(parts)))
        if not self._blocks or self._speaks():
            self._links.append(link)
        else:  # the anchor was wrapped around a block that is closed already
            self._wrapping.setdefault(len(self._blocks) - 1, []).append(link)

    def _speaks(self) -> bool:
        """Whether the block that is open has text; what is known to be blank is not asked again."""
        while self._blank < len(self._text) and not one_line(self._text[self._blank]):
            self._blank += 1
        return self._blank < len(self._text)

    def _flush(self) -> None:
        """Close the block that is open, if it holds anything."""
        if not self._text and not self._links:
            return
        parts, links = self._text, tuple(self._links)
        self._text, self._blank = [], 0
        self._links.clear()
        if self._preformatted and "\n" in (raw := plain("".join(parts))):
            for line, rows in parts_of(raw):
                self._append(text=line, rows=rows, links=links, tag="pre")
                links = ()
            return
        text = one_line("".join(parts))
        if text or links:
            self._append(self._tags[-1], text, (), links)

    def _blocks_so_far(self) -> int:
        self._flush()
        return len(self._blocks)

    def _append(
        self,
        tag: str,
        text: str = "",
        rows: tuple[tuple[Cell, ...], ...] = (),
        links: tuple[Link, ...] = (),
    ) -> None:
        reason = self._hidden[0] if self._hidden else None
        self._blocks.append(Block(text, rows, links, tag, reason, self._is_main()))

    def _is_main(self) -> bool:
        return self.in_main or (self._fenced and not self.has_main)

    def _take_table(self, table: Drawn, tags: list[str], texts: list[str], at: int) -> None:
        visible, unseen = read_rows(table, self.sheet)
        for caption in table.captions:  # read where it stands, whatever it holds
            end = end_of(tags, "caption", caption + 1) + 1
            self.through(["", *tags[caption:end], ""], ["", *texts[caption : end - 1], "", ""])
        if visible:
            links = tuple(self._links_between(tags, texts, at, table.end))
            self._append(rows=visible, links=links, tag="table")
        for text, reason in unseen:
            self._blocks.append(Block(text=text, tag="td", hidden=reason, main=self._is_main()))

    def _links_between(
        self, tags: list[str], texts: list[str], start: int, end: int
    ) -> Iterator[Link]:
        if "<a " not in f"<{'<'.join(tags[start:end])}":  # a tag of its own, or one in a leaf
            return
        tags, texts = parted(tags[start : end + 1], texts[start : end + 1])
        for at in [n for n, tag in enumerate(tags[:-1]) if tag.startswith("a ")]:
            href = attributes_in(tags[at][2:]).get("href")
            url = absolute(self.base, href) if href else None
            if url:
                yield Link(url, one_line("".join(texts[at : end_of(tags, "a", at + 1)])))

    def _pass_fence(self, tag: str) -> None:
        is_meta = tag[0] != "!"
        name = attributes_in(tag[5:]).get("name") if is_meta else None
        state = fence("meta" if is_meta else "-comment", name, None if is_meta else tag[3:-2])
        if state is not None:
            self._flush()
            self._fenced = state
            self._come_to_main()
