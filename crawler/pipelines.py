"""The stages: Page → Document → Report, each a plain class around one pure function.

The Scrapy engine runs them live (`ITEM_PIPELINES`), `run_stages` runs the same classes over an
archive. A stage passes on what is not its own: items of other spiders go through untouched. No
stage drops an item, reads the network or the clock.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.copies import MarkCopy
from crawler.registry import Registry
from crawler.seen import Firsts
from parsers.check import check_report
from parsers.cleaning import clean
from parsers.extract import extract, takes_a_worker
from parsers.items import Cleaned, Document, DuplicateOf, Page, Report
from parsers.report import parse_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from scrapy.crawler import Crawler


class ExtractDocument:
    """Turn a `Page` into a `Document`: its blocks in reading order.

    `aside` reads documents that take a worker process in a thread of its own, one at a time: a PDF
    takes half a second and a scan a minute, which the crawl need not wait for.
    """

    def __init__(self, *, aside: bool = False) -> None:
        self._aside = asyncio.Semaphore(1) if aside else None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read documents aside: a crawl has more to do."""
        del crawler
        return cls(aside=True)

    def process_item(self, item: Any) -> Any:
        """Return the document of a page, or an awaitable of it; anything else as it came."""
        if not isinstance(item, Page):
            return item
        if self._aside is not None and takes_a_worker(item):
            return self._extract_aside(item, self._aside)
        return extract(item)

    async def _extract_aside(self, page: Page, turn: asyncio.Semaphore) -> Document:
        async with turn:
            return await asyncio.to_thread(extract, page)


@dataclass
class _WithRegistry:
    """A stage that asks the registry whose host a capture came from."""

    registry: Registry

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the run's registry: the setting `REGISTRY`, or the project's own."""
        return cls(Registry.from_settings(crawler.settings))


class CleanDocument(_WithRegistry):
    """Cut injected spam from a `Document` and keep what was cut beside it."""

    def process_item(self, item: Any) -> Any:
        """Return the document cleaned; anything else as it came."""
        if not isinstance(item, Document):
            return item
        return clean(item, self.registry.organ_of(item.page.final_url))


class ParseReport(_WithRegistry):
    """Turn a cleaned document into a `Report`; a page that is none becomes `kind: other`."""

    def process_item(self, item: Any) -> Any:
        """Return the report; anything else as it came."""
        if not isinstance(item, Cleaned):
            return item
        return parse_report(item, self.registry.organ_of(item.document.page.final_url))


class CheckReport:
    """Try the identities of the vocabulary on a `Report`; a break is reported, never repaired."""

    def process_item(self, item: Any) -> Any:
        """Return the report with its checks; anything else as it came."""
        return check_report(item) if isinstance(item, Report) else item


class MarkSeenPayload:
    """Mark a report whose very bytes this run has met before: `duplicate_of`, kind `exact`.

    With `MarkCopy` the one stage with a memory: what it says depends on the set and the order of
    the captures, which is why items are compared without it.
    """

    def __init__(self) -> None:
        #: The first capture of each payload: 32 hex digits as 16 bytes.
        self._first = Firsts()

    def close_spider(self) -> None:
        """Forget."""
        self._first.close()

    def process_item(self, item: Any) -> Any:
        """Return the report, marked where its payload is known; anything else as it came."""
        if isinstance(item, Report):
            own = bytes.fromhex(item.capture_id)
            first = self._first.enter(item.archive.payload_digest, own).hex()
            if first != item.capture_id:
                item.duplicate_of = DuplicateOf(capture_id=first, kind="exact", similarity=1.0)
        return item


def stages(registry: Registry) -> list[Any]:
    """Return the stages in order, for a plain loop: the same as `ITEM_PIPELINES`."""
    return [*stages_of_one(registry), MarkSeenPayload(), MarkCopy()]


def stages_of_one(registry: Registry) -> list[Any]:
    """Return the stages that look at one capture and at no other, in order."""
    return [ExtractDocument(), CleanDocument(registry), ParseReport(registry), CheckReport()]


def run_stages(pages: Iterable[Page], line: Sequence[Any]) -> Iterable[Report]:
    """Yield the report of each page, in the order of `pages`."""
    for page in pages:
        item: Any = page
        for stage in line:
            item = stage.process_item(item)
        yield item
