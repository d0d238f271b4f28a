"""A server has one request under way, whatever the machine, the names and the slots do meanwhile.

Counted at the server, from a request's first byte until the last byte of its answer leaves.
"""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request
from scrapy.utils.test import get_crawler
from twisted.internet.error import DNSLookupError

from crawler import servers
from crawler.servers import OneAtATime
from tests.site.frame import Answer
from tests.site.server import UnderWay, serve
from tests.walk.test_challenges import crawl, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message
    from pathlib import Path

#: Seconds of an answer, half of them before its last byte.
PAUSE = 0.01


def slow(_: str, target: str, form: bytes, fields: Message) -> Answer:
    """Give a portal of twelve pages, whose robots.txt is slowest."""
    status, _more, text = page(target)
    if target == "/robots.txt":
        time.sleep(5 * PAUSE)
    return Answer(text.encode(), status=status)


@pytest.mark.parametrize(
    ("fault", "seen"), [("", False), ("turn", True), ("count", True)], ids=["", "turn", "count"]
)
def test_hosts_of_one_server_are_asked_one_thing_at_a_time_on_a_busy_machine(
    tmp_path: Path,
    fault: str,
    seen: bool,
) -> None:
    """Two hosts, names found late and at first not at all, a clock that has always gone on."""
    server = UnderWay()
    hosts = ("one.example", "two.example")
    with (
        serve(answer=slow, pause=PAUSE, under_way=server) as first,
        serve(answer=slow, pause=PAUSE, under_way=server) as second,
    ):
        ports = [urlsplit(site.url).port for site in (first, second)]
        urls = ",".join(f"http://{n}:{port}/" for n, port in zip(hosts, ports, strict=True))
        done, items = crawl(urls, tmp_path, plant=("tests.walk.runs", "busy_machine", fault))
    assert done.returncode == 0, done.stderr
    assert len(items) == 24
    assert (server.most > 1) is seen, server
    assert server.now == 0


# --- turns ---


class Servers:
    """A downloader of a run whose names are known, and what its requests do at their servers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, names: dict[str, str]) -> None:
        async def address(host: str) -> str:
            await asyncio.sleep(0)
            if host not in names:
                raise DNSLookupError(host)
            return names[host]

        monkeypatch.setattr(servers, "address_of", address)
        none = dict.fromkeys(("http", "https", "data", "file", "ftp", "s3"))
        settings = {"DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
        settings["DOWNLOAD_HANDLERS"] = none
        self.downloader = OneAtATime(get_crawler(settings_dict=settings))
        self.under_way = UnderWay()

    async def ask(self, url: str, slot: str) -> None:
        async with self.downloader.turn(Request(url, meta={"download_slot": slot})):
            self.under_way.begin()
            await asyncio.sleep(0)
            self.under_way.end()

    def all(self, *asked: tuple[str, str]) -> int:
        """Ask all at once; return how many were under way at most."""

        async def both() -> None:
            await asyncio.gather(*(self.ask(*one) for one in asked))

        asyncio.run(both())
        return self.under_way.most


def test_slots_of_one_server_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"a.example": "10.0.0.1", "b.example": "10.0.0.1"}
    slots = ("10.0.0.1", "10.0.0.1 (drawn)", "a.example")
    asked = [(f"http://{host}/", slot) for host in names for slot in slots]
    assert Servers(monkeypatch, names).all(*asked) == 1


def test_two_servers_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"a.example": "10.0.0.1", "b.example": "10.0.0.2"}
    asked = [(f"http://{host}/", address) for host, address in names.items()]
    assert Servers(monkeypatch, names).all(*asked) == 2


def test_a_host_without_an_address_gets_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotResolveHostError):
        Servers(monkeypatch, {}).all(("http://a.example/", "a.example"))


def test_the_delay_holds_between_the_slots_of_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Servers(monkeypatch, {"a.example": "10.0.0.1"})
    known.downloader.per_slot_settings["10.0.0.1 (drawn)"] = {"delay": 4.0}
    slept: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(
        servers, "asyncio", SimpleNamespace(sleep=noted, Semaphore=asyncio.Semaphore)
    )
    monkeypatch.setattr(servers, "monotonic", lambda: 100.0)
    known.all(("http://a.example/", "10.0.0.1"), ("http://a.example/a.js", "10.0.0.1 (drawn)"))
    assert slept == [4.0]


# --- the measure ---


def _asked(url: str, part: Callable[[http.client.HTTPResponse], Any]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", "/")
    part(connection.getresponse())
    connection.close()


def test_an_answer_without_its_last_byte_is_under_way() -> None:
    """A second request while the first one's body is half here is seen."""
    heard = threading.Event()

    def answer(_: str, target: str, form: bytes, fields: Message) -> Answer:
        return Answer(b"x" * 100_000)

    def half(first: http.client.HTTPResponse) -> None:
        first.read(10)
        heard.set()
        _asked(site.url, lambda second: second.read())

    with serve(answer=answer, pause=1.0) as site:
        _asked(site.url, half)
        assert heard.is_set()
        assert site.most_at_once == 2
    with serve(answer=answer) as site:
        for _ in range(50):
            _asked(site.url, lambda whole: whole.read())
        assert site.most_at_once == 1
