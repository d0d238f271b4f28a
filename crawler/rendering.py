"""Draw a page in a browser, where the plain answer shows a reader nothing.

A request with `meta["render"]` is downloaded plainly first (that exchange is the wire's truth),
then drawn in Chromium through scrapy-playwright; the drawn page is archived beside it as a
`resource` and gives the item. The browser starts with the first such request. It reaches public
addresses only, as the crawl does. Never draws what no request asked for.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.archive.place import private_networks
from crawler.chromium import launch_options
from crawler.resolver import may_reach
from crawler.run import fail

if TYPE_CHECKING:
    from playwright.async_api import Request as BrowserRequest
    from scrapy import Request
    from scrapy.crawler import Crawler


class Browser:
    """The run's browser: started with the first page that is to be drawn."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._starting = asyncio.Lock()
        self._handler: _PublicOnly | None = None

    async def draw(self, request: Request) -> bytes | None:
        """Return the page as drawn, UTF-8 HTML; None where it cannot be, which fails the run."""
        meta = {
            "playwright": True,
            "playwright_page_goto_kwargs": {"wait_until": "networkidle"},
            "download_timeout": request.meta.get("download_timeout"),
        }
        try:
            handler = await self._started()
            response = await handler.download_request(request.replace(meta=meta))
        except (PlaywrightError, OSError) as error:
            reason = str(error).strip().partition("\n")[0]
            fail(
                self._crawler,
                f"{request.url} could not be drawn in a browser ({reason}); install Chromium or "
                "set BROWSER_PATH to one, and run the same command again",
            )
            return None
        return bytes(response.body)

    async def close(self) -> None:
        """End the browser, if one was started."""
        if self._handler is not None:
            await self._handler.close()

    async def _started(self) -> _PublicOnly:
        async with self._starting:
            if self._handler is None:
                handler = _PublicOnly(self._crawler)
                handler.config.launch_options = launch_options(
                    self._crawler.settings.get("BROWSER_PATH")
                )
                handler.config.max_pages_per_context = 4  # 440 MB at 4 pages, flat (measured)
                await handler.open()
                self._handler = handler
        return self._handler


class _PublicOnly(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it ships no types
    """scrapy-playwright's handler, whose browser asks public addresses only."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.abort_request = self._is_refused
        self._allowed = private_networks(crawler.settings)

    async def open(self) -> None:
        """Start Playwright; by itself it would with the engine, which runs already."""
        await self._maybe_launch_in_thread()

    async def _is_refused(self, request: BrowserRequest) -> bool:
        """Whether a request of the browser, the page or a part of it, must not leave."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return parts.scheme not in ("data", "blob", "about")
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
        except OSError:
            return True
        return not all(may_reach(str(address[4][0]), self._allowed) for address in found)
