"""A redirect leads to no other port: what listens there was not put up for readers.

A hacked page may send a crawler to any port of a host, its own or another's: a data base, a panel.
A port that is not its scheme's own is followed where the run's starts or the registry name it, or
where the request was under way there already. Never judges links: the walk knows its own site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from crawler.registry import Registry, netloc

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class OtherPort(IgnoreRequest):
    """The address was redirected to a port that nobody named."""

    reason = "other_port"


class KeepToKnownPorts:
    """The downloader middleware that refuses redirects to other ports."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run, whose spider may know its site."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OtherPort for a redirect that leads to one."""
        before = request.meta.get("redirect_urls", ())
        if before and _is_other_port(request.url, before) and not self._is_named(request.url):
            raise OtherPort(f"{before[-1]} redirects to a port that nobody named: {request.url}")

    def _is_named(self, url: str) -> bool:
        spider = self._crawler.spider
        if any(start.holds(url) for start in getattr(spider, "starts", ())):
            return True
        known = getattr(spider, "known", None) or Registry.from_settings(self._crawler.settings)
        return known.portal_of(url) is not None


def _is_other_port(url: str, before: list[str]) -> bool:
    """Whether `url` is of another port than the addresses that it was redirected from.

    >>> _is_other_port("https://a.example/", ["http://a.example/"])
    False
    >>> _is_other_port("http://a.example/", ["http://a.example:8080/"])
    True
    """
    at, places = netloc(url), {netloc(each) for each in before}
    hosts = {place.partition(":")[0] for place in places}
    return at not in places and (":" in at or at in hosts)
