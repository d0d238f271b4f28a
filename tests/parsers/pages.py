"""Make pages for tests: each line of a text a `<p>`, as the plainest portal writes them."""

from __future__ import annotations

import html
from dataclasses import fields, is_dataclass, replace

from parsers.extract import extract
from parsers.items import ArchiveRef, KnownOrgan, Page
from parsers.report import read_page

ARCHIVE = ArchiveRef("test.warc.gz", 0, 0, "<urn:uuid:0>", "sha256:0")

LANGFANG = KnownOrgan(
    "langfang", "廊坊市人民政府", None, "131000", "河北省廊坊市", "prefecture", "government"
)
NINGDE_TRANSPORT = KnownOrgan(
    "ningde-jtj", "宁德市交通运输局", None, "350900", "福建省宁德市", "prefecture", "department"
)
QUXIAN = KnownOrgan(
    "quxian", "渠县人民政府", None, "511725", "四川省达州市渠县", "county", "government"
)
SUQIAN = KnownOrgan(
    "suqian", "宿迁市人民政府", None, "321300", "江苏省宿迁市", "prefecture", "government"
)


def page_of(body, url="http://www.example.gov.cn/a.html", headers=()):
    """Return a page whose body is bytes or HTML text."""
    raw = body.encode() if isinstance(body, str) else body
    return Page(url, url, 200, headers, raw, "2026-01-02T03:04:05Z", ARCHIVE)


def paragraphs(text, head=""):
    """Return HTML in which each line of `text` is a paragraph."""
    lines = [f"<p>{html.escape(line.strip())}</p>" for line in text.splitlines() if line.strip()]
    return f"<html><head><meta charset='utf-8'>{head}</head><body>{''.join(lines)}</body></html>"


def document(text, **changes):
    """Return the document of a page whose paragraphs are the lines of `text`."""
    made = extract(page_of(paragraphs(text)))
    return replace(made, **changes) if changes else made


def lines(cleaned):
    """Return the texts of the blocks that cleaning left."""
    return [block.text for block in cleaned.document.blocks]


def read(text, known=None, url="http://www.example.gov.cn/a.html", head=""):
    """Return the item of a page whose paragraphs are the lines of `text`."""
    return read_page(page_of(paragraphs(text, head), url), known)


def parts_of(item):
    """Return an item and the parts that it is made of, at any depth."""
    if isinstance(item, (list, tuple)):
        return [part for each in item for part in parts_of(each)]
    if not is_dataclass(item):
        return []
    return [item, *(part for value in vars(item).values() for part in parts_of(value))]


def misnamed(item):
    """Return the names that parts of an item bear, or lack, beside those of the contract."""
    return {
        (type(part).__name__, name)
        for part in parts_of(item)
        for name in vars(part).keys() ^ {each.name for each in fields(part)}
    }
