"""What crossed the wire goes into the archive: the download handler of every run.

When a download ends, well or badly, its tape (`crawler.archive.tape`) becomes an `Exchange` and is
durable in the archive before the response goes on. Knows how downloads fail and what WARC calls it;
how bytes are taken down is the tape's part. Leaves proxies alone: they change the bytes.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotConfigured,
    NotSupported,
    ResponseDataLossError,
)
from scrapy.http import HtmlResponse
from scrapy.utils.httpobj import urlparse_cached

from crawler.archive.capture import LATE, Exchange, Truncation
from crawler.archive.download import TapingHandler
from crawler.archive.extension import KeepArchive
from crawler.archive.journey import context_of
from crawler.archive.replay import rebuild
from crawler.archive.tape import Take, Tape
from crawler.archive.tls import TlsRefused
from crawler.archive.tls import refusal as tls_refusal
from crawler.compression import BAD_CODING, is_badly_coded
from crawler.resolver import RefusedAddress, refusal_of
from crawler.run import fail, remark
from crawler.servers import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.archive.download import Fetched
    from crawler.archive.keeper import Earlier
    from crawler.rendering import Browser

#: How a download failed → (reason code of the ledger, what WARC calls a response cut short by it).
REASONS: dict[type[BaseException], tuple[str, Truncation]] = {
    DownloadTimeoutError: ("timeout", "time"),
    ResponseDataLossError: ("data_loss", "disconnect"),
    DownloadCancelledError: ("too_big", "length"),
    DownloadConnectionRefusedError: ("refused", "disconnect"),
    CannotResolveHostError: ("no_such_host", "disconnect"),
    RefusedAddress: ("refused_address", "disconnect"),
    TlsRefused: ("tls", "disconnect"),
    DownloadFailedError: ("bad_http", "unspecified"),
}


class WireCaptureHandler(TapingHandler):
    """The download handler of every run: archives each exchange before its response goes on."""

    lazy = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run's archive."""
        return cls(crawler)

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        archive = crawler.get_extension(KeepArchive)
        if archive is None:
            raise NotConfigured(
                "nothing would be archived: "
                "put crawler.archive.extension.KeepArchive into EXTENSIONS"
            )
        self._archive = archive
        self._browser: Browser | None = None

    async def download_request(self, request: Request) -> Response:
        """Download; the archive has the exchange when this returns or raises."""
        if request.meta.get("proxy"):
            sentence = "a proxy changes the bytes that cross the wire: take meta['proxy'] away"
            fail(self.crawler, sentence)
            raise NotSupported(sentence)
        tape = Tape(self._archive.spool, self.tape_max)
        fetched, drawn = None, None
        rendered = request.meta.get("render")
        earlier = None if rendered else await self._archive.earlier(request)
        asked_at = datetime.now(UTC)
        try:
            with _asked_to_compare(request, earlier):
                fetched = await self._fetch_public(request, tape)
            response = fetched.response
            if request.method != "HEAD" and is_badly_coded(response):
                response.flags.append(BAD_CODING)
            if rendered and response.status == HTTPStatus.OK:
                drawn = await self._drawing().draw(request, response)
        finally:
            error = sys.exception()
            flags = fetched.response.flags if fetched else []
            made = exchanges(request, tape, asked_at, error, flags)
            made[-1] = replace(
                made[-1], drawn=drawn, entity=fetched.response.body if fetched else None,
                answer=fetched.answer if fetched else None, read_max=self.read_max,
                tls=self._granted(request),
            )  # fmt: skip
            tape.late = partial(self._keep_late, request, made[-1].ip)
            await self._archive.keep(request, made, error, earlier)
        if drawn is not None:
            return as_drawn(response, drawn.html)
        if tape.left:
            self._tell_left(request, tape.left)
        if earlier is not None and response.status == HTTPStatus.NOT_MODIFIED:
            return rebuild(request, request.meta["capture"], made[-1].ip)
        return response

    def _keep_late(self, request: Request, ip: str | None, data: bytes) -> None:
        """Archive what a server sends behind an answer that is in the archive already."""
        url, now = request.url.partition("#")[0], datetime.now(UTC)
        late = Exchange(url, b"", data, now, 0.0, ip, context_of(request), reason=LATE)
        self._archive.keep_late(request, late)

    def _tell_left(self, request: Request, size: int) -> None:
        self.crawler.stats.inc_value("archive/bodies_left")
        remark(
            self.crawler,
            f"{request.url}: a body of {size} bytes is in the archive, whole, and was not read "
            f"(DOWNLOAD_MAXSIZE is {self.read_max})",
        )

    async def close(self) -> None:
        """End the browser and the connections."""
        if self._browser is not None:
            await self._browser.close()
        await super().close()

    def _drawing(self) -> Browser:
        from crawler.rendering import Browser  # noqa: PLC0415 (0.4 s; few runs draw a page)

        if self._browser is None:
            self._browser = Browser(self.crawler)
        return self._browser

    async def _fetch_public(self, request: Request, tape: Tape) -> Fetched:
        host = urlparse_cached(request).hostname or ""
        try:
            async with turn(self.crawler, request):
                with self._archive.exchange():
                    return await self.fetch(request, tape)
        except CannotResolveHostError as error:
            refused = refusal_of(host)
            if refused is None:
                raise
            self._fail(request, str(refused))
            raise refused from error
        except DownloadFailedError as error:
            if tape.cut:
                sentence = f"{request.url} sends more than {tape.most} bytes, or a head without end"
                raise DownloadCancelledError(sentence) from error
            refusal = tls_refusal(error, host)
            if refusal is None:
                raise
            self._fail(request, str(refusal))
            raise refusal from error

    def _fail(self, request: Request, sentence: str) -> None:
        """Fail the run for a page; a part of a drawn page may lack, robots.txt has its own word."""
        robots = urlparse_cached(request).path == "/robots.txt"
        if not robots and not request.meta.get("embedded_in"):
            fail(self.crawler, sentence)

    def _granted(self, request: Request) -> str | None:
        """Return what the registry grants an old host, as the metadata record says it."""
        tls = self.tls.exception(request.url)
        if tls is None:
            return None
        verified = "verified" if tls.verify else "not verified"
        ciphers = f", ciphers {tls.ciphers}" if tls.ciphers else ""
        return f"from version {tls.minimum}{ciphers}, certificate {verified}: {tls.reason}"


@contextmanager
def _asked_to_compare(request: Request, earlier: Earlier | None) -> Iterator[None]:
    """Let a request carry what the server gave to compare by, while it is downloaded only.

    Not on a copy: the download notes its latency in the request's own `meta`.
    """
    if earlier is None:
        yield
        return
    row, headers = earlier.row, request.headers
    if row.etag:
        headers[b"If-None-Match"] = row.etag.encode("latin-1")
    if row.modified:
        headers[b"If-Modified-Since"] = row.modified.encode("latin-1")
    try:
        yield
    finally:
        for name in (b"If-None-Match", b"If-Modified-Since"):
            headers.pop(name, None)


def as_drawn(response: Response, drawn: bytes) -> Response:
    """Return `response` with the drawn page as its body, as a replay gives it too."""
    return HtmlResponse(
        url=response.url,
        status=response.status,
        headers={b"Content-Type": b"text/html; charset=utf-8"},
        body=drawn,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )


def exchanges(
    request: Request,
    tape: Tape,
    asked_at: datetime,
    error: BaseException | None,
    flags: list[str],
) -> list[Exchange]:
    """Return what the tape holds, an exchange a take, the last one being the answer.

    Without a single byte there is one exchange with empty sides: it says that the request failed.
    """
    # What was written before a handshake that failed has not crossed the wire.
    takes = [] if isinstance(error, TlsRefused) else tape.takes
    takes = takes or [Take(None)]
    reason, cut = _reason(error, flags)
    context, url = context_of(request), request.url.partition("#")[0]
    made = []
    for number, take in enumerate(takes, start=1):
        last, take.over = number == len(takes), True
        received = take.received.whole()
        made.append(
            Exchange(
                url=url,
                request=b"".join(take.sent),
                response=received,
                started_at=take.started_at or asked_at,
                seconds=take.seconds,
                ip=take.peer,
                context=context,
                reason=reason if last else "connection_lost",
                truncated=(cut if last else "disconnect") if received else None,
            )
        )
    return made


def _reason(error: BaseException | None, flags: list[str]) -> tuple[str | None, Truncation | None]:
    """Return the reason code and WARC's word for how a download ended; None for a whole answer."""
    if error is None:
        if "dataloss" in flags:
            return "data_loss", "disconnect"
        return (BAD_CODING, None) if BAD_CODING in flags else (None, None)
    for kind, found in REASONS.items():
        if isinstance(error, kind):
            return found
    return "failed", "unspecified"
