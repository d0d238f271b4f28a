"""A run's archive inside Scrapy: opened before the first request, finished after the last item.

Chooses the job, recovers what an earlier run left, tests the wire capture, keeps each exchange,
notes how each request ended, and has full files brought into the store. A job is finished only when
the spider ended by itself and every feed is closed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
from typing import TYPE_CHECKING

import scrapy
from scrapy import signals
from scrapy.exceptions import CloseSpider, IgnoreRequest, NotConfigured
from scrapy.extensions.feedexport import FeedExporter
from scrapy.utils.defer import _schedule_coro, maybe_deferred_to_future
from twisted.internet.threads import deferToThread

from crawler.archive.bringing import BringIn
from crawler.archive.commits import Commits
from crawler.archive.fields import clean_uri
from crawler.archive.filing import DiskFull
from crawler.archive.keeper import MAX_BYTES, MAX_SECONDS, Earlier, Keeper, Kept
from crawler.archive.ledger import Outcome
from crawler.archive.place import Place, preflight, sync_of
from crawler.archive.reader import read_max_of
from crawler.logs import guard_log
from crawler.run import fail
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler

    from crawler.archive.capture import Capture, Exchange
    from crawler.archive.ledger import Row

_log = logging.getLogger(__name__)
#: Settings that decide what a capture is, for the warcinfo record; none can hold a secret.
_SETTINGS_THAT_MATTER = (
    "BOT_NAME", "ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "CONCURRENT_REQUESTS",
    "CONCURRENT_REQUESTS_PER_DOMAIN", "DOWNLOAD_TIMEOUT", "DOWNLOAD_MAXSIZE", "ARCHIVE_MAXSIZE",
    "DOWNLOAD_VERIFY_CERTIFICATES", "RETRY_TIMES", "DEPTH_LIMIT",
    "COOKIES_ENABLED", "REDIRECT_MAX_TIMES",
)  # fmt: skip

#: A request with one of these asks for more, or less, than the page that anyone gets. Written as
#: Scrapy keeps them.
_CONDITIONS = {
    b"If-None-Match", b"If-Modified-Since", b"If-Match", b"If-Unmodified-Since", b"If-Range",
    b"Range", b"Authorization", b"Cookie",
}  # fmt: skip

#: Attributes of every spider that its code sets; the registry may change them between two runs.
_NO_ARGUMENTS = {"name", "allowed_domains"}


class KeepArchive:
    """The extension that holds the run's `Keeper`; handler and middleware come to it."""

    def __init__(self, crawler: Crawler) -> None:
        guard_log()
        if not crawler.settings.getbool("ARCHIVE_ENABLED", default=True):
            raise NotConfigured("ARCHIVE_ENABLED is off")
        self._crawler = crawler
        preflight(crawler.settings)
        self._keeper = _keeper(crawler)
        ledger_free = asyncio.Lock()
        self._bring_in = BringIn(self._keeper, ledger_free)
        self._commits = Commits(self._keeper, ledger_free, self._break, self._bring_in.start)
        self._broken: ArchiveError | None = None
        self._late: set[asyncio.Task[list[Capture | None]]] = set()
        self._reason = ""
        self._feeds_closed = False
        #: Finished files that wait for the store, with their bytes; known when the spider closed.
        self.waiting: dict[str, int] = {}
        self.replayed = self._begin()
        _connect(self, crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepArchive:
        """Open the archive. Raises ArchiveError: without an archive there is no run."""
        return cls(crawler)

    @property
    def job(self) -> str:
        """The name of the run's job."""
        return self._keeper.job.name

    @property
    def spool(self) -> Path:
        """The folder of unfinished files, where what is too large for memory goes as well."""
        return self._keeper.place.spool

    def _begin(self) -> bool:
        """Take the job, then finish what was left; return whether the job was begun before."""
        wanted = str(self._crawler.settings.get("JOB") or "")
        try:
            resumed = self._keeper.take_job(job_key(self._crawler.spider), wanted)
            troubles = self._keeper.recover()
            swept = self._keeper.sweep()
        except (OSError, sqlite3.Error) as error:
            self._keeper.close()
            raise ArchiveError(f"cannot open the archive ({error}); check its disk") from error
        except ArchiveError:
            self._keeper.close()
            raise
        outcome = "upload_pending" if troubles and self._keeper.waiting() else "failed"
        for sentence in troubles:
            self._note(sentence, outcome)
        if swept:
            _log.info("gave up %d unfinished uploads of runs that ended", swept)
        _log.info("job %s %s", self.job, "goes on" if resumed else "begins")
        return resumed

    # --- exchanges ---

    def exchange(self) -> AbstractContextManager[None]:
        """Return what an exchange is under way in: commits wait for it, shortly."""
        return self._commits.exchange()

    async def earlier(self, request: Request) -> Earlier | None:
        """Return the latest answer that the server can be asked to compare with.

        Its payload is read back first, outside of the event loop: a "not modified" that nothing
        stands behind would be worth nothing.
        """
        if request.method != "GET" or not _CONDITIONS.isdisjoint(request.headers):
            return None
        try:
            row = self._keeper.last(request.url.partition("#")[0])
            original = self._keeper.original_of(row) if row else None
            if row is None or original is None:
                return None
            read = deferToThread(self._keeper.response, original)
            return Earlier(row, await maybe_deferred_to_future(read))
        except ArchiveError as error:
            _log.warning("%s is fetched anew: %s", request.url, error)
            return None

    async def before(self, request: Request) -> Row | None:
        """Return the latest whole answer to `request` in an earlier job, of any status."""
        return self._keeper.before(request.url.partition("#")[0], self.fingerprint(request))

    async def captured(self, row: Row) -> Capture | None:
        """Return the capture of an exchange; None where it cannot be read, which is logged."""
        try:
            return self._keeper.captured(row)
        except ArchiveError as error:
            _log.warning("%s is fetched anew: %s", row.url, error)
            return None

    async def keep(
        self,
        request: Request,
        made: Sequence[Exchange],
        error: BaseException | None,
        earlier: Earlier | None = None,
    ) -> None:
        """Return when the exchanges are durable; sets `meta["capture"]`. Raises ArchiveError."""
        if self._broken:
            raise self._broken
        number = request.meta.pop("exchange_number", None)
        fingerprint = self.fingerprint(request)
        batch = [
            Kept(
                exchange=exchange,
                fingerprint=fingerprint,
                method=request.method,
                occurrence=number if exchange is made[-1] else None,
                error=_named(error) if exchange is made[-1] else None,
                earlier=earlier if exchange is made[-1] else None,
            )
            for exchange in made
        ]
        capture = (await self._commits.keep(batch))[-1]
        if capture is not None:
            request.meta["capture"] = capture
            if capture.record_type == "revisit":
                self._crawler.stats.inc_value("archive/revisits")
        self._crawler.stats.inc_value("archive/exchanges", len(batch))

    def keep_late(self, request: Request, late: Exchange) -> None:
        """Archive bytes that came behind an archived answer; the end of the run waits for it."""
        if self._broken or self._reason:  # the run is over, its connections are about to be
            return
        kept = Kept(late, self.fingerprint(request), request.method, occurrence=None)
        task = asyncio.ensure_future(self._commits.keep([kept]))
        self._late.add(task)
        task.add_done_callback(self._late_kept)

    def _late_kept(self, task: asyncio.Task[list[Capture | None]]) -> None:
        self._late.discard(task)
        if (
            not task.cancelled() and task.exception() is None
        ):  # else the run ends, by the commit that failed
            self._crawler.stats.inc_value("archive/late_bytes")

    def _break(self, error: ArchiveError) -> None:
        """End the run: what cannot be archived must not be crawled."""
        if self._broken is None:
            self._broken = error
            self._note(str(error), outcome_of(error))
            reason = "disk_full" if isinstance(error, DiskFull) else "archive_failed"
            _schedule_coro(self._crawler.engine.close_spider_async(reason=reason))

    def answer(self, request: Request, number: int) -> tuple[Row, Capture | None] | None:
        """Return the archived exchange that answers the number-th asking of a request.

        None in a new job: what a run asks it never asks again by the same number.
        """
        if self._broken:
            raise self._broken
        return self._keeper.answer(self.fingerprint(request), number) if self.replayed else None

    def fingerprint(self, request: Request) -> str:
        """Return the request's fingerprint as Scrapy makes it, in hex."""
        return self._crawler.request_fingerprinter.fingerprint(request).hex()

    # --- outcomes ---

    def note_outcome(self, request: Request, outcome: str, reason: str | None) -> None:
        """Note how a request ended that has no exchange of its own."""
        url, method = clean_uri(request.url), request.method
        self._commits.note(
            Outcome(self.job, self.fingerprint(request), url, method, outcome, reason, None)
        )

    def request_scheduled(self, request: Request) -> None:
        """Note that a request was asked for: from now on it must end somehow."""
        self.note_outcome(request, "pending", None)

    def request_dropped(self, request: Request) -> None:
        """Note that the scheduler refused a request as seen before."""
        self.note_outcome(request, "filtered", "duplicate")

    # --- start and end ---

    async def spider_opened(self) -> None:
        """Test the wire capture; a run that would not archive true bytes does not begin."""
        from crawler.archive.selftest import self_test  # noqa: PLC0415 (imports the handler)

        # Whatever it is: Scrapy only logs what a signal's receiver raises, and would crawl on.
        testing = asyncio.ensure_future(self_test(self._crawler))
        await asyncio.wait([testing])
        if (error := testing.exception()) is not None:
            self._note(
                f"the wire capture does not work with the installed Scrapy and Twisted ({error}); "
                "install the versions of the lock file"
            )
            raise CloseSpider("archive_self_test") from error
        if any(os.environ.get(name) for name in ("http_proxy", "https_proxy", "HTTPS_PROXY")):
            _log.warning("a proxy is set in the environment: the crawl connects without it")

    async def spider_closed(self, reason: str) -> None:
        """Finish every file of the run."""
        self._reason = reason
        unchanged = self._crawler.stats.get_value("archive/revisits", 0)
        if unchanged:
            _log.info(
                "%d pages are as an earlier run archived them: they give no item again; "
                "scrapy reparse gives the items of the whole archive", unchanged,
            )  # fmt: skip
        await asyncio.gather(*self._late, return_exceptions=True)
        await self._bring_in.end()
        try:
            await self._commits.end()
        except ArchiveError as error:
            self._note(str(error), outcome_of(error))
        for sentence in self._keeper.close_files():
            self._note(sentence, "disk_full" if self._keeper.full else "upload_pending")
        self.waiting = self._keeper.waiting()
        if reason != "finished":
            self._keeper.close()

    def feed_exporter_closed(self) -> None:
        """Note that every feed is closed."""
        self._feeds_closed = True

    def engine_stopped(self) -> None:
        """Finish the job, if the spider ended by itself and every feed holds its items."""
        if self._reason != "finished":
            return
        stats = self._crawler.stats.get_stats()
        feeds_failed = any(name.startswith("feedexport/failed_count/") for name in stats)
        feeds_due = self._crawler.get_extension(FeedExporter) is not None
        if not feeds_failed and (self._feeds_closed or not feeds_due) and not self._broken:
            self._keeper.finish_job()
        self._keeper.close()

    def _note(self, sentence: str, outcome: str = "failed") -> None:
        _log.error("%s", sentence)
        fail(self._crawler, sentence, outcome)


def outcome_of(error: ArchiveError) -> str:
    """Return the outcome of a run that this error ended."""
    return "disk_full" if isinstance(error, DiskFull) else "failed"


def job_key(spider: Spider | None) -> str:
    """Return what the same command gives again: the spider's name and its arguments, sorted.

    Scrapy keeps arguments as attributes of the spider: texts, whole numbers and lists of them
    count, as they stand before the first request.
    """
    own = vars(spider) if spider is not None else {}
    arguments = {
        name: value
        for name, value in sorted(own.items())
        if _is_argument(value) and not name.startswith("_") and name not in _NO_ARGUMENTS
    }
    name = spider.name if spider is not None else ""
    return json.dumps([name, arguments], ensure_ascii=False)


def _is_argument(value: object) -> bool:
    parts = value if isinstance(value, list | tuple) else [value]
    return all(isinstance(part, str | int) for part in parts)


def _keeper(crawler: Crawler) -> Keeper:
    settings = crawler.settings
    robots = "classic" if settings.getbool("ROBOTSTXT_OBEY") else "ignore"
    matters = {name: settings.get(name) for name in _SETTINGS_THAT_MATTER}
    info = {
        "software": f"{settings.get('BOT_NAME')}/0.1 Scrapy/{scrapy.__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": robots,
        "operator": str(settings.get("WARC_OPERATOR") or settings.get("USER_AGENT") or ""),
        "http-header-user-agent": str(settings.get("USER_AGENT") or ""),
        "description": f"spider {crawler.spider.name if crawler.spider else ''}",
        "settings": json.dumps(matters),
    }
    return Keeper(
        Place.from_settings(settings),
        info,
        prefix=str(settings.get("WARC_PREFIX") or "reports"),
        max_bytes=settings.getint("WARC_MAX_BYTES") or MAX_BYTES,
        max_seconds=settings.getfloat("WARC_MAX_SECONDS") or MAX_SECONDS,
        revisits=settings.getbool("REVISITS", default=True),
        sync=sync_of(settings),
        read_max=read_max_of(settings),
    )


def _connect(archive: KeepArchive, crawler: Crawler) -> None:
    for name in (
        "spider_opened", "spider_closed", "feed_exporter_closed", "engine_stopped",
        "request_scheduled", "request_dropped",
    ):  # fmt: skip
        crawler.signals.connect(getattr(archive, name), signal=getattr(signals, name))


def _named(error: BaseException | None) -> str | None:
    return None if error is None else f"{type(error).__name__}: {error}"[:500]


def note_end(crawler: Crawler, request: Request, error: IgnoreRequest) -> IgnoreRequest:
    """Note that an answered request ended with `error`, which is returned, to be raised."""
    archive = crawler.get_extension(KeepArchive)
    if archive is not None:
        archive.note_outcome(request, "failed", reason_of(error))
    return error


def reason_of(error: BaseException) -> str:
    """Return the reason code of a request that never reached the wire."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, str):
        return reason
    return "ignored" if isinstance(error, IgnoreRequest) else type(error).__name__
