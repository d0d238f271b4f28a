"""Read a page of HTML into blocks: paragraphs and tables in reading order, hidden ones marked.

Uses Lexbor (selectolax): lxml drops text silently below 2,046 levels of nesting, Lexbor does not.
The walk is a loop, so that no depth is too deep. It never drops text: what a reader cannot see
becomes a hidden block with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from parsers.extract.charset import decode
from parsers.extract.links import absolute
from parsers.extract.mainblock import fence, main_node
from parsers.extract.preformatted import parts_of
from parsers.extract.tables import is_data_table, read_rows
from parsers.extract.taming import tamed
from parsers.extract.visibility import Sheet, Written, hidden_by, hidden_reason, read_sheets
from parsers.items import Block, Document, Link

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from parsers.items import Cell, Page

_BLOCK_NAMES = (
    "address article aside blockquote br button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr iframe legend li main menu "
    "nav ol option p pre section select table tbody td tfoot th thead tr ul ucaptitle ucapcontent "
    "publishtime"
)
_BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
_SILENT_TAGS = frozenset({"script", "style", "head", "input", "svg", "object", "embed"})
_NO_FENCE_TAGS = frozenset({"meta", "-comment"})
# A tag that never ends is taken as well: else each "<" before it is a search to the end.
_MARKUP = re.compile(r"<[^>]*+(>|\Z)")


def _blanked(tag: re.Match[str]) -> str:
    return " " if tag[1] else tag[0]


def read_html(page: Page) -> Document:
    """Return the document of an HTML `page`."""
    text, charset, warnings = decode(page.body, page.header("Content-Type"), page.body)
    text, tamings = tamed(text)
    tree = LexborHTMLParser(text)
    blocks = _read_blocks(tree, _base_of(tree, page.final_url))
    if not blocks:
        warnings.append("the page holds no text")
    return Document(
        page,
        "text/html",
        charset,
        page_title=_page_title(tree),
        meta=_meta_of(tree),
        blocks=blocks,
        scripts=_scripts_of(tree),
        warnings=(*page.warnings, *warnings, *tamings),
    )


def _base_of(tree: LexborHTMLParser, url: str) -> str:
    base = tree.css_first("base[href]")
    href = base.attributes.get("href") if base else None
    return (absolute(url, href) if href else None) or url


def _page_title(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("head > title") or tree.css_first("title")
    return " ".join(node.text(deep=True).split()) or None if node else None


def _meta_of(tree: LexborHTMLParser) -> tuple[tuple[str, str], ...]:
    """Return name and content of every `<meta>` that has one or refreshes, and the site code.

    `<script id="_jiucuo_" sitecode="…">` carries the same 网站标识码 as `SiteIDCode` (portals.md
    1.8) and is given under the name of the script's attribute.
    """
    pairs = [
        (name, " ".join((node.attributes.get("content") or "").split()))
        for node in tree.css("meta[name]")
        if (name := (node.attributes.get("name") or "").strip())
    ]
    pairs += [
        (node.attributes.get("http-equiv") or "", node.attributes.get("content") or "")
        for node in tree.css("meta[http-equiv=refresh i]")
    ]
    widget = tree.css_first("script[sitecode]")
    if widget and (code := widget.attributes.get("sitecode")):
        pairs.append(("sitecode", code.strip()))
    return tuple(pairs)


def _scripts_of(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Return the inline scripts, and for those loaded from elsewhere their address."""
    scripts = []
    for node in tree.css("script"):
        text = node.text(deep=True).strip()
        source = node.attributes.get("src")
        if text or source:
            scripts.append(text or f"src={source}")
    return tuple(scripts)


def _read_blocks(tree: LexborHTMLParser, base: str) -> tuple[Block, ...]:
    root = tree.body or tree.root
    if root is None:
        return ()
    main = main_node(tree)
    sheet = read_sheets(node.text(deep=True) for node in tree.css("style"))
    sheet |= hidden_by(node.text(deep=True) for node in tree.css("script"))
    walk = _Walk(base, main.mem_id if main is not None else None, sheet)
    walk.through(root)
    blocks = walk.blocks
    for start, end, reason in walk.written.hidden:
        blocks[start:end] = [replace(block, hidden=reason) for block in blocks[start:end]]
    if not any(block.main and (block.text or block.rows or block.links) for block in blocks):
        blocks = [replace(block, main=True) for block in blocks]
    return tuple(blocks)


@dataclass(slots=True)
class _Walk:
    """The state of one walk over the tree: what is open, and the blocks so far."""

    base: str
    main_id: int | None
    sheet: Sheet = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    _text: list[str] = field(default_factory=list)
    _links: list[Link] = field(default_factory=list)
    _anchor: tuple[str, list[str]] | None = None
    _tags: list[str] = field(default_factory=lambda: ["p"])
    _preformatted: int = 0
    _hidden: list[tuple[int, str]] = field(default_factory=list)
    _main_depth: int | None = None
    _fenced: bool = False

    def through(self, root: LexborNode) -> None:
        """Visit every node below `root` in document order."""
        open_nodes: list[tuple[LexborNode, str]] = []
        node = root.child
        while node is not None:
            tag = node.tag or ""
            child = None
            if tag == "-text":  # half of all nodes
                self._write(node.text_content or "")
            elif self._enter(node, tag, len(open_nodes)):
                child = node.child
                if child is not None:
                    open_nodes.append((node, tag))
                    node = child
                    continue
                self._leave(tag, len(open_nodes))
            following = node.next
            while following is None and open_nodes:
                node, tag = open_nodes.pop()
                self._leave(tag, len(open_nodes))
                following = node.next
            node = following
        self._flush()

    def _enter(self, node: LexborNode, tag: str, depth: int) -> bool:
        """Take in the element `node`; return whether it is open now: its children are to come."""
        if tag in _NO_FENCE_TAGS:
            self._pass_fence(node, tag)
            return False
        if tag in _SILENT_TAGS:
            if tag == "script":
                self.written.meet(node.text(deep=True), self._blocks_so_far)
            return False
        if tag.startswith("-"):
            return False
        attributes = node.attributes
        if tag in _BLOCK_TAGS:
            self._flush()
            self._tags.append(tag)
            self._preformatted += tag == "pre"
        self._open(node, tag, attributes, depth)
        if tag in ("noscript", "template"):
            self._write(_MARKUP.sub(_blanked, node.text(deep=True)))
            self._leave(tag, depth)
            return False
        if tag == "table" and is_data_table(node):
            self._take_table(node)
            self._leave(tag, depth)
            return False
        return True

    def _open(
        self, node: LexborNode, tag: str, attributes: dict[str, str | None], depth: int
    ) -> None:
        reason = hidden_reason(tag, attributes, self.sheet)
        if reason is not None:
            self._flush()
            self._hidden.append((depth, reason))
        if self.main_id is not None and node.mem_id == self.main_id:
            self._flush()
            self._main_depth = depth
        if tag == "a":
            href = attributes.get("href")
            url = absolute(self.base, href) if href else None
            self._anchor = (url, []) if url else None

    def _leave(self, tag: str, depth: int) -> None:
        if tag == "a":
            self._close_anchor()
        if tag in _BLOCK_TAGS:
            self._flush()
            self._tags.pop()
            self._preformatted -= tag == "pre"
        if self._hidden and self._hidden[-1][0] == depth:
            self._flush()
            self._hidden.pop()
        if self._main_depth == depth:
            self._flush()
            self._main_depth = None

    def _write(self, text: str) -> None:
        self._text.append(text)
        if self._anchor:
            self._anchor[1].append(text)

    def _close_anchor(self) -> None:
        if self._anchor is None:
            return
        url, parts = self._anchor
        self._anchor = None
        link = Link(url, " ".join("".join(parts).split()))
        if "".join(self._text).strip() or not self.blocks:
            self._links.append(link)
        else:  # the anchor was wrapped around a block that is closed already
            self.blocks[-1] = replace(self.blocks[-1], links=(*self.blocks[-1].links, link))

    def _flush(self) -> None:
        """Close the block that is open, if it holds anything."""
        if not self._text and not self._links:
            return
        raw = "".join(self._text)
        links = tuple(self._links)
        self._text.clear()
        self._links.clear()
        if self._preformatted and "\n" in raw:
            for line, rows in parts_of(raw):
                self._append(text=line, rows=rows, links=links, tag="pre")
                links = ()
            return
        text = " ".join(raw.split())
        if text or links:
            self._append(text=text, links=links, tag=self._tag())

    def _blocks_so_far(self) -> int:
        self._flush()
        return len(self.blocks)

    def _tag(self) -> str:
        """Return the element that the open block stands in; a line break is none."""
        return next((tag for tag in reversed(self._tags) if tag != "br"), "p")

    def _append(
        self,
        tag: str,
        text: str = "",
        rows: tuple[tuple[Cell, ...], ...] = (),
        links: tuple[Link, ...] = (),
    ) -> None:
        reason = self._hidden[0][1] if self._hidden else None
        self.blocks.append(Block(text, rows, links, tag, reason, self._in_main()))

    def _in_main(self) -> bool:
        return self._main_depth is not None or (self.main_id is None and self._fenced)

    def _take_table(self, node: LexborNode) -> None:
        visible, unseen = read_rows(node, self.sheet)
        links = tuple(
            Link(url, " ".join(anchor.text(deep=True).split()))
            for anchor in node.css("a[href]")
            if (url := absolute(self.base, anchor.attributes.get("href") or ""))
        )
        if visible:
            self._append(rows=visible, links=links, tag="table")
        for text, reason in unseen:
            self.blocks.append(Block(text=text, tag="td", hidden=reason, main=self._in_main()))

    def _pass_fence(self, node: LexborNode, tag: str) -> None:
        name = node.attributes.get("name") if tag == "meta" else None
        state = fence(tag, name, node.comment_content if tag == "-comment" else None)
        if state is not None:
            self._flush()
            self._fenced = state
