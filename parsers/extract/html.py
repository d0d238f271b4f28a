"""Read a page of HTML into blocks: paragraphs and tables in reading order, hidden ones marked.

Uses Lexbor (selectolax): lxml drops text silently below 2,046 levels of nesting, Lexbor does not.
Here the page's text is decoded, tamed and parsed; its tags are walked in `walk`. Never drops text.
"""

from __future__ import annotations

import codecs
from dataclasses import replace
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from parsers.extract.charset import decode
from parsers.extract.commented import with_commented
from parsers.extract.head import base_of, meta_of, page_title, scripts_of
from parsers.extract.listed import with_listed
from parsers.extract.mainblock import main_node, may_fence
from parsers.extract.markup import tokens_of
from parsers.extract.taming import tamed
from parsers.extract.told import with_told
from parsers.extract.visibility import hidden_by, read_sheets
from parsers.extract.walk import Walk
from parsers.items import Block, Document

if TYPE_CHECKING:
    from parsers.items import Page


def read_html(page: Page) -> Document:
    """Return the document of an HTML `page`."""
    text, charset, warnings = decode(page.body, page.header("Content-Type"), page.body)
    text, tamings = tamed(text)
    tree = LexborHTMLParser(page.body if _is_utf8(page.body, text, charset, tamings) else text)
    scripts = tree.tags("script")
    title, meta = page_title(tree), meta_of(tree, scripts)
    told = scripts_of(scripts)
    base = base_of(tree, page.final_url)
    blocks = _read_blocks(tree, base, told)

    def read(html: str) -> tuple[Block, ...]:
        return _read_blocks(LexborHTMLParser(html), base, ())

    blocks, meta = with_told(blocks, meta, told, read, title, page.final_url)
    blocks = with_listed(with_commented(blocks, text, read), told, base)
    if not blocks:
        warnings.append("the page holds no text")
    return Document(
        page,
        "text/html",
        charset,
        page_title=title,
        meta=meta,
        blocks=blocks,
        scripts=told,
        warnings=(*page.warnings, *warnings, *tamings),
    )


def _is_utf8(body: bytes, text: str, charset: str, tamings: list[str]) -> bool:
    """Whether a page's bytes are its text in UTF-8: the parser can have them as they are."""
    if charset != "utf-8" or tamings or body.startswith(codecs.BOM_UTF8):
        return False
    return "\ufffd" not in text  # which stands for what was no UTF-8


def _read_blocks(tree: LexborHTMLParser, base: str, scripts: tuple[str, ...]) -> tuple[Block, ...]:
    root = tree.body or tree.root
    if root is None:
        return ()
    main = main_node(tree)
    sheet = read_sheets(node.text(deep=False) for node in tree.tags("style"))
    sheet |= hidden_by(scripts)
    tags, texts = tokens_of(tree, root, main)
    # Where nothing can be a main block, all of the page is.
    everything = main is None and not any(map(may_fence, tags))
    walk = Walk(base, has_main=main is not None, sheet=sheet, in_main=everything)
    walk.through(tags, texts)
    blocks = walk.blocks
    for start, end, reason in walk.written.hidden:
        blocks[start:end] = [replace(block, hidden=reason) for block in blocks[start:end]]
    if not any(block.main and (block.text or block.rows or block.links) for block in blocks):
        blocks = [Block(b.text, b.rows, b.links, b.tag, b.hidden, main=True) for b in blocks]
    return tuple(blocks)
