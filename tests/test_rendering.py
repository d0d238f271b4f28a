"""A list that only a browser can draw is drawn in a real one, archived as drawn, and read alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from crawler.archive.reader import Counts, read_captures
from crawler.pages import from_record
from tests.conftest import browser_or_fail_in_ci

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHELL = """<html><head><meta charset="utf-8"><title>年报</title></head><body><ul id="rows"></ul>
<script>fetch('/rows.json').then(a => a.json()).then(rows => { document.querySelector('#rows')
.innerHTML = rows.map(row => `<li><a href="/r.html">${row}</a></li>`).join(''); });
fetch('http://127.0.0.2:%d/secret').catch(() => 0);</script></body></html>"""
ROW = "云泽市2021年政府信息公开工作年度报告"
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


class Portal(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.headers.get("Host", ""), self.path))
        port = self.server.server_address[1]
        answers = {
            "/": ("text/html; charset=utf-8", SHELL % port),
            "/rows.json": ("application/json", json.dumps([ROW])),
        }
        kind, text = answers.get(self.path, ("text/plain", ""))
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []
    own = type("Own", (Portal,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), own)
    neighbour = ThreadingHTTPServer(("127.0.0.2", server.server_address[1]), own)
    for each in (server, neighbour):
        threading.Thread(target=each.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", asked
    for each in (server, neighbour):
        each.shutdown()
        each.server_close()


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_a_drawn_page_is_archived_beside_its_wire_bytes_and_reads_alike(
    portal: tuple[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    browser_or_fail_in_ci()
    url, asked = portal
    spider, live, again = tmp_path / "drawn.py", tmp_path / "live.jsonl", tmp_path / "again.jsonl"
    spider.write_text(SPIDER.format(url=url), encoding="utf-8")
    archive = tmp_path / "archive"
    # The page's own address alone is allowed: the browser must not reach its neighbour.
    done = run(
        "runspider", str(spider), "-O", str(live),
        ARCHIVE_URL=str(archive), PRIVATE_NETWORKS_ALLOWED="127.0.0.1/32", DOWNLOAD_DELAY="0",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows, item = (json.loads(line) for line in live.read_text(encoding="utf-8").splitlines())
    assert rows == {"rows": [ROW]}
    assert ROW in item["text"]
    assert not [path for _, path in asked if path == "/secret"]

    counts = Counts()
    drawn = [from_record(each) for each in read_captures([str(archive)], counts=counts)]
    assert counts.records["resource"] == 1
    assert counts.records["response"] == 2  # robots.txt, and the page as it crossed the wire
    assert [page.final_url for page in drawn if ROW.encode() in page.body] == [url]

    assert run("reparse", str(archive), "-O", str(again)).returncode == 0
    assert [json.loads(line) for line in again.read_text(encoding="utf-8").splitlines()] == [item]
    before = len(asked)
    resumed = run(
        "runspider", str(spider), "-O", str(live),
        "-s", f"JOB={job_of(archive)}",
        ARCHIVE_URL=str(archive), PRIVATE_NETWORKS_ALLOWED="127.0.0.1/32", DOWNLOAD_DELAY="0",
    )  # fmt: skip
    assert resumed.returncode == 0, resumed.stderr
    assert len(asked) == before
    assert json.loads(live.read_text(encoding="utf-8").splitlines()[1]) == item


def test_without_a_browser_the_run_says_so_and_keeps_the_plain_page(
    portal: tuple[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    url, _ = portal
    spider = tmp_path / "drawn.py"
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
