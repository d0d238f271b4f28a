"""Download a request with both directions on a tape, and give Scrapy's response of what came.

The archive's own client: the bytes are delimited as they come in (`crawler.archive.incoming`) and
read once, by the functions that read them out of the archive again, so that a live response and
its replay cannot differ. Fails as Scrapy's own handler does, with its exceptions. Two limits, in
bytes: a body larger than DOWNLOAD_MAXSIZE is handed on without its bytes, with the flag `LEFT`;
what is larger than ARCHIVE_MAXSIZE is not downloaded. Sends neither `headers_received` nor
`bytes_received`: an answer is archived whole.
"""

from __future__ import annotations

import asyncio
import re
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.utils._download_handlers import normalize_bind_address, wrap_twisted_exceptions
from scrapy.utils.httpobj import urlparse_cached

from crawler.archive.connection import Connections, LostError, Server, TooLargeError
from crawler.archive.incoming import BadAnswerError, BrokenBodyError, EndlessHeadError, Incoming
from crawler.archive.large import read_large
from crawler.archive.message import Message, entity, status_of
from crawler.archive.reader import read_max_of
from crawler.archive.replay import response_of
from crawler.archive.spill import Spill
from crawler.archive.tape import LEFT, archive_maxsize
from crawler.archive.tls import PortalTls
from crawler.resolver import address_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.archive.connection import Connection
    from crawler.archive.tape import Tape

_PORTS = {"http": 80, "https": 443}
#: RFC 9110, 9.2.2: what a dead connection swallowed of these is asked again on a new one.
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "DELETE"})
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(rb"[\x21-\x7e]+")
#: Of methods that announce a body even where it is empty (RFC 9110, 8.6).
_WITH_BODY = ("POST", "PUT", "PATCH")


class Fetched(NamedTuple):
    """A response as Scrapy has it, and the answer behind it as the archive reads it.

    There is no `answer` where the response is so large that it lies in a file.
    """

    response: Response
    answer: Message | None


class TapingHandler:
    """A download handler over taped connections; what the tape is for is the subclass's."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.tls = PortalTls(crawler)
        self.read_max = read_max_of(settings)
        self.tape_max = archive_maxsize(settings)
        self._needs_whole = settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        self._seconds = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._bound_to = normalize_bind_address(settings.get("DOWNLOAD_BIND_ADDRESS"))
        self._connections = Connections(self.tls, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))

    async def fetch(self, request: Request, tape: Tape) -> Fetched:
        """Download `request`, both directions on `tape`. Raises Scrapy's download errors."""
        seconds = request.meta.get("download_timeout") or self._seconds
        begun, incoming = monotonic(), Incoming(bodiless=request.method == "HEAD")
        flags: list[str] = []
        try:
            async with asyncio.timeout(seconds):
                connection = await self._exchange(request, tape, incoming, seconds)
        except TimeoutError as error:
            sentence = f"Getting {request.url} took longer than {seconds} seconds."
            raise DownloadTimeoutError(sentence) from error
        finally:
            if tape.takes and (headed_at := tape.takes[-1].headed_at):
                request.meta["download_latency"] = headed_at - begun
        if not incoming.whole:
            flags.append("dataloss")
        elif incoming.length is None:
            flags.append("partial")
        return self._fetched(request, tape, incoming, connection, flags)

    async def close(self) -> None:
        """End the connections."""
        await self._connections.close()

    async def _exchange(
        self, request: Request, tape: Tape, incoming: Incoming, seconds: float
    ) -> Connection:
        """Ask, on an idle connection or a new one; return it when the answer is there."""
        server, asked = await self._server_of(request), written(request)
        most = request.meta.get("download_maxsize") or self.tape_max
        connection = self._connections.take(server)
        again = connection is not None and request.method in _IDEMPOTENT and not request.body
        while True:
            if connection is None:
                with wrap_twisted_exceptions():
                    connection = await self._connections.connect(server, seconds)
            try:
                await connection.ask(asked, tape, incoming, most)
            except LostError as error:
                if again and not error.begun:
                    connection, again = None, False
                    continue
                if not error.headed:
                    raise DownloadFailedError(str(error)) from error.cause
                self._miss(request, error)
            except BrokenBodyError as error:
                self._miss(request, error)
            except BadAnswerError as error:
                raise DownloadFailedError(str(error)) from error
            except (EndlessHeadError, TooLargeError) as error:
                sentence = f"{request.url} has {error} (of a body {most} bytes are taken)"
                raise DownloadCancelledError(sentence) from error
            return connection

    async def _server_of(self, request: Request) -> Server:
        url = urlparse_cached(request)
        host = url.hostname or ""
        with wrap_twisted_exceptions():
            address = await address_of(host)
        bound_to = normalize_bind_address(request.meta.get("bindaddress")) or self._bound_to
        port = url.port or _PORTS[url.scheme]
        return Server(url.scheme == "https", host, port, address, bound_to)

    def _miss(self, request: Request, error: Exception) -> None:
        """Raise ResponseDataLossError where a body that is not whole is an error."""
        if request.meta.get("download_fail_on_dataloss", self._needs_whole):
            raise ResponseDataLossError(str(error)) from error

    def _fetched(
        self, request: Request, tape: Tape, incoming: Incoming, connection: Connection,
        flags: list[str],
    ) -> Fetched:  # fmt: skip
        received = tape.takes[-1].received.whole()
        answer = self._answer(received, incoming)
        if answer.left:
            tape.left = answer.left
            flags.append(LEFT)
        response = response_of(
            request, answer, ip=connection.ip, flags=flags, certificate=connection.certificate()
        )
        read = isinstance(received, bytes) and not answer.left and request.method != "HEAD"
        return Fetched(response, answer if read else None)

    def _answer(self, received: bytes | Spill, incoming: Incoming) -> Message:
        """Read the answer from the tape; its body stays there where it is too large."""
        head, start = incoming.head, incoming.begin + len(incoming.head)
        status = status_of(head) or 0
        if incoming.size > self.read_max:
            return Message(head, b"", status, incoming.size)
        if isinstance(received, Spill):
            return Message(head, _body_of(received, head, start), status)
        return Message(head, entity(head, received[start:]), status)


def _body_of(received: Spill, head: bytes, start: int) -> bytes:
    """Return the body of what lies in a file; empty where the disk fails, which `keep` will say."""
    try:
        large = read_large(received)
        return large.body() if large else entity(head, b"".join(received.pieces(start)))
    except OSError:
        return b""


def written(request: Request) -> bytes:
    """Return a request as it crosses the wire. Raises ValueError where it cannot be written."""
    url, method = urlparse_cached(request), request.method.encode("ascii")
    target = (url.path or "/") + (f";{url.params}" if url.params else "")
    target += f"?{url.query}" if url.query else ""
    if not _TOKEN.fullmatch(method) or not _TARGET.fullmatch(target.encode("ascii")):
        raise ValueError(f"cannot ask for {request.url!r}")
    lines = [b"%s %s HTTP/1.1" % (method, target.encode("ascii"))]
    headers = request.headers
    if b"Host" not in headers:
        host = url.netloc.rpartition("@")[2].removesuffix(f":{_PORTS[url.scheme]}")
        lines.append(b"Host: " + host.encode("ascii"))
    if request.body or request.method in _WITH_BODY:
        lines.append(b"Content-Length: %d" % len(request.body))
    for name, values in headers.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"a request header cannot be called {name!r}")
        if name not in _OURS:
            lines += [b"%s: %s" % (name, b" ".join(value.splitlines())) for value in values]
    return b"\r\n".join([*lines, b"", request.body])


#: What a request says of its own framing is written here, not taken over.
_OURS = {b"Content-Length", b"Transfer-Encoding"}
