"""What a drawn page asks for: scripts, data, styles, pictures, by the crawl's own downloader.

The browser has no network of its own. Each of its requests comes here and goes the way of every
request of the crawl: robots.txt, the host's delay, the address guard, the wire capture, and on a
resumed run the archive. So its exchanges are archived as they crossed the wire, marked by
`embedded_in` in their metadata records. Never asks what no page needs to be shown: beacons, media,
sockets; never lets a page lead the browser to another host.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Error as PlaywrightError
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
)

from crawler.archive.place import private_networks
from crawler.archive.tape import LEFT
from crawler.archive.tls import TlsRefused
from crawler.pages import decode
from crawler.resolver import may_reach
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from playwright.async_api import Request as Asked
    from playwright.async_api import Route
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Requests of one page, besides one for each further page of its list: such pages ask for 10 to 60.
MOST = 100
#: Of these, those under way, as browsers have them for a host; the others may still be refused.
_AT_ONCE = 6
#: Bytes of scripts, styles and pictures that a run keeps for the next page of a portal.
_SHARED_BYTES = 32 * 1024 * 1024
#: What a browser asks for (Playwright's words) and a page cannot be shown without.
_NEEDED = {"document", "stylesheet", "script", "image", "font", "xhr", "fetch"}
_SHARED = {"stylesheet", "script", "image", "font"}
#: Headers of the browser's that are the downloader's own, or say what browser it is.
_OWN = {
    "host",
    "connection",
    "content-length",
    "accept-encoding",
    "accept-language",
    "user-agent",
    "cookie",
}
#: Headers that say how a message travelled: what the browser gets has travelled no further.
_OF_THE_WIRE = {b"content-encoding", b"transfer-encoding", b"content-length", b"connection"}
_FAILURES = (
    IgnoreRequest, NotSupported, CannotResolveHostError, DownloadCancelledError,
    DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError,
    ResponseDataLossError, TlsRefused, ArchiveError, ValueError,  # of an address that is none
)  # fmt: skip


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser is told, and the archived record that says so: its id and its URL."""

    status: int
    headers: dict[str, str]
    body: bytes
    record: str | None = None


#: A browser that is refused its way shows an error page; after a 204 it stays (RFC 9110, 15.3.5).
_STAY = Answer(HTTPStatus.NO_CONTENT, {}, b"")


@dataclass(slots=True)
class Shared:
    """What the pages of a run have in common: files that are not asked for again, hosts known."""

    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    size: int = 0
    private: dict[str, bool] = field(default_factory=dict)

    def keep(self, url: str, answer: Answer) -> None:
        """Keep an answer, and let go of the oldest where they are too many."""
        self.answers[url] = answer
        self.size += len(answer.body)
        while self.size > _SHARED_BYTES:
            self.size -= len(self.answers.popitem(last=False)[1].body)


class Embeds:
    """The requests of one page while it is drawn; `records` are those that it was drawn from."""

    def __init__(
        self, crawler: Crawler, request: Request, response: Response, shared: Shared
    ) -> None:
        self._crawler = crawler
        self._page = request
        self._plain: Response | None = response
        self._shared = shared
        self._allowed = private_networks(crawler.settings)
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._asked = self._under_way = 0
        self._last = asyncio.get_running_loop().time()
        self.over = False
        self.records: list[str] = []
        self.refused: Counter[str] = Counter()

    async def answer(self, route: Route) -> None:
        """Answer a request of the browser; it never goes to the network by itself."""
        self._under_way += 1
        try:
            async with self._few:
                found = await self._found(route)
        except _FAILURES as error:
            found = self._refuse(getattr(error, "reason", type(error).__name__))
        finally:
            self._under_way -= 1
        with contextlib.suppress(PlaywrightError):  # the page may be closed by now
            if found is None:
                await route.abort("blockedbyclient")
            else:
                if found.record:
                    self.records.append(found.record)
                await route.fulfill(status=found.status, headers=found.headers, body=found.body)

    def quiet_for(self, seconds: float) -> bool:
        """Whether nothing is under way, and for some time nothing was that a page needs."""
        return not self._under_way and asyncio.get_running_loop().time() - self._last >= seconds

    async def _found(self, route: Route) -> Answer | None:
        asked = route.request
        url = urldefrag(asked.url).url
        if _is_navigation(asked):
            return self._navigation(url)
        if asked.method == "GET" and url in self._shared.answers:
            return self._shared.answers[url]
        why = await self._refusal(asked)
        if why is not None:
            return self._refuse(why)
        self._asked += 1
        self._last = asyncio.get_running_loop().time()
        response = await self._crawler.engine.download_async(await self._request(asked))
        if LEFT in response.flags:
            return self._refuse("too_large")
        found = _told(response, response.meta.get("capture"))
        self._last = asyncio.get_running_loop().time()
        if asked.resource_type in _SHARED and found.status == HTTPStatus.OK:
            self._shared.keep(url, found)
        return found

    def _navigation(self, url: str) -> Answer | None:
        """Answer the browser's way to the page: with what the crawl has of it, and that once."""
        plain, self._plain = self._plain, None
        if plain is None or url != urldefrag(self._page.url).url:
            self._refuse("navigation")
            return _STAY
        return _told(plain, None)

    async def _refusal(self, asked: Asked) -> str | None:
        """Return why a request must not leave; None where it may."""
        parts = urlsplit(asked.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "scheme"
        if asked.resource_type not in _NEEDED:
            return "not_needed"
        if self._asked >= MOST + self._page.meta.get("leaf_through", 0):
            return "too_many"
        if self.over:
            return "too_late"
        return "private_address" if await self._is_private(parts.hostname) else None

    async def _is_private(self, host: str) -> bool:
        """Whether a host lies where the crawl does not go; the resolver asks again at connect."""
        if host not in self._shared.private:
            loop = asyncio.get_running_loop()
            try:
                found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            except OSError:
                return True
            reach = [may_reach(str(address[4][0]), self._allowed) for address in found]
            self._shared.private[host] = not all(reach)
        return self._shared.private[host]

    async def _request(self, asked: Asked) -> Request:
        """Return the crawl's request for one of the browser's.

        The page itself holds its server's only slot while it is drawn: its parts have one beside
        it (`crawler.servers`), with the same delay.
        """
        host = urlsplit(asked.url).hostname or ""
        headers: dict[str, Any] = {
            name: value
            for name, value in asked.headers.items()
            if name not in _OWN and not name.startswith(("sec-", ":"))
        }
        cookies = await asked.frame.page.context.cookies(asked.url)
        if cookies:
            headers["Cookie"] = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
        page = self._page
        return Request(
            asked.url, method=asked.method, headers=headers, body=asked.post_data_buffer or b"",
            dont_filter=True,
            meta={
                "embedded_in": page.url, "via": page.url, "portal": page.meta.get("portal"),
                "section": page.meta.get("section"), "depth": page.meta.get("depth"),
                "download_slot": f"{host} (drawn)", "allow_offsite": True, "dont_retry": True,
            },
        )  # fmt: skip

    def _refuse(self, why: str) -> Answer | None:
        self.refused[why] += 1
        self._crawler.stats.inc_value(f"drawn/refused/{why}")
        return None


def _is_navigation(asked: Asked) -> bool:
    """Whether a request is the page's own, or a window's that it opens: that has no frame yet."""
    try:
        return asked.is_navigation_request() and asked.frame.parent_frame is None
    except PlaywrightError:
        return True


def _told(response: Response, capture: Any) -> Answer:
    """Return what the browser is told of a response: its body without content codings."""
    pairs = [(name, value) for name, values in response.headers.items() for value in values]
    body, _ = decode(response.body, tuple(pairs))
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        told = _TOKEN.fullmatch(key) and text.isascii() and text.isprintable()
        if name.lower() in _OF_THE_WIRE or not told:  # Chromium takes the whole answer or none
            continue
        # Playwright's form of a cookie header that stands twice.
        glue = "\n" if name.lower() == b"set-cookie" else ", "
        headers[key] = f"{headers[key]}{glue}{text}" if key in headers else text
    record = f"{capture.ref.record_id} {capture.url}" if capture is not None else None
    return Answer(response.status, headers, body, record)
