"""`scrapy worker`: crawl what the queue of QUEUE_URL holds, until told to end."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from crawler.archive.place import preflight
from crawler.commands import tell
from crawler.commands.due import next_visits
from crawler.jobs.child import Order, settings_given
from crawler.jobs.due import due
from crawler.jobs.queue import Queue
from crawler.jobs.shards import Shard
from crawler.logs import log_as_json
from crawler.registry import Registry
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse

    from scrapy.settings import BaseSettings

    from crawler.registry import Portal


_log = logging.getLogger(__name__)
#: Where a worker serves its metrics; the port is one of those that Prometheus's list leaves free.
_METRICS = "9464"


class Command(ScrapyCommand):
    """Crawl what the queue holds."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "[options]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Crawl the portals of a queue that many machines share"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Take portals from the queue that QUEUE_URL names and crawl each in a process of its "
            "own, until SIGTERM: then crawls under way end in order and go back into the queue. "
            "Queues what is due by itself. Example: "
            "QUEUE_URL=postgresql://user@host/db scrapy worker -o 'data/%(portal)s.jsonl'"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", action="append", default=[], metavar="FEED",
            help="append items there, as of scrapy crawl; %%(portal)s stands for the portal's id",
        )  # fmt: skip
        parser.add_argument(
            "-n", "--parallel", type=int, default=4, metavar="N", help="portals at a time (4)"
        )
        parser.add_argument(
            "--once", action="store_true", help="end when the queue is empty; queue nothing"
        )
        parser.add_argument(
            "--metrics", metavar="[HOST:]PORT", default=_METRICS,
            help=f"serve metrics there ({_METRICS}, to this machine alone); none: serve none",
        )  # fmt: skip
        parser.add_argument("--logs", metavar="FOLDER", help="a log a portal there; default: ours")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Work; what keeps a worker from working is told in one sentence."""
        if args or opts.parallel < 1:
            raise UsageError("a worker takes no argument, and N from 1 on", print_help=False)
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        try:
            if not log_as_json(self.settings):
                configure_logging(self.settings)
            logging.getLogger("procrastinate").setLevel(logging.WARNING)
            asyncio.run(_work(self.settings, opts))
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1


async def _work(settings: BaseSettings, opts: argparse.Namespace) -> None:
    queue = Queue.from_settings(settings)
    # One database for the queue and the record of runs; by the environment, not by a command line
    # that any user of the machine can read.
    if not settings.get("RUNS_URL"):
        os.environ["RUNS_URL"] = queue.url
        settings.set("RUNS_URL", queue.url)
    preflight(settings)
    from crawler.jobs.worker import Worker  # noqa: PLC0415 (needs the extra that `Queue` asked for)

    _serve_metrics(settings, opts.metrics)
    order = Order(
        settings_given(settings),
        [word for feed in opts.output for word in ("-o", feed)],
        Path(opts.logs) if opts.logs else None,
    )
    async with queue.opened():
        due_now = None if opts.once else partial(_due_now, settings)
        worker = Worker(queue, settings, order, opts.parallel, due=due_now)
        await worker.run(once=opts.once)


def _due_now(settings: BaseSettings) -> list[Portal]:
    """Return the portals that the schedule wants crawled now, the most urgent first."""
    at = datetime.now(UTC)
    registry = Registry.from_settings(settings)
    return [registry.portal(visit.portal) for visit in due(next_visits(settings, Shard(), at), at)]


def _serve_metrics(settings: BaseSettings, address: str) -> None:
    """Serve metrics; a second worker of a machine does without, for both would say the same."""
    if address == "none":
        return
    from crawler.jobs import metrics  # noqa: PLC0415 (of no use to any other command)

    try:
        port = metrics.serve(settings, address)
    except DisclosureError as error:
        if address != _METRICS:
            raise
        _log.warning("%s", error)
    else:
        _log.info("metrics are served at port %d", port)
