"""R7: no page sends the crawl into the local network, to another port, or to another scheme.

Loopback, private, link-local and mapped addresses in every notation, by a link, a redirect, a
refresh and a page's base; names that change between two questions; other ports; other schemes; a
proxy in the environment. Only 127.0.0.1 is allowed, where the site lies; a canary listens on
127.0.0.2 and on ::1, and on another port: it must not hear a byte. Names are answered by a resolver
of the check's own, so that no question leaves the machine. The browser is tried by the same pages.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Self
from unittest import mock

from crawler.chromium import browser_path
from tests.archive.answers import answer
from tests.servers.wire_server import WireServer
from tests.torture.registry import Check
from tests.torture.warmed import scrapy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

#: Ways to write 127.0.0.2, where the canary listens, and other places no crawl belongs to.
HOSTS = (
    "127.0.0.2", "2130706434", "0x7f000002", "0177.0.0.2", "0x7f.0.0.2", "0x7f.2", "127.2",
    "127.0.2", "127.000.000.002", "１２７.０.０.２", "127。0。0。2", "①②⑦.0.0.②",
    "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[0:0:0:0:0:ffff:127.0.0.2]", "[64:ff9b::127.0.0.2]",
    "[::127.0.0.2]",
    "[2002:7f00:2::]", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "0.0." + "0.0", "0", "localhost",
    "localhost.", "LOCALHOST", "canary.test", "canary.test.", "ｃａｎａｒｙ.test", "rebind.test",
    "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "192.0.2.1",
)  # fmt: skip
SCHEMES = (
    "file:///etc/hostname", "file://localhost/etc/hostname", "FILE:/etc/hostname",
    "data:text/html,<p>x", "ftp://127.0.0.1:{port}/x", "s3://127.0.0.1:{port}/x",
    "javascript:alert(1)", "gopher://127.0.0.1:{port}/x", "ws://127.0.0.1:{port}/x",
    "view-source:http://127.0.0.1:{port}/", "jar:http://127.0.0.1:{port}/!/x", "//[",
)  # fmt: skip
_DRAWN_TIMES = 4
WAYS = ("link", "redirect", "refresh", "base")
HTML = b"Content-Type: text/html; charset=utf-8"
SPIDER = """
import scrapy
class Eager(scrapy.Spider):
    name = "eager"
    start_urls = []
    def __init__(self, url="", **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [url]
    def onward(self, response):
        for href in response.css("a::attr(href)").getall():
            try:
                yield response.follow(href, callback=self.parse, errback=self.failed,
                                      meta={"render": "/draw" in href})
            except ValueError as error:
                self.logger.info("refused %s: %s", href, error)
    def parse(self, response):
        if not isinstance(response, scrapy.http.TextResponse):
            return
        refresh = response.css("meta[http-equiv=refresh]::attr(content)").re_first("url=(.*)")
        if refresh:
            try:
                yield response.follow(refresh, errback=self.failed)
            except ValueError as error:
                self.logger.info("refused %s: %s", refresh, error)
        yield from self.onward(response)
    def failed(self, failure):
        self.logger.info("failed %s: %r", failure.request.url, failure.value)
"""
_DRAWN = """<html><head><base href="http://127.0.0.2:{port}/"><link rel=stylesheet href="a.css">
<link rel=prefetch href="http://127.0.0.2:{port}/prefetch">
<link rel=dns-prefetch href="//127.0.0.2">
<link rel=preconnect href="http://127.0.0.2:{port}">
<meta http-equiv=refresh content="9;url=http://127.0.0.2:{port}/refresh">
</head><body><img src="b.png"><iframe src="http://localhost:{port}/frame"></iframe>
<iframe src="file:///etc/hostname"></iframe><object data="http://127.2:{port}/o"></object>
<script>
for (const host of ["127.0.0.2", "2130706434", "[::ffff:127.0.0.2]", "[::1]", "canary.test",
                    "rebind.test"]) {{
  const at = `http://${{host}}:{port}/`;
  fetch(at + "fetch").catch(() => 0); new Image().src = at + "image";
  navigator.sendBeacon(at + "beacon", "x");
  try {{ new WebSocket(at.replace("http", "ws") + "socket") }} catch (e) {{}}
  try {{ new EventSource(at + "events") }} catch (e) {{}}
  try {{ new Worker(at + "worker") }} catch (e) {{}}
}}
fetch(location.origin + "/away").catch(() => 0);
fetch(location.origin + "/forbidden").catch(() => 0);
try {{ window.open("http://127.0.0.2:{port}/window") }} catch (e) {{}}
try {{ navigator.serviceWorker.register("http://127.0.0.2:{port}/service").catch(() => 0) }}
catch (e) {{}}
try {{
  const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.2:{port}"}},
    {{urls: "turn:127.0.0.2:{port}?transport=tcp", username: "x", credential: "x"}}]}});
  peer.createDataChannel("x"); peer.createOffer().then(offer => peer.setLocalDescription(offer));
}} catch (e) {{}}
setTimeout(() => {{ location = "http://127.0.0.2:{port}/away" }}, 50);
</script></body></html>"""


class Canary:
    """A listener on several loopback addresses at one port that counts who comes."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        first = socket.create_server(("127.0.0.2", 0))
        self.port = first.getsockname()[1]
        self._listeners = [first]
        with contextlib.suppress(OSError):  # a machine without IPv6
            self._listeners.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        other = socket.create_server(("127.0.0.1", 0))
        self.other = other.getsockname()[1]
        self._listeners.append(other)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._listen, args=(each,), daemon=True)
                         for each in self._listeners]  # fmt: skip
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join(10)

    def _listen(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(1)
                    self.heard.append(connection.recv(200).split(b"\r\n")[0].decode("latin-1"))


def run(trial: Trial) -> Iterator[str | None]:
    """Lead the crawl astray in every way; a trial a form and way, then the rest."""
    forms = [(host, way) for host in HOSTS for way in WAYS]
    forms += [(scheme, way) for scheme in SCHEMES for way in WAYS]
    if trial.fault:  # a door that is open is seen at the first forms
        forms = forms[: 4 * len(WAYS)]
    trial.whole = len(forms) + 4
    with Canary() as canary:
        yield from _led(trial, canary, forms)
        if not trial.fault:  # what is planted shows without the browser
            yield from _drawn(trial, canary)


def _address(form: str, canary: Canary, number: int) -> str:
    if form in SCHEMES:
        return form.format(port=canary.port)
    return f"http://{form}:{canary.port}/{number}"


def _led(trial: Trial, canary: Canary, forms: list[tuple[str, str]]) -> Iterator[str | None]:
    """Have a spider that follows whatever it finds read pages that lead astray."""
    folder = trial.folder / "led"
    folder.mkdir()
    answers: dict[str, Any] = {"/robots.txt": answer(b"User-agent: *\nDisallow: /forbidden\n")}
    links = []
    for number, (form, way) in enumerate(forms):
        to = _address(form, canary, number)
        if way == "link":
            links.append(to)
            continue
        links.append(f"/{way}/{number}")
        answers[links[-1]] = _leading(way, to)
    links += ["/port", "/forbidden"]
    answers["/forbidden"] = answer(b"no", HTML)
    answers["/port"] = answer(
        b"", b"Location: http://127.0.0.1:%d/" % canary.other, status=b"302 Found"
    )
    home = "".join(f'<a href="{link}">x</a>' for link in links)
    answers["/"] = answer(home.encode(), HTML)
    with WireServer(answers) as site:
        proxy = f"http://127.0.0.2:{canary.port}"
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "ftp_proxy")
        said = _crawl(folder, site, trial.fault, dict.fromkeys(names, proxy))
        hits = site.hits()
    heard = " ".join(canary.heard)
    ends = _ends(folder)
    asked_for = [at for at in ends.items() if at[0][:4] != "http" and at[1] != "other_scheme"]
    for number, (form, way) in enumerate(forms):
        if f"/{number} " in heard:
            yield f"{form} by {way}: it was reached"
        elif form in HOSTS and not _told(said, form, number, ends):
            yield f"{form} by {way}: refused without a word"
        elif form in SCHEMES and asked_for:
            yield f"{form} by {way}: {asked_for[:3]}"
        else:
            yield None
    yield f"robots.txt was not obeyed: {hits}" if hits["/forbidden"] else None
    yield f"the canary heard {canary.heard[:3]}" if canary.heard else None
    listening = (folder / "listening.txt").read_text("ascii")
    yield f"the crawl listens on {listening}" if listening else None


def _leading(way: str, to: str) -> bytes:
    """Return the answer of a page that leads to an address."""
    if way == "redirect":
        return answer(b"", b"Location: " + to.encode(), status=b"302 Found")
    refresh = f'<meta http-equiv="refresh" content="0;url={to}"><p>x'
    # A link without a word of its own leads to the base itself.
    base = f'<head><base href="{to}"></head><p><a href="?">x</a>'
    return answer((refresh if way == "refresh" else base).encode(), HTML)


def _told(said: str, form: str, number: int, ends: dict[str, str]) -> bool:
    """Whether ledger or feed says what became of an address."""
    return any(f"/{number}" in url for url in ends) or f"/{number}" in said or form in said


def _ends(folder: Path) -> dict[str, str]:
    ledger = sqlite3.connect(folder / "archive" / "spool" / "ledger.sqlite")
    rows = ledger.execute("SELECT url, coalesce(reason, outcome) FROM outcomes").fetchall()
    ledger.close()
    return dict(rows)


def _crawl(folder: Path, site: WireServer, fault: str | None, more: dict[str, str]) -> str:
    """Crawl with only 127.0.0.1 allowed; return what the run said."""
    spider = folder / "eager.py"
    spider.write_text(SPIDER, "utf-8")
    own = {
        "PRIVATE_NETWORKS_ALLOWED": "127.0.0.1/32", "RETRY_TIMES": "0", "ITEM_PIPELINES": "{}",
        "CONCURRENT_REQUESTS_PER_DOMAIN": "16", "DOWNLOAD_TIMEOUT": "20",
    }  # fmt: skip
    pairs = [part for name, value in own.items() for part in ("-s", f"{name}={value}")]
    plant = (__name__, "plant", [str(folder / "listening.txt"), fault, more])
    done = scrapy(
        folder, "runspider", str(spider), "-a", f"url={site.url}/", *pairs, plant=plant
    )  # fmt: skip
    return (folder / "log.txt").read_text("utf-8", "replace") + done.stderr


def _drawn(trial: Trial, canary: Canary) -> Iterator[str | None]:
    """Have the browser draw a page that tries everything a script can."""
    if browser_path() is None:
        trial.notes.append("no Chromium here: the browser was not tried")
        yield None
        return
    pages = {
        "/": answer(b'<a href="/draw">x</a>', HTML),
        "/draw": answer(_DRAWN.format(port=canary.port).encode(), HTML),
        "/robots.txt": answer(b"User-agent: *\nDisallow: /forbidden\n"),
        "/forbidden": answer(b"no", HTML),
        "/away": answer(
            b"", b"Location: http://127.0.0.2:%d/hop" % canary.port, status=b"302 Found"
        ),
    }
    # On a busy machine a page may be at rest before its script has asked for everything.
    for attempt in range(_DRAWN_TIMES):
        folder = trial.folder / f"drawn-{attempt}"
        folder.mkdir()
        with WireServer(pages) as site:
            said = _crawl(folder, site, trial.fault, {})
            hits = site.hits()
        tried = hits["/away"] and "drawn/refused/private_address" in said
        if tried or canary.heard or hits["/forbidden"]:
            break
    if canary.heard:
        yield f"the browser reached the canary: {canary.heard[:3]}"
    elif hits["/forbidden"]:
        yield f"the browser asked for what robots.txt forbids: {hits}"
    else:
        yield None if tried else f"the browser did not try: {hits}"


def plant(told: Any) -> None:
    """Answer names from a table, note what the run listens on; open a door where wanted."""
    from crawler import resolver  # noqa: PLC0415 (settings are read in a run)
    from crawler.archive.extension import KeepArchive  # noqa: PLC0415

    report, fault, environment = told
    os.environ.update(environment)
    answers = iter(["127.0.0.1", *["127.0.0.2"] * 99])
    true = socket.getaddrinfo

    def asked(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name.lower().rstrip(".") == "rebind.test":
            name = next(answers)
        elif name.lower().rstrip(".") == "canary.test":
            name = "127.0.0.2"
        elif name.lower().rstrip(".") != "localhost" and not _numeric(name):
            raise socket.gaierror(socket.EAI_NONAME, "no such name here")
        return true(name, port, *rest, **more)

    mock.patch("socket.getaddrinfo", asked).start()
    mock.patch(
        "socket.gethostbyname", lambda name: asked(name, None, socket.AF_INET)[0][4][0]
    ).start()
    closed = KeepArchive.spider_closed

    async def spider_closed(archive: KeepArchive, reason: str) -> None:
        with open(report, "w", encoding="ascii") as out:  # noqa: ASYNC230, PTH123 (a check's own)
            out.write(" ".join(listening(os.getpid())))
        await closed(archive, reason)

    KeepArchive.spider_closed = spider_closed  # type: ignore[method-assign]
    if fault == "no-guard":
        resolver.may_reach = lambda *_: True
    elif fault == "telnet":
        from crawler import settings  # noqa: PLC0415

        settings.TELNETCONSOLE_ENABLED = True


def _numeric(name: str) -> bool:
    return all(each in "0123456789abcdefx.:%" for each in name.lower())


def listening(pid: int) -> list[str]:
    """Return the addresses that a process listens on, as Linux writes them."""
    mine = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208 (links that may vanish meanwhile)
        with contextlib.suppress(OSError):
            mine.add(os.readlink(f"/proc/{pid}/fd/{fd}"))  # noqa: PTH115
    found = []
    for table in ("tcp", "tcp6"):
        with open(f"/proc/{pid}/net/{table}", encoding="ascii") as lines:  # noqa: PTH123
            rows = [line.split() for line in lines][1:]
        found += [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine]
    return found


CHECK = Check(
    name="R7 addresses",
    claim="no form of a private address, no other port, no other scheme is reached or listens",
    goal=None,
    sample=(len(HOSTS) + len(SCHEMES)) * len(WAYS) + 4,
    run=run,
    faults=("no-guard", "telnet"),
)
