"""How fast a host is asked: never faster than DOWNLOAD_DELAY, slower where it answers slowly.

Scrapy's AutoThrottle with two changes: DOWNLOAD_DELAY is both where it starts and its floor, and a
host's own floor (its Crawl-delay, its registry entry) holds as well, for every host of its server.
Never speeds up on an error page. Knows, too, that a crawl should say who to write to.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.extensions.throttle import AutoThrottle
from scrapy.resolver import dnscache

from crawler.run import remark

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response


#: What the project's own user agent says in the place of a contact.
_NO_CONTACT = "contact: set USER_AGENT"


class AdaptiveDelay(AutoThrottle):
    """AutoThrottle, always on; AUTOTHROTTLE_ENABLED is for Scrapy's own and stays off."""

    def __init__(self, crawler: Crawler) -> None:
        # Not super(): it asks for AUTOTHROTTLE_ENABLED, which would start Scrapy's own beside this.
        self.crawler = crawler
        self.debug = crawler.settings.getbool("AUTOTHROTTLE_DEBUG")
        self.target_concurrency = crawler.settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY", 1.0)
        crawler.signals.connect(self._spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(self._response_downloaded, signal=signals.response_downloaded)

    def _start_delay(self) -> float:
        """Start at the floor: with AUTOTHROTTLE_START_DELAY (5 s) every crawl began slowly."""
        return self.mindelay

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        """Adjust, but never below the host's own floor."""
        super()._adjust_delay(slot, latency, response)
        slots = self.crawler.engine.downloader.slots
        host = next((key for key, known in slots.items() if known is slot), "")
        slot.delay = max(slot.delay, _floor(self.crawler, host))


def ask_for_contact(crawler: Crawler, address: str) -> None:
    """Remark that the user agent names nobody, where a server with a public `address` is asked."""
    agent = crawler.settings.get("USER_AGENT") or ""
    if (_NO_CONTACT in agent or not agent) and _is_public(address):
        remark(crawler, f"public hosts were asked by {agent!r}: put a contact into USER_AGENT")


@lru_cache(1 << 10)
def _is_public(address: str) -> bool:
    return ip_address(address).is_global


def raise_delay(crawler: Crawler, host: str, seconds: float) -> None:
    """Make `seconds` the least delay between two requests to `host` and its server from now on."""
    for key in {host, dnscache.get(host, host)}:
        _raise(crawler, key, seconds)


def share_delay(crawler: Crawler, host: str, server: str) -> None:
    """Let the slot of `server` keep what `host` asks for as well."""
    wanted = _floor(crawler, host)
    if wanted > _floor(crawler, server):
        _raise(crawler, server, wanted)


def _raise(crawler: Crawler, key: str, seconds: float) -> None:
    downloader = crawler.engine.downloader
    wanted = max(seconds, _floor(crawler, key))
    downloader.per_slot_settings.setdefault(key, {})["delay"] = wanted
    if key in downloader.slots:
        downloader.slots[key].delay = max(downloader.slots[key].delay, wanted)


def _floor(crawler: Crawler, key: str) -> float:
    return float(crawler.engine.downloader.per_slot_settings.get(key, {}).get("delay", 0.0))
