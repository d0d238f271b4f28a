"""The least that an archive can be: what a crawl costs that keeps its pages and promises nothing.

The same three records a page, hashed and packed as ours, appended to one file by Scrapy's own
download handler. No byte of the wire is taped, no commit is waited for, nothing is read back.
Ours promises all that, and has a client of its own, cheaper than Scrapy's
(`crawler.archive.download`): it may come out below this.
"""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import deflate
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class LeastArchive(HTTP11DownloadHandler):
    """Scrapy's own download handler; each page is in the file before it goes on."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        folder = Path(unquote(urlsplit(crawler.settings["ARCHIVE_URL"]).path))
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "least.warc.gz").open("xb", buffering=0)

    async def download_request(self, request: Request) -> Response:
        """Download, then append the records of response, request and metadata."""
        response = await super().download_request(request)
        head = b"HTTP/1.1 %d\r\n%s\r\n\r\n" % (response.status, response.headers.to_string())
        target, sent = request.url.encode(), request.headers.to_string()
        asked = b"GET %s HTTP/1.1\r\n%s\r\n\r\n" % (target, sent)
        payload = f"WARC-Payload-Digest: {digest(response.body)}\r\n"
        members = (
            record("response", request.url, head + response.body, payload),
            record("request", request.url, asked),
            record("metadata", request.url, b"via: %s\r\nfetchTimeMs: 1\r\n" % target),
        )
        self._file.write(b"".join(members))
        return response

    async def close(self) -> None:
        """Close the file."""
        self._file.close()
        await super().close()


def record(kind: str, url: str, block: bytes, more: str = "") -> bytes:
    """Return a record with its block digest as a gzip member."""
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{uuid.uuid4().urn}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Block-Digest: {digest(block)}\r\n{more}"
        f"Content-Type: application/http;msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return bytes(deflate.gzip_compress(head.encode() + block + b"\r\n\r\n", 1))


def digest(data: bytes) -> str:
    """Return the labelled digest of `data`."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
