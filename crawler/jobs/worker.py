"""A worker: takes portals from the queue and crawls each in a process of its own.

What a crawl left unfinished goes back into the queue, with the name of its archive job: any worker
goes on with it. On one machine the workers share the archive's spool and ledger. On several each
has its own, and the archive lies in an object store: before a portal is crawled, the ledger is
brought up to what the others have stored of it, so that only what lay on the machine that died is
asked again. Parses nothing itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from procrastinate import BaseRetryStrategy, RetryDecision

from crawler.archive.jobs import is_locked, now
from crawler.archive.place import Place
from crawler.archive.push import push
from crawler.archive.replay import fingerprint_of
from crawler.archive.restore import restore
from crawler.jobs.child import Order, run_portal, stop
from crawler.jobs.outcomes import BY_NAME
from crawler.jobs.queue import TASK
from crawler.jobs.runs import Runs
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from procrastinate.jobs import Job

    from crawler.jobs.child import Ended
    from crawler.jobs.queue import Queue
    from crawler.registry import Portal

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
#: When the queue asks one of the workers what is due (cron's form): a policy counts in days.
_SCHEDULED = "*/10 * * * *"
#: Seconds after which a portal is tried again, by outcome; others wait twice as long each time.
_PAUSES = {"disk_full": 600, "postponed": 3600}
_FIRST_PAUSE, _LONGEST_PAUSE = 60, 3600
#: Times that a portal is begun, take-overs included; then its line of the queue has failed, and
#: the schedule decides when it is due again.
_ATTEMPTS = 20
#: Seconds between two looks for dead workers, as a share of the time after which they are dead.
_LOOKS = 3
#: Seconds that files may wait on this machine before they are brought into the store.
_PUSH_PAUSE = 900.0


class LeftUnfinished(Exception):
    """A portal's crawl did not come to its end; it is to go on after `seconds`."""

    def __init__(self, portal: str, outcome: str, seconds: float) -> None:
        super().__init__(f"{portal}: {outcome}, goes on in {seconds:.0f} s")
        self.seconds = seconds


class _GoOn(BaseRetryStrategy):
    """Put a portal back whose crawl was left unfinished, up to `_ATTEMPTS` times."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, LeftUnfinished) and job.attempts < _ATTEMPTS:
            return RetryDecision(retry_in={"seconds": int(exception.seconds)})
        return None


class Worker:
    """Crawls what `queue` holds, `parallel` portals at a time, by the settings of `order`.

    `due` names the portals that should run now; without it nothing is queued but by others.
    """

    def __init__(
        self,
        queue: Queue,
        settings: Mapping[str, Any],
        order: Order,
        parallel: int = 4,
        *,
        due: Callable[[], Sequence[Portal]] | None = None,
    ) -> None:
        self._queue = queue
        self._settings = settings
        self._order = order
        self._parallel = parallel
        self._due = due
        self._place = Place.from_settings(settings)
        self._runs = Runs.from_settings(settings)
        self._crawls: set[subprocess.Popen[bytes]] = set()
        self._stopping = False
        self._threads = ThreadPoolExecutor(parallel + 1, "crawl")  # one for what is beside them
        queue.app.task(name=TASK, pass_context=True, retry=_GoOn())(self.crawl)
        if due is not None:
            queue.app.periodic(cron=_SCHEDULED)(
                queue.app.task(name="enqueue_due", queueing_lock="enqueue_due")(self._enqueue)
            )

    async def run(self, *, once: bool = False) -> None:
        """Work until told to end (SIGINT, SIGTERM), or, with `once`, until the queue is empty."""
        loop = asyncio.get_running_loop()
        working = asyncio.ensure_future(self._work(once=once))
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end, working)
        duties = (
            self._again(self._queue.stalled / _LOOKS, self._take_over),
            self._again(_PUSH_PAUSE, self._push),
        )
        beside = [asyncio.ensure_future(duty) for duty in duties]
        with suppress(asyncio.CancelledError):
            await working
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await self._push()

    async def crawl(self, context: Any, portal: str, job: str) -> dict[str, Any]:
        """Crawl one portal as the archive job `job`; return what its run said, for the queue.

        Raises LeftUnfinished where it is to be gone on with.
        """
        if self._is_done(portal, job):  # its worker was killed between the end and the queue
            return {"outcome": "done", "job": job}
        await self._in_thread(self._bring_up, portal)
        # The crawl of a worker that died is about to end.
        while is_locked(self._place.spool, job) and not self._stopping:  # noqa: ASYNC110 (a file's lock)
            await asyncio.sleep(1)
        self._close_dead(portal, job)
        ended = await self._run(portal, job)
        _log.info("%s: %s", portal, ended.outcome.name)
        if ended.outcome.again and not self._is_done(portal, job):
            pause = 0 if self._stopping else _pause(ended.outcome.name, context.job.attempts)
            raise LeftUnfinished(portal, ended.outcome.name, pause)
        return {"outcome": ended.outcome.name, "job": job}

    async def _run(self, portal: str, job: str) -> Ended:
        order = Order(
            {
                **self._order.settings,
                "JOB": job,
                "WARC_PREFIX": portal,
                "ENDS_WITH": str(os.getpid()),
            },
            self._order.arguments,
            self._order.logs,
        )
        begun: list[subprocess.Popen[bytes]] = []
        try:
            return await self._in_thread(run_portal, portal, order, self._started(begun))
        finally:
            self._crawls.difference_update(begun)

    def _started(
        self, begun: list[subprocess.Popen[bytes]]
    ) -> Callable[[subprocess.Popen[bytes]], None]:
        def note(child: subprocess.Popen[bytes]) -> None:
            begun.append(child)
            self._crawls.add(child)
            if self._stopping:
                stop(child)

        return note

    def _bring_up(self, portal: str) -> None:
        """Enter in our ledger what other machines have stored of a portal."""
        if self._place.store.url.startswith("s3://"):
            restored = restore(self._place, fingerprint_of, prefix=f"{portal}-")
            if restored.files:
                _log.info("%s: %d files of other machines entered", portal, restored.files)

    def _is_done(self, portal: str, job: str) -> bool:
        """Whether the record of runs says that an archive job came to its end."""
        ended = [run for run in self._runs.all(portal) if run.job == job and run.ended is not None]
        return bool(ended) and not BY_NAME[ended[-1].outcome].again

    def _close_dead(self, portal: str, job: str) -> None:
        """Note as interrupted the runs of a job whose process is gone, on whatever machine."""
        for run in self._runs.all(portal):
            if run.job == job and run.ended is None:
                said = ("its worker was killed; another went on with the job",)
                self._runs.enter(replace(run, ended=now(), outcome="interrupted", said=said))

    async def _in_thread(self, work: Callable[..., _T], *arguments: Any) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    # --- beside the crawls ---

    async def _work(self, *, once: bool) -> None:
        """Take what the queue holds; `once` ends when nothing waits and nobody crawls."""
        while True:
            await self._queue.app.run_worker_async(
                concurrency=self._parallel,
                wait=not once,
                install_signal_handlers=False,
                update_heartbeat_interval=self._queue.stalled / 4,
                stalled_worker_timeout=self._queue.stalled,
                fetch_job_polling_interval=min(5.0, self._queue.stalled),
                delete_jobs="successful",
            )
            if not once or not await self._queue.under_way():
                return
            await asyncio.sleep(1)

    async def _again(self, seconds: float, duty: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await duty()
            except ArchiveError as error:
                _log.error("%s", error)
            await asyncio.sleep(seconds)

    async def _enqueue(self, timestamp: int) -> None:
        """Queue what is due at an instant (Unix time): the queue asks one worker each time."""
        _log.debug("what is due at %s", datetime.fromtimestamp(timestamp, UTC).isoformat())
        if self._due is not None:
            # Asked first: what is crawled now stays due until its run is recorded.
            busy = await self._queue.under_way()
            found = await self._in_thread(self._due)
            queued = await self._queue.put(each for each in found if each.id not in busy)
            _log.info("%d portals were due and are queued", len(queued))

    async def _take_over(self) -> None:
        for portal in await self._queue.take_over():
            _log.warning("%s is taken over: its worker is dead", portal)

    async def _push(self) -> None:
        """Bring in what crawls that were killed left on this machine."""
        if any(self._place.spool.glob("*.warc.gz*")):
            pushed = await self._in_thread(push, self._place)
            for sentence in pushed.troubles:
                _log.error("%s", sentence)

    def _end(self, working: asyncio.Future[None]) -> None:
        """End in order: each crawl is asked to, and its portal goes back into the queue."""
        self._stopping = True
        for child in list(self._crawls):
            stop(child)
        working.cancel()


def _pause(outcome: str, attempts: int) -> float:
    """Return the seconds until a portal is tried again that was begun so often.

    >>> _pause("postponed", 0), _pause("failed", 0), _pause("failed", 3), _pause("failed", 30)
    (3600, 60, 480, 3600)
    """
    return _PAUSES.get(outcome, min(_FIRST_PAUSE << min(attempts, 10), _LONGEST_PAUSE))
