"""The spider behind `scrapy capture`: asks for the addresses it is given, and follows no link."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

from crawler.archive.secrets import refuse_user
from crawler.pages import from_record, from_response, gives_item
from crawler.run import fail
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from parsers.items import Page


class CaptureSpider(Spider):
    """Archives `urls` (a list, or one text parted by blanks as `-a urls=` gives it)."""

    name = "capture"
    custom_settings: dict[str, Any] | None = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 (Scrapy's)

    def __init__(self, urls: str | Sequence[str] = (), **kwargs: Any) -> None:
        """Take the addresses. Raises DisclosureError for one that is none."""
        super().__init__(**kwargs)
        self.urls = urls.split() if isinstance(urls, str) else list(urls)
        for url in self.urls:
            refuse_user(url)
            if not url.lower().startswith(("http://", "https://")):
                raise DisclosureError(
                    f"{url} is no web address: it must begin with http:// or https://"
                )

    async def start(self) -> AsyncIterator[Any]:
        """Ask for each address once."""
        for url in dict.fromkeys(self.urls):
            yield Request(url, errback=self.tell, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> Iterator[Page]:
        """Pass on the page where it is a document; every other answer is in the archive only."""
        page = from_response(response)
        if gives_item(page):
            yield page
        elif page.revisit:
            self.logger.info("%s is as it was: archived as a revisit, no item", response.url)
        else:
            self.tell_no_document(response)

    def tell_no_document(self, response: Response) -> None:
        """Say of an answer that is no document; one that names an error fails the run."""
        told = f"{response.url} answered {response.status}: archived, no item"
        self.logger.warning("%s", told)
        if response.status >= HTTPStatus.BAD_REQUEST:
            fail(self.crawler, f"{told}; check the address")

    def tell(self, failure: Failure) -> Iterator[Page]:
        """Note an address that gave no whole answer; pass on what there was of a document."""
        request: Request = failure.request  # type: ignore[attr-defined]
        url = request.url
        if "capture" in request.meta and gives_item(page := from_record(request.meta["capture"])):
            yield page
        what = str(failure.value) or type(failure.value).__name__
        remedy = "check the address and run the same command again"
        fail(self.crawler, f"no answer from {url} ({what}): {remedy}")
