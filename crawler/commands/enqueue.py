"""`scrapy enqueue`: put portals into the queue that workers share; without names, what is due."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands import counted, machine_told, tell
from crawler.jobs.queue import Queue
from crawler.registry import Portal, Registry
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    """Put portals into the queue."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        """Say which arguments there are."""
        return "[options] PORTAL [PORTAL ...]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Put portals into the queue of QUEUE_URL, for workers on any machine"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Put portals into the queue that QUEUE_URL names; its tables are made where they are "
            "missing. A portal that waits already is not queued twice. Example: "
            "scrapy enqueue ziyang; scrapy enqueue --all"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="every portal of the registry")
        parser.add_argument("--json", action="store_true", help="for programs")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Queue what is named; what goes wrong is told in one sentence."""
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        try:
            with machine_told():
                portals = _named(Registry.from_settings(self.settings), args, every=opts.all)
                queued = asyncio.run(_put(Queue.from_settings(self.settings), portals))
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1
            return
        left = len(portals) - len(queued)
        line = f"{counted(len(queued), 'portal')} queued, {left} waited already"
        shown = json.dumps({"queued": queued, "waited": left}) if opts.json else line
        sys.stdout.write(f"{shown}\n")


def _named(registry: Registry, names: list[str], *, every: bool) -> list[Portal]:
    """Return the portals that are meant. Raises DisclosureError where there is none."""
    portals = list(registry.portals) if every else [registry.portal(name) for name in names]
    if not portals:
        raise DisclosureError("name a portal, as in: scrapy enqueue ziyang; or give --all")
    return portals


async def _put(queue: Queue, portals: list[Portal]) -> list[str]:
    async with queue.opened():
        return await queue.put(portals)
