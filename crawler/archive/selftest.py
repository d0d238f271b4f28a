"""The start of every run: one loopback exchange, of which the tape must hold every byte.

The answer has what an archiver gets wrong: odd header case, a blank before a colon, a byte that is
no UTF-8, a duplicate, chunk framing. Asks 127.0.0.1 only, before the first request of the run.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol

from crawler.archive.download import TapingHandler
from crawler.archive.tape import Tape
from crawler.resolver import own_loopback
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ANSWER = (
    b'HTTP/1.1 200 Fine\r\netag: "a"\r\nCache-Control : no-cache\r\nX-Name: \xc4\xea\xb1\xa8\r\n'
    b"x-name: b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b"4;x=1\r\nbody\r\n0\r\n\r\n"
)


class _Server(Protocol):
    """Answers anything with `ANSWER` and remembers what it was asked."""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's own)
        factory: Any = self.factory
        transport: Any = self.transport
        factory.asked += data
        if factory.asked.endswith(b"asked=1"):
            transport.write(ANSWER)
            transport.loseConnection()


async def self_test(crawler: Crawler) -> None:
    """Raise ArchiveError unless a loopback exchange is taken down byte for byte."""
    from twisted.internet import reactor as installed  # noqa: PLC0415 (installed late)

    reactor: Any = installed
    factory: Any = Factory.forProtocol(_Server)
    factory.asked, factory.noisy = b"", False
    port = reactor.listenTCP(0, factory, interface="127.0.0.1")
    handler, tape = TapingHandler(crawler), Tape()
    url = f"http://127.0.0.1:{port.getHost().port}/?a=1"
    request = Request(url, method="POST", body=b"asked=1", meta={"download_timeout": 10})
    try:
        with own_loopback():
            fetching = asyncio.ensure_future(handler.fetch(request, tape))
            await asyncio.wait([fetching])
    finally:
        await handler.close()
        stopped = port.stopListening()
        if isinstance(stopped, Deferred):
            await maybe_deferred_to_future(stopped)
    # Whatever it is: Scrapy only logs what a signal's receiver raises, and would crawl on.
    if (error := fetching.exception()) is not None:
        raise ArchiveError(f"a loopback exchange failed: {error!r}") from error
    response = fetching.result().response
    take = tape.takes[-1] if tape.takes else None
    if take is None or b"".join(take.sent) != factory.asked or take.received.whole() != ANSWER:
        raise ArchiveError("the tape of a loopback exchange differs from its bytes")
    if response.body != b"body" or take.peer != "127.0.0.1":
        raise ArchiveError("the response of a loopback exchange is not what was sent")
