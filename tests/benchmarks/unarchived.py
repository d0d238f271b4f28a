"""The archive turned off, and nothing else: what the records alone cost is told against it.

`ARCHIVE_ENABLED=False` with a handler that asks as `crawler.archive.wire` does: the project's own
client, each server's turns and delays, the same settings, middlewares and limits. What it leaves
out is all that the archive is: the spool, the ledger, the self-test, exchanges and their contexts,
records, digests, packing, commits and the wait for them, the question whether a page was seen
before, outcomes, replays, and the record of the run, which a run without an archive does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from crawler.archive.download import TapingHandler
from crawler.archive.tape import Tape
from crawler.servers import turn

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class Unarchived(TapingHandler):
    """The project's download client; what crossed the wire is forgotten with its page."""

    lazy = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Download when it is the request's turn."""
        async with turn(self.crawler, request):
            return (await self.fetch(request, Tape())).response
