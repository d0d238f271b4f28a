"""From a page of a walk to the steps that it leads to: columns, rows, next pages, files.

Knows the roles (home, hub, column, document, attachment) and which of the links that a page shows
stand as an earlier run found them; what a list looks like is known to `crawler.cms`, which links
lead to reports to `crawler.discovery`. No request is made here: `sections` makes them of steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler import discovery
from crawler.cms import Entry, Fetch, family, family_of
from crawler.cms.files import NAMED, files, pictures
from crawler.cms.markup import Markup
from crawler.cms.static import pages_said
from crawler.seen import Seen
from crawler.spiders import steps
from crawler.spiders.past import NOTHING, Past, is_newest_first
from crawler.spiders.steps import Role, Step
from parsers.items import AttachedTo
from parsers.report import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.cms import Listing
    from crawler.discovery import Candidate
    from crawler.registry import Registry
    from crawler.spiders.limits import Limits
    from crawler.spiders.rows import Rows
    from parsers.items import Page, Report

#: The shortest real report read has some 600 characters; a title and a page's frame have fewer.
_TITLE_ALONE = 400


class Walk:
    """What a page leads to; whoever walks gives registry and budgets, and counts."""

    known: Registry
    limits: Limits
    wanted: Rows

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._listed = Seen()

    def count(self, name: str) -> None:
        """Count one `name` of the walk."""
        self.limits.count(name)

    def leave_out(self, row: Entry, why: str) -> None:  # noqa: ARG002 (a spider looks at it)
        """Count a row that its user does not want."""
        self.count(f"left_out/{why}")

    def note_list(self, page: Page, listing: Listing, step: Step) -> None:
        """Look at a list page that is walked; a spider may tell of it."""

    def onward(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield the steps that `page` leads to."""
        if step.role == "attachment":
            return
        markup = Markup.of(page)
        refresh = markup.refresh()
        for url in filter(None, (refresh, *_frames(markup))):
            found = step.past.holds(Entry(url, "")) and step.role == "document"
            yield replace(
                step, fetch=Fetch(url), depth=step.depth + 1, unchanged=found, past=NOTHING
            )
        match step.role:
            case "home":
                yield from self.from_home(page, step)
            case "hub":
                yield from self.from_hub(page, step)
            case "column":
                yield from self.from_column(page, step)
            case _:
                yield from self.from_document(page, step)

    def from_home(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield the columns and the best hub of a home page; a column given as start is walked."""
        listing = family_of(page).read(page, step.fetch)
        titles = _own_titles(listing, step)
        if family_of(page).NAME == "gkmlpt" or discovery.is_column(page, titles):
            yield from self.from_column(page, replace(step, role="column", section=step.fetch.url))
            return
        candidates = self.candidates(page, step)
        columns = [candidate for candidate in candidates if candidate.leads == "reports"]
        hubs = [candidate for candidate in candidates if candidate.leads == "hub"]
        yield from self.columns(columns, step)
        yield from self.next_hub(replace(step, others=tuple(hubs)), found=bool(columns))
        if not candidates and not titles and self.must_be_drawn(page, step):
            yield self.drawn(step)
        elif not candidates:
            yield from self.from_column(page, replace(step, role="column", section=step.fetch.url))

    def from_hub(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield the columns of a hub; where it has none, the next way to try."""
        if family_of(page).NAME == "gkmlpt":
            yield from self.from_column(page, replace(step, role="column", section=step.fetch.url))
            return
        candidates = self.candidates(page, step)
        columns = [candidate for candidate in candidates if candidate.leads == "reports"]
        if columns:
            yield from self.columns(columns, step)
            return
        titles = tuple(entry.title for entry in _listing(page, step).entries)
        if discovery.lists_reports(titles):  # a small organ has no column for them alone
            yield from self.from_column(page, replace(step, role="column", section=step.fetch.url))
            return
        if not (candidates or step.others) and self.must_be_drawn(page, step):
            yield self.drawn(step)
            return
        tried = {candidate.url for candidate in step.others}
        deeper = tuple(candidate for candidate in candidates if candidate.url not in tried)
        yield from self.next_hub(replace(step, others=deeper + step.others))

    def from_column(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield a list's rows, its next page, its parts; where it is a report itself, its files."""
        listing = _listing(page, step)
        section = step.section or page.final_url
        rows = [((section, steps.sessionless(one.url)), one) for one in listing.entries]
        new = [one for row, one in rows if row not in self._listed]
        for row, _ in rows:
            self._listed.enter(row)
        self.count("lists")
        self.note_list(page, listing, step)
        yield from self.rows(new, step)
        if new or not listing.entries:  # a page that only repeats ends its list
            blank = 0 if new else step.blank + 1
            tail = step.past.has_list(listing.entries) and is_newest_first(listing.entries)
            onward = replace(
                step,
                section=section,
                number=step.number + 1,
                blank=blank,
                unchanged=tail,
                past=NOTHING,
            )
            yield from (replace(onward, fetch=fetch) for fetch in listing.next)
        if step.number == 1:
            self.note_pages(page, listing, step)
            yield from self.columns(self.parts(page, step), step)
        yield from self.attachments(page, step, {entry.url for entry in listing.entries})
        if not listing.entries and not listing.next and self.must_be_drawn(page, step):
            yield self.drawn(step)

    def note_pages(self, page: Page, listing: Listing, step: Step) -> None:
        """Say so where a list shows rows, says that it has more pages, and leads to none."""
        pages = 0 if listing.next or not listing.entries else pages_said(Markup.of(page))
        if pages > 1 and discovery.is_column(page, tuple(one.title for one in listing.entries)):
            self.limits.note_unpaged(step, pages)

    def rows(self, new: list[Entry], step: Step) -> Iterator[Step]:
        """Yield the steps into the rows of a list that are wanted; the others are counted."""
        for entry in new:
            why_not = self.wanted.why_not(entry)
            if why_not:
                self.leave_out(entry, why_not)
                continue
            column = discovery.judge(entry.url, entry.title, inside=True)
            below = self.below(step, entry.url, entry.title, "column" if column else "document")
            yield replace(below, unchanged=below.role != "column" and step.past.holds(entry))

    def from_document(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield a document's files and later parts; a row may lead to a list of its own too."""
        listing = _listing(page, step)
        titles = _own_titles(listing, step)
        if discovery.lists_reports(titles) and not self.is_report(page):
            if step.unasked:  # lists are asked for in every run
                yield self.asked_anew(step)
                return
            yield from self.from_column(page, replace(step, role="column", section=step.fetch.url))
            return
        yield from self.attachments(page, step)
        for fetch in listing.next:
            if steps.continues(fetch.url, page.final_url):
                found = step.past.same
                yield replace(
                    step, fetch=fetch, number=step.number + 1, unchanged=found, past=NOTHING
                )

    def attachments(self, page: Page, step: Step, rows: set[str] | None = None) -> Iterator[Step]:
        """Yield the files that a document links to or shows, with the report that they hang on.

        The files that are `rows` of a list are its own; others hang on it only where the list is a
        report itself. Pictures are files of a report only: its pages, or its tables, were scanned.
        """
        hung = {url: text for url, text in files(page).items() if url not in (rows or ())}
        shown = pictures(page)
        if not any(map(step.start.holds, hung | shown)):
            return
        report = self.read(page)
        if rows and report.kind != "annual_report":
            return
        if report.kind == "annual_report" or discovery.is_report_title(step.link_text or ""):
            hung = shown | hung
        for url, text in hung.items():
            attached_to = AttachedTo(page.final_url, text, report.report_id)
            yield replace(
                self.below(step, url, text, "attachment"),
                attached_to=attached_to,
                unchanged=step.past.holds(Entry(url, text)),
            )

    def past_of(self, before: Page, step: Step) -> Past:
        """Return what an earlier run found on the page of `step`, which was `before` then."""
        if step.role == "attachment" or before.body.startswith(steps.BINARIES):
            return NOTHING
        rows = _listing(before, step).entries
        markup = Markup.of(before)
        hung = {Entry(url, text) for url, text in files(before).items()}
        hung |= {Entry(url, text) for url, text in pictures(before).items()}
        hung |= {Entry(url, "") for url in (markup.refresh(), *_frames(markup)) if url}
        return Past(rows=rows, links=frozenset(rows) | hung)

    def read(self, page: Page) -> Report:
        """Return the item of a page, as the stages will."""
        return read_page(page, self.known.organ_of(page.final_url))

    def is_report(self, page: Page) -> bool:
        """Whether a page is a report in full; a list of one row reads as a report's title."""
        report = self.read(page)
        return report.kind == "annual_report" and len(report.text or "") > _TITLE_ALONE

    def drawn(self, step: Step) -> Step:
        """Return the step into the same page, as a browser draws it."""
        self.count("drawn")
        return replace(self.asked_anew(step), drawn=True)

    def asked_anew(self, step: Step) -> Step:
        """Return the step into the same page once more, asked of its host."""
        fetch = replace(step.fetch, again=True)
        return replace(step, fetch=fetch, unchanged=False, unasked=False, past=NOTHING)

    def must_be_drawn(self, page: Page, step: Step) -> bool:
        """Whether a page that shows no list may show one in a browser: scripts, and no report."""
        portal = step.start.portal
        asked = step.drawn or bool(portal and portal.render)
        return not asked and steps.is_scripted(page) and not self.is_report(page)

    def candidates(self, page: Page, step: Step) -> list[Candidate]:
        """Return the ways that a home page or hub shows on its own site, the best first."""
        return [one for one in discovery.sections(page) if step.start.holds(one.url)]

    def parts(self, page: Page, step: Step) -> list[Candidate]:
        """Return the columns that a column shows: its parts, and those beside it in the menu.

        Who starts at a column wants that one: then only what lies under its address.
        """
        found = discovery.sections(page, inside=True)
        if step.depth:
            return list(found)
        below = urljoin(page.final_url, ".")
        return [one for one in found if one.url.startswith(below)]

    def columns(self, found: list[Candidate], step: Step) -> Iterator[Step]:
        """Yield a step into each report column."""
        for candidate in found:
            below = self.below(step, candidate.url, candidate.text, "column")
            yield replace(below, section=candidate.url, cms=None)

    def next_hub(self, step: Step, *, found: bool = False) -> Iterator[Step]:
        """Yield the best way left to try; with `found`, it is the last: reports are at hand."""
        if not step.others:
            return
        if self.limits.refuse("WALK_HUBS", step.hubs + 1, step):
            return
        best, *others = step.others
        below = self.below(step, best.url, best.text, "hub")
        yield replace(below, hubs=step.hubs + 1, others=() if found else tuple(others))

    def below(self, step: Step, url: str, text: str, role: Role) -> Step:
        """Return the step one link further down."""
        return Step(
            start=step.start,
            role="attachment" if NAMED.search(url) else role,
            fetch=Fetch(url),
            depth=step.depth + 1,
            section=step.section,
            link_text=text,
            hubs=step.hubs,
        )


def _own_titles(listing: Listing, step: Step) -> tuple[str, ...]:
    """Return what the rows on the step's own site say; a link farm makes no page a column."""
    return tuple(row.title for row in listing.entries if step.start.holds(row.url))


def _frames(markup: Markup) -> Iterator[str]:
    """Yield the addresses of a page's frames; a viewer's is that of its file, an attachment."""
    yield from (url for url in markup.frames() if not NAMED.search(url))


def _listing(page: Page, step: Step) -> Listing:
    """Return what the page's family reads in it; where that is nothing, what a plain list shows."""
    made_by = family(step.cms) if step.cms else family_of(page)
    listing = made_by.read(page, step.fetch)
    if listing.entries or listing.next:
        return listing
    return family("static").read(page, step.fetch)
