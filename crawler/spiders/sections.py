"""Walk portals from home page to every report: a `Fetch` becomes a request, an answer a page.

Knows Scrapy's requests, answers and failures, and what is to be told of a walk; the steps that a
page leads to are known to `crawler.spiders.walk`. Never follows a link off its site, never breaks
through a challenge; gives one `Page` for each answer that is a document, but none for one that an
earlier run archived as it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.http import Request
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.blocked import blocked
from crawler.cms.markup import is_gbk
from crawler.discovery import is_report_title
from crawler.pages import from_record, from_response, gives_item
from crawler.postponed import Postponed
from crawler.registry import netloc
from crawler.run import count_in_closing, fail
from crawler.spiders import steps
from crawler.spiders.limits import Limits
from crawler.spiders.past import Past
from crawler.spiders.rows import Rows
from crawler.spiders.starts import Start, slow_down, starts_of
from crawler.spiders.steps import Role, Step
from crawler.spiders.told import FILE_KEPT, LIST_READ, NOT_FETCHED, PAGE_READ
from crawler.spiders.walk import Walk
from crawler.unasked import BEFORE, UNASKED, UNCHANGED, Unchanged
from parsers.report import read_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.cms import Entry, Listing
    from parsers.items import Page

#: Pages of lists before pages of reports: a budget then cuts documents, never the list's tail.
_PRIORITY: dict[Role, int] = {"home": 30, "hub": 20, "column": 10, "document": 0, "attachment": 0}


#: Reasons of who lets the crawl in no further, as against a portal that does not answer.
_KEPT_OUT = ("challenge", "firewall", "login", "robots forbidden", "host left", "status 403")


class SectionsSpider(Walk, Spider):
    """Crawl the report sections of portals.

    Arguments, at least one of: `portal=ID[,ID]`, `url=URL[,URL]`, `registry=FILE`; `registry`
    without `portal` crawls every portal of the file. `since` and `until` (a year, a month or a day)
    leave out the rows of lists that are dated otherwise.
    """

    name = "sections"
    starts: list[Start]
    allowed_domains: list[str]

    # Paging is no depth: the walk counts its own links (setting WALK_DEPTH).
    custom_settings = {"DEPTH_LIMIT": 0, "DEPTH_PRIORITY": 0}  # noqa: RUF012 (Scrapy's own form)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Read the arguments. Raises DisclosureError in one sentence where they cannot be used."""
        if kwargs.get("registry"):  # the stages ask the same registry
            crawler.settings.set("REGISTRY", kwargs["registry"], priority="cmdline")
        wanted = Rows.of(kwargs, str(crawler.settings.get("SKIP_ROWS") or ""))
        registry, starts = starts_of(kwargs, crawler.settings, wanted)
        slow_down(crawler.settings, starts)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.known, spider.starts, spider.wanted = registry, starts, wanted
        # Scrapy refuses a redirect to any other host; ports are told apart by `Start.holds`.
        hosts = {
            host.removeprefix("*.").partition(":")[0] for start in starts for host in start.hosts
        }
        spider.allowed_domains = sorted(hosts)
        spider.limits = Limits(crawler)
        crawler.signals.connect(spider.keep_attempt, signals.request_scheduled)
        crawler.signals.connect(spider.note_report, signals.item_scraped)
        crawler.signals.connect(spider.tell_empty_starts, signals.spider_closed)
        crawler.signals.connect(spider.tell_what_was_left, signals.spider_closed)
        return spider

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        step, page = self.compared(step, page, response.meta)
        kept = step.unasked or page.revisit
        self.tell(PAGE_READ, step, page=page, unchanged=int(kept))
        if kept:
            self.note_unchanged(page)
        elif gives_item(page):
            yield page
        self.count("unasked" if step.unasked else f"pages/{step.role}")
        if page.body.startswith(steps.BINARIES):
            return
        reason = blocked(page) or (_home_instead(page) if step.depth else None)
        if reason and step.unasked:  # what was kept is no page of the portal's
            yield from self.requests(self.asked_anew(step), via=response.meta.get("via"))
            return
        if reason:
            yield from self.give_up(step, reason)
            return
        charset = "gb18030" if is_gbk(page.body) else "utf-8"
        for onward in self.onward(page, step):
            yield from self.requests(onward, via=page.final_url, charset=charset)

    def compared(self, step: Step, page: Page, meta: dict[str, Any]) -> tuple[Step, Page]:
        """Return step and page with what an earlier run found there."""
        unasked, before = bool(meta.get(UNASKED)), meta.get(BEFORE)
        if unasked:  # its record may not say what it was asked for by
            page = replace(page, url=(*meta.get("redirect_urls", ()), page.url)[0])
        past = Past(same=unasked or page.revisit)
        if not past.same and before is not None:
            past = self.past_of(from_record(before), step)
        return replace(step, past=past, unasked=unasked), page

    def failed(self, failure: Failure) -> Iterator[Any]:
        """Yield the page of a damaged answer that is a document all the same; note the rest."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        if isinstance(failure.value, Unchanged):
            self.note_unasked_file(request.cb_kwargs["step"])
            return
        if isinstance(failure.value, Postponed):
            return
        yield from _attempts(request.meta)
        capture = request.meta.get("capture")
        page = from_record(capture) if capture is not None else None
        if page is not None and gives_item(page):
            yield page
        reason = blocked(page) if page is not None else None
        if request.meta.get(UNASKED):
            self.count("unasked")
        yield from self.give_up(request.cb_kwargs["step"], reason or _reason(failure))

    def requests(self, step: Step, via: str | None, charset: str = "utf-8") -> Iterator[Request]:
        """Yield the request of a step that is on its site and within every budget.

        `charset` is that of the page which links there: a browser writes queries in it.
        """
        if not step.start.holds(step.fetch.url):
            self.count("off_site")
        elif steps.is_asset(step):
            self.count("assets")
        elif self.limits.allow(step):
            yield self.request(step, via, charset)

    def request(self, step: Step, via: str | None, charset: str) -> Request:
        """Return the Scrapy request of a step; its meta is the capture's context."""
        portal = step.start.portal
        return Request(
            step.fetch.url,
            method=step.fetch.method,
            body=step.fetch.body,
            headers=dict((portal.headers if portal else ()) + step.fetch.headers),
            callback=self.parse,
            errback=self.failed,
            encoding=charset,
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
                "leaf_through": self.limits.pages_left(step) if step.role == "column" else 1,
                UNCHANGED: _kept(step),
            },
        )

    def give_up(self, step: Step, reason: str) -> Iterator[Request]:
        """Note that a fetch gave no page, and try the next way where there is one."""
        self.count(f"not_fetched/{reason.partition(':')[0]}")
        self.tell(NOT_FETCHED, step, reason=reason)
        if reason.startswith(("challenge", "firewall")):
            self.limits.note_challenge(netloc(step.fetch.url), reason, step.start.id)
        if step.depth == 0:
            self.told.add(step.start.name)
            host = netloc(step.fetch.url)
            remedy = "check the address, or run the same command again later: it goes on from here"
            told = f"{host} gave no page for {step.start.name} ({reason}); {remedy}"
            outcome = "blocked" if reason.startswith(_KEPT_OUT) else "unreachable"
            fail(self.crawler, told, outcome, step.start.id)
        for onward in self.next_hub(step):
            yield from self.requests(onward, via=step.fetch.url)

    def has_left(self, url: str) -> bool:
        """Whether the host of `url` is left for this run: the crawl asks before each download."""
        return self.limits.has_left(netloc(url))

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

    def note_unasked_file(self, step: Step) -> None:
        """Count a file that its list or page names as an earlier run found it."""
        self.count("unasked")
        self.tell(FILE_KEPT, step)
        if step.attached_to is None and is_report_title(step.link_text or ""):
            self.reports_of_host[netloc(step.fetch.url)] += 1

    def note_list(self, page: Page, listing: Listing, step: Step) -> None:
        """Tell of a list page that was read."""
        self.tell(LIST_READ, step, page=page, listing=listing)

    def tell(self, what: object, step: Step, **said: object) -> None:
        """Tell whoever listens what became of a step: `crawler.spiders.told`."""
        self.crawler.signals.send_catch_log(what, step=step, **said)

    def leave_out(self, row: Entry, why: str) -> None:
        """Count a row that its user does not want; a start whose reports are left out gave them."""
        super().leave_out(row, why)
        if is_report_title(row.title):
            self.reports_of_host[netloc(row.url)] += 1

    def tell_what_was_left(self) -> None:
        """Count in the closing line what was not asked for, left out, or asked for in vain."""
        told = self.crawler.stats.get_stats()
        if unasked := told.get("walk/unasked"):
            count_in_closing(self.crawler, f"{unasked} not asked for again (RECHECK_DAYS)")
        if left := _counted(told, "walk/left_out/"):
            count_in_closing(self.crawler, f"left out {left}")
        if gave_none := _counted(told, "walk/not_fetched/"):
            count_in_closing(self.crawler, f"no page for {gave_none}")

    def tell_empty_starts(self, reason: str) -> None:
        """Fail the run for each start that was walked to its end and gave no report."""
        if reason != "finished":
            return
        for start in self.starts:
            found = sum(n for host, n in self.reports_of_host.items() if start.holds(f"//{host}/"))
            if not found and start.name not in self.told:
                remedy = "name its report column with -a url=URL, or state it in the registry"
                told = f"{start.name} gave no annual report: {remedy}"
                fail(self.crawler, told, "nothing_found", start.id)


def _attempts(meta: dict[str, Any]) -> Iterator[Page]:
    """Yield the pages of attempts before the last: an answer 200 that broke off, for one."""
    yield from filter(gives_item, map(from_record, meta.get("attempts", ())))


def _counted(told: dict[str, Any], prefix: str) -> str:
    """Return the counts under `prefix` with their names, as "2 login, 1 status 404"."""
    found = {key.removeprefix(prefix): told[key] for key in told if key.startswith(prefix)}
    return ", ".join(f"{found[name]} {name}" for name in sorted(found))


def _kept(step: Step) -> str | None:
    """Return what may be answered from an earlier run, a "page" or a "file".

    "" is a page to be compared with what it was, None a file to be asked for.
    """
    if step.role == "attachment":
        return "file" if step.unchanged else None
    return "page" if step.unchanged else ""


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
    own = getattr(error, "reason", None)  # the words that the ledger has for it
    name = own.replace("_", " ") if isinstance(own, str) else type(error).__name__
    return f"{name}: {error}".strip(": ").partition("\n")[0]
