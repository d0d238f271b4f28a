"""`scrapy capture URL...`: archive these addresses, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.commands import ArchivedRun
from crawler.spiders.capture import CaptureSpider

if TYPE_CHECKING:
    import argparse


class _Capture(BaseRunSpiderCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options] <url> ..."

    def short_desc(self) -> str:
        return "Archive these URLs, follow no link"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise UsageError
        assert self.crawler_process is not None  # noqa: S101 (Scrapy sets it before it calls run)
        self.crawler_process.crawl(self._create_crawler(CaptureSpider), urls=args, **opts.spargs)
        self.crawler_process.start()


class Command(ArchivedRun, _Capture):
    """Archive addresses; with -o or -O, their items too."""

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Fetch each URL (http or https) once, archive the exchange with its redirects, and "
            "follow no link. With -o or -O the documents come out as items. Example: "
            "scrapy capture http://www.example.gov.cn/report.html -O report.jsonl"
        )
