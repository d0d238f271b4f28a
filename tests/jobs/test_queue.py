"""The queue on a real PostgreSQL: who gets a portal, and what becomes of it when a worker dies."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime

import psycopg
import pytest

from crawler.archive.jobs import lock
from crawler.jobs import queue as queues
from crawler.jobs.child import Order
from crawler.jobs.queue import Queue, counts
from crawler.jobs.runs import Runs, begun
from crawler.jobs.worker import LeftUnfinished, Worker
from crawler.registry import Portal
from parsers.errors import DisclosureError
from parsers.items import KnownOrgan
from tests.servers.postgres import database, postgresql

NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    with postgresql() as address:
        yield address


@pytest.fixture
def url(server, request):
    with database(server, request.node.name[:40]) as address:
        yield address


def portal(name, host=None):
    host = host or f"www.{name}.gov.cn"
    return Portal(
        id=name, organ=KnownOrgan(name=name, portal=name), hosts=(host,), home=f"http://{host}/"
    )


def test_a_portal_waits_once_however_often_it_is_queued(url):
    async def twice():
        async with Queue(url).opened() as queue:
            first = await queue.put([portal("a"), portal("b")], NOW)
            second = await queue.put([portal("b"), portal("c")], NOW)
            return first, second, await queue.lines()

    first, second, lines = asyncio.run(twice())
    assert (first, second) == (["a", "b"], ["c"])
    assert [(line.portal, line.job, line.status) for line in lines] == [
        ("a", "a-20260201T000000", "todo"),
        ("b", "b-20260201T000000", "todo"),
        ("c", "c-20260201T000000", "todo"),
    ]
    assert counts(url) == {"todo": 3}


def test_of_the_portals_of_one_host_one_is_given_out_at_a_time(url):
    async def taken():
        async with Queue(url).opened() as queue:
            await queue.put(
                [portal("a", "www.x.gov.cn"), portal("b", "x.gov.cn"), portal("c")], NOW
            )
            manager = queue.app.job_manager
            me = await manager.register_worker()
            jobs = [await manager.fetch_job(queues=None, worker_id=me) for _ in range(3)]
            return [job.task_kwargs["portal"] for job in jobs if job]

    assert asyncio.run(taken()) == ["a", "c"]


def test_what_a_silent_worker_did_is_put_back_and_what_a_living_one_does_is_not(url):
    async def died():
        async with Queue(url, stalled=60).opened() as queue:
            await queue.put([portal("a"), portal("b")], NOW)
            manager = queue.app.job_manager
            for _ in range(2):
                await manager.fetch_job(queues=None, worker_id=await manager.register_worker())
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(
                    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
                    " WHERE id = (SELECT min(id) FROM procrastinate_workers)"
                )
            return await queue.take_over(), await queue.take_over(), await queue.lines()

    first, second, lines = asyncio.run(died())
    assert (first, second) == (["a"], [])
    assert {line.portal: line.status for line in lines} == {"a": "todo", "b": "doing"}


def test_one_worker_at_a_time_looks_for_the_dead(url):
    async def both():
        queue, lock_id = Queue(url), queues._TAKE_OVER_LOCK
        async with queue._alone(lock_id) as mine, queue._alone(lock_id) as other:
            return mine, other

    assert asyncio.run(both()) == (True, False)


class Context:
    """What Procrastinate gives a task besides its arguments, as far as ours asks."""

    class job:  # noqa: N801 (its name there)
        attempts = 0


def worker_of(url, tmp_path, monkeypatch, code, line=""):
    """A worker whose crawls are a shell script that ends with `code`."""
    monkeypatch.setattr(Order, "command", lambda *_: ["sh", "-c", f"echo '{line}'; exit {code}"])
    settings = {
        "ARCHIVE_URL": str(tmp_path / "archive"),
        "RUNS_URL": f"sqlite:///{tmp_path}/runs.sqlite",
    }
    return Worker(Queue(url), settings, Order())


@pytest.mark.parametrize("code", [0, 3, 4, 8])
def test_what_a_crawl_ended_with_is_no_reason_to_try_again_at_once(
    url, tmp_path, monkeypatch, code
):
    worker = worker_of(url, tmp_path, monkeypatch, code)
    assert asyncio.run(worker.crawl(Context, "a", "a-1"))["job"] == "a-1"


@pytest.mark.parametrize(("code", "seconds"), [(7, 60), (5, 600), (9, 3600), (1, 60)])
def test_what_a_crawl_left_unfinished_is_gone_on_with(url, tmp_path, monkeypatch, code, seconds):
    worker = worker_of(url, tmp_path, monkeypatch, code)
    with pytest.raises(LeftUnfinished) as left:
        asyncio.run(worker.crawl(Context, "a", "a-1"))
    assert left.value.seconds == seconds


def test_a_job_that_ended_before_the_queue_knew_is_not_crawled_again(url, tmp_path, monkeypatch):
    worker = worker_of(url, tmp_path, monkeypatch, 7)
    runs = Runs(f"sqlite:///{tmp_path}/runs.sqlite")
    run = begun("a", "a-1", "", "2026-02-01T00:00:00Z")
    runs.enter(
        run.__class__(**{**_fields(run), "ended": "2026-02-01T00:01:00Z", "outcome": "done"})
    )
    assert asyncio.run(worker.crawl(Context, "a", "a-1"))["outcome"] == "done"


def _fields(run):
    return {name: getattr(run, name) for name in run.__slots__}


def test_a_worker_waits_for_the_crawl_of_one_that_died(url, tmp_path, monkeypatch):
    worker = worker_of(url, tmp_path, monkeypatch, 0)
    spool = tmp_path / "archive" / "spool"
    spool.mkdir(parents=True)
    held = lock(spool / "a-1.lock")

    async def waits():
        crawl = asyncio.ensure_future(worker.crawl(Context, "a", "a-1"))
        await asyncio.sleep(0.2)
        before = crawl.done()
        os.close(held)
        return before, await crawl

    before, after = asyncio.run(waits())
    assert not before
    assert after["outcome"] == "done"


@pytest.mark.parametrize(
    ("address", "said"),
    [("", "names no queue"), ("mysql://x", "unknown kind"), ("sqlite:///x", "unknown kind")],
)
def test_an_address_that_is_none_is_told(address, said):
    with pytest.raises(DisclosureError, match=said):
        Queue.from_settings({"QUEUE_URL": address})


def test_a_database_that_is_down_is_told_without_its_password():
    async def opened():
        async with Queue("postgresql://me:CANARY@127.0.0.1:1/x").opened():
            pass

    with pytest.raises(DisclosureError, match="cannot use the queue at 127") as told:
        asyncio.run(opened())
    assert "CANARY" not in str(told.value)
