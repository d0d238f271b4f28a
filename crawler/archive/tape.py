"""The tape: both directions of a connection, taken down below HTTP and above TLS.

Each request that leaves gets a `Tape`; the connection's protocol writes what it sends and receives
on it, so that the bytes are the server's own. Leans on private names of Scrapy 2.19 and Twisted 26:
`crawler.archive.selftest` compares one loopback exchange at the start of every run. Knows bytes and
instants; what an exchange means, and where it is kept, is the part of `crawler.archive.wire`.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.utils._download_handlers import normalize_bind_address, wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.web.http_headers import Headers, InvalidHeaderName
from zope.interface import directlyProvides, providedBy

from crawler.archive.large import read_large
from crawler.archive.reader import read_max_of
from crawler.archive.spill import LIMIT, Spill
from crawler.archive.tls import PortalTls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress, ITransport
    from twisted.web._newclient import Request as TxRequest
    from twisted.web._newclient import Response as TxResponse
    from twisted.web.client import Agent
    from twisted.web.iweb import IPolicyForHTTPS, IResponse

    from crawler.archive.large import Large

_log = logging.getLogger(__name__)
#: Bytes of one response. Annex C of the standard wants files of about 1 GB: no record is longer.
ARCHIVE_MAXSIZE = 1_000_000_000
#: Bytes of an answer besides its body; a server that sends more in heads and chunks is hostile.
FRAMING = 64 * 1024 * 1024
#: Bytes of the lines before a body: Apache and nginx send 16 KiB at most, browsers take 256 KiB.
#: Twisted keeps each line, in memory, for as long as a server goes on.
HEAD_MAX = 512 * 1024
#: The flag of a response whose body lies in the archive only.
LEFT = "body_left_in_archive"


class Take:
    """One attempt on one connection: what was sent, what came back, when, from whom."""

    def __init__(self, peer: str | None, folder: Path | None = None) -> None:
        self.peer = peer
        self.sent: list[bytes] = []
        self.received = Spill(folder)
        self.started_at: datetime | None = None
        #: What comes after the download has ended is no part of its exchange: it is `late`.
        self.over = False
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

    def large(self) -> Large | None:
        """Return the response as it lies in a file; None while it is in memory."""
        received = self.received.whole()
        try:
            return read_large(received) if isinstance(received, Spill) else None
        except OSError:  # of a full disk: the archive will say so when it reads
            return None

    @property
    def seconds(self) -> float:
        """The time from the first byte sent to the last one received."""
        return self._last - self._begun


class Tape:
    """All attempts at one request: the pool repeats by itself what a dead connection swallowed.

    What is large goes to a file in `folder`; behind `most` bytes of an answer it is cut.
    """

    def __init__(self, folder: Path | None = None, most: int = ARCHIVE_MAXSIZE) -> None:
        self.folder = folder
        self.most = most
        self.takes: list[Take] = []
        #: The number of the body's bytes, where it was too large to be handed on.
        self.left = 0
        #: Whether the response was cut here: more came than a record may hold.
        self.cut = False
        #: Told of bytes that come when the answer is archived and no other is asked for.
        self.late: Callable[[bytes], None] = _pass_over

    def begin(self, peer: str | None) -> Take:
        """Return a new take; what the one before it holds stays."""
        take = Take(peer, self.folder)
        self.takes.append(take)
        return take


def _pass_over(_: bytes) -> None:
    """Drop bytes that belong to nobody."""


class _Body(BytesIO):
    """A body on its way to Scrapy: in memory while it is small, else read from the tape at its end.

    Scrapy's own buffer grows by copying, to twice the body; the tape has the bytes anyway. What is
    longer than `read_max` is handed on without its bytes: no stage would read it.
    """

    def __init__(self, tape: Tape, read_max: int) -> None:
        super().__init__()
        self._tape = tape
        self._read_max = read_max
        self._size = 0
        self._large: Large | None = None

    def write(self, data: Any) -> int:
        """Append `data`."""
        self._size += len(data)
        if self._large is None:
            super().write(data)
            if self._size > LIMIT:
                self._large = self._tape.takes[-1].large()
                self.truncate(0 if self._large else None)
        return len(data)

    def getvalue(self) -> bytes:
        """Return the body; empty where it is too large or the disk fails, which `keep` will say."""
        if self._size > self._read_max:
            self._tape.left = self._size
            return b""
        try:
            return self._large.body() if self._large else super().getvalue()
        except OSError:
            return b""


class _TapedHeaders(Headers):
    """Request headers that carry the tape through Twisted's agent to the connection."""

    __slots__ = ("tape",)

    tape: Tape

    @classmethod
    def carrying(cls, headers: Headers | None, tape: Tape) -> _TapedHeaders:
        """Return a copy of `headers`, which Twisted has cleaned, with the tape in it."""
        pairs = headers.getAllRawHeaders() if headers else ()
        taped = cls()
        taped._rawHeaders = {name: list(values) for name, values in pairs}
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
    read_max: int

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

    def _cb_bodyready(self, txresponse: TxResponse, request: Request) -> Any:
        deliver = txresponse.deliverBody

        def deliver_body(reader: Any) -> None:
            reader._bodybuf = _Body(self.tape, self.read_max)  # noqa: SLF001 (no other way in)
            deliver(reader)  # type: ignore[no-untyped-call]

        txresponse.deliverBody = deliver_body  # type: ignore[method-assign]
        return super()._cb_bodyready(txresponse, request)


class _TolerantParser(_LenientHTTPClientParser):
    """A parser that reads `Cache-Control : no-cache` as browsers do; Twisted drops the page.

    It also ends a connection whose head does not end.
    """

    _read = 0
    #: Ends the connection; set where the parser becomes one of these.
    cut: Callable[[], None]

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (Twisted's own)
        self._read += len(line) + 2
        if self._read > HEAD_MAX:
            self.cut()
            return
        super().lineReceived(line)

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
    _tape: Tape | None = None
    _most = 0

    def makeConnection(self, transport: ITransport) -> None:  # noqa: N802 (Twisted's own)
        taped: Any = _TapedTransport(transport, self)
        super().makeConnection(taped)  # type: ignore[no-untyped-call]

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        tape = self._tape = getattr(request.headers, "tape", None)
        self._take = tape.begin(self._peer()) if tape else None
        self._most = tape.most + FRAMING if tape else 0
        answer = super().request(request)
        if self._parser is not None:
            parser: Any = self._parser
            parser.__class__, parser.cut = _TolerantParser, self._cut
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's own)
        # Behind a whole answer, a 204 with a body say, more may come until the next request: it
        # crossed the wire as well. Twisted ends the connection then.
        if self._take is not None and not self._take.over:
            self._take.read(data)
            if len(self._take.received) > self._most:
                self._cut()
        elif self._tape is not None and self.state == "QUIESCENT":
            self._tape.late(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _cut(self) -> None:
        """Give up an answer whose head or framing alone is longer than an honest one can be."""
        transport: Any = self.transport
        if self._tape is not None:
            self._tape.cut = True
        self._take = None
        transport.abortConnection()

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


def archive_maxsize(settings: BaseSettings) -> int:
    """Return the bytes of a body that is downloaded at most."""
    wanted = settings.getint("ARCHIVE_MAXSIZE") or ARCHIVE_MAXSIZE
    if wanted > ARCHIVE_MAXSIZE:
        _log.warning("ARCHIVE_MAXSIZE is %d here, the most that a record may hold", ARCHIVE_MAXSIZE)
    return min(wanted, ARCHIVE_MAXSIZE)


class TapingHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler over taped connections; what the tape is for is the subclass's.

    Two limits, in bytes: a body larger than DOWNLOAD_MAXSIZE is handed on without its bytes, with
    the flag `LEFT`; what is larger than ARCHIVE_MAXSIZE is not downloaded.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _TapedFactory  # noqa: SLF001 (as Scrapy does)
        self.tls = PortalTls(crawler)
        self.read_max = read_max_of(crawler.settings)
        self.tape_max = archive_maxsize(crawler.settings)

    async def fetch(self, request: Request, tape: Tape) -> Response:
        """Download `request`, both directions on `tape`."""
        agent = _TapedScrapyAgent(
            contextFactory=cast("IPolicyForHTTPS", self.tls),
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self.tape_max,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        agent.tape, agent.read_max = tape, self.read_max
        with wrap_twisted_exceptions():
            response = await maybe_deferred_to_future(agent.download_request(request))
        if tape.left:
            response.flags.append(LEFT)
            response.headers.pop(b"Content-Encoding", None)  # there is nothing to decode
        return response
