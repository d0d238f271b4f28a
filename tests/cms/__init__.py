"""The families' saved listings, two each, and the readings of a person beside them."""

from __future__ import annotations

from parsers.items import ArchiveRef, Page


def page(body: bytes | str, url: str = "http://www.yunze.example/nb/", status: int = 200) -> Page:
    """Return a page of that body, as if archived."""
    ref = ArchiveRef("a.warc.gz", 0, 1, "<urn:uuid:0>", "sha256:0")
    data = body.encode() if isinstance(body, str) else body
    return Page(url, url, status, (), data, "2026-01-02T03:04:05Z", ref)
