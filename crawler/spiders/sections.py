"""Walk portals from home page to every report: a `Fetch` becomes a request, an answer a page.

Knows roles (home, hub, column, document, attachment) and budgets; what a list looks like is known
to `crawler.cms`, which links lead to reports to `crawler.discovery`. Never follows a link off its
site, never breaks through a challenge; gives one `Page` for each answer that is a document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Spider, signals
from scrapy.http import Request
from scrapy.spidermiddlewares.httperror import HttpError

from crawler import discovery
from crawler.blocked import blocked
from crawler.cms import Fetch, family, family_of
from crawler.cms.markup import Markup
from crawler.pages import from_record, from_response, gives_item
from crawler.registry import Registry, netloc
from crawler.run import fail
from crawler.spiders import steps
from crawler.spiders.limits import Limits
from crawler.spiders.starts import Start, slow_down, starts_of
from crawler.spiders.steps import Role, Step
from parsers.items import AttachedTo
from parsers.report import read_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.cms import Listing
    from crawler.discovery import Candidate
    from parsers.items import Page, Report

#: Pages of lists before pages of reports: a budget then cuts documents, never the list's tail.
_PRIORITY: dict[Role, int] = {"home": 30, "hub": 20, "column": 10, "document": 0, "attachment": 0}

#: The shortest real report read has some 600 characters; a title and a page's frame have fewer.
_TITLE_ALONE = 400


class SectionsSpider(Spider):
    """Crawl the report sections of portals.

    Arguments, at least one of: `portal=ID[,ID]`, `url=URL[,URL]`, `registry=FILE`; `registry`
    without `portal` crawls every portal of the file.
    """

    name = "sections"
    known: Registry
    starts: list[Start]
    limits: Limits
    allowed_domains: list[str]

    # Paging is no depth: the walk counts its own links (setting WALK_DEPTH).
    custom_settings = {"DEPTH_LIMIT": 0, "DEPTH_PRIORITY": 0}  # noqa: RUF012 (Scrapy's own form)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Read the arguments. Raises DisclosureError in one sentence where they cannot be used."""
        if kwargs.get("registry"):  # the stages ask the same registry
            crawler.settings.set("REGISTRY", kwargs["registry"], priority="cmdline")
        registry, starts = starts_of(kwargs, crawler.settings)
        slow_down(crawler.settings, starts)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.known, spider.starts = registry, starts
        # Scrapy refuses a redirect to any other host; ports are told apart by `Start.holds`.
        hosts = {
            host.removeprefix("*.").partition(":")[0] for start in starts for host in start.hosts
        }
        spider.allowed_domains = sorted(hosts)
        spider.limits = Limits(crawler)
        crawler.signals.connect(spider.keep_attempt, signals.request_scheduled)
        crawler.signals.connect(spider.note_report, signals.item_scraped)
        crawler.signals.connect(spider.tell_empty_starts, signals.spider_closed)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows_of_section: defaultdict[str, set[str]] = defaultdict(set)
        self.reports_of_host: Counter[str] = Counter()
        self.told: set[str] = set()

    async def start(self) -> AsyncIterator[Any]:
        """Yield the first request of every start."""
        for start in self.starts:
            for fetch, cms in start.fetches:
                role: Role = "home" if start.home else "column"
                section = None if start.home else fetch.url
                step = Step(start, role, fetch, section=section, cms=cms)
                for request in self.requests(step, via=None):
                    yield request

    def parse(self, response: Response, step: Step) -> Iterator[Any]:
        """Yield the page of an answer and the requests that it leads to."""
        yield from _attempts(response.meta)
        page = from_response(response)
        if gives_item(page):
            yield page
        elif page.revisit:
            self.note_unchanged(page)
        self.count(f"pages/{step.role}")
        if page.body.startswith(steps.BINARIES):
            return
        reason = blocked(page) or (_home_instead(page) if step.depth else None)
        if reason:
            yield from self.give_up(step, reason)
            return
        for onward in self.onward(page, step):
            yield from self.requests(onward, via=page.final_url)

    def failed(self, failure: Failure) -> Iterator[Any]:
        """Yield the page of a damaged answer that is a document all the same; note the rest."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        yield from _attempts(request.meta)
        capture = request.meta.get("capture")
        page = from_record(capture) if capture is not None else None
        if page is not None and gives_item(page):
            yield page
        reason = blocked(page) if page is not None else None
        yield from self.give_up(request.cb_kwargs["step"], reason or _reason(failure))

    def onward(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield the steps that `page` leads to."""
        if step.role == "attachment":
            return
        markup = Markup.of(page)
        refresh = markup.refresh()
        for url in filter(None, (refresh, *markup.frames())):
            yield replace(step, fetch=Fetch(url), depth=step.depth + 1)
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
        titles = tuple(entry.title for entry in listing.entries)
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
        seen = self.rows_of_section[section]
        new = [one for one in listing.entries if steps.sessionless(one.url) not in seen]
        seen.update(steps.sessionless(entry.url) for entry in new)
        self.count("lists")
        for entry in new:
            column = discovery.judge(entry.url, entry.title, inside=True)
            yield self.below(step, entry.url, entry.title, "column" if column else "document")
        if new or not listing.entries:  # a page that only repeats ends its list
            blank = 0 if new else step.blank + 1
            onward = replace(step, section=section, number=step.number + 1, blank=blank)
            yield from (replace(onward, fetch=fetch) for fetch in listing.next)
        if step.number == 1:
            yield from self.columns(self.parts(page, step), step)
        yield from self.attachments(page, step, {entry.url for entry in listing.entries})
        if not listing.entries and not listing.next and self.must_be_drawn(page, step):
            yield self.drawn(step)

    def from_document(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield a document's files and later parts; a row may lead to a list of its own too."""
        listing = _listing(page, step)
        titles = tuple(entry.title for entry in listing.entries)
        if discovery.lists_reports(titles) and not self.is_report(page):
            yield from self.from_column(page, replace(step, role="column", section=step.fetch.url))
            return
        yield from self.attachments(page, step)
        for fetch in listing.next:
            if steps.continues(fetch.url, page.final_url):
                yield replace(step, fetch=fetch, number=step.number + 1)

    def attachments(self, page: Page, step: Step, rows: set[str] | None = None) -> Iterator[Step]:
        """Yield the files that a document links to, with the report that they hang on.

        The files that are `rows` of a list are its own; others hang on it only where the list is a
        report itself.
        """
        hung = {url: text for url, text in steps.files(page).items() if url not in (rows or ())}
        if not any(map(step.start.holds, hung)):
            return
        report = self.read(page)
        if rows and report.kind != "annual_report":
            return
        for url, text in hung.items():
            attached_to = AttachedTo(page.final_url, text, report.report_id)
            yield replace(self.below(step, url, text, "attachment"), attached_to=attached_to)

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
        return replace(step, drawn=True, fetch=replace(step.fetch, again=True))

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
            role="attachment" if steps.ATTACHMENT.search(url) else role,
            fetch=Fetch(url),
            depth=step.depth + 1,
            section=step.section,
            link_text=text,
            hubs=step.hubs,
        )

    def requests(self, step: Step, via: str | None) -> Iterator[Request]:
        """Yield the request of a step that is on its site and within every budget."""
        if not step.start.holds(step.fetch.url):
            self.count("off_site")
        elif steps.is_asset(step):
            self.count("assets")
        elif self.limits.allow(step):
            yield self.request(step, via)

    def request(self, step: Step, via: str | None) -> Request:
        """Return the Scrapy request of a step; its meta is the capture's context."""
        portal = step.start.portal
        return Request(
            step.fetch.url,
            method=step.fetch.method,
            body=step.fetch.body,
            headers=dict((portal.headers if portal else ()) + step.fetch.headers),
            callback=self.parse,
            errback=self.failed,
            priority=_PRIORITY[step.role],
            dont_filter=step.fetch.again,
            cb_kwargs={"step": step},
            meta={
                "portal": portal.id if portal else None,
                "section": step.section,
                "link_text": step.link_text,
                "via": via,
                "depth": step.depth,
                "attached_to": step.attached_to,
                "render": step.role != "attachment"
                and (step.drawn or bool(portal and portal.render)),
            },
        )

    def give_up(self, step: Step, reason: str) -> Iterator[Request]:
        """Note that a fetch gave no page, and try the next way where there is one."""
        self.count(f"not_fetched/{reason.partition(':')[0]}")
        if reason.startswith(("challenge", "firewall")):
            self.limits.note_challenge(netloc(step.fetch.url), reason)
        if step.depth == 0:
            self.told.add(step.start.name)
            host = netloc(step.fetch.url)
            remedy = "check the address, or run the same command again later: it goes on from here"
            fail(self.crawler, f"{host} gave no page for {step.start.name} ({reason}); {remedy}")
        for onward in self.next_hub(step):
            yield from self.requests(onward, via=step.fetch.url)

    def has_left(self, url: str) -> bool:
        """Whether the host of `url` is left for this run: the crawl asks before each download."""
        return self.limits.has_left(netloc(url))

    def count(self, name: str) -> None:
        """Count one `name` of the walk."""
        if self.crawler.stats:
            self.crawler.stats.inc_value(f"walk/{name}")

    def keep_attempt(self, request: Request) -> None:
        """Keep what an attempt got before Scrapy's retry: it is archived, so it gives its item."""
        attempt = request.meta.pop("capture", None)
        if attempt is not None:
            request.meta["attempts"] = (*request.meta.get("attempts", ()), attempt)

    def note_report(self, item: Any) -> None:
        """Count a report for its host: a start that gives none has failed."""
        if getattr(item, "kind", None) == "annual_report":
            self.reports_of_host[netloc(item.url)] += 1

    def note_unchanged(self, page: Page) -> None:
        """Count a report that an earlier run archived as it is: its start has not failed."""
        host = netloc(page.url)
        if self.reports_of_host[host]:
            return
        if read_page(page, self.known.organ_of(page.final_url)).kind == "annual_report":
            self.reports_of_host[host] += 1

    def tell_empty_starts(self, reason: str) -> None:
        """Fail the run for each start that was walked to its end and gave no report."""
        if reason != "finished":
            return
        for start in self.starts:
            found = sum(n for host, n in self.reports_of_host.items() if start.holds(f"//{host}/"))
            if not found and start.name not in self.told:
                remedy = "name its report column with -a url=URL, or state it in the registry"
                fail(self.crawler, f"{start.name} gave no annual report: {remedy}")


def _attempts(meta: dict[str, Any]) -> Iterator[Page]:
    """Yield the pages of attempts before the last: an answer 200 that broke off, for one."""
    yield from filter(gives_item, map(from_record, meta.get("attempts", ())))


def _listing(page: Page, step: Step) -> Listing:
    """Return what the page's family reads in it; where that is nothing, what a plain list shows."""
    made_by = family(step.cms) if step.cms else family_of(page)
    listing = made_by.read(page, step.fetch)
    if listing.entries or listing.next:
        return listing
    return family("static").read(page, step.fetch)


def _home_instead(page: Page) -> str | None:
    """Return a reason where the home page answered for another: a soft 404 by redirect."""
    asked, got = urlsplit(page.url), urlsplit(page.final_url)
    is_home = got.path in ("", "/") and not got.query
    return "not found: the home page instead" if is_home and asked.path not in ("", "/") else None


def _reason(failure: Failure) -> str:
    """Return in a few words why a request gave no page."""
    error = failure.value
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    return f"{type(error).__name__}: {error}".strip(": ").partition("\n")[0]
