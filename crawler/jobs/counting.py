"""Count what a run does, portal by portal, while it does it.

Knows the signals of Scrapy and of the walk, and the items; makes `Figures` of them and judges
nothing. What belongs to no portal of the registry is counted under "".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from scrapy import signals

from crawler.cms.markup import is_gbk
from crawler.discovery import is_report_title
from crawler.jobs.figures import Figures
from crawler.jobs.layout import shape
from crawler.registry import Registry
from crawler.seen import Seen
from crawler.spiders import steps
from crawler.spiders.told import FILE_KEPT, LIST_READ, NOT_FETCHED, PAGE_READ
from parsers.items import Report
from parsers.titles import year_in

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.cms import Listing
    from crawler.spiders.steps import Step
    from parsers.items import Page

#: Fields of a report that a reader misses.
_FIELDS = ("title", "agency", "year", "period", "published_on", "facts")
#: Kinds of spam that somebody injected; damage and ads of the portal's own are none.
_INJECTED = frozenset(
    {
        "link_farm", "hidden_block", "brand_substitution", "domain_substitution",
        "pinyin_annotation", "script_injection", "meta_injection",
    }
)  # fmt: skip
_CHALLENGES = ("challenge", "firewall")


class Counting:
    """The figures of a run so far, by portal."""

    def __init__(self, crawler: Crawler) -> None:
        self._of: defaultdict[str, Figures] = defaultdict(Figures)
        self._rows = Seen()
        self._known = Registry.from_settings(crawler.settings)
        self._reports = Seen()
        for listener, signal in (
            (self.response_downloaded, signals.response_downloaded),
            (self.item_scraped, signals.item_scraped),
            (self.page_read, PAGE_READ),
            (self.file_kept, FILE_KEPT),
            (self.list_read, LIST_READ),
            (self.not_fetched, NOT_FETCHED),
        ):
            crawler.signals.connect(listener, signal)

    def figures(self, portal: str | None = None) -> Figures:
        """Return the figures of a portal; without one, of the whole run."""
        return total(self._of.values()) if portal is None else self._of[portal]

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Count an answer that came from the network."""
        portal = request.meta.get("portal")
        if portal is None and (found := self._known.portal_of(request.url)):
            portal = found.id  # its robots.txt, which no page of the walk asked for
        mine = self._of[portal or ""]
        mine.requests += 1
        mine.bytes += len(response.body)

    def page_read(self, step: Step, page: Page, unchanged: int) -> None:
        """Count a page that the spider read; `unchanged` is 1 where it stands as it was, else 0."""
        mine = self._of[step.start.id or ""]
        mine.pages += 1
        mine.unchanged += unchanged
        if not step.unasked and not page.body.startswith(steps.BINARIES):
            charset = "gb18030" if is_gbk(page.body) else "utf-8"
            mine.charsets[charset] = mine.charsets.get(charset, 0) + 1

    def file_kept(self, step: Step) -> None:
        """Count a file that was not asked for again."""
        self._of[step.start.id or ""].unchanged += 1

    def list_read(self, step: Step, page: Page, listing: Listing) -> None:
        """Count a list page and the reports that it names; keep the shape of its rows."""
        portal = step.start.id or ""
        mine = self._of[portal]
        mine.lists += 1
        for entry in listing.entries:
            row = (portal, steps.sessionless(entry.url))
            if is_report_title(entry.title) and self._rows.enter(row):
                mine.listed += 1
                _note_year(mine, year_in(entry.title))
        found = shape(page, listing)
        if found:
            mine.layout.setdefault(step.section or step.fetch.url, found)

    def not_fetched(self, step: Step, reason: str) -> None:
        """Count an address that gave no page."""
        mine = self._of[step.start.id or ""]
        kind = reason.partition(":")[0]
        mine.failed[kind] = mine.failed.get(kind, 0) + 1
        mine.challenges += kind in _CHALLENGES

    def item_scraped(self, item: Any) -> None:
        """Count an item: what it is, what it lacks, what was cut from it, which checks broke."""
        if not isinstance(item, Report):
            return
        mine = self._of[item.source.portal or ""]
        mine.items += 1
        _add(mine.spam, _spam_of(item))
        mine.spammed += any(cut.kind in _INJECTED for cut in item.spam)
        if item.kind != "annual_report":
            return
        report = (item.source.portal, item.report_id)
        mine.new += self._reports.enter(report)  # its file is another capture of the same report
        _note_year(mine, item.year)
        _add(mine.empty, Counter(name for name in _FIELDS if not getattr(item, name)))
        _add(mine.checks, Counter(check.status for check in item.checks))


def total(parts: Any) -> Figures:
    """Return the sum of figures: what is counted is added, years are joined."""
    whole = Figures()
    for part in parts:
        for name, value in part.as_dict().items():
            known = getattr(whole, name)
            if isinstance(value, dict) and name != "layout":
                _add(known, Counter(value))
            elif name == "years":
                whole.years = sorted({*known, *value})
            elif isinstance(value, int | float) and name not in _OF_THE_ARCHIVE:
                setattr(whole, name, known + value)
    return whole


#: Alike in each portal's figures, since they are the archive's; a sum of them would be none.
_OF_THE_ARCHIVE = frozenset({"waiting", "waiting_bytes", "disk_free", "seconds"})


def _spam_of(report: Report) -> Counter[str]:
    found: Counter[str] = Counter()
    for cut in report.spam:
        found[cut.kind] += cut.count
    return found


def _add(known: dict[str, int], more: Counter[str]) -> None:
    for name, count in more.items():
        known[name] = known.get(name, 0) + count


def _note_year(figures: Figures, year: int | None) -> None:
    if year is not None and year not in figures.years:
        figures.years = sorted([*figures.years, year])
