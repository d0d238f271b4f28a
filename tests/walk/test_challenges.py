"""A cookie is accepted once, as a browser does; a firewall ends what is asked of its host."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.walk.runs import Done, scrapy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TITLE = "云泽市{}年政府信息公开工作年度报告"
REPORT = f"<h1>{TITLE.format(2013)}</h1><p>全年共收到政府信息公开申请12件。</p>"
HOME = '<a href="/gknb/">政府信息公开年报</a>'
YEARS = range(2008, 2018)
ROWS = "".join(f'<li><a href="/{year}.html">{TITLE.format(year)}</a></li>' for year in YEARS)

Answer = tuple[int, dict[str, str], str]


@contextmanager
def portal(answer: Callable[[str, str], Answer]) -> Iterator[tuple[str, list[str]]]:
    """Serve what `answer` gives for a path and a cookie; the list holds the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, fields, text = answer(self.path, self.headers.get("Cookie", ""))
            body = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **fields}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", asked
        finally:
            server.shutdown()
            thread.join()


def crawl(
    url: str, folder: Path, *more: str, plant: tuple[str, str, Any] | None = None
) -> tuple[Done, list[str]]:
    feed = folder / "items.jsonl"
    arguments = ("crawl", "sections", "-a", f"url={url}", "-O", str(feed), *more)
    done = scrapy(folder, *arguments, plant=plant)
    lines = feed.read_text(encoding="utf-8").splitlines() if feed.exists() else []
    return done, [json.loads(line)["final_url"].removeprefix(url[:-1]) for line in lines]


def page(path: str) -> Answer:
    pages = {"/": HOME, "/gknb/": ROWS}
    status = 404 if path == "/robots.txt" else 200
    return status, {}, pages.get(path, REPORT)


def test_a_cookie_that_sends_back_to_the_same_address_is_sent_once_and_kept(
    tmp_path: Path,
) -> None:
    def gate(path: str, cookie: str) -> Answer:
        if path == "/robots.txt" or cookie == "way=in":
            return page(path)
        return 302, {"Set-Cookie": "way=in; Path=/; HttpOnly", "Location": path}, ""

    with portal(gate) as (url, asked):
        done, items = crawl(url, tmp_path)
    assert done.returncode == 0, done.stderr
    assert asked[:4] == ["/robots.txt", "/", "/", "/gknb/"]
    assert len(items) == 12


def test_a_cookie_that_is_set_on_a_way_round_opens_the_way_back(tmp_path: Path) -> None:
    def round_about(path: str, cookie: str) -> Answer:
        if path == "/robots.txt" or cookie == "seen=1; way=in":
            return page(path)
        if path == "/check":
            return 302, {"Set-Cookie": "way=in", "Location": "/"}, ""
        return 302, {"Set-Cookie": "seen=1", "Location": "/check"}, ""

    with portal(round_about) as (url, asked):
        done, items = crawl(url, tmp_path)
    assert done.returncode == 0, done.stderr
    assert asked[:5] == ["/robots.txt", "/", "/check", "/", "/gknb/"]
    assert len(items) == 12


def test_a_page_that_sets_a_cookie_and_refreshes_itself_is_asked_for_once_more(
    tmp_path: Path,
) -> None:
    def shell(path: str, cookie: str) -> Answer:
        if path == "/robots.txt" or cookie == "way=in":
            return page(path)
        return 200, {"Set-Cookie": "way=in"}, '<meta http-equiv="refresh" content="0;url=/">'

    with portal(shell) as (url, asked):
        done, _ = crawl(url, tmp_path)
    assert done.returncode == 0, done.stderr
    assert asked[:4] == ["/robots.txt", "/", "/", "/gknb/"]


def test_an_address_that_redirects_to_itself_whatever_is_sent_is_told(tmp_path: Path) -> None:
    def loop(path: str, cookie: str) -> Answer:
        if path == "/robots.txt":
            return page(path)
        return 302, {"Set-Cookie": f"n={len(cookie)}", "Location": path}, ""

    with portal(loop) as (url, asked):
        done, _ = crawl(url, tmp_path)
    assert asked == ["/robots.txt", "/", "/"]
    assert done.returncode == 8
    assert "redirects to itself" in done.stderr


def test_a_host_that_answers_with_challenges_is_left_and_the_run_says_so(tmp_path: Path) -> None:
    def firewall(path: str, _: str) -> Answer:
        if path.endswith(".html") and path != "/2017.html":
            return 521, {}, "<script>document.cookie='__jsl_clearance=1'</script>"
        return page(path)

    with portal(firewall) as (url, asked):
        done, items = crawl(url, tmp_path)
    refused = [path for path in asked if path.endswith(".html") and path != "/2017.html"]
    assert 3 <= len(set(refused)) <= 4  # one may be under way when the third is read
    assert done.returncode == 4
    assert (
        "3 times with a firewall's page (challenge: 加速乐) and is left for this run" in done.stderr
    )
    assert items[:2] == ["/", "/gknb/"]
