"""What cannot be asked now but later: the run goes on with the rest and leaves its job unfinished.

A request that is postponed ends without an exchange, so that the same command, run again, asks for
it. A run that postponed any says why, and ends with the reason `postponed` instead of `finished`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider, IgnoreRequest

from crawler.run import fail

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_COUNT = "walk/postponed"


class Postponed(IgnoreRequest):
    """The request is left to a later run of the same command."""

    reason = "postponed"


def postpone(crawler: Crawler, sentence: str, request: Request) -> Postponed:
    """Note why requests like this one are left to a later run; return what ends it."""
    fail(crawler, sentence, Postponed.reason, request.meta.get("portal"))
    crawler.stats.inc_value(_COUNT)
    return Postponed(sentence)


class LeaveUnfinished:
    """The extension that ends a run which postponed requests as an unfinished one."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.spider_idle, signals.spider_idle)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run."""
        return cls(crawler)

    def spider_idle(self) -> None:
        """Raise CloseSpider when nothing is left but what was postponed."""
        if self._crawler.stats.get_value(_COUNT):
            raise CloseSpider(Postponed.reason)
