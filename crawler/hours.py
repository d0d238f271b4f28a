"""The hours in which a portal may be asked: a portal's own, else the setting CRAWL_HOURS.

Outside of them no request leaves, robots.txt included. The run goes on with the portals whose hours
it is, and leaves its job unfinished for the others; with WAIT_FOR_HOURS it waits instead. Hours are
Beijing's, without daylight saving.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import NotConfigured

from crawler.postponed import Postponed, postpone
from crawler.registry import Registry, netloc
from crawler.traits import Hours
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

#: China has one time; it kept no summer time since 1991.
BEIJING = timezone(timedelta(hours=8), "Beijing")
#: Seconds between two looks at the clock: a run that waits can be stopped at any time.
_STEP = 5.0


class KeepHours:
    """The downloader middleware that lets requests leave in their portal's hours only."""

    def __init__(self, crawler: Crawler) -> None:
        stated = str(crawler.settings.get("CRAWL_HOURS") or "")
        try:
            self._hours = Hours.parse(stated) if stated else None
        except ValueError as error:
            raise DisclosureError(f"CRAWL_HOURS: {error}") from error
        self._crawler = crawler
        self._registry = Registry.from_settings(crawler.settings)
        self._waits = crawler.settings.getbool("WAIT_FOR_HOURS")
        if self._hours is None and not any(portal.hours for portal in self._registry.portals):
            raise NotConfigured("no hours are stated")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the hours. Raises DisclosureError where CRAWL_HOURS are none."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Return in the portal's hours. Raises Postponed outside of them."""
        hours = self.hours_of(request.url)
        while hours and not hours.holds(self.now().time()):
            engine = self._crawler.engine
            closing = engine._slot is None or engine._slot.closing is not None  # noqa: SLF001
            if not self._waits or closing:
                raise self._refuse(request, hours)
            await self.sleep(_STEP)

    def hours_of(self, url: str) -> Hours | None:
        """Return the hours in which `url` may be asked for; None where it always may."""
        portal = self._registry.portal_of(url)
        return (portal.hours if portal else None) or self._hours

    def now(self) -> datetime:
        """Return the time in Beijing."""
        return datetime.now(BEIJING)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def _refuse(self, request: Request, hours: Hours) -> Postponed:
        return postpone(
            self._crawler,
            f"{netloc(request.url)} may be asked from {hours.start:%H:%M} to {hours.end:%H:%M} "
            "Beijing time: run the same command again then, it goes on from here",
            request,
        )
