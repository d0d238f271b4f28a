"""Items from an archive: the stages of the live crawl over its captures, in parallel, into feeds.

An archive is parted into units, an engine does them (`crawler.engines`), the manifest keeps what is
done: a run that was killed goes on where it stopped. When all is done the items go, in the
archive's order, through Scrapy's own feed exporter, so that `-o` and `-O` mean the same as in a
crawl: the same items, byte for byte, whatever the engine. Uses the network only where the archive,
a feed or the engine is there.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from bisect import bisect_left
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import MemoryStatsCollector

from crawler.archive.place import PROJECT
from crawler.engines import TRIES, Engine, Lost, OneProcess, cores, lost_too_often
from crawler.engines.chain import misfits
from crawler.engines.cluster import Cluster, Dask
from crawler.engines.manifest import Manifest
from crawler.engines.plan import Share, planned
from crawler.engines.pool import Pool
from crawler.engines.progress import Progress
from crawler.engines.selection import EVERYTHING, Selection
from crawler.engines.shards import WHOLE, Shard, left_behind
from crawler.engines.summary import Summary
from crawler.engines.work import Done, Job
from crawler.feeds.export import FINISHED, FeedExporter, Feeds
from crawler.feeds.storages import JOB_STAT
from crawler.registry import Registry
from crawler.run import failures
from parsers.errors import ArchiveError, FeedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrapy.settings import Settings

    from crawler.archive.spans import Mark
    from crawler.engines.units import Unit
    from parsers.items import Report

_log = logging.getLogger(__name__)
#: Where the work of runs that were not finished lies.
WORK = PROJECT / "data" / "reparse"
_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """How a re-parse is done: by `workers` processes (None: one a processor), or by a cluster.

    `indexes` are CDXJ files to be asked in place of those that lie in the archives' folders.
    """

    shard: Shard = WHOLE
    selection: Selection = EVERYTHING
    workers: int | None = None
    work: Path = WORK
    cluster: Cluster | None = None
    indexes: tuple[Path, ...] = ()


def reparse(
    locations: Sequence[str],
    settings: Settings,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Run the stages over every capture at `locations`, in the archive's order, into the feeds.

    `locations` are WARC files, folders of them, or `s3://` prefixes. The feeds change when all is
    done. Raises ArchiveError where there is no capture or a unit cannot be done, FeedError where a
    feed cannot be written, RegistryError where the registry cannot be read; the feeds are then as
    they were, and the units done so far wait for the same command. So do those of a shard without
    a feed, for the run of the whole. Of what a place refuses for good, a FeedError tells as well;
    all is then where it belongs, and no unit waits.

    What is appended by a re-parse with a name (`JOB`) stands in its feed once, whenever it is given
    again. One without has ended when this returns and, given again, adds anew: a kill behind its
    last step looks like an end, since the disk is the same and its exit code is nowhere.
    """
    started = time.monotonic()
    options, progress = options or Options(), progress or Progress()
    job = str(settings.get("JOB") or "")
    feeds, spider = _feeds(settings, _named(locations, options, job))
    with ExitStack() as held:
        try:
            run = _Run(locations, settings, options, progress, proved=feeds is not None)
            held.callback(run.close)  # whoever needs this work too waits until nobody sweeps it
            run.work()
            _refuse_nothing(run, locations)
            summary = run.summary
            items = _counted(_marked(run.manifest, summary), summary)
            asyncio.run(_fill(feeds, spider, items))
        except BaseException:
            if feeds is not None:
                feeds.discard()
            raise
        if feeds is not None:
            asyncio.run(_put_in(feeds, spider))
        if options.shard == WHOLE if feeds is None else feeds.is_settled():
            run.remove()
    if feeds is not None:
        _refuse_failures(feeds)
        if not job:
            feeds.end()
    summary.seconds = time.monotonic() - started
    return summary


class _Run:
    """The units of one re-parse on their way through an engine into the manifest."""

    def __init__(
        self,
        locations: Sequence[str],
        settings: Settings,
        options: Options,
        progress: Progress,
        *,
        proved: bool,
    ) -> None:
        self.summary = Summary()
        self._progress = progress
        self._workers, self._cluster = options.workers or cores(), options.cluster
        self._job = Job(_plain(settings), Registry.from_settings(settings), options.selection)
        share = Share(options.shard, proved)
        counts = self.summary.read
        self.plan = planned(locations, self._job, share, options.indexes, counts)
        self._ends: dict[int, tuple[Mark | None, Mark | None]] = {}
        self._lost: dict[int, int] = {}
        self._stale: set[tuple[str, str]] = set()
        work = options.work / self.plan.key
        self.manifest = Manifest(options.shard.folder(work))
        self._shares = []
        if options.shard == WHOLE:
            self._shares = [(share, Manifest(path)) for share, path in left_behind(work)]

    def work(self) -> None:
        """Do what is not done. Raises DisclosureError where a unit cannot be done."""
        for shard, share in self._shares:
            self.manifest.take(share, shard.own(self.plan.count))
        self._begin()
        todo = [unit for unit in self.plan.units if unit.number not in self._ends]
        todo = todo or self._again_whole() or self._unproved()
        engine = self._engine(len(todo))
        try:
            while todo:
                for done in self._outcomes(engine, todo):
                    self._keep(done)
                todo = self._again_whole() or self._unproved()
        finally:
            engine.close()
            self._progress.clear()
        self._sum_up()

    def _begin(self) -> None:
        """Note what there is to do, and what of it an earlier run or a share has done."""
        units = {unit.number: unit for unit in self.plan.units}
        self.summary.units = len(units)
        self.summary.bytes = sum(unit.size for unit in units.values())
        self._progress.begin(self.summary.bytes)
        for done in self.manifest.done():
            if done.number in units:
                self.summary.resumed += 1
                self._note(done, units[done.number].size, before=True)

    def _keep(self, done: Done) -> None:
        """Keep what a unit gave, unless its index was wrong."""
        unit = self._by_number(done.number)
        if done.stale:
            self._stale.add(unit.file)
            return
        self.manifest.add(done)
        self._note(done, 0 if done.number in self._ends else unit.size)

    def _by_number(self, number: int) -> Unit:
        at = bisect_left(self.plan.units, number, key=lambda unit: unit.number)
        return self.plan.units[at]

    def _again_whole(self) -> list[Unit]:
        """Return the units of the files whose index was wrong, to be read whole."""
        todo = [unit for file in sorted(self._stale) for unit in self.plan.scan(file)]
        self._stale.clear()
        for unit in todo:
            self._ends.pop(unit.number, None)
        return todo

    def _sum_up(self) -> None:
        for done in self.manifest.done():
            self.summary.add(done)
            for damage in done.damages:
                _log.warning("damaged archive: %s; the rest is read", damage)
        self.summary.indexed, self.summary.notes = self.plan.indexed, self.plan.notes
        for note in self.plan.notes:
            _log.warning("%s", note)

    def remove(self) -> None:
        """Take away what is done: its items are where they were wanted."""
        for manifest in (self.manifest, *(share for _, share in self._shares)):
            manifest.remove()

    def close(self) -> None:
        """Let go of the manifest, which keeps what is done."""
        for manifest in (self.manifest, *(share for _, share in self._shares)):
            manifest.close()

    def _engine(self, units: int) -> Engine:
        """Return the engine; more workers than units would only be started."""
        if self._cluster is not None:
            return Dask(self._job, self._cluster)
        workers = min(self._workers, units)
        return Pool(self._job, workers) if workers > 1 else OneProcess(self._job)

    def _outcomes(self, engine: Engine, units: Iterable[Unit]) -> Iterable[Done]:
        """Yield what each unit gives, in the order in which they end."""
        waiting, under_way = list(reversed(list(units))), 0
        while waiting or under_way:
            while waiting and under_way < engine.width:
                engine.submit(waiting.pop())
                under_way += 1
            for outcome in engine.finished(_WAIT_SECONDS):
                if not isinstance(outcome, Lost):
                    under_way -= 1
                    yield outcome
                    continue
                again = self._again(outcome)
                if not outcome.taken:
                    under_way -= 1
                    waiting.append(again)

    def _again(self, lost: Lost) -> Unit:
        """Return the unit of a lost worker. Raises ArchiveError where it is lost every time."""
        unit = lost.unit
        self.summary.lost += 1
        self._lost[unit.number] = self._lost.get(unit.number, 0) + 1
        if self._lost[unit.number] >= TRIES:
            raise lost_too_often(unit, TRIES, lost.reason)
        _log.warning(
            "%s, bytes %d to %d: its worker is lost (%s); done again",
            unit.path, unit.start, unit.stop, lost.reason,
        )  # fmt: skip
        return unit

    def _note(self, done: Done, size: int, *, before: bool = False) -> None:
        self._ends[done.number] = done.begin, done.end
        items, errors = sum(done.kinds.values()), len(done.damages)
        self._progress.add(size, done.captures, items, errors, before=before)

    def _unproved(self) -> list[Unit]:
        """Return the units to be done anew, since the one before ended elsewhere."""
        units = []
        for misfit in misfits(self.plan.units, self._ends):
            if isinstance(misfit, Done):
                self.manifest.add(misfit)
                self._note(misfit, 0)
            else:
                units.append(misfit)
        return units


def _plain(settings: Settings) -> dict[str, Any]:
    """Return the settings that are mere values: all that reading an archive asks for."""
    values = settings.copy_to_dict()
    return {name: value for name, value in values.items() if isinstance(value, str | int | float)}


def _named(locations: Sequence[str], options: Options, job: str) -> str:
    """Return what the same command gives again: its feeds wait apart from those of others."""
    places = [place if "://" in place else str(Path(place).resolve()) for place in locations]
    told = repr((places, options.selection, options.shard, job))
    return f"reparse-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _feeds(settings: Settings, name: str) -> tuple[FeedExporter | None, Spider]:
    """Return Scrapy's feed exporter, open, outside of a crawl; None where no feed is asked for."""
    Feeds.update_pre_crawler_settings(settings)
    crawler = Crawler(Spider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.stats.set_value(JOB_STAT, name)
    spider = Spider.from_crawler(crawler, name="reparse")
    try:
        feeds = FeedExporter.from_crawler(crawler)
    except NotConfigured:
        return None, spider
    feeds.open_spider(spider)
    return feeds, spider


def _marked(manifest: Manifest, summary: Summary) -> Iterable[Report]:
    """Yield the items with their duplicates marked, which takes a time of its own."""
    started = time.perf_counter()
    manifest.mark()
    summary.stages["duplicates"] = time.perf_counter() - started
    return manifest.reports()


def _counted(line: Iterable[Report], summary: Summary) -> Iterable[Report]:
    for report in line:
        summary.items[report.kind] += 1
        if report.duplicate_of is not None:
            summary.duplicates[report.duplicate_of.kind] += 1
        yield report


async def _fill(feeds: FeedExporter | None, spider: Spider, line: Iterable[Report]) -> None:
    for report in line:
        if feeds is not None:
            feeds.item_scraped(report, spider)
            await feeds.close_full()


def _refuse_nothing(run: _Run, locations: Sequence[str]) -> None:
    if not run.summary.read.captures and len(run.plan.units) == run.plan.count:
        raise ArchiveError(
            f"no capture in {', '.join(locations)}: name WARC files that hold responses"
        )


async def _put_in(feeds: FeedExporter, spider: Spider) -> None:
    await feeds.close_spider(spider, FINISHED)
    feeds.settle()


def _refuse_failures(feeds: FeedExporter) -> None:
    """Raise FeedError with the first thing that could not be put into its target."""
    for sentence in failures(feeds.crawler):
        raise FeedError(sentence)
