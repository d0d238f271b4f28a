"""What an earlier run found on a page, so that a walk knows which links stand as they stood.

A document whose row in a list (address, title, date) is as it was, and which the archive holds
whole, is not asked for again in every run but once in RECHECK_DAYS, each at an hour of its own, so
that a night's share is always small. Pure: no Scrapy, no network, no clock.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.cms import Entry

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Past:
    """What the archive says of a page that was just read.

    `same`: it is as an earlier run archived it, so that all of its links stand. Else `rows` are
    those that its list had then, and `links` these and its files.
    """

    same: bool = False
    rows: tuple[Entry, ...] = ()
    links: frozenset[Entry] = frozenset()

    def holds(self, link: Entry) -> bool:
        """Whether the link stood there then, with the same address, title and date."""
        return self.same or link in self.links

    def has_list(self, rows: tuple[Entry, ...]) -> bool:
        """Whether the list had these very rows, in this order."""
        return bool(rows) and (self.same or rows == self.rows)


#: What is known of a page that no earlier run archived.
NOTHING = Past()


def is_newest_first(rows: Iterable[Entry]) -> bool:
    """Whether every row of a list is dated, and none is younger than the one above it.

    What is new in such a list comes at its top; in any other it may come anywhere.
    """
    dates = [row.date for row in rows]
    return None not in dates and all(str(one) >= str(two) for one, two in pairwise(dates))


def is_due(url: str, checked: datetime, now: datetime, days: float) -> bool:
    """Whether the hour of `url` in a cycle of `days` has come since it was `checked`.

    Every address has an hour of its own, by its digest: none waits longer than `days`, and a run
    each night asks for one in `days` of them. What was checked by a clock that ran ahead is due.
    """
    if days <= 0:
        return True
    cycle = days * _DAY
    share = int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:8], "big")
    hour = share / 2**64 * cycle
    then, today = ((at.timestamp() - hour) / cycle for at in (checked, now))
    return math.floor(today) != math.floor(then)
