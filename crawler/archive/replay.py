"""Resume by replay: what a job has fetched already is answered from its archive.

The k-th time that a run asks for a fingerprint it gets the k-th exchange of it, so that retries,
redirects and robots.txt go the way they went. A failure of which bytes are archived is raised
again; one without a byte (refused, no such host) is asked again. Sits at 950: nearest to the
network but for it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy import exceptions
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Request
from scrapy.utils._download_handlers import make_response
from scrapy.utils.request import fingerprint

from crawler.archive.extension import KeepArchive, reason_of
from crawler.archive.message import Message, headers_of
from crawler.archive.tape import LEFT
from crawler.seen import Seen

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.archive.capture import Capture
    from crawler.archive.ledger import Row

#: Reason code → the exception that the download raised then.
_RAISED: dict[str, type[Exception]] = {
    "timeout": exceptions.DownloadTimeoutError,
    "data_loss": exceptions.ResponseDataLossError,
    "too_big": exceptions.DownloadCancelledError,
    "refused": exceptions.DownloadConnectionRefusedError,
    "bad_http": exceptions.DownloadFailedError,
}
# Headers that say how the message travelled; Scrapy never shows them to a spider.
_OF_THE_CONNECTION = {
    b"connection", b"keep-alive", b"te", b"trailers", b"transfer-encoding", b"upgrade",
    b"proxy-connection", b"content-length",
}  # fmt: skip


class AnswerFromArchive:
    """The downloader middleware that replays; also notes requests that never reach the wire."""

    def __init__(self, crawler: Crawler) -> None:
        archive = crawler.get_extension(KeepArchive)
        if archive is None:
            raise NotConfigured("there is no archive")
        self._archive = archive
        self._crawler = crawler
        self._asked = Seen()
        self._asked_again: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run's archive."""
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        """Answer from the archive; None lets the request go to the network."""
        request.meta.pop("capture", None)
        number = self._number(self._archive.fingerprint(request))
        found = self._archive.answer(request, number)
        if found is None:
            request.meta["exchange_number"] = number
            return None
        request.meta.pop("exchange_number", None)
        self._crawler.stats.inc_value("archive/replayed")
        row, capture = found
        if capture is not None and capture.record_type == "revisit":
            self._crawler.stats.inc_value("archive/revisits")
        return _replay(request, row, capture)

    def _number(self, fingerprint: str) -> int:
        """Return which asking of a fingerprint this is, from 1."""
        if self._asked.enter(fingerprint):
            return 1
        self._asked_again[fingerprint] += 1  # few are asked for twice
        return 1 + self._asked_again[fingerprint]

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note the end of a request without an exchange: forbidden, or of no known scheme."""
        if "exchange_number" in request.meta or isinstance(exception, exceptions.IgnoreRequest):
            self._archive.note_outcome(request, "ignored", reason_of(exception))


def _replay(request: Request, row: Row, capture: Capture | None) -> Response:
    """Return the archived response as the download gave it, or raise what it raised."""
    if capture is not None:
        request.meta["capture"] = capture
    if row.error is not None or capture is None:
        kind = _RAISED.get(row.reason or "", exceptions.DownloadFailedError)
        raise kind(row.error or row.reason)
    return rebuild(request, capture, row.ip)


def rebuild(request: Request, capture: Capture, ip: str | None) -> Response:
    """Return the Scrapy response of a capture: the class, headers and body of then."""
    answer = Message(capture.head, capture.body, capture.status, capture.left)
    return response_of(request, answer, ip=_address(ip), flags=_flags(capture))


def response_of(
    request: Request,
    answer: Message,
    *,
    ip: IPv4Address | IPv6Address | None,
    flags: list[str],
    certificate: object = None,
) -> Response:
    """Return the Scrapy response of an answer, live or from the archive."""
    headers = Headers()
    pairs = headers_of(answer.head)
    lengths = [value for name, value in pairs if name.lower() == b"content-length"]
    if lengths and request.method != "HEAD" and not _chunked(pairs):
        headers[b"Content-Length"] = lengths[0]
    for name, value in pairs:
        if name.lower() not in _OF_THE_CONNECTION or (
            name.lower() == b"content-length" and request.method == "HEAD"
        ):
            headers.appendlist(name, value)
    if answer.left:  # there is nothing to decode
        headers.pop(b"Content-Encoding", None)
    return make_response(
        url=request.url.partition("#")[0],
        status=answer.status,
        headers=headers,
        body=answer.body if request.method != "HEAD" else b"",
        ip_address=ip,
        protocol=answer.head.partition(b" ")[0].decode("latin-1"),
        flags=flags,
        certificate=certificate,
    )


def fingerprint_of(url: str, method: str, body: bytes) -> str:
    """Return the fingerprint of a request as Scrapy makes it, from what its record says of it."""
    return fingerprint(Request(url, method=method, body=body)).hex()


def _flags(capture: Capture) -> list[str]:
    cut = ["dataloss"] if capture.truncated == "disconnect" else []
    return [*cut, LEFT] if capture.left else cut


def _chunked(pairs: list[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"transfer-encoding" for name, _ in pairs)


def _address(ip: str | None) -> IPv4Address | IPv6Address | None:
    from ipaddress import ip_address  # noqa: PLC0415 (beside its use)

    return ip_address(ip) if ip else None
