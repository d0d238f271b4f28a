"""A server is asked as it wants to be: one thing at a time, later if it says so, in its hours."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.core.downloader import Slot
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred

from crawler import servers, waits
from crawler import settings as project
from crawler.hours import BEIJING, KeepHours
from crawler.manners import ask_for_contact, share_delay
from crawler.postponed import Postponed
from crawler.run import failures, remarks
from crawler.servers import OneServerOneSlot
from crawler.waits import seconds_asked
from parsers.errors import DisclosureError
from tests.walk.test_challenges import Answer, crawl, page, portal
from tests.walk.test_walk import stanza

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (429, "120", 120.0),
        (503, "0", 0.0),
        (503, "Sun, 01 Mar 2026 12:02:00 GMT", 120.0),
        (503, "Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        (503, "soon", None),
        (503, "-5", None),
        (503, "", None),
        (200, "120", None),
    ],
)
def test_a_server_says_when_to_come_again_in_seconds_or_by_a_date(
    status: int, value: str, seconds: float | None
) -> None:
    answer = Response("http://a.example/", status=status, headers={"Retry-After": value})
    assert seconds_asked(answer, NOON) == seconds


def test_hosts_of_one_server_share_a_slot_and_wait_together_as_it_asks(tmp_path: Path) -> None:
    at: list[tuple[float, str, str]] = []
    busy, robots = threading.Event(), threading.Event()

    def one_server(name: str) -> Any:
        def answer(path: str, _: str) -> Answer:
            at.append((monotonic(), name, path))
            if path == "/2012.html" and not busy.is_set():
                busy.set()
                return 429, {"Retry-After": "1"}, "later"
            if path == "/robots.txt" and not robots.is_set():
                robots.set()
                return 503, {"Retry-After": "1"}, "later"
            return page(path)

        return answer

    with portal(one_server("a")) as (first, _), portal(one_server("b")) as (second, _):
        twin = second.replace("127.0.0.1", "localhost")
        done, items = crawl(f"{first},{twin}", tmp_path, "-s", "RETRY_TIMES=0")
    assert done.returncode == 0, done.stderr
    assert len(items) == 24
    told = next(n for n, (_, _, path) in enumerate(at) if path == "/2012.html")
    assert at[told + 1][0] - at[told][0] >= 1.0  # whichever host's request is the next
    assert {name for _, name, _ in at[told:]} == {"a", "b"}
    asked = Counter(path for _, _, path in at)
    assert (asked["/2012.html"], asked["/robots.txt"]) == (3, 3)


def test_a_server_that_wants_to_be_let_alone_for_long_is_left_to_a_later_run(
    tmp_path: Path,
) -> None:
    def closed(path: str, _: str) -> Answer:
        return (503, {"Retry-After": "86400"}, "") if path == "/gknb/" else page(path)

    with portal(closed) as (url, asked):
        done, _ = crawl(url, tmp_path)
        assert asked == ["/robots.txt", "/", "/gknb/"]
        again, _ = crawl(url, tmp_path)
        assert asked == ["/robots.txt", "/", "/gknb/"]  # the day is not over
    assert (done.returncode, again.returncode) == (1, 1)
    assert "asks to be let alone for 86400 s (Retry-After)" in done.stderr
    assert "job" in (tmp_path / "log.txt").read_text("utf-8")


# --- hours ---


class Clock:
    """Hours kept by a clock that only waiting moves."""

    def __init__(self, at: str, **settings: Any) -> None:
        crawler = get_crawler(settings_dict=settings)
        crawler.engine = type("Engine", (), {"_slot": type("Slot", (), {"closing": None})()})()
        self.crawler, self.keeper = crawler, KeepHours(crawler)
        self.time = datetime.fromisoformat(f"2026-03-01T{at}:00").replace(tzinfo=BEIJING)
        self.keeper.now = lambda: self.time  # type: ignore[method-assign]
        self.keeper.sleep = self.sleep  # type: ignore[method-assign]

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def ask(self, url: str) -> None:
        asyncio.run(self.keeper.process_request(Request(url)))


def test_in_its_hours_a_host_is_asked_and_outside_of_them_not() -> None:
    Clock("23:10", CRAWL_HOURS="22:00-06:00").ask("http://a.example/")
    day = Clock("12:00", CRAWL_HOURS="22:00-06:00")
    with pytest.raises(Postponed):
        day.ask("http://a.example/")
    (sentence,) = failures(day.crawler)
    assert sentence.startswith("a.example may be asked from 22:00 to 06:00 Beijing time: run the")


def test_a_run_that_waits_for_the_hours_goes_on_when_they_come() -> None:
    evening = Clock("21:00", CRAWL_HOURS="22:00-06:00", WAIT_FOR_HOURS=True)
    evening.ask("http://a.example/")
    assert evening.time.hour == 22


def test_a_run_that_waits_can_be_stopped() -> None:
    evening = Clock("21:00", CRAWL_HOURS="22:00-06:00", WAIT_FOR_HOURS=True)
    evening.crawler.engine._slot.closing = object()
    with pytest.raises(Postponed):
        evening.ask("http://a.example/")


def test_a_portals_own_hours_come_before_the_setting(tmp_path: Path) -> None:
    path = stanza(tmp_path)
    text = path.read_text("utf-8").replace("headers", 'hours = "01:00-05:00"\nheaders')
    path.write_text(text, "utf-8")
    clock = Clock("23:00", CRAWL_HOURS="22:00-06:00", REGISTRY=str(path))
    clock.ask("http://other.example/")
    with pytest.raises(Postponed):
        clock.ask("http://www.yunze.example/")


def test_hours_that_are_none_are_told() -> None:
    with pytest.raises(DisclosureError, match="CRAWL_HOURS: hours = '25' must be two times"):
        KeepHours(get_crawler(settings_dict={"CRAWL_HOURS": "25"}))


def test_a_run_outside_the_hours_asks_nothing_and_goes_on_in_them(tmp_path: Path) -> None:
    def at(hour: int) -> tuple[str, str, int]:
        return ("tests.walk.runs", "at_hour", hour)

    hours = ("-s", "CRAWL_HOURS=22:00-06:00")
    with portal(lambda path, _: page(path)) as (url, asked):
        day, _ = crawl(url, tmp_path, *hours, plant=at(12))
        assert (day.returncode, asked) == (9, [])
        night, items = crawl(url, tmp_path, *hours, plant=at(23))
    assert "may be asked from 22:00 to 06:00 Beijing time" in day.stderr
    assert night.returncode == 0, night.stderr
    assert len(items) == 12


def test_the_parts_of_a_drawn_page_have_a_slot_beside_their_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def itself(host: str) -> str:
        return host

    monkeypatch.setattr(servers, "address_of", itself)  # names are asked for in a thread
    crawler = get_crawler()
    slots: dict[str, Any] = {}
    downloader = type("Downloader", (), {"per_slot_settings": {}, "slots": slots})()
    crawler.engine = type("Engine", (), {"downloader": downloader})()
    part = Request("http://127.0.0.1/a.js", meta={"embedded_in": "http://127.0.0.1/"})
    whole = Request("http://127.0.0.1/")
    slot = OneServerOneSlot(crawler)

    async def both() -> None:
        await slot.process_request(part)
        await slot.process_request(whole)

    asyncio.run(both())
    assert json.dumps([part.meta["download_slot"], whole.meta["download_slot"]]) == (
        '["127.0.0.1 (drawn)", "127.0.0.1"]'
    )


# --- a slot that is held ---


class Held:
    """A server's slot with one request waiting, held by a clock that only waiting moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, closing: object = None) -> None:
        self.time, self.steps, self.let_go = 0.0, [], 0  # type: ignore[var-annotated]
        monkeypatch.setattr(waits, "monotonic", lambda: self.time)
        monkeypatch.setattr(waits, "call_later", self.call_later)
        self.slot, self.waiting = Slot(1, 0.0, 0.0), Deferred()  # type: ignore[var-annotated]
        self.slot.queue.append((Request("http://a.example/"), self.waiting))
        downloader = SimpleNamespace(slots={"10.0.0.1": self.slot}, _process_queue=self.go_on)
        crawler = get_crawler()
        self.engine_slot = SimpleNamespace(closing=closing)
        crawler.engine = SimpleNamespace(downloader=downloader, _slot=self.engine_slot)
        self.keeper = waits.HonourRetryAfter(crawler)

    def call_later(self, seconds: float, function: Any, *arguments: Any) -> SimpleNamespace:
        self.steps.append((seconds, function, arguments))
        return SimpleNamespace(cancel=self.steps.clear)

    def go_on(self, _: Slot) -> None:
        self.let_go += 1

    def pass_time(self) -> None:
        """Let the clock run until nothing waits any more."""
        while self.steps:
            seconds, function, arguments = self.steps.pop()
            self.time += seconds
            function(*arguments)


def test_a_slot_is_held_as_long_as_its_server_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    held.keeper.hold("10.0.0.1", 90)
    held.keeper.hold("10.0.0.1", 30)  # what ends earlier changes nothing
    held.pass_time()
    assert (held.time, held.let_go) == (90.0, 1)


def test_what_a_part_of_a_drawn_page_is_told_holds_its_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = Held(monkeypatch)
    held.keeper.hold("10.0.0.1 (drawn)", 90)
    held.pass_time()
    assert (held.time, held.let_go) == (90.0, 1)


def test_a_run_that_is_stopped_does_not_wait_for_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    held.keeper.hold("10.0.0.1", 90)
    held.engine_slot.closing = object()
    ended: list[Any] = []
    held.waiting.addErrback(ended.append)
    held.pass_time()
    assert held.time <= 2
    assert [type(failure.value) for failure in ended] == [Postponed]
    assert not held.slot.queue


def test_the_longest_delay_of_its_hosts_is_the_servers() -> None:
    crawler = get_crawler()
    slot = Slot(1, 1.0, 0.0)
    floors = {"a.example": {"delay": 4.0}, "b.example": {"delay": 2.0}}
    downloader = SimpleNamespace(per_slot_settings=floors, slots={"10.0.0.1": slot})
    crawler.engine = SimpleNamespace(downloader=downloader)
    for host in ("b.example", "a.example", "c.example"):
        share_delay(crawler, host, "10.0.0.1")
    assert (slot.delay, floors["10.0.0.1"]) == (4.0, {"delay": 4.0})


# --- who asks ---


@pytest.mark.parametrize(
    ("agent", "address", "told"),
    [
        (project.USER_AGENT, "8.8.8.8", 1),
        (project.USER_AGENT, "127.0.0.1", 0),
        ("reports/1 (mail: archive@example.org)", "8.8.8.8", 0),
    ],
)
def test_a_crawl_of_public_hosts_that_names_no_contact_says_so_once(
    agent: str, address: str, told: int
) -> None:
    crawler = get_crawler(settings_dict={"USER_AGENT": agent})
    for _ in range(3):
        ask_for_contact(crawler, address)
    assert [
        sentence.endswith("put a contact into USER_AGENT") for sentence in remarks(crawler)
    ] == ([True] * told)
