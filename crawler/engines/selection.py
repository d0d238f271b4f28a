"""Which captures of an archive a re-parse takes: by host, portal, date, status, and kind of item.

What is said of one trait adds up (two hosts: either), the traits hold together. Knows a capture by
its page; where an index of the archive is at hand, parts without a wanted capture are not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.registry import netloc

if TYPE_CHECKING:
    from crawler.registry import Registry
    from parsers.items import Page


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted; an empty trait asks for nothing.

    `hosts` are netlocs, `portals` registry ids, `since` and `until` dates of capture (ISO, or the
    beginning of one: 2024-06), both included; `kinds` are those of items.
    """

    hosts: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    statuses: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether an index can tell captures that are not wanted."""
        return bool(self.hosts or self.portals or self.since or self.until or self.statuses)

    def takes(self, page: Page, registry: Registry) -> bool:
        """Whether a capture is wanted, as far as can be said before it is parsed."""
        if self.statuses and page.status not in self.statuses:
            return False
        return self.takes_place(page.final_url, page.fetched_at, registry)

    def takes_place(self, url: str, date: str, registry: Registry) -> bool:
        """Whether host, portal and date are wanted; `date` is ISO."""
        if date < self.since or (self.until and date[: len(self.until)] > self.until):
            return False
        if self.hosts and netloc(url) not in self.hosts:
            return False
        if not self.portals:
            return True
        portal = registry.portal_of(url)
        return portal is not None and portal.id in self.portals

    def takes_kind(self, kind: str) -> bool:
        """Whether items of this kind are wanted."""
        return not self.kinds or kind in self.kinds


EVERYTHING = Selection()
