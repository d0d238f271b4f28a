"""Bring full files into the store while the crawl goes on, again and again while the store is away.

A file that cannot be brought in waits: half a minute, then twice as long each time, up to a quarter
of an hour, for as long as the crawl lasts. Each trouble is said once. What still waits when the
crawl ends is tried a last time there, and then is the next run's. Never holds up a page.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from crawler.archive.keeper import Keeper
    from crawler.archive.spool import SpoolFile

_log = logging.getLogger(__name__)
#: Seconds. An outage of a store is over in minutes or takes hours; each try reads the file once.
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 900.0


class BringIn:
    """The files on their way into the store.

    `ledger_free` is held while the ledger is written; `sleep` is asyncio's, or a test's own.
    """

    def __init__(
        self,
        keeper: Keeper,
        ledger_free: asyncio.Lock,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self._keeper = keeper
        self._ledger_free = ledger_free
        self._sleep = sleep
        self._over = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._said: set[str] = set()

    def start(self, file: SpoolFile) -> None:
        """Begin to bring in a full file; returns at once."""
        task = asyncio.ensure_future(self._bring_in(file))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def end(self) -> None:
        """Wait for what is under way; what pauses goes back to the keeper, which tries it last."""
        self._over.set()
        await asyncio.gather(*self._under_way)

    async def _bring_in(self, file: SpoolFile) -> None:
        pause = FIRST_PAUSE
        while not self._over.is_set():
            try:
                closed = await asyncio.to_thread(self._keeper.bring_in, file)
            except ArchiveError as error:
                self._say(str(error))
                await self._pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                async with self._ledger_free:
                    self._keeper.brought_in(closed)
                self._said.clear()
                return
        self._keeper.put_back(file)

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the crawl lasts."""
        waits = [
            asyncio.ensure_future(self._sleep(seconds)),
            asyncio.ensure_future(self._over.wait()),
        ]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def _say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            _log.warning("%s; the crawl goes on, the file waits and is tried again", sentence)
