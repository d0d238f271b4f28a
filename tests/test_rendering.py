"""A list that only a browser can draw is drawn in a real one, archived as drawn, and read alike."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest

from crawler.archive.members import LocalFile, Record, records
from crawler.archive.reader import Counts, read_captures
from crawler.archive.verify import verify
from crawler.pages import from_record, gives_item
from tests.archive.answers import answer
from tests.archive_commands.conftest import TOOLS
from tests.conftest import browser_or_fail_in_ci
from tests.servers.wire_server import WireServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHELL = """<html><head><meta charset="utf-8"><title>年报</title>
<link rel="stylesheet" href="/s.css"><link rel="prefetch" href="http://127.0.0.2:PORT/prefetch">
<link rel="preconnect" href="http://127.0.0.2:PORT/"><script src="/list.js"></script></head>
<body><ul id="rows"></ul><img src="http://127.0.0.2:PORT/picture.png"></body></html>"""
# What a hostile page would try, each way round the next, and then the list that is to be drawn.
SCRIPT = """
const hidden = 'http://127.0.0.2:PORT';
fetch(hidden + '/secret').catch(() => 0);
fetch('/moved').catch(() => 0);
fetch('/forbidden.json').catch(() => 0);
navigator.sendBeacon(hidden + '/beacon', 'x');
new WebSocket('ws://127.0.0.2:PORT/socket');
new EventSource(hidden + '/events');
new Worker(URL.createObjectURL(new Blob([`fetch('${hidden}/worker')`])));
navigator.serviceWorker?.register('/list.js').catch(() => 0);
const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.2:PORT'}]});
peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
window.open(hidden + '/window');
setTimeout(() => { location.href = hidden + '/away'; }, 50);
fetch('/rows.json', {method: 'POST', body: 'page=1', headers: {'X-Asked': 'yes'}})
.then(a => a.json()).then(rows => { document.querySelector('#rows').innerHTML =
rows.map(row => `<li><a href="/r.html">${row}</a></li>`).join(''); });
"""
ROW = "云泽市2021年政府信息公开工作年度报告"
ROBOTS = b"User-agent: *\nDisallow: /forbidden\n"
SPIDER = """
import scrapy
from crawler.pages import from_response
class Drawn(scrapy.Spider):
    name = "drawn"
    async def start(self):
        yield scrapy.Request({url!r}, meta={{"render": True}})
    def parse(self, response):
        yield {{"rows": response.css("li a::text").getall()}}
        yield from_response(response)
"""


@contextmanager
def neighbour() -> Iterator[tuple[int, socket.socket, socket.socket]]:
    """Listen at an address that no crawl may reach, for streams and for datagrams."""
    with (
        socket.create_server(("127.0.0.2", 0)) as streams,
        socket.socket(type=socket.SOCK_DGRAM) as datagrams,
    ):
        port = streams.getsockname()[1]
        datagrams.bind(("127.0.0.2", port))
        for each in (streams, datagrams):
            each.setblocking(False)
        yield port, streams, datagrams


@contextmanager
def portal(hidden: int) -> Iterator[WireServer]:
    def text(body: str, kind: bytes) -> bytes:
        data = body.replace("PORT", str(hidden)).encode()
        return answer(data, b"Content-Type: " + kind + b"; charset=utf-8")

    answers = {
        "/robots.txt": answer(ROBOTS, b"Content-Type: text/plain"),
        "/": text(SHELL, b"text/html"),
        "/list.js": text(SCRIPT, b"text/javascript"),
        # Headers that Chromium would refuse with the whole answer.
        "/s.css": answer(b"li { color: red }", b"Content-Type: text/css", b"X Y: 1", b"X: \xc4"),
        "/rows.json": text(json.dumps([ROW]), b"application/json"),
        "/moved": answer(b"", b"Location: http://127.0.0.2:%d/hop" % hidden, status=b"302 Found"),
    }
    with WireServer(answers) as server:
        yield server


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_a_drawn_page_is_archived_with_all_it_was_drawn_from_and_reads_alike(
    tmp_path: Path,
) -> None:
    browser_or_fail_in_ci()
    spider, live, again = tmp_path / "drawn.py", tmp_path / "live.jsonl", tmp_path / "again.jsonl"
    archive = tmp_path / "archive"
    with neighbour() as (hidden, streams, datagrams), portal(hidden) as server:
        url = f"{server.url}/"
        spider.write_text(SPIDER.format(url=url), encoding="utf-8")
        # The page's own address alone is allowed: the browser must not reach its neighbour.
        own = {"PRIVATE_NETWORKS_ALLOWED": "127.0.0.1/32", "DOWNLOAD_DELAY": "0"}
        done = run("runspider", str(spider), "-O", str(live), ARCHIVE_URL=str(archive), **own)
        assert done.returncode == 0, done.stderr
        asked = [each.path for each in server.log]
        with pytest.raises(BlockingIOError):
            streams.accept()
        with pytest.raises(BlockingIOError):
            datagrams.recv(1)
        resumed = run(
            "runspider", str(spider), "-O", str(tmp_path / "resumed.jsonl"),
            "-s", f"JOB={job_of(archive)}", ARCHIVE_URL=str(archive), **own,
        )  # fmt: skip
        assert resumed.returncode == 0, resumed.stderr
        assert len(server.log) == len(asked)
    rows, item = (json.loads(line) for line in live.read_text(encoding="utf-8").splitlines())
    assert rows == {"rows": [ROW]}
    assert ROW in item["text"]
    # The page itself is asked for once: what is drawn is what is archived.
    assert sorted(asked) == ["/", "/list.js", "/moved", "/robots.txt", "/rows.json", "/s.css"]
    assert (tmp_path / "resumed.jsonl").read_bytes() == live.read_bytes()

    wire = {(each.path, each.request, each.response) for each in server.log}
    file = LocalFile(next(archive.glob("*.warc.gz")))
    held = [each for each in records(file) if isinstance(each, Record)]
    sent = {each.block for each in held if each.header("WARC-Type") == "request"}
    got = {each.block for each in held if each.header("WARC-Type") == "response"}
    assert (sent, got) == ({each[1] for each in wire}, {each[2] for each in wire})
    assert [str(finding) for finding in verify([str(archive)])] == []
    (page,) = [each for each in held if b"drawn-from" in each.block]
    lines = page.block.decode().split("\r\n")
    parts = sorted(line.partition("> ")[2] for line in lines if line.startswith("drawn-from"))
    assert parts == [f"{url}list.js", f"{url}rows.json", f"{url}s.css"]
    drawn, shot = [each for each in held if each.header("WARC-Type") == "resource"]
    assert ROW.encode() in drawn.block
    assert shot.block.startswith(b"\x89PNG")
    assert shot.header("WARC-Target-URI") == f"urn:view:{url}"
    assert shot.header("WARC-Concurrent-To") in {each.header("WARC-Record-ID") for each in held}

    counts = Counts()
    pages = [from_record(each) for each in read_captures([str(archive)], counts=counts)]
    assert counts.records["resource"] == 2
    assert [each.final_url for each in pages if ROW.encode() in each.body and gives_item(each)] == [
        url
    ]
    marked = {each.final_url for each in pages if each.context.embedded_in == url}
    assert marked == {f"{url}{name}" for name in ("list.js", "moved", "rows.json", "s.css")}
    assert run("reparse", str(archive), "-O", str(again)).returncode == 0
    assert [json.loads(line) for line in again.read_text(encoding="utf-8").splitlines()] == [item]
    pywb_shows(archive, url)


def pywb_shows(archive: Path, url: str) -> None:
    """Ask pywb, where it is installed, for the page as drawn, its parts, and its screenshot."""
    wayback = shutil.which("wayback", path=os.pathsep.join(filter(None, TOOLS)))
    if wayback is None:
        return
    path = os.pathsep.join([os.path.dirname(wayback), os.environ.get("PATH", "")])  # noqa: PTH120
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "archive", "replay", str(archive)],
        env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        shown = f"{process.stdout.readline().partition(' ')[0]}mp_/"
        kind = {"Content-Type": "text/plain;charset=UTF-8"}
        listed = Request(f"{shown}{url}rows.json", data=b"page=1", headers=kind)  # noqa: S310
        for asked, found in (
            (shown + url, ROW.encode()), (f"{shown}{url}list.js", b"const hidden"),
            (listed, json.dumps(ROW).encode()), (f"{shown}urn:view:{url}", b"\x89PNG"),
        ):  # fmt: skip
            with urlopen(asked, timeout=30) as answered:  # noqa: S310 (loopback)
                assert found in answered.read(), asked
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


def test_without_a_browser_the_run_says_so_and_keeps_the_plain_page(tmp_path: Path) -> None:
    spider = tmp_path / "drawn.py"
    with portal(9) as server:
        url = f"{server.url}/"
        spider.write_text(SPIDER.format(url=url), encoding="utf-8")
        done = run(
            "runspider", str(spider), "-s", f"BROWSER_PATH={tmp_path / 'none'}",
            ARCHIVE_URL=str(tmp_path / "archive"),
            PRIVATE_NETWORKS_ALLOWED="127.0.0.1/32", DOWNLOAD_DELAY="0",
        )  # fmt: skip
    assert done.returncode == 1
    assert "could not be drawn in a browser" in done.stderr
    assert "BROWSER_PATH" in done.stderr
    found = [each.url for each in read_captures([str(tmp_path / "archive")])]
    assert url in found


def job_of(archive: Path) -> str:
    manifest = next((archive / "manifest").glob("*.json"))
    return str(json.loads(manifest.read_text(encoding="utf-8"))["job"])
