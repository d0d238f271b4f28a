"""robots.txt obeyed to the letter: no request of a host leaves before its robots.txt is known.

Scrapy 2.19 lets waiting requests of a host past while robots.txt is under way (2–8 of 10 seen), and
takes an answer 5xx or none at all for "allow". RFC 9309, 2.3.1.4: unreachable means "disallow".
`Crawl-delay` is no part of the RFC, but portals write it: it raises the host's delay, up to
`MAX_CRAWL_DELAY`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares import robotstxt
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.utils.httpobj import urlparse_cached

from crawler.archive.tape import LEFT
from crawler.compression import BAD_CODING
from crawler.manners import raise_delay
from crawler.postponed import Postponed
from crawler.run import fail

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

#: Seconds. A portal that asks for more would take weeks; 30 s is the most that crawlers honour.
MAX_CRAWL_DELAY = 30.0
_SERVER_ERROR = 500
_log = logging.getLogger(__name__)


def _is_no_download_error(record: logging.LogRecord) -> bool:
    """Whether a line of Scrapy's may stand: a silent host is told here, without a traceback."""
    return not str(record.msg).startswith("Error downloading")


robotstxt.logger.addFilter(_is_no_download_error)


class RobotsForbidden(IgnoreRequest):
    """robots.txt forbids the request."""

    reason = "robots_forbidden"


class RobotsUnreachable(IgnoreRequest):
    """The host's robots.txt could not be had, so that nothing may be asked there."""

    reason = "robots_unreachable"


class LockedRobots(robotstxt.RobotsTxtMiddleware):
    """Scrapy's middleware with a lock a host and the RFC's reading of an unreachable robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unreachable: dict[str, str] = {}
        #: Hosts that a drawn page asked for first → that page.
        self._drawn: dict[str, str] = {}
        self._postponed: dict[str, Postponed] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Ask for the host's rules first; raise RobotsForbidden for what they forbid."""
        netloc = urlparse_cached(request).netloc
        if request.meta.get("dont_obey_robotstxt") and (page := self._drawn.pop(netloc, None)):
            # The rules that a part of a drawn page waits for take its slot, not the page's own.
            request.meta["embedded_in"] = page
        await super().process_request(request)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the host's rules; one request at a time asks for them, the others wait."""
        netloc = urlparse_cached(request).netloc
        async with self._locks[netloc]:
            if page := request.meta.get("embedded_in"):
                self._drawn[netloc] = page
            parser = await super().robot_parser(request)
        if netloc in self._postponed:
            raise Postponed(str(self._postponed[netloc]))
        if netloc in self._unreachable:
            if not request.meta.get("embedded_in"):  # a drawn page does without its counter
                sentence = self._unreachable[netloc]
                fail(self.crawler, sentence, "unreachable", request.meta.get("portal"))
            raise RobotsUnreachable(self._unreachable[netloc])
        return parser

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise RobotsForbidden for what the rules forbid."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsForbidden(str(error)) from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= _SERVER_ERROR:
            self._forbid(netloc, f"its robots.txt answers {response.status}")
        if BAD_CODING in response.flags:  # half of the rules would permit what the others forbid
            self._forbid(netloc, "its robots.txt is damaged")
        if LEFT in response.flags:  # without its rules, nothing would be forbidden
            self._forbid(netloc, "its robots.txt is too large to be read")
        await super()._parse_robots(response, netloc, request)
        parser: Any = self._parsers[netloc]
        delay = parser.crawl_delay(self._agent())
        if delay:
            slot = urlparse_cached(request).hostname or ""
            raise_delay(self.crawler, slot, min(float(delay), MAX_CRAWL_DELAY))

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, Postponed):  # told by who postponed it
            self._postponed[netloc] = exc
            super()._robots_error(exc, netloc)
            return
        own = getattr(exc, "reason", None) in {"refused_address", "tls"}
        why = str(exc) if own else f"its robots.txt cannot be had: {self._why(exc)}"
        self._forbid(netloc, why)
        super()._robots_error(exc, netloc)

    def _why(self, exc: Exception) -> str:
        """Return in plain words why a host gave no robots.txt."""
        match exc:
            case DownloadConnectionRefusedError():
                return "connection refused; is the host up?"
            case CannotResolveHostError():
                return "no such host name; is it spelt right?"
            case DownloadTimeoutError():
                seconds = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
                return f"no answer within {seconds:g} s"
            case _:
                return " ".join(f"{type(exc).__name__} {exc}".split())

    def _forbid(self, netloc: str, why: str) -> None:
        sentence = f"nothing is asked of {netloc}: {why} (try again later)"
        self._unreachable[netloc] = sentence
        _log.warning("%s", sentence)

    def _agent(self) -> str:
        return self._robotstxt_useragent or self._default_useragent
