"""The queue of crawls: which portals are to be crawled, shared by many machines, on PostgreSQL.

Procrastinate keeps it (tables `procrastinate_*`): a job of the queue is one portal and one job of
the archive, whose name it holds, so that whoever takes it goes on with what was archived already.
Two locks: a portal waits in the queue once, and of the portals of one host one is crawled at a
time, whatever the number of machines. A worker that sends no heartbeat is dead, and what it was
doing is put back. Knows no portal's pages and starts no process.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crawler.registry import netloc
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from procrastinate import App

    from crawler.registry import Portal

#: Seconds without a heartbeat after which a worker counts as dead. A crawl that is told to end
#: takes DOWNLOAD_TIMEOUT (60 s) at most, so that two never ask one host: the worker's own end
#: ends its crawls (`crawler.jobs.orphans`).
STALLED = 90.0
_SOON = timedelta(minutes=1)
#: What the queue's one kind of job is called in its tables.
TASK = "crawl_portal"
#: PostgreSQL's advisory locks are numbers: these are ours, drawn once.
_SCHEMA_LOCK, _TAKE_OVER_LOCK = 7_402_193_001, 7_402_193_002


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue: a portal, its archive job, the state, how often it was begun.

    `at` is when it may be begun again, None where that is now.
    """

    id: int
    portal: str
    job: str
    status: str
    attempts: int
    at: datetime | None = None


class Queue:
    """The queue behind an address. `app` is Procrastinate's; `stalled` is in seconds."""

    def __init__(self, url: str, stalled: float = STALLED) -> None:
        procrastinate, psycopg = _installed()
        self.url = url
        self.stalled = stalled
        self._psycopg = psycopg
        self.app: App = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=4)
        )

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Queue:
        """Return the queue that QUEUE_URL names. Raises DisclosureError where it names none."""
        url = str(settings.get("QUEUE_URL") or "")
        if not url.startswith(("postgresql://", "postgres://")):
            raise DisclosureError(
                "QUEUE_URL names no queue: write postgresql://user@host/database"
                if not url
                else f"QUEUE_URL is of an unknown kind ({url.partition(':')[0]}): use postgresql://"
            )
        return cls(url, float(settings.get("QUEUE_STALLED") or STALLED))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Queue]:
        """Open the queue and make its tables where they are missing. Raises DisclosureError."""
        try:
            await self._make_tables()
            async with self.app.open_async():
                yield self
        except self._psycopg.OperationalError as error:
            raise DisclosureError(
                f"cannot use the queue at {self.url.rpartition('@')[2]} "
                f"({str(error).partition(chr(10))[0]}); start the database or correct QUEUE_URL"
            ) from error

    async def put(self, portals: Iterable[Portal], now: datetime | None = None) -> list[str]:
        """Queue portals; return the ids of those that did not wait there already."""
        from procrastinate.exceptions import AlreadyEnqueued  # noqa: PLC0415 (an extra)

        queued = []
        stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S")
        for portal in portals:
            deferrer = self.app.configure_task(
                TASK,
                lock=host_of(portal),
                queueing_lock=portal.id,
                task_kwargs={"portal": portal.id, "job": f"{portal.id}-{stamp}"},
            )
            try:
                await deferrer.defer_async()
            except AlreadyEnqueued:
                continue
            queued.append(portal.id)
        return queued

    async def under_way(self) -> set[str]:
        """Return the ids of the portals that are crawled, or could be within a minute."""
        soon = datetime.now(UTC) + _SOON
        return {
            each.portal
            for each in await self.lines()
            if each.status == "doing" or (each.status == "todo" and (each.at or soon) <= soon)
        }

    async def lines(self) -> list[Waiting]:
        """Return every line of the queue, ended ones too, in the order in which they came."""
        jobs = await self.app.job_manager.list_jobs_async(task=TASK)
        return [
            Waiting(
                job.id or 0, str(job.task_kwargs["portal"]), str(job.task_kwargs["job"]),
                job.status or "", job.attempts, job.scheduled_at,
            )
            for job in jobs
        ]  # fmt: skip

    async def take_over(self) -> list[str]:
        """Put back what dead workers were doing; return the portals.

        One worker at a time does so: another might put back what was put back and begun since.
        """
        found = []
        async with self._alone(_TAKE_OVER_LOCK) as alone:
            if not alone:
                return []
            manager = self.app.job_manager
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self.stalled):
                await manager.retry_job(job)
                found.append(str(job.task_kwargs.get("portal") or job.task_name))
        return found

    @asynccontextmanager
    async def _alone(self, lock: int) -> AsyncIterator[bool]:
        """Hold an advisory lock, if it is free; PostgreSQL frees that of a worker that dies."""
        connection = await self._psycopg.AsyncConnection.connect(self.url, autocommit=True)
        async with connection:
            held = await connection.execute("SELECT pg_try_advisory_lock(%s)", [lock])
            yield bool((await held.fetchone())[0])

    async def _make_tables(self) -> None:
        connection = await self._psycopg.AsyncConnection.connect(self.url, autocommit=True)
        async with connection:
            await connection.execute("SELECT pg_advisory_lock(%s)", [_SCHEMA_LOCK])
            there = await connection.execute("SELECT to_regclass('procrastinate_jobs')")
            if (await there.fetchone())[0] is None:
                async with self.app.open_async():
                    await self.app.schema_manager.apply_schema_async()


def host_of(portal: Portal) -> str:
    """Return what only one crawl at a time may hold: the home page's host, without `www.`."""
    return netloc(portal.home).removeprefix("www.")


def counts(url: str) -> dict[str, int]:
    """Return how many lines of the queue are in each state, for a metric; {} before its tables.

    Raises DisclosureError where the database does not answer.
    """

    async def counted() -> dict[str, int]:
        async with Queue(url).opened() as queue:
            found: dict[str, int] = {}
            for line in await queue.lines():
                found[line.status] = found.get(line.status, 0) + 1
            return found

    return asyncio.run(counted())


def _installed() -> tuple[Any, Any]:
    try:
        import procrastinate  # noqa: PLC0415 (an extra)
        import psycopg  # noqa: PLC0415 (as above)
    except ImportError as error:
        raise DisclosureError(
            "a queue needs the extra `queue`: pip install 'disclosure-archive[queue]'"
        ) from error
    return procrastinate, psycopg
