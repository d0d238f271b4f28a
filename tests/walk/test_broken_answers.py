"""An answer that breaks off or lies about itself gives its item, live as in re-parse."""

from __future__ import annotations

import gzip
import json
import socketserver
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.walk.runs import scrapy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TITLE = "云泽市{}年政府信息公开工作年度报告"
BODY = f"<h1>{TITLE.format(2013)}</h1><p>全年共收到政府信息公开申请12件。</p>".encode()
ZIPPED = gzip.compress(BODY * 30, mtime=0)
HOME = '<a href="/gknb/">政府信息公开年报</a>'.encode()

#: What each report's server does wrong: fields after the usual ones, and the bytes that follow.
BROKEN = {
    "ends-early.html": (b"Content-Encoding: gzip\r\n", ZIPPED[: len(ZIPPED) // 2]),
    "no-gzip.html": (b"Content-Encoding: gzip\r\n", BODY),
    "too-long.html": (b"Content-Length: 99999\r\n", BODY),
    "no-last-chunk.html": (b"Transfer-Encoding: chunked\r\n", b"%x\r\n%s" % (len(BODY), BODY)),
    "no-length.html": (b"", BODY),
    "no-such-coding.html": (b"Content-Encoding: xyz\r\nContent-Length: 5\r\n", b"abcde"),
    "thrice.html": (b"Content-Encoding: gzip, gzip, gzip\r\n", gzip.compress(ZIPPED, mtime=0)),
}
#: Scrapy asks again, twice, where the length or the framing says that bytes are missing.
ASKED_AGAIN = {"too-long.html": 3, "no-last-chunk.html": 3}


def whole(path: str) -> bytes:
    """Return the answer to `path`, as it goes over the wire."""
    rows = (
        f'<li><a href="/{name}">{TITLE.format(2000 + n)}</a></li>' for n, name in enumerate(BROKEN)
    )
    pages = {"/": HOME, "/gknb/": "".join(rows).encode()}
    fields, body = BROKEN.get(path[1:], (b"", pages.get(path, b"")))
    status = b"200 OK" if body else b"404 Not Found"
    kind = b"Content-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
    return b"HTTP/1.1 " + status + b"\r\n" + kind + fields + b"\r\n" + body


class _Handler(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self) -> None:
        path = self.rfile.readline().split(b" ")[1].decode()
        while self.rfile.readline().strip():
            pass
        self.wfile.write(whole(path))


@contextmanager
def broken_portal() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def items_of(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run a command and return its items, in the order of their captures."""
    feed = folder / f"{arguments[0]}.jsonl"
    done = scrapy(folder, *arguments, "-O", str(feed))
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]
    items.sort(key=lambda item: item["archive"]["offset"])
    return [item | {"duplicate_of": None} for item in items]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("broken")
    with broken_portal() as url:
        return folder, items_of(folder, "crawl", "sections", "-a", f"url={url}")


def test_every_broken_answer_gives_its_item(live: tuple[Path, list[dict[str, Any]]]) -> None:
    _, items = live
    names = Counter(item["url"].rpartition("/")[2] for item in items)
    assert names == {"": 2} | dict.fromkeys(BROKEN, 1) | ASKED_AGAIN


def test_an_item_of_a_broken_answer_says_what_broke(
    live: tuple[Path, list[dict[str, Any]]],
) -> None:
    _, items = live
    broken = {"ends-early.html", "no-gzip.html", "no-such-coding.html", "thrice.html"} | set(
        ASKED_AGAIN
    )
    silent = [item["url"] for item in items if not item["warnings"]]
    assert not [url for url in silent if url.rpartition("/")[2] in broken]


def test_a_re_parse_gives_the_same_items(live: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, items = live
    assert items_of(folder, "reparse", str(folder / "archive")) == items
