"""Scrapy's filter of requests that were scheduled before, with a memory that stays small.

Which requests are alike stays Scrapy's to say (its fingerprints). There is no JOBDIR here: what an
earlier run asked is in the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.dupefilters import RFPDupeFilter

from crawler.seen import Seen

if TYPE_CHECKING:
    from scrapy import Request


class FilterRepeats(RFPDupeFilter):
    """Refuses a request whose like was scheduled in this run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scheduled = Seen()

    def request_seen(self, request: Request) -> bool:
        """Whether its like was scheduled before; from now on it was."""
        return not self._scheduled.enter(self.fingerprinter.fingerprint(request))
