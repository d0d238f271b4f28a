"""A run that is told to end while it is ending anyway: archive, feed and record are whole."""

import asyncio
import signal

import pytest

from tests.archive.answers import answer
from tests.jobs.runs import scrapy
from tests.servers.wire_server import WireServer

PAGE = answer(b"<title>x</title><p>text", b"Content-Type: text/html")


def stop_in(place):
    """Let Ctrl-C come when the run closes its archive, its feeds or its spider."""
    from scrapy.core.engine import ExecutionEngine  # noqa: PLC0415 (planted in the fork)

    from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (settings are read in a run)
    from crawler.feeds.export import FeedExporter  # noqa: PLC0415

    waiting = [signal.SIGINT]

    async def stop():
        if waiting:
            signal.raise_signal(waiting.pop())
            await asyncio.sleep(0.5)  # what comes of it comes before all else

    close_archive, close_feeds = KeepArchive.spider_closed, FeedExporter.close_spider
    close_spider = ExecutionEngine.close_spider_async

    async def archive_closed(self, reason):
        await stop()
        await close_archive(self, reason)

    async def feeds_closed(self, spider, reason="finished"):
        await stop()
        await close_feeds(self, spider, reason)

    def spider_closed(self, *, reason="cancelled"):
        if waiting:
            signal.raise_signal(waiting.pop())
        return close_spider(self, reason=reason)

    if place == "archive":
        KeepArchive.spider_closed = archive_closed
    elif place == "feeds":
        FeedExporter.close_spider = feeds_closed
    else:
        ExecutionEngine.close_spider_async = spider_closed


@pytest.mark.parametrize("place", ["archive", "feeds", "spider"])
def test_a_run_that_is_stopped_while_it_ends_is_done_and_its_feed_is_there(tmp_path, place):
    feed = tmp_path / "items.jsonl"
    with WireServer({"/": PAGE}) as server:
        told = ("capture", f"{server.url}/", "-O", str(feed))
        code, lines, said = scrapy(tmp_path, *told, plant=[__name__, "stop_in", place])
    assert (code, lines[-1]["outcome"]) == (0, "done"), said
    assert len(feed.read_bytes().splitlines()) == 1
    assert "shutting down gracefully" in (tmp_path / "log.txt").read_text("utf-8")
