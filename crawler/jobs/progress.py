"""How far a crawl is: a line on a terminal that moves, plain lines now and then in the log.

A crawl cannot know what it will find. What is left is told from what waits and from the portals'
last visits, the time from the pace of this one: it may be more, and the line says so. Lines of a
log on the same terminal come above it; in a file or a pipe there are plain lines and nothing else.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Self, TextIO

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.archive.extension import KeepArchive
from crawler.engines.progress import LOG_SECONDS, clock_time
from crawler.jobs.recording import RecordRun
from crawler.logs import is_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

    from crawler.jobs.figures import Figures

_log = logging.getLogger(__name__)
#: Seconds between two looks at a terminal: a reader follows no more.
_STEP = 0.5
_MEGA = 1e6


class ShowProgress:
    """The extension that shows it; `terminal` is None where the line would stand in a log."""

    def __init__(
        self,
        crawler: Crawler,
        terminal: TextIO | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not crawler.settings.getbool("ARCHIVE_ENABLED", default=True):
            raise NotConfigured("nothing is counted without an archive")
        self._crawler = crawler
        self._terminal = terminal
        self._clock = clock
        self._begun = self._logged = self._shown = clock()
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        for signal in (signals.response_received, signals.item_scraped):
            crawler.signals.connect(self.look, signal)
        crawler.signals.connect(self.clear, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Draw on stderr where a person reads it."""
        return cls(crawler, sys.stderr if sys.stderr.isatty() and not is_json() else None)

    def spider_opened(self) -> None:
        """Start the clock; let lines of a log on the same terminal take this one's place."""
        self._begun = self._logged = self._shown = self._clock()
        for handler in logging.root.handlers:
            if getattr(handler, "stream", None) is self._terminal is not None:
                handler.addFilter(self._make_room)

    def _make_room(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 (a filter's form)
        self.clear()
        return True

    def look(self) -> None:
        """Show how far it is, if the last look was long enough ago."""
        now = self._clock()
        if self._terminal is not None and now - self._shown >= _STEP:
            self._shown = now
            self._terminal.write(f"\r{self.line()}\x1b[K")
            self._terminal.flush()
        if now - self._logged >= LOG_SECONDS:
            self._logged = now
            _log.info("%s", self.line())

    def clear(self) -> None:
        """Take the line away: the run's own words stand there then."""
        if self._terminal is not None:
            self._terminal.write("\r\x1b[K")
            self._terminal.flush()

    def line(self) -> str:
        """Return how far it is, in a line."""
        recorded = self._crawler.get_extension(RecordRun)
        if recorded is None or self._crawler.get_extension(KeepArchive) is None:
            return "under way"
        begun, whole = recorded.portals_begun
        waiting, expected = self._waiting(), recorded.expected_requests
        seconds = max(self._clock() - self._begun, 1e-3)
        return line_of(recorded.figures(), seconds, (begun, whole), max(waiting, expected))

    def _waiting(self) -> int:
        """Return the requests that wait or are under way."""
        engine = self._crawler.engine
        slot = engine._slot if engine else None  # noqa: SLF001 (Scrapy's own logstats look there)
        if slot is None:
            return 0
        return len(slot.inprogress) + len(slot.scheduler)  # type: ignore[arg-type]


def line_of(figures: Figures, seconds: float, portals: tuple[int, int], left: int) -> str:
    """Return what was done of a crawl, at which pace, and how long what is `left` may take.

    >>> from crawler.jobs.figures import Figures
    >>> line_of(Figures(lists=2, pages=30, new=20, bytes=1_500_000, requests=60), 120, (1, 3), 40)
    '1 of 3 portals, 2 lists, 30 pages, 20 reports, 1.5 MB, 0.5 requests/s, 1:20 left or more'
    """
    pace = figures.requests / seconds
    time_left = f"{clock_time(left / pace)} left or more" if pace else "time left unknown"
    return (
        f"{portals[0]} of {portals[1]} portals, {figures.lists} lists, {figures.pages} pages, "
        f"{figures.new} reports, {figures.bytes / _MEGA:.1f} MB, {pace:.1f} requests/s, {time_left}"
    )
