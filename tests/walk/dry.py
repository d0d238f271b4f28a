"""A walk without a network: the spider's own callbacks over a handful of pages held in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapy.http import HtmlResponse, Request
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from crawler import settings as project
from crawler.archive.capture import Capture
from crawler.run import failures
from crawler.spiders.limits import BUDGETS
from crawler.spiders.sections import SectionsSpider
from parsers.items import ArchiveRef, Context, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

SITE = "http://www.yunze.example"
DEFAULTS = {name: getattr(project, name) for name in BUDGETS}
REF = ArchiveRef("a.warc.gz", 0, 1, "<urn:uuid:0>", "sha256:0")


@dataclass
class Walk:
    """What a walk asked for, in order, and what it gave."""

    crawler: Crawler
    spider: SectionsSpider
    asked: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        return failures(self.crawler)

    def stat(self, name: str) -> int:
        assert self.crawler.stats is not None
        return int(self.crawler.stats.get_value(f"walk/{name}", 0))


def walk(
    answer: Callable[[str], bytes | str | int | None],
    settings: dict[str, Any] | None = None,
    spider_class: type[SectionsSpider] = SectionsSpider,
    **arguments: str,
) -> Walk:
    """Walk what `answer` gives for a path: a body, a status, or None for 404.

    A page that is to be drawn is asked for as `drawn:PATH` first.
    """
    crawler = get_crawler(spider_class, DEFAULTS | (settings or {}))
    crawler.settings.frozen = False  # Scrapy makes the spider before it freezes the settings
    spider = spider_class.from_crawler(crawler, **(arguments or {"url": f"{SITE}/"}))
    done = Walk(crawler, spider)
    seen: set[tuple[str, bytes]] = set()

    async def start() -> list[Request]:
        return [request async for request in spider.start()]

    waiting = asyncio.run(start())
    while waiting:
        request = waiting.pop(0)
        key = (request.url, request.body)
        if key in seen and not request.dont_filter:
            continue
        seen.add(key)
        done.asked.append(request.url.removeprefix(SITE))
        done.requests.append(request)
        body = answer(f"drawn:{done.asked[-1]}") if request.meta["render"] else None
        if body is None:
            body = answer(done.asked[-1])
        for outcome in _outcomes(spider, request, body):
            (done.pages if isinstance(outcome, Page) else waiting).append(outcome)
    spider.tell_empty_starts("finished")
    return done


def _outcomes(
    spider: SectionsSpider, request: Request, body: bytes | str | int | None
) -> list[Any]:
    status = 404 if body is None else body if isinstance(body, int) else 200
    entity = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n\r\n".encode()
    request.meta["capture"] = Capture(
        request.url, "2026-01-02T03:04:05Z", status, head, entity, REF, Context()
    )
    response = HtmlResponse(request.url, status=status, body=entity, request=request)
    if status == 200:
        return list(spider.parse(response, **request.cb_kwargs))
    failure = Failure(HttpError(response, "no"))
    failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
    return list(spider.failed(failure))
