"""Several hosts that are one server are asked as one: a slot an address, not a slot a name.

A city's portal and its forty bureaus often lie on one machine: asked one at a time each, it would
get forty requests at once. A request takes the slot of the address that its host resolves to, and
that slot keeps the longest delay that any of its hosts wants. Names go to the resolver of the run
(`crawler.resolver`), which keeps its answers; a host without an address keeps a slot of its own.
A slot alone does not hold (`OneAtATime` says why): at the wire a server's requests take turns.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.resolver import dnscache
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError

from crawler.manners import ask_for_contact, share_delay
from crawler.resolver import address_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from contextlib import AbstractAsyncContextManager

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

_SLOT = "download_slot"
_DRAWN = " (drawn)"


class OneAtATime(Downloader):
    """Scrapy's downloader, whose slots hold, and the turns that a server's requests take.

    CONCURRENT_REQUESTS_PER_DOMAIN of them at once, over all slots of the server: the parts of a
    drawn page have a slot of their own, and so has a host whose name was not found at first.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        at_once = max(1, self.domain_concurrency)
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(at_once)
        )
        self._begun: dict[str, float] = {}

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        """Count a request from the moment it leaves the queue.

        Scrapy 2.19 counts it when its task begins. A process that stood still for longer than the
        delay in between let the next one leave as well (2 and 3 at once seen on a busy machine).
        """
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """Let the block, which asks and hears the whole answer, run when it is the request's turn.

        The delay of the request's slot has then passed since the server's last request, of whatever
        slot. Raises CannotResolveHostError for a host without an address that may be reached.
        """
        with wrap_twisted_exceptions():
            server = await address_of(urlparse_cached(request).hostname or "")
        ask_for_contact(self.crawler, server)
        async with self._turns[server]:
            delay = self._get_slot(request)[1].delay
            wait = self._begun.get(server, 0.0) + delay - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self._begun[server] = monotonic()
            yield


class OneServerOneSlot:
    """The downloader middleware that gives a request the slot of its server."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.request_scheduled, signals.request_scheduled)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run."""
        return cls(crawler)

    def request_scheduled(self, request: Request) -> None:
        """Let the scheduler weigh a request by its server, where that is known already."""
        host = urlparse_cached(request).hostname or ""
        request.meta[_SLOT] = dnscache.get(host, host)

    async def process_request(self, request: Request) -> None:
        """Give the request its server's slot."""
        host = urlparse_cached(request).hostname or ""
        slot = await server_of(host)
        if request.meta.get("embedded_in"):  # its page holds the server's own slot meanwhile
            slot += _DRAWN
        request.meta[_SLOT] = slot
        share_delay(self._crawler, host, slot)


def slots_of(slot: str) -> tuple[str, str]:
    """Return the names of both slots of a server, given either: its own, its drawn pages' parts'.

    >>> slots_of("10.0.0.1 (drawn)")
    ('10.0.0.1', '10.0.0.1 (drawn)')
    """
    server = slot.removesuffix(_DRAWN)
    return server, server + _DRAWN


def turn(crawler: Crawler, request: Request) -> AbstractAsyncContextManager[None]:
    """Return the turn of a request at its server (`OneAtATime.turn`), by the run's downloader."""
    downloader = cast("OneAtATime", crawler.engine.downloader)
    return downloader.turn(request)


async def server_of(host: str) -> str:
    """Return the address of `host`; the name itself where it has none that may be reached."""
    try:
        return await address_of(host)
    except DNSLookupError:
        return host
