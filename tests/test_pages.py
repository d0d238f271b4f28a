"""A page is the same from the wire and from the archive, whatever coding its server chose."""

from __future__ import annotations

import gzip
import zlib
from types import SimpleNamespace
from typing import Any, cast

import brotli
import pytest
from backports import zstd

from crawler.archive.capture import Capture
from crawler.pages import from_record, from_response, gives_item
from parsers.items import ArchiveRef, Context

TEXT = "<p>主动公开政府信息十二条</p>".encode()
REF = ArchiveRef("a.warc.gz", 0, 10, "<urn:uuid:1>", "sha256:00")

CODINGS = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
    "identity": TEXT,
    "gzip, gzip": gzip.compress(gzip.compress(TEXT)),
}


def capture(body: bytes, *fields: str, url: str = "http://a.gov.cn/", status: int = 200) -> Capture:
    head = "\r\n".join([f"HTTP/1.1 {status} OK", *fields, "", ""]).encode("latin-1")
    return Capture(url, "2026-01-02T03:04:05Z", status, head, body, REF, Context())


@pytest.mark.parametrize("coding", CODINGS)
def test_every_content_coding_is_undone(coding: str) -> None:
    page = from_record(capture(CODINGS[coding], f"Content-Encoding: {coding}"))
    assert (page.body, page.warnings) == (TEXT, ())


def test_raw_deflate_of_old_servers_is_undone() -> None:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    body = squeeze.compress(TEXT) + squeeze.flush()
    assert from_record(capture(body, "Content-Encoding: deflate")).body == TEXT


def test_half_a_gzip_body_gives_what_came_and_says_so() -> None:
    body = gzip.compress(TEXT * 50)
    page = from_record(capture(body[: len(body) - 12], "Content-Encoding: gzip"))
    assert page.warnings == ("gzip: ends early",)
    assert page.body.startswith(TEXT)


@pytest.mark.parametrize("behind", [b"", b"xx", b"\0" * 8, (400).to_bytes(4, "little")])
def test_bytes_behind_a_gzip_member_are_not_the_pages(behind: bytes) -> None:
    page = from_record(capture(gzip.compress(TEXT) + behind, "Content-Encoding: gzip"))
    assert (page.body, page.warnings) == (TEXT, ())


def test_gzip_members_of_one_size_are_all_read() -> None:
    page = from_record(capture(gzip.compress(TEXT) * 3, "Content-Encoding: gzip"))
    assert (page.body, page.warnings) == (TEXT * 3, ())


@pytest.mark.parametrize(("wrong", "warnings"), [(0, ()), (1, ("gzip: damaged data",))])
def test_a_gzip_header_that_its_own_checksum_denies_is_damage(
    wrong: int, warnings: tuple[str, ...]
) -> None:
    whole = gzip.compress(TEXT)
    head = whole[:3] + b"\x02" + whole[4:10]  # RFC 1952, 2.3.1: FHCRC
    checksum = (zlib.crc32(head) & 0xFFFF ^ wrong).to_bytes(2, "little")
    page = from_record(capture(head + checksum + whole[10:], "Content-Encoding: gzip"))
    assert (page.body, page.warnings) == (b"" if wrong else TEXT, warnings)


@pytest.mark.parametrize("size", range(12))
def test_the_first_bytes_of_a_gzip_body_are_a_body_that_ends_early(size: int) -> None:
    page = from_record(capture(gzip.compress(TEXT)[:size], "Content-Encoding: gzip"))
    assert (page.body, page.warnings) == (b"", ("gzip: ends early",))


def test_a_body_that_is_not_coded_as_said_is_a_warning_not_an_error() -> None:
    page = from_record(capture(b"<p>plain</p>", "Content-Encoding: gzip"))
    assert page.warnings == ("gzip: damaged data",)


def test_forty_codings_are_left_alone() -> None:
    page = from_record(capture(b"x", "Content-Encoding: " + ", ".join(["gzip"] * 40)))
    assert page.body == b"x"
    assert "40 content codings" in page.warnings[0]


def test_headers_keep_order_case_and_bytes() -> None:
    page = from_record(capture(b"", "X-b: 1", "x-B: 2", "Folded: a\r\n b", "no colon here"))
    assert page.headers == ((b"X-b", b"1"), (b"x-B", b"2"), (b"Folded", b"a b"))
    assert page.header("X-B") == "2"


def test_live_and_archived_page_are_one_function_of_the_capture() -> None:
    one = capture(CODINGS["gzip"], "Content-Encoding: gzip")
    response = cast("Any", SimpleNamespace(meta={"capture": one}))
    assert from_response(response) == from_record(one)


@pytest.mark.parametrize(
    ("url", "status", "media_type", "document"),
    [
        ("http://a.gov.cn/nb.html", 200, "text/html", True),
        ("http://a.gov.cn/nb.pdf", 200, "application/pdf", True),
        ("http://a.gov.cn/nb", 200, "application/xhtml+xml; charset=gbk", True),
        ("http://a.gov.cn/robots.txt", 200, "text/plain", False),
        ("http://a.gov.cn/api", 200, "application/json;charset=utf-8", False),
        ("http://a.gov.cn/old.html", 302, "text/html", False),
        ("http://a.gov.cn/gone.html", 404, "text/html", False),
    ],
)
def test_only_documents_give_items(url: str, status: int, media_type: str, document: bool) -> None:
    page = from_record(capture(b"", f"Content-Type: {media_type}", url=url, status=status))
    assert gives_item(page) is document
