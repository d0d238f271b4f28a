"""Archive → stages → feeds: the items of a live crawl once more, from its records alone.

The same `Page`, the same stages and the same exporters as live, in a plain loop in this process; a
share of the captures (`Shard`) lets several processes or machines part the work. Touches no network
but an archive's own; never writes to an archive.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import MemoryStatsCollector

from crawler.archive.locations import Counts
from crawler.archive.reader import read_captures
from crawler.feeds import FINISHED, FeedExporter, Feeds
from crawler.pages import from_record, gives_item
from crawler.pipelines import run_stages, stages
from crawler.registry import Registry
from crawler.run import failures
from parsers.errors import ArchiveError, FeedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrapy.settings import Settings

    from crawler.archive.capture import Capture
    from parsers.items import Page, Report


@dataclass(frozen=True, slots=True)
class Shard:
    """Every `of`-th capture from the `number`-th on, counted in the archive's order from 1."""

    number: int
    of: int

    def holds(self, index: int) -> bool:
        """Whether the capture at `index`, counted from 0, is in this share."""
        return index % self.of == self.number - 1


WHOLE = Shard(1, 1)


@dataclass(slots=True)
class Summary:
    """What a re-parse did: what it read and what was damaged there, items by kind, seconds."""

    read: Counts = field(default_factory=Counts)
    items: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


async def reparse(locations: Sequence[str], settings: Settings, shard: Shard = WHOLE) -> Summary:
    """Run the stages over every capture at `locations`, in the archive's order, into the feeds.

    `locations` are WARC files, folders of them, or `s3://` prefixes. The feeds change when all is
    read. Raises ArchiveError where there is no capture, FeedError where a feed cannot be written,
    RegistryError where the registry cannot be read; the feeds are then as they were.
    """
    started = time.monotonic()
    summary = Summary()
    captures = read_captures(locations, settings, summary.read)
    line = reports(captures, Registry.from_settings(settings), summary, shard)
    feeds, spider = _feeds(settings)
    try:
        await _fill(feeds, spider, line)
        _refuse_nothing(summary, locations)
    except BaseException:
        if feeds is not None:
            feeds.discard()
        raise
    if feeds is not None:
        await _finish(feeds, spider)
    summary.seconds = time.monotonic() - started
    return summary


def reports(
    captures: Iterable[Capture], registry: Registry, summary: Summary, shard: Shard = WHOLE
) -> Iterator[Report]:
    """Yield the report of each capture that gives one, in the archive's order; count on the way."""
    for report in run_stages(_pages(captures, shard), stages(registry)):
        summary.items[report.kind] += 1
        yield report


def _pages(captures: Iterable[Capture], shard: Shard) -> Iterator[Page]:
    for index, capture in enumerate(captures):
        if not shard.holds(index):
            continue
        page = from_record(capture)
        if gives_item(page):
            yield page


def _feeds(settings: Settings) -> tuple[FeedExporter | None, Spider]:
    """Return Scrapy's feed exporter, open, outside of a crawl; None where no feed is asked for."""
    Feeds.update_pre_crawler_settings(settings)
    crawler = Crawler(Spider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    spider = Spider.from_crawler(crawler, name="reparse")
    try:
        feeds = FeedExporter.from_crawler(crawler)
    except NotConfigured:
        return None, spider
    feeds.open_spider(spider)
    return feeds, spider


async def _fill(feeds: FeedExporter | None, spider: Spider, line: Iterable[Report]) -> None:
    for report in line:
        if feeds is not None:
            feeds.item_scraped(report, spider)
        # Lets an interrupt through: there is nothing else to wait for in this loop.
        await asyncio.sleep(0)


def _refuse_nothing(summary: Summary, locations: Sequence[str]) -> None:
    if not summary.read.captures:
        raise ArchiveError(
            f"no capture in {', '.join(locations)}: name WARC files that hold responses"
        )


async def _finish(feeds: FeedExporter, spider: Spider) -> None:
    """Put the items into the targets. Raises FeedError with the first that could not be."""
    await feeds.close_spider(spider, FINISHED)
    feeds.settle()
    for sentence in failures(feeds.crawler):
        raise FeedError(sentence)
