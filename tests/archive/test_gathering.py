"""Exchanges that end together share a commit; none waits long for another, no page for nothing."""

import asyncio

import pytest

from crawler.archive import commits
from crawler.archive.keeper import Keeper, Kept
from crawler.archive.place import Place
from tests.archive_commands.writing import INFO, exchange

FOR_EVER = 3600.0


@pytest.fixture
def keeper(tmp_path):
    """A keeper that notes how many exchanges each commit had, in `sizes`."""
    made = Keeper(Place.from_settings({"ARCHIVE_URL": str(tmp_path)}), INFO)
    made.take_job("test")
    made.sizes, keep = [], made.keep

    def noting(batch, outcomes=()):
        made.sizes.append(len(batch))
        return keep(batch, outcomes)

    made.keep = noting
    yield made
    made.close_files()
    made.close()


def kept(number):
    return Kept(exchange(number), f"{number:040x}", "GET", 1)


def run(keeper, work):
    """Run `work` with the commits of a keeper."""

    async def main():
        under_way = commits.Commits(keeper, asyncio.Lock(), pytest.fail, pytest.fail)
        try:
            return await work(under_way)
        finally:
            await under_way.end()

    return asyncio.run(main())


def test_exchanges_that_are_under_way_together_share_a_commit(keeper, monkeypatch):
    monkeypatch.setattr(commits, "GATHERING", FOR_EVER)

    async def ended(under_way, number):
        with under_way.exchange():
            for _ in range(number):  # each ends a while behind the one before
                await asyncio.sleep(0)
        return (await under_way.keep([kept(number)]))[0]

    async def work(under_way):
        return await asyncio.gather(*(ended(under_way, number) for number in range(8)))

    captures = run(keeper, work)
    assert keeper.sizes == [8]
    assert [capture.url for capture in captures] == [kept(n).exchange.url for n in range(8)]


def test_a_page_with_no_other_under_way_waits_for_none(keeper, monkeypatch):
    monkeypatch.setattr(commits, "GATHERING", FOR_EVER)

    async def work(under_way):
        for number in range(3):
            with under_way.exchange():
                pass
            await under_way.keep([kept(number)])

    run(keeper, work)
    assert keeper.sizes == [1, 1, 1]


def test_a_page_does_not_wait_for_a_server_that_never_answers(keeper, monkeypatch):
    monkeypatch.setattr(commits, "GATHERING", 0.001)

    async def work(under_way):
        with under_way.exchange():
            await under_way.keep([kept(1)])

    run(keeper, work)
    assert keeper.sizes == [1]


def test_a_download_that_fails_is_no_longer_waited_for(keeper, monkeypatch):
    monkeypatch.setattr(commits, "GATHERING", FOR_EVER)

    async def failed(under_way, keeping):
        with under_way.exchange():
            keeping.append(asyncio.ensure_future(under_way.keep([kept(1)])))
            for _ in range(5):
                await asyncio.sleep(0)
            assert keeper.sizes == []
            raise OSError("gone")

    async def work(under_way):
        keeping = []
        with pytest.raises(OSError, match="gone"):
            await failed(under_way, keeping)
        await keeping[0]

    run(keeper, work)
    assert keeper.sizes == [1]


def test_the_end_of_a_run_waits_for_no_download_and_leaves_no_page_behind(keeper, monkeypatch):
    monkeypatch.setattr(commits, "GATHERING", FOR_EVER)

    async def work(under_way):
        with under_way.exchange():
            keeping = asyncio.ensure_future(under_way.keep([kept(1)]))
            for _ in range(5):
                await asyncio.sleep(0)
            await under_way.end()
            await keeping

    run(keeper, work)
    assert keeper.sizes == [1]
