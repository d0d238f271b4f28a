"""What is to be said of a run, in sentences: collected from anywhere, told at the end.

A component that cannot do its part calls `fail`; the commands `crawl`, `runspider` and `capture`
print each sentence once and exit with the code of the run's outcome (`crawler.jobs.outcomes`). What
is no failure, but would surprise, goes to `remark`, mere counts into the run's closing line.
A sentence says what happened and the remedy; it holds no secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_FAILURES = "run/failures"
_REMARKS = "run/remarks"
_COUNTED = "run/counted"


class Failure(NamedTuple):
    """One respect in which a run failed: what is told, the outcome that it makes, whose it is.

    `portal` is None where it is the whole run's.
    """

    sentence: str
    outcome: str
    portal: str | None


def fail(
    crawler: Crawler, sentence: str, outcome: str = "failed", portal: str | None = None
) -> None:
    """Note that the run of `crawler` failed in one respect; the crawl itself goes on."""
    noted = told_failures(crawler)
    if sentence not in (one.sentence for one in noted):
        crawler.stats.set_value(_FAILURES, [*noted, Failure(sentence, outcome, portal)])


def told_failures(crawler: Crawler) -> list[Failure]:
    """Return what failed so far, in the order in which it came."""
    return list(crawler.stats.get_value(_FAILURES, []))


def failures(crawler: Crawler) -> list[str]:
    """Return the sentences of what failed so far."""
    return [one.sentence for one in told_failures(crawler)]


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
