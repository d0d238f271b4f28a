"""A crawl that a worker started ends when the worker does: its portal is another's then.

A worker that is killed cannot tell its crawls. So each looks, once a second, whether its parent is
still the one that started it, and ends in order where it is not, as by Ctrl-C: what it archived
stays, its job is unfinished, and whoever takes the portal over goes on with that.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_log = logging.getLogger(__name__)
#: Seconds between two looks: far less than a worker may be silent.
_PAUSE = 1.0


class EndWithParent:
    """The extension that watches the process of `ENDS_WITH`; without that setting it is off."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._watching: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run, if it has a parent to end with."""
        parent = crawler.settings.getint("ENDS_WITH")
        if not parent:
            raise NotConfigured("ENDS_WITH names no process")
        extension = cls(parent)
        crawler.signals.connect(extension.engine_started, signals.engine_started)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    async def engine_started(self) -> None:
        """Begin to watch."""
        self._watching = asyncio.ensure_future(self._watch())

    def engine_stopped(self) -> None:
        """Watch no longer."""
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self) -> None:
        while os.getppid() == self._parent:  # noqa: ASYNC110 (no event tells of a parent's death)
            await asyncio.sleep(_PAUSE)
        _log.warning("the worker that started this crawl has ended: so does the crawl")
        signal.raise_signal(signal.SIGINT)
