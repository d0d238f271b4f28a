"""Scrapy's feed exporter, told when a job is finished; and the add-on that puts it in its place.

Everything of `FEEDS`, `-o` and `-O` stays Scrapy's: formats, fields, filters, batches,
post-processing. Added is one rule: a target changes only at the end of a finished job, and what
could not be written is a failure of the run, told in a sentence. Never writes a file itself:
`crawler.feeds.storages` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import re
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import signals
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.extensions import feedexport

from crawler.feeds.filters import ReportFilter
from crawler.feeds.keeping import waiting
from crawler.feeds.storages import JOB_STAT, WholeFileStorage, told
from crawler.machine import is_full, met_behind, remedy_of
from crawler.run import fail, failures, remark
from crawler.stores.addresses import shown, takes_items, with_batch
from parsers.errors import FeedError

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings, Settings

    from crawler.archive.extension import KeepArchive

#: Scrapy's word for a crawl whose every request is done. Any other ("shutdown", "disk_full", …)
#: leaves the job unfinished, and the same command goes on with it.
FINISHED = "finished"

#: Ours, where a feed cannot be opened: nothing is fetched.
REFUSED = "feed_refused"

#: After the archive's extension: its handlers run first, so that the job is finished in the ledger
#: before the targets change.
ORDER = 1000

#: Scrapy's count of feeds that could not be stored. While one stands, the archive does not finish
#: the job: the same command then goes on with it and writes every feed anew.
FAILED = "feedexport/failed_count/"

#: The archive's count of pages that an earlier run has as they are; they give no item.
UNCHANGED = "archive/revisits"

_SCRAPYS = "scrapy.extensions.feedexport.FeedExporter"
_BATCH = re.compile(r"%\(batch_(id|time)\)")
_CREDENTIALS = re.compile(r"//[^/@]*@")
_AGAIN = "run the same command again"
_log = logging.getLogger(__name__)
_closing: ContextVar[feedexport.FeedSlot | None] = ContextVar("closing", default=None)


def _is_true_yet(record: logging.LogRecord) -> bool:
    """Whether a line of Scrapy's may stand: "Stored" is said here, when the target has changed."""
    slot = _closing.get()
    return record.msg != "Stored %s" or not isinstance(
        getattr(slot, "storage", None), WholeFileStorage
    )


feedexport.logger.addFilter(_is_true_yet)


class Feeds:
    """The add-on: one endpoint for archive and feeds, and our exporter in place of Scrapy's."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the add-on of a run."""
        return cls(crawler)

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Let `S3_ENDPOINT_URL`, from whatever place it came, hold for `s3://` feeds too."""
        if settings.get("S3_ENDPOINT_URL"):
            settings.set("AWS_ENDPOINT_URL", settings["S3_ENDPOINT_URL"], priority="addon")

    def update_settings(self, settings: Settings) -> None:
        """Put `FeedExporter` in place of Scrapy's. Raises FeedError before a job begins."""
        with contextlib.suppress(NotConfigured):
            FeedExporter(self._crawler)
        ours = {_SCRAPYS: None, FeedExporter: ORDER}
        priority = settings.getpriority("EXTENSIONS") or 0
        settings.set("EXTENSIONS", {**settings.getdict("EXTENSIONS"), **ours}, priority)


class FeedExporter(feedexport.FeedExporter):
    """Hands items to the feeds; settles the targets after the job is finished in the ledger.

    At `spider_closed` the parts become durable and are marked whole, at `engine_stopped`, which
    Scrapy sends when every handler of the former is done, they go into their targets.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the exporter of a run. Raises FeedError where a feed cannot be written."""
        exporter = super().from_crawler(crawler)
        crawler.signals.connect(exporter.remember, signals.feed_slot_closed)
        crawler.signals.connect(exporter.settle, signals.engine_stopped)
        return exporter

    def __init__(self, crawler: Crawler) -> None:
        asked = crawler.settings["FEEDS"] or crawler.settings["FEED_URI"]
        try:
            super().__init__(crawler)
        except NotConfigured:
            if asked:
                raise FeedError(self._refusal()) from None
            raise
        self._unwritten = self._unclosed = 0
        self._trouble: FeedError | OSError | None = None
        self._told = False
        self._closed: list[WholeFileStorage] = []
        self._reason: str | None = None

    def open_spider(self, spider: Spider) -> None:
        """Open every feed under the archive's job."""
        archive = None if self.crawler._extensions is None else self._archive()  # noqa: SLF001
        if archive is not None:
            self.crawler.stats.set_value(JOB_STAT, f"{archive.job} {_command(spider)}")
        try:
            super().open_spider(spider)
            for slot in self.slots:
                if isinstance(slot.storage, WholeFileStorage):
                    slot.storage.begin(spider)
        except FeedError as error:  # Scrapy would log it, and crawl without the feed
            if archive is None:
                raise
            self._refuse(error)

    def _refuse(self, error: FeedError) -> None:
        """End the run before its first request: a feed cannot be opened. Raises CloseSpider."""
        self.slots = []
        fail(self.crawler, str(error), "bad_settings")
        raise CloseSpider(REFUSED) from error

    def _get_storage(
        self, uri: str, feed_options: dict[str, Any]
    ) -> feedexport.FeedStorageProtocol:
        """Return a feed's storage, which is told what all feeds leave out."""
        only = self.settings.get("FEED_ONLY")
        return super()._get_storage(uri, {"only": only, **feed_options})

    def _load_filter(self, feed_options: dict[str, Any]) -> feedexport.ItemFilter:
        """Return the feed's own filter, else ours, which takes all where nothing is asked."""
        if "item_filter" in feed_options:
            return super()._load_filter(feed_options)
        return ReportFilter({"only": self.settings.get("FEED_ONLY"), **feed_options})

    def _archive(self) -> KeepArchive | None:
        # Not at the top: a re-parse has no archive to write, and needs none of its imports.
        from crawler.archive.extension import KeepArchive  # noqa: PLC0415

        return self.crawler.get_extension(KeepArchive)

    def _settings_are_valid(self) -> bool:
        """Whether each feed in batches has a name a batch; a place that takes items needs none."""
        return all(
            not options["batch_item_count"] or takes_items(uri) or _BATCH.search(uri)
            for uri, options in self.feeds.items()
        )

    def _start_new_batch(
        self,
        batch_id: int,
        uri: str,
        feed_options: dict[str, Any],
        spider: Spider,
        uri_template: str,
    ) -> feedexport.FeedSlot:
        """Open a batch; one for a place that takes items waits in a file of its own."""
        if feed_options["batch_item_count"] and takes_items(uri):
            uri = with_batch(uri, batch_id)
        return super()._start_new_batch(batch_id, uri, feed_options, spider, uri_template)

    async def close_full(self) -> None:
        """Wait until the batches that are full are closed. For a loop that has no reactor."""
        if self._pending_close_tasks:
            tasks = cast("list[asyncio.Task[None]]", list(self._pending_close_tasks))
            await asyncio.wait(tasks)

    def _refusal(self) -> str:
        feeds = ", ".join(map(shown, self.feeds))
        if not self._settings_are_valid():
            return (
                f"cannot write the feed {feeds} in batches: put %(batch_id)d or %(batch_time)s "
                "into its name, as in reports-%(batch_id)d.jsonl"
            )
        formats = ", ".join(sorted(self.exporters))
        places = ", ".join(sorted(name or "a path" for name in self.storages))
        return f"cannot write the feed {feeds}: known formats are {formats}; known places {places}"

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write an item to each feed that takes it; one that raises is counted as unwritten."""
        self._unwritten += 1
        try:
            super().item_scraped(item, spider)
        except FeedError as error:  # of the item's kind or of the place: each next one has it too
            self._trouble = self._trouble or error
        except OSError as error:
            self._trouble = self._trouble or error
            raise
        else:
            self._unwritten -= 1

    async def close_spider(self, spider: Spider, reason: str = FINISHED) -> None:
        """Close every feed; where the job is unfinished, keep remote targets as they are."""
        self._reason = reason
        if self._unwritten:
            self._fail(
                f"items not written: {self._unwritten}{_why(self._trouble)}",
                _outcome_of(self._trouble),
            )
        if not self._is_whole():
            self._drop_remote_slots()
        await super().close_spider(spider)
        self._mark_whole()

    async def _close_slot(self, slot: feedexport.FeedSlot, spider: Spider) -> None:
        _closing.set(slot)  # each slot is closed in a task, which has a context of its own
        self._unclosed += 1  # nobody looks at what a task raises
        try:
            await super()._close_slot(slot, spider)
        except FeedError as error:  # of one without an item, which is opened only now
            self._fail(str(error), _outcome_of(error))
        except OSError as error:  # of a format that is written at its end
            if not self._told:
                self._fail(f"{shown(slot.uri)} is not whole{_why(error)}", _outcome_of(error))
        finally:
            if slot.file is not None and slot.storage not in self._closed:
                self.remember(slot)  # its part is left, and no longer held
        self._unclosed -= 1

    def remember(self, slot: feedexport.FeedSlot) -> None:
        """Note a closed feed: its target waits for the end of the job."""
        if isinstance(slot.storage, WholeFileStorage):
            self._closed.append(slot.storage)

    def settle(self) -> None:
        """Put the parts into their targets, or say why they stay beside them."""
        if self._reason is None:
            return
        for storage in self._closed:
            try:
                with told(storage.path):  # one that fails keeps none behind it out
                    self._settle(storage)
            except FeedError as error:
                fail(self.crawler, str(error), _outcome_of(error))
        said = " ".join(failures(self.crawler))
        for sentence in waiting(Path(self.settings["LOADS"])):
            if sentence.partition("`")[2] not in said:
                remark(self.crawler, sentence)

    def is_settled(self) -> bool:
        """Whether every target has all that it takes: the same command has nothing to add."""
        return self._is_whole() and not any(storage.waits() for storage in self._closed)

    def end(self) -> None:
        """Let the next run of the same command add its items again. Raises FeedError."""
        for storage in self._closed:
            storage.end()

    def discard(self) -> None:
        """Leave every target as it was and remove the parts: the run gave nothing to keep."""
        for slot in self.slots:
            slot.finish_exporting()
            if isinstance(slot.storage, WholeFileStorage):
                slot.storage.discard()
        for storage in self._closed:
            storage.discard()

    def _mark_whole(self) -> None:
        failed = [name for name in self.crawler.stats.get_stats() if name.startswith(FAILED)]
        if (self._unclosed or failed) and not self._told:
            self._fail(f"they could not be stored (the log says why); {_AGAIN}")
        for storage in self._closed if self._is_whole() else ():
            try:
                storage.mark_whole()
            except FeedError as error:
                self._fail(f"{error}; {_AGAIN}", _outcome_of(error))

    def _fail(self, sentence: str, outcome: str = "failed") -> None:
        """Note that feeds failed: for the user, and for the archive, which keeps the job open."""
        self._told = True
        self.crawler.stats.inc_value(f"{FAILED}{WholeFileStorage.__name__}")
        feeds = ", ".join(map(shown, self.feeds))
        fail(self.crawler, f"the feeds {feeds} were left as they were: {sentence}", outcome)

    def _settle(self, storage: WholeFileStorage) -> None:
        if self._nothing_changed() and self._gave_nothing():
            there = storage.is_there()
            self._tell_unchanged(storage.target, there=there)
            if there:
                storage.discard()
                storage.hand_on_left()
            else:  # who waits for the file finds one, without an item in it
                storage.mark_whole()
                storage.commit()
        elif self._gave_nothing():
            storage.discard()
            storage.hand_on_left()
        elif self._is_whole():
            storage.commit()
            _log.info("Stored %s", storage.target)
        else:
            storage.leave()
            if self._reason != FINISHED:
                fail(
                    self.crawler,
                    f"{storage.target} was left as it was, since the run ended early "
                    f"({self._reason}): run the same command again to finish it; the items so "
                    f"far are in {storage.part}",
                )

    def _is_whole(self) -> bool:
        """Whether the job is finished and every feed holds all of it."""
        failed = any(name.startswith(FAILED) for name in self.crawler.stats.get_stats())
        return self._reason == FINISHED and not failed and not self._gave_nothing()

    def _gave_nothing(self) -> bool:
        """Whether a run has no item, and why is known: an empty feed must not replace a full one.

        It failed or was stopped, or every page was as an earlier run archived it.
        """
        if any(slot.itemcount or slot.batch_id > 1 for slot in self.slots):
            return False
        return self._reason != FINISHED or bool(failures(self.crawler)) or self._nothing_changed()

    def _nothing_changed(self) -> bool:
        """Whether a finished run met pages, and none was new."""
        unchanged = self.crawler.stats.get_value(UNCHANGED, 0)
        return self._reason == FINISHED and not failures(self.crawler) and unchanged > 0

    def _tell_unchanged(self, target: str, *, there: bool) -> None:
        archive = self.settings.get("ARCHIVE_URL") or "data/archive"
        left = f"{target} was left as it was" if there else f"{target} holds no item"
        sentence = (
            f"nothing changed since the last run: {left}; the whole is "
            f"`scrapy reparse {archive} -O {target}`"
        )
        _log.info("%s", sentence)
        remark(self.crawler, sentence)

    def _drop_remote_slots(self) -> None:
        """Close the feeds that would be uploaded at once; their targets stay as they are."""
        kept = []
        for slot in self.slots:
            if not isinstance(slot.storage, feedexport.BlockingFeedStorage):
                kept.append(slot)
                continue
            if slot.file is not None:
                slot.finish_exporting()
                slot.file.close()
            if self._nothing_changed():
                self._tell_unchanged(_CREDENTIALS.sub("//", slot.uri), there=True)
        self.slots = kept


def _outcome_of(error: FeedError | OSError | None) -> str:
    return "disk_full" if met_behind(error, is_full) else "failed"


def _why(error: FeedError | OSError | None) -> str:
    """Return the end of the sentence that says why items are missing, and what to do."""
    if error is None:
        return f" (the log says why); {_AGAIN}"
    if isinstance(error, FeedError):
        return f", since {error}"
    return f", since the machine refused it ({error.strerror}): {remedy_of(error) or _AGAIN}"


def _command(spider: Spider) -> str:
    """Return a name for what a job was asked: one job may be given several commands."""
    from crawler.archive.extension import job_key  # noqa: PLC0415 (as in `_archive`)

    return hashlib.sha256(job_key(spider).encode()).hexdigest()[:8]
