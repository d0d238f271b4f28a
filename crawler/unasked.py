"""What a run need not ask a portal again: it is answered from the archive of an earlier run.

A spider marks a request whose link stands as an earlier run found it (`meta["unchanged"]`, a "page"
or a "file"). Where the archive holds its answer whole and the address is not due for its check
(RECHECK_DAYS), a page is answered from there and a file is not read at all. Every other request
gets what the earlier run was answered, so that a list can be compared with itself. Sits next to the
network, behind the replay of the run's own job. Never answers what no spider marked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler.archive.extension import KeepArchive
from crawler.archive.replay import rebuild
from crawler.spiders.past import is_due

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.archive.ledger import Row

#: Keys of a request's meta: what a spider says of its link, and what it is told.
UNCHANGED, UNASKED, BEFORE = "unchanged", "unasked", "before"

#: Answers that are worth keeping to: a page, the way to one, and that there is none.
_SETTLED = frozenset(
    {
        HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT,
        HTTPStatus.NOT_FOUND, HTTPStatus.GONE,
    }
)  # fmt: skip


class Unchanged(IgnoreRequest):
    """A file that an earlier run archived whole, and whose link stands as it stood."""

    reason = "unchanged"


class LeaveUnchanged:
    """The downloader middleware that answers from earlier runs."""

    def __init__(self, crawler: Crawler) -> None:
        archive = crawler.get_extension(KeepArchive)
        self._days = crawler.settings.getfloat("RECHECK_DAYS")
        if archive is None or self._days <= 0:
            raise NotConfigured("there is no archive, or RECHECK_DAYS is 0")
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run's archive."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """Answer from an earlier run; None lets the request go to the network.

        Raises Unchanged for a file.
        """
        for key in (UNASKED, BEFORE):
            request.meta.pop(key, None)
        kind = request.meta.get(UNCHANGED)
        if kind is None:
            return None
        row = await self._archive.before(request)
        if row is None:
            return None
        keeps = bool(kind) and self._keeps(request.url, row)
        if kind == "file" and row.status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            if keeps:
                raise Unchanged(f"{request.url} stands as an earlier run archived it")
            return None  # nothing is compared with a file, which may be large
        capture = await self._archive.captured(row)
        if capture is None:
            return None
        if not keeps:
            request.meta[BEFORE] = capture
            return None
        request.meta[UNASKED] = True
        request.meta["capture"] = capture
        self._archive.note_outcome(request, "ignored", Unchanged.reason)
        return rebuild(request, capture, row.ip)

    def _keeps(self, url: str, row: Row) -> bool:
        """Whether the earlier answer is settled, and its address not due."""
        checked = datetime.fromisoformat(row.started)
        return row.status in _SETTLED and not is_due(url, checked, datetime.now(UTC), self._days)
