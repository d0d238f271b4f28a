"""`Retry-After` (RFC 9110, 10.2.3), honoured: a server that says when to come again is let alone.

An answer 429 or 503 with the field holds the server's slot, all of its hosts, for as long as it
says, in seconds or by a date; then the request goes again, without counting as a retry. A server
that asks for more than RETRY_AFTER_MAX is left to a later run. Never comes earlier than asked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.utils.asyncio import call_later
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawler.challenges import refuse_waiting
from crawler.postponed import Postponed, postpone
from crawler.registry import netloc
from crawler.servers import server_of, slots_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
#: A server that never lets the request through is left to Scrapy's retries after so many waits.
_WAITS = 5
#: Seconds between two looks whether the run is being stopped while it waits.
_STEP = 1.0
_WAITED = "waited"


class HonourRetryAfter:
    """The downloader middleware that waits as long as a server asks for."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getfloat("RETRY_AFTER_MAX")
        self._left: dict[str, Postponed] = {}
        self._held: dict[str, float] = {}
        crawler.signals.connect(self.response_downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Come to the run."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise Postponed for a host that is left to a later run."""
        left = self._left.get(netloc(request.url))
        if left is not None:
            raise Postponed(str(left))

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Hold the server's slot, before its next request can leave."""
        wait = seconds_asked(response, datetime.now(UTC))
        if wait and wait <= self._most:
            self.hold(str(request.meta.get("download_slot")), wait)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the request anew where the server named a time; else the answer.

        Raises Postponed where it named one that is too far.
        """
        capture = request.meta.get("capture")
        answered = datetime.fromisoformat(capture.date) if capture else datetime.now(UTC)
        wait = seconds_asked(response, answered)
        times = request.meta.get(_WAITED, 0)
        if wait is None or times >= _WAITS or request.meta.get("dont_retry"):
            return response
        # A clock that was set back meanwhile makes nobody wait for longer than he was asked to.
        left = wait - max(0.0, (datetime.now(UTC) - answered).total_seconds())
        if left > self._most:
            raise self._leave(request, wait)
        again = request.replace(dont_filter=True)
        again.meta[_WAITED] = times + 1
        # The server of an answer that a resumed job replays was not asked for yet.
        if not request.meta.get("embedded_in"):
            again.meta["download_slot"] = await server_of(urlparse_cached(request).hostname or "")
        self._crawler.engine.downloader._get_slot(again)  # noqa: SLF001 (makes the slot)
        self.hold(again.meta["download_slot"], left)
        return again

    def hold(self, key: str, seconds: float) -> None:
        """Let no request of a slot's server leave for `seconds`."""
        until = monotonic() + seconds
        slots = self._crawler.engine.downloader.slots
        for name in slots_of(key):
            if name in slots and seconds > 0 and until > self._held.get(name, 0.0):
                self._held[name] = until
                self._wait_on(slots[name], until)

    def _wait_on(self, slot: Slot, until: float) -> None:
        """Keep the slot's next request back, in steps, so that a run can be stopped meanwhile."""
        engine = self._crawler.engine
        if slot.latercall:
            slot.latercall.cancel()
            slot.latercall = None
        left = until - monotonic()
        if engine._slot is not None and engine._slot.closing is not None:  # noqa: SLF001
            _end_waiting(slot)
        elif left > 0:
            slot.latercall = call_later(min(left, _STEP), self._step, slot, until)
        else:
            engine.downloader._process_queue(slot)  # noqa: SLF001 (as Scrapy's own delay does)

    def _step(self, slot: Slot, until: float) -> None:
        slot.latercall = None
        self._wait_on(slot, until)

    def _leave(self, request: Request, wait: float) -> Postponed:
        host = netloc(request.url)
        sentence = (
            f"{host} asks to be let alone for {wait:g} s (Retry-After), more than "
            f"RETRY_AFTER_MAX={self._most:g}: run the same command again after that time, it goes "
            "on from here"
        )
        self._left[host] = postpone(self._crawler, sentence, request)
        refuse_waiting(self._crawler, host, Postponed(sentence))
        return self._left[host]


def seconds_asked(response: Response, answered: datetime) -> float | None:
    """Return how long after `answered` a busy server wants to be asked again; None where unsaid."""
    value = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if response.status not in _BUSY or not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - answered).total_seconds())


def _end_waiting(slot: Slot) -> None:
    """End what waits in a slot: the run is being stopped, and the next one asks for it."""
    while slot.queue:
        _, waiting = slot.queue.popleft()
        waiting.errback(Failure(Postponed("the run was stopped")))  # type: ignore[no-untyped-call]
