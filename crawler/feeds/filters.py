"""Which reports go into a feed: by kind, by host, by checks, by whether they repeat another.

A feed's option `only`, or the setting `FEED_ONLY` for all feeds, is a list of words. Items that are
no reports pass: another spider's feed is its own matter. Nothing that is left out is lost: the
archive has it, and another feed may take it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.extensions.feedexport import ItemFilter

from parsers.errors import FeedError
from parsers.items import Report

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = ("annual_report", "list", "other")
#: Word → whether a report is such a one. Kinds add to one another; every other word must hold.
_TRAITS: dict[str, Callable[[Report], bool]] = {
    "official": lambda report: report.source.official,
    "copies": lambda report: not report.source.official,
    "checked": lambda report: all(check.status != "fail" for check in report.checks),
    "broken": lambda report: any(check.status == "fail" for check in report.checks),
    "unique": lambda report: report.duplicate_of is None,
}


class ReportFilter(ItemFilter):
    """Takes the reports that `only` names; Scrapy's `item_classes` holds besides."""

    def __init__(self, feed_options: dict[str, Any] | None) -> None:
        """Read the words. Raises FeedError for one that is none."""
        super().__init__(feed_options)
        words = (feed_options or {}).get("only") or ()
        words = words.replace(",", " ").split() if isinstance(words, str) else words
        unknown = [word for word in words if word not in _TRAITS and word not in _KINDS]
        if unknown:
            known = ", ".join((*_KINDS, *_TRAITS))
            raise FeedError(f"a feed cannot have {unknown[0]!r} only: known are {known}")
        self._kinds = {word for word in words if word in _KINDS}
        self._traits = [_TRAITS[word] for word in words if word in _TRAITS]

    def accepts(self, item: Any) -> bool:
        """Whether the feed takes the item."""
        if not isinstance(item, Report):
            return super().accepts(item)
        of_kind = not self._kinds or item.kind in self._kinds
        fits = of_kind and all(trait(item) for trait in self._traits)
        return fits and super().accepts(item)
