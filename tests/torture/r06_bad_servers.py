"""R6: whatever servers do, the crawl ends, good pages come whole, each bad one has one reason.

Behaviours of `behaviours.py`, mixed with 200 good pages in one run and then each alone; and hosts
that are bad as hosts: robots.txt that fails, TLS that fails, doors that close. Asked for by the
command as a user runs it (`scrapy capture`), sixteen at a time; judged by the ledger and the feed.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import json
import resource
import socket
import sqlite3
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.archive.answers import answer
from tests.servers.authority import certificate
from tests.servers.wire_server import CLOSE, RESET, WireServer
from tests.torture.behaviours import (
    BEHAVIOURS,
    CODINGS,
    HTML,
    PAGE,
    REDIRECTS,
    TITLE,
    answers_of,
    path_of,
)
from tests.torture.registry import Check
from tests.torture.warmed import scrapy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.torture.registry import Trial

GOOD = 200
#: Bytes by which the crawl of a bad answer may raise memory: three times the largest body read.
_MEMORY = 200 << 20
PAST = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
ROBOTS = answer(b"User-agent: *\nDisallow:\n", b"Content-Type: text/plain")
_FORBIDS = b"User-agent: *\nDisallow: /bad\n"
#: How a whole host is bad: its robots.txt; the one verdict of each of twenty pages asked at once.
HOSTS: dict[str, tuple[object, str]] = {
    "robots.txt 500": (answer(b"", status=b"500 Down"), "robots_unreachable"),
    "robots.txt 503": (answer(b"", status=b"503 Down"), "robots_unreachable"),
    "robots.txt never": ([60.0], "robots_unreachable"),
    "robots.txt reset": ([RESET], "robots_unreachable"),
    "robots.txt cut": (
        [answer(_FORBIDS, b"Content-Length: 999", length=False), CLOSE],
        "robots_unreachable",
    ),
    "robots.txt half a gzip": (
        answer(gzip.compress(b"#" * 999 + _FORBIDS, mtime=0)[:20], b"Content-Encoding: gzip"),
        "robots_unreachable",
    ),
    "robots.txt late, forbids": ([0.5, answer(_FORBIDS)], "robots_forbidden"),
    "robots.txt of 20,000 rules": (
        answer(b"User-agent: *\n" + b"Disallow: /a*b*c\n" * 20_000 + b"Disallow: /bad\n"),
        "robots_forbidden",
    ),
    "robots.txt a page": (answer(PAGE, HTML), "answered"),
    "robots.txt 403": (answer(b"", status=b"403 No"), "answered"),
    "let alone for long": (ROBOTS, "postponed"),
}
DOORS = {
    "certificate expired": "robots_unreachable",
    "certificate of another": "robots_unreachable",
    "certificate unknown": "robots_unreachable",
    "no TLS at all": "robots_unreachable",
    "handshake cut": "robots_unreachable",
    "door shut": "robots_unreachable",
}
_AT_ONCE = 20


def run(trial: Trial) -> Iterator[str | None]:
    """Mix everything, then each alone; a trial a behaviour in each."""
    bad = list(BEHAVIOURS)
    if trial.fault:  # what it touches is enough to find it
        touched = {"lenient-gzip": CODINGS, "silent-redirect": REDIRECTS}.get(trial.fault, {})
        yield from _asked(trial, "mixed", list(touched), 0) if touched else _hosts(trial)
        return
    trial.whole = 2 * len(bad) + len(HOSTS) + len(DOORS) + 1
    good = GOOD if trial.count is None else GOOD // 4
    # Each waits for the time-out of a server that never answers: a sample's at the same time.
    with ThreadPoolExecutor(1 if trial.count is None else 2) as pool:
        mixed = pool.submit(list, _asked(trial, "mixed", bad, good))
        hosts = pool.submit(list, _hosts(trial))
    yield from (*mixed.result(), *hosts.result())
    for name in bad:
        yield from _asked(trial, f"alone {bad.index(name)}", [name], 0)


def _asked(trial: Trial, folder: str, bad: list[str], good: int) -> Iterator[str | None]:
    """Ask for these; an outcome each, and one for the good pages, the end and the memory."""
    place = trial.folder / folder
    place.mkdir()
    answers: dict[str, object] = {f"/good/{n}": answer(PAGE, HTML) for n in range(good)}
    for name in bad:
        answers |= answers_of(name)
    with WireServer({"/robots.txt": ROBOTS, **answers}) as server:
        paths = _interleaved([path_of(name) for name in bad], [f"/good/{n}" for n in range(good)])
        found = _captured(place, [f"{server.url}{path}" for path in paths], trial.fault)
    for name in bad:
        yield _differs(name, BEHAVIOURS[name][1], found, path_of(name))
    if good:
        lost = [n for n in range(good) if found.verdicts(f"/good/{n}") != {"answered"}]
        lost += [n for n in range(good) if not found.has_page(f"/good/{n}")]
        trial.notes.append(f"{good - len(set(lost))} of {good} good pages, {found.cost}")
        yield f"good pages lost: {sorted(set(lost))}" if lost else found.too_much
    elif found.too_much:
        yield f"{bad[0]}: {found.too_much}"


def _interleaved(bad: list[str], good: list[str]) -> list[str]:
    """Return both, the good ones spread among the bad."""
    if not bad or not good:
        return bad + good
    step = len(good) / len(bad)
    parts = [[path, *good[int(n * step) : int((n + 1) * step)]] for n, path in enumerate(bad)]
    return [path for part in parts for path in part]


class _Found:
    """What the ledger and the feed hold when a run is over."""

    def __init__(self, folder: Path, log: str) -> None:
        self.log = log
        ledger = sqlite3.connect(folder / "archive" / "spool" / "ledger.sqlite")
        self._ends: dict[str, list[tuple[str, str | None, int | None]]] = defaultdict(list)
        query = "SELECT url, outcome, reason, status FROM outcomes"
        for url, *end in ledger.execute(query):
            self._ends["/" + url.split("/", 3)[3]].append(tuple(end))
            self._ends[url].append(tuple(end))
        ledger.close()
        feeds = [path for path in folder.glob("items.jsonl*") if path.suffix != ".json"]
        lines = b"".join(path.read_bytes() for path in feeds).split(b"\n")
        self._items = [json.loads(line) for line in lines if line]
        begun, peak = map(int, (folder / "memory.txt").read_text("ascii").split())
        self.cost = f"memory {begun >> 20} to {peak >> 20} MB"
        self.too_much = f"{self.cost}: too much" if peak - begun > _MEMORY else None

    def verdicts(self, path: str) -> set[str]:
        """Return how the request of a path ended, and what its redirects led to."""
        ends = [end for at, each in self._ends.items() for end in each if _is_of(at, path)]
        last = {_verdict(*end) for end in ends}
        hops = {"status 302"} if len(last) > 1 else set()
        return last - hops - ({"status 503"} if "answered" in last else set())

    def has_page(self, path: str) -> bool:
        """Whether an item of a path has the whole page, and every other says what is wrong."""
        mine = [each for each in self._items if _is_of(_path(each["url"]), path)]
        return any(each["title"] == TITLE and "12件" in each["text"] for each in mine)

    def is_clean(self, path: str) -> bool:
        """Whether an item of a path passes for a page that came whole."""
        mine = [each for each in self._items if _is_of(_path(each["url"]), path)]
        return any(not each["warnings"] for each in mine)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def _is_of(at: str, path: str) -> bool:
    return at == path or at.startswith(f"{path}/")


def _verdict(outcome: str, reason: str | None, status: int | None) -> str:
    if reason:
        return reason
    return "answered" if outcome == "answered" and status == 200 else f"status {status}"


def _differs(name: str, due: str, found: _Found, path: str) -> str | None:
    """Return a sentence where a behaviour did not get its one verdict, or passed for a page."""
    verdicts = found.verdicts(path)
    if due in {"robots_unreachable", "other_port", "status 404"} and verdicts == {"status 302"}:
        verdicts = found.verdicts(_ELSEWHERE.get(due, ""))
    if verdicts != {"answered" if due == "page" else due}:
        return f"{name}: {sorted(verdicts)}, not {due}"
    if due == "page" and not found.has_page(path):
        short = name == "length too short"  # what its server cut nobody can have
        return None if short else f"{name}: its page did not come"
    if due in {"bad_coding", "data_loss"} and found.is_clean(path):
        return f"{name}: it passes for a whole page"
    return None


#: Where the redirects lead that leave their own path.
_ELSEWHERE = {
    "robots_unreachable": "http://10.0.0.1/",
    "other_port": "http://127.0.0.1:9/",
    "status 404": "/%C4%EA%B1%A8",
}


def _captured(
    folder: Path, urls: Iterable[str], fault: str | None, env: dict[str, str] | None = None
) -> _Found:
    """Ask for addresses as a user does, until the run ends by itself."""
    own = {
        "CONCURRENT_REQUESTS_PER_DOMAIN": "16", "DOWNLOAD_TIMEOUT": "15", "RETRY_TIMES": "0",
        "ARCHIVE_MAXSIZE": "4000000", "RETRY_AFTER_MAX": "5",
    }  # fmt: skip
    pairs = [part for name, value in own.items() for part in ("-s", f"{name}={value}")]
    plant = (__name__, "plant", [str(folder / "memory.txt"), fault])
    feed = str(folder / "items.jsonl")
    done = scrapy(folder, "capture", *urls, "-O", feed, *pairs, plant=plant, env=env)
    return _Found(folder, done.stderr)


def _hosts(trial: Trial) -> Iterator[str | None]:
    """Ask twenty pages at once of each bad host, all hosts in one run."""
    folder = trial.folder / "hosts"
    folder.mkdir()
    names = ["robots.txt late, forbids"] if trial.fault else list(HOSTS)
    with contextlib.ExitStack() as stack:
        wanted = () if trial.fault else DOORS
        doors = {name: stack.enter_context(_door(name, folder)) for name in wanted}
        servers = {}
        for name in names:
            pages = {f"/bad/{n}": answer(PAGE, HTML) for n in range(_AT_ONCE)}
            if name == "let alone for long":
                pages["/bad/0"] = answer(b"", b"Retry-After: 99999", status=b"503 Busy")
                pages = {"/bad/0": pages["/bad/0"]}
            served = {"/robots.txt": HOSTS[name][0], **pages}
            servers[name] = stack.enter_context(WireServer(served)), list(pages)
        urls = [f"{server.url}{path}" for server, paths in servers.values() for path in paths]
        known = {"SSL_CERT_FILE": str(folder / "known.crt")}
        found = _captured(folder, [*urls, *doors.values()], trial.fault, known)
        for name, (server, paths) in servers.items():
            yield _host_differs(name, server, paths, found)
    for name, url in doors.items():
        verdicts = found.verdicts(url)
        yield None if verdicts == {DOORS[name]} else f"{name}: {sorted(verdicts)}"


def _host_differs(name: str, server: WireServer, paths: list[str], found: _Found) -> str | None:
    due = HOSTS[name][1]
    verdicts = set().union(*(found.verdicts(f"{server.url}{path}") for path in paths))
    if due == "postponed":
        told = "RETRY_AFTER_MAX" in found.log and server.hits("/bad/0") == 1
        return None if told else f"{name}: not left to a later run"
    if verdicts != {due}:
        return f"{name}: {sorted(verdicts)}, not {due}"
    hits = sum(count for path, count in server.hits().items() if path != "/robots.txt")
    if due != "answered" and hits:
        return f"{name}: {hits} pages were asked for all the same"
    return None


@contextlib.contextmanager
def _door(name: str, folder: Path) -> Iterator[str]:
    """Open a door that is bad before any answer; yield an address behind it."""
    if name == "door shut":
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        yield f"http://127.0.0.1:{port}/"
        return
    if name in {"no TLS at all", "handshake cut"}:
        with _blunt(answer(PAGE, HTML) if name == "no TLS at all" else b"") as port:
            yield f"https://127.0.0.1:{port}/"
        return
    made = {
        "certificate expired": {"until": PAST},
        "certificate of another": {"address": "1.2.3.4"},
    }
    tls = certificate(folder, name=name.replace(" ", "-"), **made.get(name, {}))
    if name != "certificate unknown":
        with (folder / "known.crt").open("ab") as known:
            known.write(Path(tls[0]).read_bytes())
    with WireServer({"/": answer(PAGE, HTML)}, tls) as server:
        yield f"{server.url}/"


@contextlib.contextmanager
def _blunt(said: bytes) -> Iterator[int]:
    """Serve what says the same to whoever comes, without listening, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1)
                    connection.sendall(said)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def plant(told: list[str]) -> None:
    """Have the run say what memory it took; make it as Scrapy is, where a fault is wanted."""
    from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (settings are read in a run)

    report, fault = told
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stopped = KeepArchive.engine_stopped

    def engine_stopped(archive: KeepArchive) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        Path(report).write_text(f"{begun << 10} {peak << 10}", "ascii")
        stopped(archive)

    KeepArchive.engine_stopped = engine_stopped  # type: ignore[method-assign]
    if fault:
        _FAULTS[fault]()


def _lenient_gzip() -> None:
    """Let half a page pass for a whole one, as Scrapy does."""
    from crawler import compression  # noqa: PLC0415 (planted in the fork)

    compression.decoded = lambda response: (response.body, [])


def _silent_redirect() -> None:
    """Let a redirect to itself fall, as Scrapy does."""
    from crawler import challenges  # noqa: PLC0415 (planted in the fork)

    challenges._sent_to = lambda *_: None
    challenges.AcceptCookieOnce.process_response = lambda *given: given[2]


def _leaky_robots() -> None:
    """Let what waits for robots.txt pass it, as Scrapy does."""
    from scrapy.downloadermiddlewares.robotstxt import (  # noqa: PLC0415 (planted in the fork)
        RobotsTxtMiddleware,
    )

    from crawler.robots import LockedRobots  # noqa: PLC0415

    LockedRobots.robot_parser = RobotsTxtMiddleware.robot_parser  # type: ignore[method-assign]


_FAULTS = {
    "lenient-gzip": _lenient_gzip,
    "silent-redirect": _silent_redirect,
    "leaky-robots": _leaky_robots,
}

CHECK = Check(
    name="R6 bad servers",
    claim="each bad answer has exactly one reason, 200 of 200 good pages come, the crawl ends",
    goal=None,
    sample=len(BEHAVIOURS) + 1 + len(HOSTS) + len(DOORS),
    run=run,
    faults=tuple(_FAULTS),
)
