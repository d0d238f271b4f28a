"""Draw a page in a browser, where the plain answer shows a reader nothing.

A request with `meta["render"]` is downloaded plainly first (that exchange is the wire's truth);
Chromium then draws that very answer, and asks for its parts through the crawl's own downloader
(`crawler.embeds`). The drawn page is archived beside the plain one as a `resource` and gives the
item; its screenshot is a `resource`, too. The browser starts with the first such request and has no
network. Never draws what no request asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from crawler.archive.capture import Drawing
from crawler.chromium import launch_options
from crawler.clicking import leafed_through
from crawler.embeds import Embeds, Shared
from crawler.run import fail, remark

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page, Playwright, WebSocketRoute
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Pages drawn at once: 440 MB at 4 pages, flat (measured).
_PAGES = 4
#: Seconds for one page. Its parts keep the host's delay: sixty at one a second, with their answers.
_SECONDS = 120.0
#: Seconds for its content, its screenshot, and the answers that are under way.
_SECONDS_TO_CLOSE = 60.0
#: Seconds without a request after which a page is drawn: as long as Playwright takes for idle.
_QUIET = 0.5
_LOADED = "document.readyState !== 'loading'"
#: Bytes of a drawn page; the largest plain list read has 1.5 MB.
_MOST = 32 * 1024 * 1024
_VIEWPORT = {"width": 1280, "height": 1024}
#: Pixels of a page that is shown whole; Chromium paints no more than 16,384.
_TALLEST = 10_000
#: Bytes of a screenshot: at 10,000 pixels of text one has some 2 MB.
_SCREENSHOT_MOST = 8 * 1024 * 1024
# Every request is answered by the crawl; these hold what no route sees: names, WebRTC, prefetches.
_NO_NETWORK = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
)


class Browser:
    """The run's browser: started with the first page that is to be drawn."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._starting = asyncio.Lock()
        self._free = asyncio.Semaphore(_PAGES)
        self._shared = Shared()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None

    async def draw(self, request: Request, response: Response) -> Drawing | None:
        """Return `response` as drawn; None where it cannot be, which fails the run."""
        try:
            async with self._free, asyncio.timeout(2 * _SECONDS + _SECONDS_TO_CLOSE):
                return await self._drawing(await self._started(), request, response)
        except (PlaywrightError, OSError) as error:
            reason = str(error).strip().partition("\n")[0] or "it does not answer"
            fail(
                self._crawler,
                f"{request.url} could not be drawn in a browser ({reason}); install Chromium or "
                "set BROWSER_PATH to one, and run the same command again",
            )
            return None

    async def close(self) -> None:
        """End the browser, if one was started."""
        if self._chromium is not None:
            await self._chromium.close()
        if self._playwright is not None:
            await self._playwright.stop()

    async def _started(self) -> Chromium:
        async with self._starting:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            if self._chromium is None or not self._chromium.is_connected():
                options = launch_options(self._crawler.settings.get("BROWSER_PATH"))
                options["args"] = [*options["args"], *_NO_NETWORK]
                self._chromium = await self._playwright.chromium.launch(**options)
        return self._chromium

    async def _drawing(self, chromium: Chromium, request: Request, response: Response) -> Drawing:
        """Draw in a context of its own, so that no cookie or script outlives its page."""
        embeds = Embeds(self._crawler, request, response, self._shared)
        context = await chromium.new_context(
            viewport=_VIEWPORT,  # type: ignore[arg-type]  # a dict of the same two keys
            service_workers="block", accept_downloads=False, locale="zh-CN",
        )  # fmt: skip
        try:
            await context.route("**/*", embeds.answer)
            await context.route_web_socket("**/*", _closed)
            page = await context.new_page()
            await self._shown(page, request.url, embeds)
            text = await leafed_through(page, request.meta.get("leaf_through", 1), _SECONDS)
            html = text.encode("utf-8", "replace")
            if len(html) > _MOST:
                raise PlaywrightError(f"the drawn page has {len(html)} bytes")
            return Drawing(html, await self._screenshot(page), tuple(embeds.records))
        finally:
            embeds.over = True
            await context.unroute_all(behavior="wait")
            await context.close()

    async def _shown(self, page: Page, url: str, embeds: Embeds) -> None:
        """Return when nothing more is asked for, or the time is over: then it is drawn as it is.

        Playwright's own "networkidle" does not come where a page tried to lead the browser away.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                await page.goto(url, wait_until="commit", timeout=0)
                await page.wait_for_function(_LOADED, timeout=0)
                quiet = False
                while not quiet:
                    # At least once: on a busy machine a script's request comes after it ran.
                    await asyncio.sleep(_QUIET)
                    quiet = embeds.quiet_for(_QUIET)
        except TimeoutError:
            remark(self._crawler, f"{url} was drawn as far as it came in {_SECONDS:g} s")

    async def _screenshot(self, page: Page) -> bytes | None:
        """Return what a reader sees as PNG, the whole page where it is no taller than most are."""
        if not self._crawler.settings.getbool("SCREENSHOTS", default=True):
            return None
        with contextlib.suppress(PlaywrightError):  # a page that cannot be painted was drawn
            height = await page.evaluate("document.documentElement.scrollHeight")
            png = await page.screenshot(type="png", full_page=height <= _TALLEST)
            if len(png) <= _SCREENSHOT_MOST:
                return png
        self._crawler.stats.inc_value("drawn/without_screenshot")
        return None


async def _closed(socket: WebSocketRoute) -> None:
    """Close a socket: what comes through one is in no archive."""
    await socket.close()
