"""Connections to servers, each with the tape of the exchange under way: nothing escapes it.

A connection asks one request at a time; what it writes and what it reads goes on the tape first,
below HTTP and above TLS. It ends an exchange when `crawler.archive.incoming` finds the answer
whole, and is kept for the next one where the server allows. Knows Twisted's transports, no Scrapy;
what an exchange means is the part of `crawler.archive.download`.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import defaultdict
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet import ssl
from twisted.internet.endpoints import TCP4ClientEndpoint, wrapClientTLS
from twisted.internet.protocol import Factory, Protocol

from crawler.archive.incoming import BadAnswerError, BrokenBodyError, EndlessHeadError, Incoming
from crawler.archive.message import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from crawler.archive.tape import Take, Tape
    from crawler.archive.tls import PortalTls

#: Bytes of an answer besides its body; a server that sends more in heads and chunks is hostile.
FRAMING = 64 * 1024 * 1024
#: Seconds that an idle connection is kept; servers close theirs after 5 to 75.
IDLE = 60.0
#: Seconds that the last connections of a run have to close in order.
_CLOSING = 1.0


class Server(NamedTuple):
    """Where a request goes: connections to the same one serve each other's requests."""

    tls: bool
    host: str
    port: int
    address: str
    bound_to: tuple[str, int] | None = None


class LostError(Exception):
    """The connection ended before the answer was whole; `cause` says how, `begun` whether any came.

    `headed` tells of an answer whose head was whole.
    """

    def __init__(self, cause: BaseException, *, begun: bool, headed: bool) -> None:
        super().__init__(f"the connection ended ({type(cause).__name__}: {cause})")
        self.cause = cause
        self.begun = begun
        self.headed = headed


class TooLargeError(Exception):
    """The body is larger than the tape takes: `size` bytes of it were told or came."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class Connection(Protocol):
    """One connection; `released` is called when it may serve again, `lost` when it is gone."""

    transport: Any

    def __init__(
        self, server: Server, released: Callable[[Connection], None],
        lost: Callable[[Connection], None],
    ) -> None:  # fmt: skip
        self.server = server
        self._released = released
        self._lost = lost
        self._tape: Tape | None = None
        self._take: Take | None = None
        self._most = 0
        self._incoming = Incoming()
        self._answered: asyncio.Future[None] | None = None
        self._gone: BaseException | None = None
        self.ip = ipaddress.ip_address(server.address)
        self.used = False
        self.expiry: asyncio.TimerHandle | None = None

    async def ask(self, asked: bytes, tape: Tape, incoming: Incoming, most: int) -> None:
        """Send a request; return when its answer is whole, with `incoming` filled.

        Raises what `Incoming.feed` does, LostError, and TooLargeError behind `most` bytes.
        """
        if self._gone is not None:
            raise LostError(self._gone, begun=False, headed=False)
        self._tape, self._most, self._incoming = tape, most, incoming
        self._take = take = tape.begin(self.server.address)
        self._answered = asyncio.get_running_loop().create_future()
        take.write(asked)
        self.transport.write(asked)
        try:
            await self._answered
        finally:
            self._answered, self.used = None, True
            if incoming.whole and not self._is_over(incoming):
                self._released(self)
            else:
                self.abort()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's own)
        """Note what came, then see whether the answer is whole."""
        # Behind a whole answer, a 204 with a body say, more may come until the next request: it
        # crossed the wire as well, and the connection is of no use any more.
        answered, take, tape = self._answered, self._take, self._tape
        if take is not None and not take.over:
            take.read(data)
        elif tape is not None and answered is None:
            tape.late(data)
        if answered is None:
            self.abort()
        elif answered.done():
            self._incoming.surplus = True
        elif take is not None and tape is not None:
            self._advance(data, answered, take, tape)

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]  # noqa: N802
        """Tell who waits for an answer."""
        gone = self._gone = reason.value or ConnectionError()
        self._lost(self)
        answered = self._answered
        if answered is None or answered.done():
            return
        if self._incoming.closed():
            answered.set_result(None)
            return
        begun = self._take is not None and len(self._take.received) > 0
        headed = bool(self._incoming.head)
        answered.set_exception(LostError(gone, begun=begun, headed=headed))

    def abort(self) -> None:
        """End the connection at once."""
        if self._gone is None:
            self.transport.abortConnection()

    def close(self) -> None:
        """End the connection in order."""
        self.transport.loseConnection()

    def certificate(self) -> Any:
        """Return the server's certificate; None without TLS."""
        with suppress(AttributeError):
            certificate = self.transport.getPeerCertificate()
            return ssl.Certificate(certificate)  # type: ignore[no-untyped-call]
        return None

    def _advance(self, data: bytes, answered: asyncio.Future[None], take: Take, tape: Tape) -> None:
        incoming = self._incoming
        try:
            incoming.feed(data)
        except (BadAnswerError, BrokenBodyError, EndlessHeadError) as error:
            answered.set_exception(error)
            return
        size = max(incoming.size, incoming.length or 0)
        if size > self._most:
            answered.set_exception(TooLargeError(size))
            return
        if incoming.head and not take.headed_at:
            take.headed_at = monotonic()
        if len(take.received) > tape.most + FRAMING:
            tape.cut, take.over = True, True
            self.abort()
        elif incoming.whole:
            answered.set_result(None)

    def _is_over(self, incoming: Incoming) -> bool:
        """Whether the connection cannot serve again."""
        if incoming.surplus or incoming.length is None or self._gone is not None:
            return True
        if not incoming.head.startswith(b"HTTP/1.1"):
            return True
        return any(b"close" in value.lower() for _, value in named(incoming.head, b"connection"))


class Connections:
    """The connections of a run: `most` idle ones to a server are kept."""

    def __init__(self, tls: PortalTls, most: int) -> None:
        self._tls = tls
        self._most = max(1, most)
        self._idle: defaultdict[Server, list[Connection]] = defaultdict(list)
        self._open: set[Connection] = set()
        self._all_closed: asyncio.Future[None] | None = None

    def take(self, server: Server) -> Connection | None:
        """Return an idle connection to a server."""
        waiting = self._idle.get(server)
        if not waiting:
            return None
        connection = waiting.pop()
        if connection.expiry is not None:
            connection.expiry.cancel()
        return connection

    async def connect(self, server: Server, seconds: float) -> Connection:
        """Return a new connection. Raises Twisted's connection errors."""
        from twisted.internet import reactor  # noqa: PLC0415 (installed late)

        endpoint: Any = TCP4ClientEndpoint(
            reactor, server.address, server.port, seconds, server.bound_to
        )
        if server.tls:
            creator = self._tls.creatorForNetloc(server.host.encode("ascii"), server.port)
            endpoint = wrapClientTLS(creator, endpoint)
        factory: Any = Factory()
        factory.noisy = False
        factory.buildProtocol = lambda _: self._made(server)
        connection: Connection = await maybe_deferred_to_future(endpoint.connect(factory))
        return connection

    async def close(self) -> None:
        """End all connections; return when they are closed, or soon."""
        self._all_closed = asyncio.get_running_loop().create_future()
        for connection in list(self._open):
            connection.close()
        if self._open:
            await asyncio.wait([self._all_closed], timeout=_CLOSING)
        for connection in list(self._open):
            connection.abort()

    def _made(self, server: Server) -> Connection:
        connection = Connection(server, self._keep, self._forget)
        self._open.add(connection)
        return connection

    def _keep(self, connection: Connection) -> None:
        """Take a connection back that may serve again."""
        waiting = self._idle[connection.server]
        if len(waiting) >= self._most or self._all_closed is not None:
            connection.close()
            return
        waiting.append(connection)
        connection.expiry = asyncio.get_running_loop().call_later(IDLE, connection.close)

    def _forget(self, connection: Connection) -> None:
        if connection.expiry is not None:
            connection.expiry.cancel()
        self._open.discard(connection)
        waiting = self._idle.get(connection.server, [])
        if connection in waiting:
            waiting.remove(connection)
        if not waiting:
            self._idle.pop(connection.server, None)
        if self._all_closed is not None and not self._open and not self._all_closed.done():
            self._all_closed.set_result(None)
