"""Group commit: exchanges that end while one commit is under way share the next one.

A commit waits for the disk twice, so it runs in a thread of its own, and the crawl goes on; a page
goes on when its commit has come back. Whatever fails, no page waits for ever. Knows the event loop
and the keeper, no Scrapy.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.archive.filing import failure
from crawler.archive.records import prepare
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.archive.capture import Capture
    from crawler.archive.keeper import Keeper, Kept
    from crawler.archive.ledger import Outcome
    from crawler.archive.spool import SpoolFile

#: Seconds that a commit waits for the exchanges under way to share it.
GATHERING = 0.02


class Commits:
    """The way of one run's exchanges to its keeper.

    `ledger_free` is held while the ledger is written, here in another thread. `broken` is called
    with what ends the archive, `full` with each file that has its size or age.
    """

    def __init__(
        self,
        keeper: Keeper,
        ledger_free: asyncio.Lock,
        broken: Callable[[ArchiveError], None],
        full: Callable[[SpoolFile], None],
    ) -> None:
        self._keeper = keeper
        self._spool = keeper.place.spool
        self._ledger_free = ledger_free
        self._broken = broken
        self._full = full
        self._writer = ThreadPoolExecutor(1, "archive")
        self._packer = ThreadPoolExecutor(1, "packer")
        self._waiting: list[tuple[list[Kept], asyncio.Future[list[Capture | None]]]] = []
        self._outcomes: list[Outcome] = []
        self._committing: asyncio.Task[None] | None = None
        self._under_way = 0
        self._gathered: asyncio.Future[None] | None = None

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """Tell of an exchange under way: a commit waits for it, shortly."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._go_on()

    def note(self, outcome: Outcome) -> None:
        """Take an outcome into the next commit."""
        self._outcomes.append(outcome)

    async def keep(self, batch: list[Kept]) -> list[Capture | None]:
        """Return the captures when the exchanges are durable. Raises ArchiveError."""
        if not all(isinstance(kept.exchange.response, bytes) for kept in batch):
            batch = await self._prepared(batch)
        durable: asyncio.Future[list[Capture | None]] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, durable))
        if len(self._waiting) == 1:
            self._committing = asyncio.ensure_future(self._commit())
        return await durable

    async def end(self) -> None:
        """Enter what was noted since the last commit, and let the threads end."""
        while self._committing is not None and not self._committing.done():
            self._go_on()
            await asyncio.wait([self._committing])
        async with self._ledger_free:
            outcomes, self._outcomes = self._outcomes, []
            try:
                if outcomes:
                    self._keeper.keep([], outcomes)
            finally:
                self._writer.shutdown()
                self._packer.shutdown()

    async def _prepared(self, batch: list[Kept]) -> list[Kept]:
        """Pack what is large before its commit, which every other page would wait for."""
        loop, made = asyncio.get_running_loop(), []
        for kept in batch:
            packing = loop.run_in_executor(self._packer, prepare, kept.exchange)
            await asyncio.wait([packing])
            if (error := packing.exception()) is not None:
                found = _as_archive_error(error)
                if isinstance(error, OSError):
                    found = failure(error, self._spool)
                self._broken(found)
                raise found from error
            made.append(kept._replace(prepared=packing.result()))
        return made

    async def _gather(self) -> None:
        """Return when no exchange is under way any more, or it has been waited for long enough."""
        if self._under_way:
            loop = asyncio.get_running_loop()
            self._gathered = loop.create_future()
            long_enough = loop.call_later(GATHERING, self._go_on)
            await self._gathered
            long_enough.cancel()

    def _go_on(self) -> None:
        if self._gathered is not None and not self._gathered.done():
            self._gathered.set_result(None)

    async def _commit(self) -> None:
        """Make everything that waits durable in one commit, then let the pages go on."""
        await self._gather()
        async with self._ledger_free:
            waiting, self._waiting = self._waiting, []
            outcomes, self._outcomes = self._outcomes, []
            together = [kept for batch, _ in waiting for kept in batch]
            writing = asyncio.get_running_loop().run_in_executor(
                self._writer, self._keeper.keep, together, outcomes
            )
            await asyncio.wait([writing])
            if (error := writing.exception()) is not None:
                self._fail(_as_archive_error(error), waiting)
                return
            captures = writing.result()
            full = self._keeper.rolled()
        for batch, durable in waiting:
            mine, captures = captures[: len(batch)], captures[len(batch) :]
            if not durable.done():
                durable.set_result(mine)
        for file in full:
            self._full(file)

    def _fail(
        self,
        error: ArchiveError,
        waiting: list[tuple[list[Kept], asyncio.Future[list[Capture | None]]]],
    ) -> None:
        self._broken(error)
        for _, durable in waiting:
            if not durable.done():
                durable.set_exception(error)


def _as_archive_error(error: BaseException) -> ArchiveError:
    if isinstance(error, ArchiveError):
        return error
    return ArchiveError(f"the archive failed ({error!r}); run the same command again")
