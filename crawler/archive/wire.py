"""Take down what crosses the wire: Scrapy's HTTP/1.1 download handler with a tape in it.

Each request that leaves gets a `Tape`; the connection's protocol writes both directions on it,
above TLS and below HTTP parsing, so that the bytes are the server's own. When the download ends,
well or badly, the tape becomes an `Exchange` and is durable in the archive before the response goes
on. Leans on private names of Scrapy 2.19 and Twisted 26: `self_test` compares one loopback exchange
at the start of every run, and a run whose test fails does not begin.
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotConfigured,
    NotSupported,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import HtmlResponse
from scrapy.utils._download_handlers import (
    normalize_bind_address,
    wrap_twisted_exceptions,
)
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.web.http_headers import Headers, InvalidHeaderName
from zope.interface import directlyProvides, providedBy

from crawler.archive.capture import Exchange, Truncation
from crawler.archive.extension import KeepArchive
from crawler.archive.journey import context_of
from crawler.archive.replay import rebuild
from crawler.archive.spill import Spill
from crawler.resolver import RefusedAddress, refusal_of
from crawler.run import fail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress, ITransport
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.client import Agent
    from twisted.web.iweb import IResponse

    from crawler.archive.keeper import Earlier
    from crawler.rendering import Browser

_log = logging.getLogger(__name__)

#: How a download failed → (reason code of the ledger, what WARC calls a response cut short by it).
REASONS: dict[type[BaseException], tuple[str, Truncation]] = {
    DownloadTimeoutError: ("timeout", "time"),
    ResponseDataLossError: ("data_loss", "disconnect"),
    DownloadCancelledError: ("too_big", "length"),
    DownloadConnectionRefusedError: ("refused", "disconnect"),
    CannotResolveHostError: ("no_such_host", "disconnect"),
    RefusedAddress: ("refused_address", "disconnect"),
    DownloadFailedError: ("bad_http", "unspecified"),
    StopDownload: ("stopped", "unspecified"),
}


class Take:
    """One attempt on one connection: what was sent, what came back, when, from whom."""

    def __init__(self, peer: str | None, folder: Path | None = None) -> None:
        self.peer = peer
        self.sent: list[bytes] = []
        self.received = Spill(folder)
        self.started_at: datetime | None = None
        self._begun = self._last = 0.0

    def write(self, data: bytes) -> None:
        """Note bytes of the request."""
        if self.started_at is None:
            self.started_at = datetime.now(UTC)
            self._begun = self._last = monotonic()
        self.sent.append(data)

    def read(self, data: bytes) -> None:
        """Note bytes of the response."""
        self._last = monotonic()
        self.received.add(data)

    @property
    def seconds(self) -> float:
        """The time from the first byte sent to the last one received."""
        return self._last - self._begun


class Tape:
    """All attempts at one request: the pool repeats by itself what a dead connection swallowed.

    What is large goes to a file in `folder`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.takes: list[Take] = []
        self.over = False

    def begin(self, peer: str | None) -> Take:
        """Return a new take; what the one before it holds stays."""
        take = Take(peer, self.folder)
        self.takes.append(take)
        return take


class _TapedHeaders(Headers):
    """Request headers that carry the tape through Twisted's agent to the connection."""

    __slots__ = ("tape",)

    tape: Tape

    @classmethod
    def carrying(cls, headers: Headers | None, tape: Tape) -> _TapedHeaders:
        """Return a copy of `headers` with the tape in it."""
        pairs: Any = headers.getAllRawHeaders() if headers else ()
        taped = cls(dict(pairs))
        taped.tape = tape
        return taped

    def copy(self) -> _TapedHeaders:
        """Return a copy with the same tape: the agent copies to add Host."""
        return self.carrying(self, self.tape)


class _TapedAgent(_BindAddressAgent):
    """An agent of one request."""

    tape: Tape

    def _requestWithEndpoint(  # noqa: N802, PLR0913, PLR0917 (Twisted's own)
        self,
        key: Any,
        endpoint: Any,
        method: bytes,
        parsedURI: Any,  # noqa: N803
        headers: Headers | None,
        bodyProducer: Any,  # noqa: N803
        requestPath: bytes,  # noqa: N803
    ) -> Deferred[IResponse]:
        taped = _TapedHeaders.carrying(headers, self.tape)
        return super()._requestWithEndpoint(
            key, endpoint, method, parsedURI, taped, bodyProducer, requestPath
        )


class _TapedScrapyAgent(_ScrapyAgent):
    """Scrapy's agent, which asks for a Twisted agent per request: here it gets a taped one."""

    tape: Tape

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor  # noqa: PLC0415 (installed late)

        agent = _TapedAgent(
            reactor=reactor,
            contextFactory=self._contextFactory,
            connectTimeout=timeout,
            bindAddress=normalize_bind_address(
                request.meta.get("bindaddress") or self._bindAddress
            ),
            pool=self._pool,
        )
        agent.tape = self.tape
        return agent


class _TolerantParser(_LenientHTTPClientParser):
    """A parser that reads `Cache-Control : no-cache` as browsers do; Twisted drops the page."""

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 (Twisted's own)
        try:
            super().headerReceived(name.strip(), value)  # type: ignore[no-untyped-call]
        except InvalidHeaderName:
            _log.debug("passed over a response header whose name is no token: %r", name)


class _TapedTransport:
    """A transport that notes what is written, and is the real one in all else."""

    def __init__(self, transport: Any, protocol: _TapedProtocol) -> None:
        self._transport = transport
        self._protocol = protocol
        directlyProvides(self, providedBy(transport))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Note and send."""
        self._protocol.note_sent(data)
        self._transport.write(data)

    def writeSequence(self, data: Any) -> None:  # noqa: N802 (Twisted's own)
        """Note and send: the head of a request comes as a sequence of lines."""
        self.write(b"".join(data))


class _TapedProtocol(_LenientHTTP11ClientProtocol):
    """A connection that writes both directions on the tape of the request under way."""

    _take: Take | None = None

    def makeConnection(self, transport: ITransport) -> None:  # noqa: N802 (Twisted's own)
        taped: Any = _TapedTransport(transport, self)
        super().makeConnection(taped)  # type: ignore[no-untyped-call]

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        tape = getattr(request.headers, "tape", None)
        self._take = tape.begin(self._peer()) if tape else None
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _TolerantParser
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's own)
        take = self._take
        if take is not None:
            take.read(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        # Between two requests a connection belongs to none: what comes then is no answer.
        if self._take is take and self.state == "QUIESCENT":
            self._take = None

    def note_sent(self, data: bytes) -> None:
        """Note bytes of the request under way."""
        if self._take is not None:
            self._take.write(data)

    def _peer(self) -> str | None:
        transport: Any = self.transport
        return getattr(transport.getPeer(), "host", None)


class _TapedFactory(_LenientHTTP11ClientFactory):
    """Builds taped connections for the pool."""

    def buildProtocol(self, addr: IAddress | None) -> _TapedProtocol:  # noqa: ARG002, N802
        return _TapedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class TapingHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler over taped connections; what the tape is for is the subclass's."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _TapedFactory  # noqa: SLF001 (as Scrapy does)

    async def fetch(self, request: Request, tape: Tape) -> Response:
        """Download `request`, both directions on `tape`."""
        agent = _TapedScrapyAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        agent.tape = tape
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class WireCaptureHandler(TapingHandler):
    """The download handler of every run: archives each exchange before its response goes on."""

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
            fail(self._crawler, sentence)
            raise NotSupported(sentence)
        tape, response, drawn = Tape(self._archive.spool), None, None
        rendered = request.meta.get("render")
        earlier = None if rendered else await self._archive.earlier(request)
        asked_at = datetime.now(UTC)
        try:
            with _asked_to_compare(request, earlier):
                response = await self._fetch_public(request, tape)
            if rendered and response.status == HTTPStatus.OK:
                drawn = await self._drawing().draw(request)
        finally:
            error = sys.exception()
            flags = response.flags if response is not None else []
            made = exchanges(request, tape, asked_at, error, flags)
            entity = response.body if response is not None else None
            made[-1] = replace(made[-1], drawn=drawn, entity=entity)
            await self._archive.keep(request, made, error, earlier)
        if drawn is not None:
            return as_drawn(response, drawn)
        if earlier is not None and response.status == HTTPStatus.NOT_MODIFIED:
            return rebuild(request, request.meta["capture"], made[-1].ip)
        return response

    async def close(self) -> None:
        """End the browser and the connections."""
        if self._browser is not None:
            await self._browser.close()
        await super().close()

    def _drawing(self) -> Browser:
        from crawler.rendering import Browser  # noqa: PLC0415 (0.4 s; few runs draw a page)

        if self._browser is None:
            self._browser = Browser(self._crawler)
        return self._browser

    async def _fetch_public(self, request: Request, tape: Tape) -> Response:
        try:
            return await self.fetch(request, tape)
        except CannotResolveHostError as error:
            refusal = refusal_of(urlparse_cached(request).hostname or "")
            if refusal is None:
                raise
            fail(self._crawler, str(refusal))
            raise refusal from error


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
    tape.over = True
    takes = tape.takes or [Take(None)]
    reason, cut = _reason(error, flags)
    context, url = context_of(request), request.url.partition("#")[0]
    made = []
    for number, take in enumerate(takes, start=1):
        last = number == len(takes)
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
        return ("stopped", "unspecified") if "download_stopped" in flags else (None, None)
    for kind, found in REASONS.items():
        if isinstance(error, kind):
            return found
    return "failed", "unspecified"
