"""Make documents, layouts and sentences for the tests of reading; all are made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.formats import read_facts, template_of
from parsers.items import ArchiveRef, Block, Cell, Document, Page
from parsers.layout import Layout, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.items import Fact

PAGE = Page(
    url="http://report.test/1.html",
    final_url="http://report.test/1.html",
    status=200,
    headers=(),
    body=b"",
    fetched_at="2026-01-01T00:00:00Z",
    archive=ArchiveRef("test.warc.gz", 0, 0, "urn:uuid:0", "sha256:0"),
)


def document_of(*blocks: Block) -> Document:
    """Return a document of these blocks."""
    return Document(page=PAGE, media_type="text/html", charset="utf-8", blocks=blocks)


def paragraphs(*lines: str) -> Layout:
    """Return the layout of a document with these paragraphs."""
    return lay_out(document_of(*(Block(text=line) for line in lines)))


def table(*rows: str) -> Block:
    """Return a table block; each row is its cells with bars between."""
    cells = tuple(tuple(Cell(text.strip()) for text in row.split("|")) for row in rows)
    return Block(tag="table", rows=cells)


def facts_of(layout: Layout, year: int | None = 2014) -> list[Fact]:
    """Return all facts of a layout."""
    return read_facts(layout, template_of(layout), year)[0]


def organ_values(layout: Layout, year: int | None = 2014) -> dict[str, float]:
    """Return the values of scope organ by metric; a metric with two of them fails."""
    values: dict[str, float] = {}
    for fact in facts_of(layout, year):
        assert layout.text[fact.start : fact.end].strip(), fact
        if fact.scope == "organ":
            assert fact.metric not in values, f"two of {fact.metric}"
            values[fact.metric] = fact.value
    return values


def said(*lines: str, year: int | None = 2014) -> dict[str, float]:
    """Return the organ's values that these paragraphs state."""
    return organ_values(paragraphs(*lines), year)


def table_values(rows: Sequence[str], year: int | None = 2014) -> dict[str, float]:
    """Return the values of one drawn table."""
    return organ_values(lay_out(document_of(table(*rows))), year)
