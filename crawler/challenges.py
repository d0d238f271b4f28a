"""What the crawl does where a host does not simply answer: a cookie once, a firewall never.

Many portals set a cookie and send the browser back to where it was; that is done once, as any
browser does, and the cookie goes along to that host for the rest of the run. A firewall's challenge
needs a script to be run: it is archived and counted, and after CHALLENGES_PER_HOST of them the host
is left. Never solves anything.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from crawler.registry import netloc

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_REDIRECTS = (
    HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT,
)  # fmt: skip


_LEFT = "{} is left for this run: a firewall answers"


class HostLeft(IgnoreRequest):
    """The host answered with a firewall's page too often: nothing more is asked of it."""

    reason = "host_left"


class SelfRedirect(IgnoreRequest):
    """The address redirects to itself, with its cookie too."""

    reason = "self_redirect"


class LeaveChallengedHosts:
    """Refuse requests that wait for a host which the spider has left."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run's spider."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise HostLeft where the spider says so; one that counts no challenges never does."""
        has_left = getattr(self._crawler.spider, "has_left", None)
        if has_left is not None and has_left(request.url):
            raise HostLeft(_LEFT.format(netloc(request.url)))


def refuse_waiting(crawler: Crawler, host: str) -> None:
    """End with HostLeft the requests to `host` that wait for their turn in Scrapy's downloader."""
    engine = getattr(crawler, "engine", None)
    for slot in engine.downloader.slots.values() if engine else ():
        for waiting in [pair for pair in slot.queue if netloc(pair[0].url) == host]:
            slot.queue.remove(waiting)
            left = Failure(HostLeft(_LEFT.format(host)))  # type: ignore[no-untyped-call]
            waiting[1].errback(left)


class AcceptCookieOnce:
    """Ask again with the cookie where an answer sets one and redirects to its own address."""

    def __init__(self) -> None:
        self._cookies: dict[str, bytes] = {}

    def process_request(self, request: Request) -> None:
        """Send the host's cookie, if it asked for one to be kept."""
        cookie = self._cookies.get(netloc(request.url))
        if cookie:
            request.headers.setdefault(b"Cookie", cookie)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the answer, or the same request with its cookie.

        Raises SelfRedirect the next time: Scrapy would drop a duplicate without a word.
        """
        location = response.headers.get(b"Location")
        if response.status not in _REDIRECTS or not location:
            return response
        if urljoin(request.url, location.decode("latin-1")) != request.url:
            return response
        cookie = b"; ".join(
            one.partition(b";")[0].strip() for one in response.headers.getlist(b"Set-Cookie")
        )
        if not cookie or request.meta.get("cookie_sent"):
            raise SelfRedirect(f"{request.url} redirects to itself")
        self._cookies[netloc(request.url)] = cookie
        again = request.replace(dont_filter=True)
        again.headers[b"Cookie"] = cookie
        again.meta["cookie_sent"] = True
        return again
