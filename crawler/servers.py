"""Several hosts that are one server are asked as one: a slot an address, not a slot a name.

A city's portal and its forty bureaus often lie on one machine: asked one at a time each, it would
get forty requests at once. A request takes the slot of the address that its host resolves to, and
that slot keeps the longest delay that any of its hosts wants. Names go to the resolver of the run
(`crawler.resolver`), which keeps its answers; a host without an address keeps a slot of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.resolver import dnscache
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError

from crawler.manners import share_delay

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_SLOT = "download_slot"
_DRAWN = " (drawn)"


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


async def server_of(host: str) -> str:
    """Return the address of `host`; the name itself where it has none that may be reached."""
    from twisted.internet import reactor  # noqa: PLC0415 (installed late)

    resolver: Any = reactor  # its interface takes a name for its letters
    try:
        found = await maybe_deferred_to_future(resolver.resolve(host))
    except DNSLookupError:
        return host
    return str(found)
