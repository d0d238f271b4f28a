"""What the crawl does where a host does not simply answer: a cookie once, a firewall never.

Many portals set a cookie and send the browser back to where it was, by a redirect or a refresh;
that is done once, as any browser does, and the cookie goes along to that host for the rest of the
run. A firewall's challenge needs a script to be run: it is archived and counted, and after
CHALLENGES_PER_HOST of them the host is left. Never solves anything.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from crawler.archive.extension import note_end
from crawler.cms.markup import Markup
from crawler.pages import from_record
from crawler.registry import netloc

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_REDIRECTS = (
    HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT,
)  # fmt: skip


#: Bytes. A page that only sets a cookie and refreshes itself has some 400; a list has thousands.
_SHORT = 2000
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


def refuse_waiting(crawler: Crawler, host: str, why: IgnoreRequest | None = None) -> None:
    """End the requests to `host` that wait for their turn in Scrapy's downloader, with `why`.

    Without it: with HostLeft.
    """
    engine = getattr(crawler, "engine", None)
    for slot in engine.downloader.slots.values() if engine else ():
        for waiting in [pair for pair in slot.queue if netloc(pair[0].url) == host]:
            slot.queue.remove(waiting)
            left = Failure(why or HostLeft(_LEFT.format(host)))  # type: ignore[no-untyped-call]
            waiting[1].errback(left)


class AcceptCookieOnce:
    """Go the way again with the cookie where an answer sets one and sends back to where it was.

    Back by a redirect to its own address, by one to an address on the way there, or by a page that
    only refreshes itself.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._cookies: dict[str, dict[bytes, bytes]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Send the host's cookies, if it asked for some to be kept."""
        cookies = self._cookies.get(netloc(request.url))
        if cookies:
            request.headers.setdefault(b"Cookie", _written(cookies))

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the answer, or the request that it sends back to, with the cookies.

        Raises SelfRedirect the next time: Scrapy would drop a duplicate without a word.
        """
        target = _sent_to(request, response)
        if target is None:
            return response
        new = self._accept(request, response)
        if target not in (request.url, *request.meta.get("redirect_urls", ())):
            return response
        if request.meta.get("cookie_sent") or not (new or request.meta.get("cookie_set")):
            if response.status in _REDIRECTS:
                ended = SelfRedirect(f"{target} redirects to itself")
                raise note_end(self._crawler, request, ended)
            return response
        again = request.replace(url=target, dont_filter=True)
        again.headers[b"Cookie"] = _written(self._cookies[netloc(request.url)])
        again.meta["cookie_sent"] = True
        return again

    def _accept(self, request: Request, response: Response) -> bool:
        """Keep the cookies that an answer sets for its host; return whether it sets any."""
        pairs = [one.partition(b";")[0].strip() for one in response.headers.getlist(b"Set-Cookie")]
        if not pairs:
            return False
        known = self._cookies.setdefault(netloc(request.url), {})
        known |= {name: value for name, _, value in (one.partition(b"=") for one in pairs)}
        request.meta["cookie_set"] = True  # a redirect goes on with its request's meta
        request.headers.pop(b"Cookie", None)
        return True


def _written(cookies: dict[bytes, bytes]) -> bytes:
    return b"; ".join(b"%s=%s" % pair for pair in cookies.items())


def _sent_to(request: Request, response: Response) -> str | None:
    """Return where an answer sends a browser on its host: by its status, or as it says itself."""
    location = response.headers.get(b"Location")
    if response.status in _REDIRECTS and location:
        try:
            to = urljoin(request.url, location.decode("latin-1"))
        except ValueError:  # no address: whoever follows redirects says so
            return None
    elif response.status == HTTPStatus.OK and b"Set-Cookie" in response.headers:
        if len(response.body) > _SHORT or "capture" not in request.meta:
            return None
        to = Markup.of(from_record(request.meta["capture"])).refresh() or ""
    else:
        return None
    return to if netloc(to) == netloc(request.url) else None
