"""The commands of the project, beside Scrapy's own: one module a command.

What all of them share is here: how a run is started and how its end is told. A command prints each
failure as one sentence on stderr and exits with 1, a crawl with the code of its outcome; it shows
no traceback for a mistake of its user. The last line of a crawl on stdout is its JSON line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from scrapy.crawler import Crawler

from crawler.archive import preflight
from crawler.archive.filing import DiskFull
from crawler.archive.jobs import JobTaken
from crawler.archive.store import StoreAway
from crawler.feeds.export import FINISHED, UNCHANGED
from crawler.jobs import recording
from crawler.jobs.outcomes import BY_NAME, ended_as
from crawler.logs import harmless, is_json, log_as_json
from crawler.machine import is_full, is_shortage, met_behind, remedy_of
from crawler.numbers import check_numbers
from crawler.run import counted_in_closing, failures, remarks, told_failures
from crawler.stores.addresses import FORMAT, takes_items
from parsers.errors import DisclosureError, StoreError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from scrapy import Spider
    from scrapy.commands import BaseRunSpiderCommand
    from scrapy.settings import BaseSettings

    _Base = BaseRunSpiderCommand
else:
    # Scrapy lists every command class that it finds in this package, but no plain class.
    _Base = object


_log = logging.getLogger(__name__)


class ArchivedCrawler(Crawler):
    """A crawler that keeps an error of ours for the command, where Scrapy would log a traceback."""

    error: DisclosureError | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._over = asyncio.Event()

    async def crawl_async(self, *args: Any, **kwargs: Any) -> None:
        """Crawl; an error while starting ends the crawl and stays in `error`."""
        try:
            await super().crawl_async(*args, **kwargs)
        except DisclosureError as error:
            self.error = error
        finally:
            self._over.set()

    async def stop_async(self) -> None:
        """Stop in order; a crawl that is being closed comes to its end by itself, awaited here.

        Scrapy 2.19 would call it stopped before archive and feeds are closed: it was seen recorded
        as done, its feed not in its place.
        """
        slot = self.engine._slot if self.engine else None  # noqa: SLF001 (no public name tells)
        if slot is not None and slot.closing is not None:
            await self._over.wait()
        else:
            await super().stop_async()


class ArchivedRun(_Base):
    """What `crawl`, `runspider` and `capture` add to Scrapy's commands.

    The archive is tried before anything is fetched; every failure is told in the end.
    """

    #: Whether the run's JSON line goes to stdout; not where the command's own words do.
    writes_line = True
    _started: ArchivedCrawler | None = None

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options as Scrapy does; a store's address needs no format."""
        name_formats(opts)
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it asks)
        try:
            as_json = log_as_json(self.settings)
        except DisclosureError as error:  # Scrapy calls this, and would show a traceback
            tell([str(error)])
            sys.exit(self._written(_line_of_error(error), opts))
        if as_json:
            self.settings.set("LOG_ENABLED", value=False, priority="cmdline")
            self.settings.set("LOG_FILE", None, priority="cmdline")  # else Scrapy writes there, too

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        """Make the crawler of the run. Raises DisclosureError where its archive cannot be used."""
        assert self.crawler_process is not None  # noqa: S101 (Scrapy sets it before it calls run)
        crawler = ArchivedCrawler(_spider_class(self, spidercls), self.crawler_process.settings)
        check_numbers(crawler.settings)
        _refuse_jobdir(crawler.settings)
        preflight(crawler.settings)
        recording.check(crawler.settings)
        self._started = crawler
        return crawler

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run as Scrapy does, then tell what went wrong, and last what came of it."""
        error: DisclosureError | None = None
        try:
            with machine_told():
                super().run(args, opts)  # type: ignore[safe-super]
                if self._started is not None and self._started.error is not None:
                    raise self._started.error
        except DisclosureError as found:
            error = found
        crawler = self._started
        line = _line_of_error(error) if error else {} if crawler is None else _line(crawler)
        tell([str(error)] if error else [] if crawler is None else _how_it_ended(crawler))
        tell([] if crawler is None else _what_came_of_it(crawler))
        if line:
            self.exitcode = self._written(line, opts)

    def _written(self, line: dict[str, Any], opts: argparse.Namespace) -> int:
        """Write the run's JSON line where it belongs; return its exit code."""
        if self.writes_line:
            write_line(line, sys.stderr if _takes_stdout(opts) else sys.stdout)
        return int(line["code"])


def name_formats(opts: argparse.Namespace) -> None:
    """Give a feed of -o and -O its format where its extension cannot tell: a place, a facts table.

    A name that ends with `facts.csv` or `facts.parquet` has a row a figure.
    """
    for name in ("output", "overwrite_output"):
        feeds = getattr(opts, name)
        if feeds:
            setattr(opts, name, [_with_format(feed) for feed in feeds])


def _with_format(feed: str) -> str:
    if takes_items(feed):
        return feed if feed.endswith(f":{FORMAT}") else f"{feed}:{FORMAT}"
    table = next((form for form in ("csv", "parquet") if feed.endswith(f"facts.{form}")), None)
    return f"{feed}:facts-{table}" if table else feed


def tell(sentences: Iterable[str]) -> None:
    """Write each sentence on a line of its own to stderr; where the log is JSON, as its event."""
    for sentence in sentences:
        line = harmless(" ".join(sentence.split()))
        if is_json():
            _log.info("%s", line)
        else:
            sys.stderr.write(f"scrapy: {line}\n")
    sys.stderr.flush()


@contextmanager
def machine_told() -> Iterator[None]:
    """Raise as DisclosureError, in one sentence, what the machine refuses in the middle of a task.

    The rooms tell their own files' errors, each with its remedy; this is for the call between them
    that happened to be the one for which no descriptor or no room was left. Where a room's call was
    that one, its remedy (another place, a right) is none: it is told here, too.
    """
    try:
        yield
    except DisclosureError as error:
        shortage = met_behind(error, is_shortage)
        if shortage is None:
            raise
        raise DisclosureError(_refusal(shortage)) from shortage
    except OSError as error:
        if remedy_of(error) is None:
            raise
        raise DisclosureError(_refusal(error)) from error


def _refusal(error: OSError) -> str:
    what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{what}; {remedy_of(error)}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, which takes an s in the plural.

    >>> counted(1, "capture"), counted(0, "capture")
    ('1 capture', '0 captures')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _spider_class(command: BaseRunSpiderCommand, spider: type[Spider] | str) -> type[Spider]:
    assert command.crawler_process is not None  # noqa: S101 (as above)
    loader = command.crawler_process.spider_loader
    if not isinstance(spider, str):
        return spider
    if spider not in loader.list():
        known = ", ".join(sorted(loader.list()))
        raise DisclosureError(f"there is no spider {spider!r}: known are {known}")
    return loader.load(spider)


def _refuse_jobdir(settings: BaseSettings) -> None:
    """Raise DisclosureError where Scrapy is to keep the queue: after a kill it loses items."""
    if settings["JOBDIR"]:
        raise DisclosureError(
            "JOBDIR is not used: the archive's ledger knows what is done, and the same command "
            "goes on with its job; leave JOBDIR out, and give the job a name by -s JOB=… if you "
            "want one"
        )


def _how_it_ended(crawler: ArchivedCrawler) -> list[str]:
    """Return what went wrong with a run that is over, in sentences; none where all is well."""
    if crawler._stats is None:  # noqa: SLF001 (the public name raises before the start)
        return []
    sentences = _once(failures(crawler))
    reason = crawler.stats.get_value("finish_reason")
    if reason is None and not sentences:
        return ["the run could not start (the log says why): correct it and run it again"]
    if reason != FINISHED and not sentences:
        sentences = [f"the run ended early ({reason}): run the same command again to go on with it"]
    return sentences


def _what_came_of_it(crawler: ArchivedCrawler) -> list[str]:
    """Return what is no failure but worth knowing, then the run in one line; none without a run."""
    if crawler._stats is None:  # noqa: SLF001 (as above)
        return []
    stats = crawler.stats
    fetched, replayed = (
        stats.get_value(f"archive/{name}", 0) for name in ("exchanges", "replayed")
    )
    if not fetched and not replayed:
        return []
    parts = [counted(fetched, "exchange")]  # a refused connection is one, too
    if replayed:
        parts.append(f"{replayed} more from the archive")
    parts.append(counted(stats.get_value("item_scraped_count", 0), "item"))
    if stats.get_value(UNCHANGED, 0):
        parts.append(f"{stats.get_value(UNCHANGED)} unchanged")
    parts += counted_in_closing(crawler)
    return [
        *remarks(crawler),
        f"{', '.join(parts)}, {stats.get_value('elapsed_time_seconds', 0):.1f} s",
    ]


def _line(crawler: ArchivedCrawler) -> dict[str, Any]:
    """Return the JSON line of a run that is over."""
    recorded = None if crawler._extensions is None else crawler.get_extension(recording.RecordRun)  # noqa: SLF001
    if recorded is not None:
        return recorded.line()
    known = crawler._stats is not None  # noqa: SLF001 (as above)
    told = told_failures(crawler) if known else []
    outcome = ended_as(told, crawler.stats.get_value("finish_reason") if known else None)
    return {
        "outcome": outcome.name,
        "code": outcome.code,
        "said": [one.sentence for one in told],
        "portals": [],
    }


def _line_of_error(error: DisclosureError) -> dict[str, Any]:
    """Return the JSON line of a run that could not begin."""
    outcome = BY_NAME[_outcome_of_error(error)]
    return {"outcome": outcome.name, "code": outcome.code, "said": [str(error)], "portals": []}


def _outcome_of_error(error: DisclosureError) -> str:
    if (
        met_behind(error, is_full)
        or isinstance(error, DiskFull)
        or "is full" in str(error.__cause__)
    ):
        return "disk_full"
    failed = isinstance(error, StoreAway | JobTaken | StoreError) or is_shortage(error.__cause__)
    return "failed" if failed else "bad_settings"


def write_line(line: dict[str, Any], stream: TextIO) -> None:
    """Write a JSON object as one line."""
    stream.write(harmless(json.dumps(line, ensure_ascii=False)) + "\n")
    stream.flush()


def _takes_stdout(opts: argparse.Namespace) -> bool:
    """Whether a feed goes to stdout, where the run's line would stand in it."""
    feeds = [*(opts.output or ()), *(opts.overwrite_output or ())]
    return any(feed == "-" or feed.startswith("-:") for feed in feeds)


def _once(sentences: list[str]) -> list[str]:
    """Return the sentences without those that only repeat another and add to it.

    A refused address, the robots.txt that it hides and the start that gave no page are told by
    three components, each quoting the one before: a user needs the first.
    """
    return [
        sentence
        for sentence in sentences
        if not any(other != sentence and other in sentence for other in sentences)
    ]
