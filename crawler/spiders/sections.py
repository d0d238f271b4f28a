"""Walk portals from home page to every report: a `Fetch` becomes a request, an answer a page.

Knows roles (home, hub, column, document, attachment) and budgets; what a list looks like is known
to `crawler.cms`, which links lead to reports to `crawler.discovery`. Never follows a link off its
site, never breaks through a challenge; gives one `Page` for each answer that is a document.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urljoin

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
from crawler.spiders.starts import Start, starts_of
from parsers.items import AttachedTo
from parsers.report import read_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.discovery import Candidate
    from parsers.items import Page

Role = Literal["home", "hub", "column", "document", "attachment"]

#: A file that may be the report; told by its name in the path or the query, as it is linked.
_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?:$|[?#&])", re.IGNORECASE)
#: What a list may link to and no reader calls a document.
_ASSET = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|css|js|ico|mp[34]|avi|wmv|swf|exe|apk)$", re.IGNORECASE
)
#: Bodies that hold no links to walk: PDF, Office (zip and OLE), RAR.
_BINARIES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!")

#: Pages of lists before pages of reports: a budget then cuts documents, never the list's tail.
_PRIORITY: dict[Role, int] = {"home": 30, "hub": 20, "column": 10, "document": 0, "attachment": 0}

#: The settings that end a walk which would not end by itself.
_BUDGETS = (
    "PAGES_PER_SECTION", "PAGES_PER_HOST", "WALK_DEPTH", "WALK_HUBS", "CHALLENGES_PER_HOST",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """Where the walk stands at one fetch.

    `depth` counts links from the start, paging not counted; `number` counts the pages of the list;
    `others` are the ways left to try where this one leads nowhere, `hubs` those tried.
    """

    start: Start
    role: Role
    fetch: Fetch
    depth: int = 0
    section: str | None = None
    cms: str | None = None
    link_text: str | None = None
    number: int = 1
    hubs: int = 0
    others: tuple[Candidate, ...] = ()
    attached_to: AttachedTo | None = None


class SectionsSpider(Spider):
    """Crawl the report sections of portals.

    Arguments, at least one of: `portal=ID[,ID]`, `url=URL[,URL]`, `registry=FILE`; `registry`
    without `portal` crawls every portal of the file.
    """

    name = "sections"
    known: Registry
    starts: list[Start]
    budgets: dict[str, int]
    allowed_domains: list[str]

    # Paging is no depth: the walk counts its own links (setting WALK_DEPTH).
    custom_settings = {"DEPTH_LIMIT": 0, "DEPTH_PRIORITY": 0}  # noqa: RUF012 (Scrapy's own form)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Read the arguments. Raises DisclosureError in one sentence where they cannot be used."""
        if kwargs.get("registry"):  # the stages ask the same registry
            crawler.settings.set("REGISTRY", kwargs["registry"], priority="cmdline")
        registry, starts = starts_of(kwargs, crawler.settings)
        _slow_down(crawler.settings, starts)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.known, spider.starts = registry, starts
        # Scrapy refuses a redirect to any other host; ports are told apart by `Start.holds`.
        hosts = {
            host.removeprefix("*.").partition(":")[0] for start in starts for host in start.hosts
        }
        spider.allowed_domains = sorted(hosts)
        spider.budgets = {name: crawler.settings.getint(name) for name in _BUDGETS}
        crawler.signals.connect(spider.keep_attempt, signals.request_scheduled)
        crawler.signals.connect(spider.note_report, signals.item_scraped)
        crawler.signals.connect(spider.tell_empty_starts, signals.spider_closed)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pages_of_host: Counter[str] = Counter()
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
        self.count(f"pages/{step.role}")
        if page.body.startswith(_BINARIES):
            return
        reason = blocked(page)
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
                yield from self.attachments(page, step)

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
        if not candidates:
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
        tried = {candidate.url for candidate in step.others}
        deeper = tuple(candidate for candidate in candidates if candidate.url not in tried)
        yield from self.next_hub(replace(step, others=deeper + step.others))

    def from_column(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield a list's rows, its next page, its parts; where it is a report itself, its files."""
        listing = (family(step.cms) if step.cms else family_of(page)).read(page, step.fetch)
        section = step.section or page.final_url
        seen = self.rows_of_section[section]
        new = [entry for entry in listing.entries if entry.url not in seen]
        seen.update(entry.url for entry in new)
        self.count("lists")
        for entry in new:
            column = discovery.judge(entry.url, entry.title, inside=True)
            yield self.below(step, entry.url, entry.title, "column" if column else "document")
        if new or not listing.entries:  # a page that only repeats ends its list
            for fetch in listing.next:
                yield replace(step, fetch=fetch, section=section, number=step.number + 1)
        if step.number == 1:
            yield from self.columns(self.parts(page, step), step)
        if not listing.entries and not listing.next:
            yield from self.attachments(page, step)

    def attachments(self, page: Page, step: Step) -> Iterator[Step]:
        """Yield the files that a document links to, with the report that they hang on."""
        linked = [one for one in Markup.of(page).anchors() if _ATTACHMENT.search(one.url)]
        if not any(step.start.holds(anchor.url) for anchor in linked):
            return
        report_id = read_page(page, self.known.organ_of(page.final_url)).report_id
        for anchor in linked:
            attached_to = AttachedTo(page.final_url, anchor.text, report_id)
            below = self.below(step, anchor.url, anchor.text, "attachment")
            yield replace(below, attached_to=attached_to)

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
        if step.hubs >= self.budgets["WALK_HUBS"]:
            self.budget_reached("WALK_HUBS", step)
            return
        best, *others = step.others
        below = self.below(step, best.url, best.text, "hub")
        yield replace(below, hubs=step.hubs + 1, others=() if found else tuple(others))

    def below(self, step: Step, url: str, text: str, role: Role) -> Step:
        """Return the step one link further down."""
        return Step(
            start=step.start,
            role="attachment" if _ATTACHMENT.search(url) else role,
            fetch=Fetch(url),
            depth=step.depth + 1,
            section=step.section,
            link_text=text,
            hubs=step.hubs,
        )

    def requests(self, step: Step, via: str | None) -> Iterator[Request]:
        """Yield the request of a step that is on its site and within every budget."""
        host = netloc(step.fetch.url)
        if not step.start.holds(step.fetch.url):
            self.count("off_site")
        elif _ASSET.search(step.fetch.url.partition("?")[0]):
            self.count("assets")
        elif step.number > self.budgets["PAGES_PER_SECTION"]:
            self.budget_reached("PAGES_PER_SECTION", step)
        elif step.depth > self.budgets["WALK_DEPTH"]:
            self.budget_reached("WALK_DEPTH", step)
        elif self.pages_of_host[host] >= self.budgets["PAGES_PER_HOST"]:
            self.budget_reached("PAGES_PER_HOST", step)
        else:
            self.pages_of_host[host] += 1
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
            cb_kwargs={"step": step},
            meta={
                "portal": portal.id if portal else None,
                "section": step.section,
                "link_text": step.link_text,
                "via": via,
                "depth": step.depth,
                "attached_to": step.attached_to,
                "render": bool(portal and portal.render and step.role != "attachment"),
            },
        )

    def give_up(self, step: Step, reason: str) -> Iterator[Request]:
        """Note that a fetch gave no page, and try the next way where there is one."""
        self.count(f"not_fetched/{reason.partition(':')[0]}")
        if step.depth == 0:
            self.told.add(step.start.name)
            host = netloc(step.fetch.url)
            remedy = "check the address, or run the same command again later: it goes on from here"
            fail(self.crawler, f"{host} gave no page for {step.start.name} ({reason}); {remedy}")
        for onward in self.next_hub(step):
            yield from self.requests(onward, via=step.fetch.url)

    def budget_reached(self, name: str, step: Step) -> None:
        """Say by name that a budget cut the walk; the rest of it goes on."""
        self.count(f"budget_reached/{name}")
        message = "budget %s=%s reached at %s (section %s): not fetched"
        self.logger.warning(message, name, self.budgets[name], step.fetch.url, step.section)

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

    def tell_empty_starts(self, reason: str) -> None:
        """Fail the run for each start that was walked to its end and gave no report."""
        if reason != "finished":
            return
        for start in self.starts:
            found = sum(n for host, n in self.reports_of_host.items() if start.holds(f"//{host}/"))
            if not found and start.name not in self.told:
                remedy = "name its report column with -a url=URL, or state it in the registry"
                fail(self.crawler, f"{start.name} gave no annual report: {remedy}")


def _slow_down(settings: BaseSettings, starts: list[Start]) -> None:
    """Give a portal's hosts the delay that it states, or DOWNLOAD_DELAY where that is more."""
    slots = settings.getdict("DOWNLOAD_SLOTS")
    for start in starts:
        if start.portal and start.portal.delay is not None:
            delay = max(start.portal.delay, settings.getfloat("DOWNLOAD_DELAY"))
            for host in start.hosts:
                slots.setdefault(host.partition(":")[0], {})["delay"] = delay
    if slots:
        settings.set("DOWNLOAD_SLOTS", slots, priority="cmdline")


def _attempts(meta: dict[str, Any]) -> Iterator[Page]:
    """Yield the pages of attempts before the last: an answer 200 that broke off, for one."""
    yield from filter(gives_item, map(from_record, meta.get("attempts", ())))


def _reason(failure: Failure) -> str:
    """Return in a few words why a request gave no page."""
    error = failure.value
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    return f"{type(error).__name__}: {error}".strip(": ").partition("\n")[0]
