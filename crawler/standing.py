"""How rarely the garbage collector comes, and what it passes over: what stands as a crawl begins.

A full round over the 110,000 objects of the imports takes some 100 ms, and pages that wait for
their commit in waves bring rounds on, which find nothing: a tenth of a crawl's CPU time (measured:
400 rounds in 2,000 pages, three of them full, 0.26 ms a page; 0.07 ms with the imports passed over,
less with rarer rounds). Alone sets the collector's thresholds. Knows the signals of Scrapy, nothing
of a page.
"""

from __future__ import annotations

import gc
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from scrapy.crawler import Crawler

#: New objects, freed ones taken off, that start a round; Python's own number is 700. A page in
#: flight has some 130, and 32 in one commit are no garbage yet; a parsed page has thousands.
OBJECTS = 5000


@contextmanager
def collecting_every(objects: int) -> Iterator[None]:
    """Let a round start at so many new objects; a collector that is off or comes rarer stays so."""
    usual = gc.get_threshold()
    if 0 < usual[0] < objects:
        gc.set_threshold(objects, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class PassOverImports:
    """The extension that freezes what the collector knows, and gives it back when the run ends."""

    def __init__(self, crawler: Crawler) -> None:
        self._rarely = ExitStack()
        crawler.signals.connect(self.engine_started, signals.engine_started)
        crawler.signals.connect(self.engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run."""
        return cls(crawler)

    def engine_started(self) -> None:
        """Freeze; a round before it would take longer than most short runs save."""
        self._rarely.enter_context(collecting_every(OBJECTS))
        gc.freeze()

    def engine_stopped(self) -> None:
        """Let the collector see everything again: more than one run may share the process."""
        self._rarely.close()
        gc.unfreeze()
