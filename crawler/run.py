"""What is to be said of a run, in sentences: collected from anywhere, told at the end.

A component that cannot do its part calls `fail`; the commands `crawl`, `runspider` and `capture`
print each sentence once and exit with 1. What is no failure, but would surprise, goes to `remark`,
mere counts into the run's closing line.
A sentence says what happened and the remedy; it holds no secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_FAILURES = "run/failures"
_REMARKS = "run/remarks"
_COUNTED = "run/counted"


def fail(crawler: Crawler, sentence: str) -> None:
    """Note that the run of `crawler` failed in one respect; the crawl itself goes on."""
    noted = failures(crawler)
    if sentence not in noted:
        crawler.stats.set_value(_FAILURES, [*noted, sentence])


def failures(crawler: Crawler) -> list[str]:
    """Return the sentences noted so far, in the order in which they came."""
    return list(crawler.stats.get_value(_FAILURES, []))


def remark(crawler: Crawler, sentence: str) -> None:
    """Note what the user of a run should be told although nothing failed."""
    noted = remarks(crawler)
    if sentence not in noted:
        crawler.stats.set_value(_REMARKS, [*noted, sentence])


def remarks(crawler: Crawler) -> list[str]:
    """Return what was remarked so far, in the order in which it came."""
    return list(crawler.stats.get_value(_REMARKS, []))


def count_in_closing(crawler: Crawler, part: str) -> None:
    """Add to the run's closing line what a component counted, as "2 guides left out"."""
    crawler.stats.set_value(_COUNTED, [*counted_in_closing(crawler), part])


def counted_in_closing(crawler: Crawler) -> list[str]:
    """Return what the closing line is to count besides exchanges and items."""
    return list(crawler.stats.get_value(_COUNTED, []))
