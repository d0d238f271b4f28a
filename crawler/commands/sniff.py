"""`scrapy sniff URL`: a portal's report columns as a registry stanza, with evidence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.commands import ArchivedRun
from crawler.logs import harmless

if TYPE_CHECKING:
    import argparse


class _Sniff(BaseRunSpiderCommand):
    requires_project = True
    default_settings = {"LOG_LEVEL": "WARNING"}  # noqa: RUF012 (Scrapy's own form)

    def syntax(self) -> str:
        return "[options] <url>"

    def short_desc(self) -> str:
        return "Find a portal's report columns and print them as a registry stanza"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError
        # Reads pages: every start of Scrapy imports every command, to list them.
        from crawler.spiders.sniff import SniffSpider  # noqa: PLC0415

        assert self.crawler_process is not None  # noqa: S101 (Scrapy sets it before it calls run)
        crawler = self._create_crawler(SniffSpider)
        self.crawler_process.crawl(crawler, url=args[0], **opts.spargs)
        self.crawler_process.start()
        spider = crawler.spider
        if isinstance(spider, SniffSpider) and spider.seen.columns:
            sys.stdout.write(harmless(spider.seen.stanza()))


class Command(ArchivedRun, _Sniff):
    """Look at a portal, archived like every run."""

    writes_line = False  # stdout is the stanza's

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Walk from the page at URL to its report columns, read the first page of each that "
            "shows a row, and print a registry stanza; comments say what each line rests on. "
            "Nothing is written to the registry, and no report is fetched. Example: "
            "scrapy sniff http://www.ziyang.gov.cn/ > ziyang.toml"
        )
