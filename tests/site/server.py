"""The demo portal's server: loopback only, a free port, and a log of what it was asked.

A request is under way from its first byte until the last byte of its answer is about to leave: no
client can have a whole answer sooner, so that two under way are two that a client had at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from tests.site.pages import answer as demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

    from tests.site.frame import Answer

#: What answers a request: method, target, form and header fields go in.
Answers = Callable[[str, str, bytes, Message], "Answer"]
HERE = Path(__file__).parent
#: Firewalls answer with statuses that no standard names.
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def _demo(method: str, target: str, form: bytes, _: Message) -> Answer:
    return demo(method, target, form)


@dataclass
class UnderWay:
    """How many requests are under way, and how many were at most."""

    now: int = 0
    most: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Count a request from here on."""
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def end(self) -> None:
        """Count it no longer."""
        with self._lock:
            self.now -= 1


@dataclass
class Site:
    """A running portal: its URL, the requests it got in order, those under way.

    `answer` says what lies where; `pause` is how long it takes to, in seconds, half of it before
    the last byte: a site that answers at once would hardly see a second request come meanwhile.
    Sites of one server share `under_way`.
    """

    url: str
    requests: list[tuple[str, str]] = field(default_factory=list)
    answer: Answers = _demo
    pause: float = 0.0
    under_way: UnderWay = field(default_factory=UnderWay)

    @property
    def most_at_once(self) -> int:
        """How many requests its server had under way at most."""
        return self.under_way.most

    @property
    def host(self) -> str:
        """The host and port."""
        return self.url.split("/")[2]

    def registry(self, folder: Path) -> Path:
        """Write the portal's registry stanza into `folder` and return its path."""
        path = folder / "registry.toml"
        template = (HERE / "registry.toml.in").read_text(encoding="utf-8")
        path.write_text(template.replace("@HOST@", self.host), encoding="utf-8")
        return path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the last byte goes alone
    server: _Server
    rfile: BufferedReader
    counted = False

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Stay silent: the site's log is `Site.requests`."""

    def handle_one_request(self) -> None:
        """Answer one request; a connection without one is none."""
        self.close_connection = True
        if not self.rfile.peek(1):
            return
        self.counted = True
        self.server.site.under_way.begin()
        try:
            super().handle_one_request()
        finally:
            self._count_off()

    def _serve(self) -> None:
        site = self.server.site
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        site.requests.append((self.command, self.path))
        time.sleep(site.pause / 2)
        whole = self._whole(site.answer(self.command, self.path, form, self.headers))
        self.wfile.write(whole[:-1])
        time.sleep(site.pause / 2)
        self._count_off()
        self.wfile.write(whole[-1:])

    def _count_off(self) -> None:
        """Count the request off: once, whether it was answered or its connection broke."""
        if self.counted:
            self.counted = False
            self.server.site.under_way.end()

    def _whole(self, found: Answer) -> bytes:
        """Return the answer as it goes over the wire."""
        fields = [("Content-Type", found.media_type), ("Connection", "close")]
        if found.location:
            fields.append(("Location", found.location))
        fields += found.fields
        if found.coding:
            fields.append(("Content-Encoding", found.coding))
        if found.chunked:
            fields.append(("Transfer-Encoding", "chunked"))
        else:
            fields.append(("Content-Length", str(len(found.body))))
        phrase = _PHRASES.get(found.status, "Unknown")
        head = f"HTTP/1.1 {found.status} {phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fields)
        body = b"" if self.command == "HEAD" else found.body
        self.close_connection = True
        return head.encode("ascii") + b"\r\n" + (_in_chunks(body) if found.chunked else body)


def _in_chunks(body: bytes, size: int = 1000) -> bytes:
    """Return `body` in chunked framing."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@contextmanager
def serve(
    port: int = 0, answer: Answers = _demo, pause: float = 0.0, under_way: UnderWay | None = None
) -> Iterator[Site]:
    """Serve a portal on 127.0.0.1 until the block ends; port 0 takes a free one."""
    with _Server(("127.0.0.1", port), _Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        server.site = Site(url, answer=answer, pause=pause, under_way=under_way or UnderWay())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()
