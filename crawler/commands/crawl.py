"""`scrapy crawl`: Scrapy's own, with every exchange archived and every failure told."""

from __future__ import annotations

from scrapy.commands import crawl

from crawler.commands import ArchivedRun


class Command(ArchivedRun, crawl.Command):
    """Run a spider of the project by name."""

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Run a spider of the project and archive every exchange. While its job is unfinished, "
            "the same command goes on with it; after that it starts a new one. Example: "
            "scrapy crawl sections -a portal=ziyang -O reports.jsonl"
        )
