"""The steps of a run's end, at each of which it can be made to die or be told to stop.

A step is a call that changes the disk (fsync, rename, unlink, cut, copy, creation) or a statement
that writes, made after the last page: while spider, archive and feeds are closed, the targets
settled, the run recorded. `planted` puts a fuse into a run of the command. `python -m
tests.jobs.settling FOLDER WALK` does without a crawl, which makes a life a hundredth of a second:
feeds, ledger and record alone, in the order in which a run ends them. It walks over every step, and
prints a line of JSON: the steps, and what was wrong after which of them.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from lxml import etree

_DISK = ("fsync", "ftruncate", "truncate", "link", "unlink", "rename", "replace", "rmdir", "pwrite")
_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT", "CREATE")


class Fuse:
    """Notes each step once it is armed; at the n-th it ends the process, or stops the run."""

    def __init__(self, log: Path, at: int, when: str) -> None:
        self._log, self._at, self._when, self._count = log, at, when, 0
        self.armed = False

    def wrap(self, name: str, call: Any, half: Any = None) -> Any:
        """Return the call as a step."""

        def step(*args: Any, **kwargs: Any) -> Any:
            if not self.armed:
                return call(*args, **kwargs)
            self._count += 1
            with open(self._log, "a", encoding="utf-8") as log:  # noqa: PTH123 (Path's may be one)
                log.write(f"{name}\n")
            if self._count != self._at:
                return call(*args, **kwargs)
            if self._when == "stop":
                signal.raise_signal(signal.SIGINT)
                return call(*args, **kwargs)
            if self._when != "before":
                (half if half and self._when == "half" else call)(*args, **kwargs)
            os._exit(9)

        return step


class Connection(sqlite3.Connection):
    """A connection each of whose statements that write is a step, and so is its commit."""

    fuse: Fuse

    def execute(self, sql: str, *args: Any) -> Any:
        """Execute; where it writes, as a step."""
        run = super().execute
        if sql.lstrip().startswith(_WRITES):
            return self.fuse.wrap(sql.split(maxsplit=1)[0], run)(sql, *args)
        return run(sql, *args)

    def __exit__(self, *error: object) -> Any:
        """Commit, as a step."""
        return self.fuse.wrap("COMMIT", super().__exit__)(*error)


def lay(fuse: Fuse) -> None:
    """Put the fuse into this process's own calls, for good; it is still to be armed."""
    for name in _DISK:
        setattr(os, name, fuse.wrap(name, getattr(os, name)))

    def half(source: Any, target: Any, *_: Any) -> None:
        data = source.read()
        target.write(data[: len(data) // 2])
        target.flush()

    shutil.copyfileobj = fuse.wrap("copy", shutil.copyfileobj, half)
    opened = Path.open
    created = fuse.wrap("create", opened)

    def open_file(path: Path, mode: str = "r", *more: Any, **told: Any) -> Any:
        return (created if "w" in mode else opened)(path, mode, *more, **told)

    Path.open = open_file  # type: ignore[method-assign]
    Connection.fuse = fuse
    connect = sqlite3.connect
    sqlite3.connect = lambda *a, **k: connect(*a, **{**k, "factory": Connection})  # type: ignore[assignment]


def planted(told: list[Any]) -> Fuse:
    """Put a fuse into a run of the command, as `arm_at_the_end` arms it; return it.

    `told` are the log of its steps, the number of the one that it acts at, and when.
    """
    log, at, when = told
    fuse = Fuse(Path(log), at, when)
    lay(fuse)
    arm_at_the_end(fuse)
    return fuse


def arm_at_the_end(fuse: Fuse) -> None:
    """Let a fuse be armed when the crawl, or what fills the feeds, is over."""
    from scrapy.core.engine import ExecutionEngine  # noqa: PLC0415 (settings are read in a run)

    from crawler.feeds.export import FeedExporter  # noqa: PLC0415

    close, close_feeds = ExecutionEngine.close_spider_async, FeedExporter.close_spider

    def closing_spider(self: Any, *, reason: str = "cancelled") -> Any:
        fuse.armed = True
        return close(self, reason=reason)

    async def feeds_closed(self: Any, spider: Any, reason: str = "finished") -> None:
        fuse.armed = True
        await close_feeds(self, spider, reason)

    ExecutionEngine.close_spider_async = closing_spider
    FeedExporter.close_spider = feeds_closed


# --- lives without a crawl ---

ITEMS = 3


@dataclass(frozen=True)
class Walk:
    """What is walked over: a feed, and what becomes of it between the death and the next life.

    `name` is the feed's below the folder, `how` "-o" or "-O", `named` whether the job has a name,
    `other` whether another job feeds it in between, `old` whether one did so before, `batches`
    whether each two items are a batch.
    """

    name: str
    how: str = "-o"
    named: bool = True
    other: bool = False
    batches: bool = False
    old: bool = False

    def address(self, folder: Path) -> str:
        """Return the feed's address."""
        scheme, slashes, name = self.name.rpartition("///")
        return f"{scheme}{slashes}{folder}/{name}"

    def form(self) -> str:
        """Return the feed's format."""
        return "jsonlines" if "//" in self.name else self.name.partition(".")[2]

    def live(self, folder: Path, fuse: Fuse | None, job: str, first: int) -> list[str]:
        """Live the end of a run with `ITEMS` items from `first` on; return what it would tell."""
        return live(self, folder, fuse, job, first)

    def id_of(self, number: int) -> str:
        """Return the id of an item's report."""
        return f"r{number}"


def live(walk: Walk, folder: Path, fuse: Fuse | None, job: str, first: int) -> list[str]:
    """Live the end of a run with `ITEMS` items from `first` on; return what it would tell."""
    from scrapy import Spider  # noqa: PLC0415 (the fuse is laid before)
    from scrapy.crawler import Crawler  # noqa: PLC0415
    from scrapy.settings import Settings  # noqa: PLC0415
    from scrapy.statscollectors import MemoryStatsCollector  # noqa: PLC0415

    from crawler.archive.jobs import Jobs, now  # noqa: PLC0415
    from crawler.archive.ledger import Ledger  # noqa: PLC0415
    from crawler.feeds.export import FeedExporter  # noqa: PLC0415
    from crawler.feeds.storages import JOB_STAT  # noqa: PLC0415
    from crawler.jobs.runs import Runs, begun  # noqa: PLC0415
    from crawler.run import failures  # noqa: PLC0415
    from tests.conftest import a_report  # noqa: PLC0415

    os.fsync = lambda _: None  # type: ignore[assignment]  # a kill loses nothing of the disk's cache
    if fuse is not None:
        lay(fuse)
    ledger = Ledger(folder / "ledger.sqlite")
    jobs = Jobs(ledger, folder)
    fresh = not jobs.take(job, job if walk.named else "")
    options = {"format": walk.form(), "overwrite": walk.how == "-O"}
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict(
        {"FEEDS": {walk.address(folder): options}, "LOADS": str(folder / "loads")},
        priority="cmdline",
    )
    if walk.batches:
        settings.set("FEED_EXPORT_BATCH_ITEM_COUNT", 2, priority="cmdline")
    crawler = Crawler(Spider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.stats.set_value(JOB_STAT, jobs.job.name)
    spider = Spider.from_crawler(crawler, name="x")
    feeds = FeedExporter.from_crawler(crawler)
    runs, run = Runs(f"sqlite:///{folder}/runs.sqlite"), begun("p", jobs.job.name, "", now())
    runs.enter(run)
    feeds.open_spider(spider)
    # A new job of what was crawled already finds every page unchanged.
    crawled = folder / f"crawled{first}"
    unchanged = fresh and crawled.exists()
    crawler.stats.set_value("archive/revisits", ITEMS if unchanged else 0)
    crawled.touch()

    async def end() -> None:
        for number in () if unchanged else range(first, first + ITEMS):
            feeds.item_scraped(a_report(number), spider)
        if fuse is not None:
            fuse.armed = True
        await feeds.close_spider(spider)

    asyncio.run(end())
    if not failures(crawler):
        jobs.finish()
    ledger.close()
    feeds.settle()
    runs.enter(run)
    return failures(crawler)


def in_child(walk: Walk, folder: Path, fuse: Fuse | None, job: str = "one", first: int = 0) -> str:
    """Live in a fork; return what was told, "" where all went well or the fuse ended it."""
    said = folder / "said"
    said.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        status = 3
        try:
            told = walk.live(folder, fuse, job, first)
            said.write_text(" ".join(told), "utf-8")
            status = 0
        except BaseException as error:  # noqa: BLE001 (the parent is told)
            said.write_text(repr(error), "utf-8")
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return "" if status == 9 else said.read_text("utf-8")


def wrong(walk: Walk, folder: Path, expected: list[int]) -> str:
    """Return what is wrong with what the lives left, "" where nothing is."""
    held = sorted(name for file in _files(walk, folder) for name in _held(file, walk.form()))
    if held != sorted(map(walk.id_of, expected)):
        return f"holds {held}"
    left = [*folder.rglob("*.part*"), *folder.rglob("*.draft")]
    left += [each for name in ("loads", "work") for each in (folder / name).glob("*")]
    return f"left: {sorted(path.name for path in left)}" if left else ""


def _files(walk: Walk, folder: Path) -> list[Path]:
    name = walk.name.rpartition("/")[2].replace("%(batch_id)d", "*")
    return [path for path in folder.glob(name) if path.is_file()]


def _held(file: Path, form: str) -> list[str]:
    """Return the ids of a file's reports."""
    if form in ("jsonl", "gz"):
        data = file.read_bytes()
        lines = (gzip.decompress(data) if form == "gz" else data).splitlines()
        return [json.loads(line)["report_id"] for line in lines]
    if form == "json":
        return [report["report_id"] for report in json.loads(file.read_bytes())]
    if form == "csv":
        return [row["report_id"] for row in csv.DictReader(file.open(encoding="utf-8-sig"))]
    if form == "xml":
        return [str(each.text) for each in etree.parse(file).iterfind("item/report_id")]
    if form == "parquet":
        return list(pq.read_table(file)["report_id"].to_pylist())
    with closing(sqlite3.connect(file)) as database:
        return [name for (name,) in database.execute("SELECT report_id FROM reports")]


def walked(walk: Walk, folder: Path) -> dict[str, Any]:
    """Walk over every step; return the steps and what was wrong.

    Before a step is after the one before it; past the last one is the end of the process.
    """
    found: list[list[Any]] = []
    steps: list[str] = []
    at = 0
    while at <= len(steps):
        at += 1
        for when in ("before", "half"):
            if when == "half" and steps[at - 1 : at] != ["copy"]:
                continue
            here = folder / f"{at}{when}"
            here.mkdir(parents=True)
            fault, steps = _one(walk, here, Fuse(here / "steps", at, when))
            if fault:
                found.append([at, when, steps[at - 1] if at <= len(steps) else "end", fault])
            shutil.rmtree(here)
    return {"steps": steps, "wrong": found}


def _one(walk: Walk, here: Path, fuse: Fuse) -> tuple[str, list[str]]:
    """Live until the fuse ends it, then once more; return what was wrong, and the steps."""
    expected = list(range(ITEMS))
    told = ""
    if walk.old:
        told += in_child(walk, here, None, "zero", 2 * ITEMS)
        expected += range(2 * ITEMS, 3 * ITEMS)
    told += in_child(walk, here, fuse)
    log = here / "steps"
    steps = log.read_text("utf-8").split() if log.exists() else []
    if walk.other:
        told += in_child(walk, here, None, "two", ITEMS)
        expected += range(ITEMS, 2 * ITEMS)
    told += in_child(walk, here, None)
    if walk.how == "-O":
        expected = list(range(ITEMS))
    return told or wrong(walk, here, expected), steps


def main(kind: type[Walk]) -> None:
    """Walk over the ends that the command line tells, a line of JSON each."""
    for told in sys.argv[2:]:
        asked = kind(**json.loads(told))
        warm = Path(sys.argv[1], "warm")
        warm.mkdir()
        asked.live(warm, None, "one", 0)  # what a life loads is loaded: a fork has it
        shutil.rmtree(warm)
        sys.stdout.write(json.dumps(walked(asked, Path(sys.argv[1]))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Walk)
