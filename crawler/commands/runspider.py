"""`scrapy runspider`: Scrapy's own; inside the project any spider's exchanges are archived."""

from __future__ import annotations

from scrapy.commands import runspider

from crawler.commands import ArchivedRun


class Command(ArchivedRun, runspider.Command):
    """Run the spider in a Python file."""

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Run the spider in a Python file and archive every exchange, as scrapy crawl does. "
            "Example: scrapy runspider myspider.py -O items.jsonl"
        )
