"""Workers on one queue, killed again and again, over small portals on loopback.

Each portal is a server of its own: a list and the reports that it names. The workers are the
command as a user runs it; a kill takes the worker alone, or the crawl that it started as well.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from crawler.jobs.runs import Runs
from tests.archive.answers import answer
from tests.conftest import ROOT
from tests.servers.wire_server import WireServer
from tests.site import columns, portals

if TYPE_CHECKING:
    import random
    from typing import Self

#: Seconds without a heartbeat, then a worker of the test is dead.
STALLED = 5
#: Seconds that all of it may take at most, on a machine that does much else.
PATIENCE = 900
_SEEN = 0.1


def portal_pages(count: int) -> dict[str, bytes]:
    """Return what a small portal answers: robots.txt, a list, and `count` reports."""
    found = portals.reports("/gk/{}.html", count, first=min(_years(count)))
    column = columns.static(portals.frame, "市政府", "/gk/", found, count)
    pages = {**column.pages, **portals.articles(found)}
    plain = {"/robots.txt": answer(b"User-agent: *\nDisallow:\n", b"Content-Type: text/plain")}
    return plain | {
        path: answer(page.body, b"Content-Type: " + page.media_type.encode())
        for path, page in pages.items()
    }


def _years(reports: int) -> range:
    return range(2024 - reports, 2024)


@dataclass
class Fleet:
    """Some portals and the workers that crawl them; `settings` are the environment's."""

    folder: Path
    database: str
    count: int
    reports: int
    delay: float = 0.2
    settings: dict[str, str] = field(default_factory=dict)
    workers: list[subprocess.Popen] = field(default_factory=list)
    kills: int = 0

    def __enter__(self) -> Self:
        self._stack = contextlib.ExitStack()
        pages = portal_pages(self.reports)
        self.sites = [self._stack.enter_context(WireServer(pages)) for _ in range(self.count)]
        stanzas = [
            f'[[portal]]\nid = "p{number}"\nname = "云泽市人民政府"\nlevel = "central"\n'
            f'type = "government"\n'
            f'hosts = ["127.0.0.1:{site.port}"]\nhome = "{site.url}/"\n'
            f'[[portal.section]]\nurl = "{site.url}/gk/"\n'
            for number, site in enumerate(self.sites)
        ]
        registry = self.folder / "registry.toml"
        registry.write_text("\n".join(stanzas), encoding="utf-8")
        self.environment = {
            **os.environ,
            "QUEUE_URL": self.database,
            "ARCHIVE_URL": (self.folder / "archive").as_uri(),
            "REGISTRY": str(registry),
            "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
            "DOWNLOAD_DELAY": str(self.delay),
            **self.settings,
        }
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            for pid in (*children(worker.pid), worker.pid):
                _kill(pid)
            worker.wait()
        self._stack.close()

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run a command of the project to its end."""
        return subprocess.run(
            [sys.executable, "-m", "scrapy", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
            timeout=PATIENCE,
        )  # fmt: skip

    def start(self, *arguments: str, machine: Path = ROOT) -> subprocess.Popen:
        """Start a worker; `machine` is the project's folder, in which its spool lies."""
        number = len(self.workers)
        with (self.folder / f"worker{number}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "scrapy", "worker", "-n", "1", "--logs", str(self.folder),
                 "-o", f"{self.folder}/%(portal)s.jsonl", "-s", f"QUEUE_STALLED={STALLED}",
                 *arguments],
                cwd=machine, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen, *, with_crawl: bool) -> None:
        """Kill a worker by SIGKILL, and the crawl that it started where that is wanted."""
        crawls = children(worker.pid) if with_crawl else []
        for pid in (worker.pid, *crawls):
            _kill(pid)
        worker.wait()
        self.kills += 1

    def asked(self) -> int:
        """Return how many requests the portals have seen."""
        return sum(len(site.log) for site in self.sites)

    def done(self) -> set[str]:
        """Return the portals of which the record of runs has one that came to its end."""
        runs = Runs(self.database)
        return {run.portal for run in runs.all() if run.outcome == "done"}

    def chaos(self, chance: random.Random, every: float, most: int) -> None:
        """Keep three workers, of few portals fewer, until all is done, and kill `most` times one.

        `every` is in seconds, or, as a whole number, in requests that the portals saw.
        """
        alive = [self.start() for _ in range(min(3, self.count))]
        until, mark = time.monotonic() + PATIENCE, self._mark(every)
        while len(self.done()) < self.count and time.monotonic() < until:
            time.sleep(_SEEN)
            for worker in [each for each in alive if each.poll() is not None]:
                alive[alive.index(worker)] = self.start()
            if self.kills < most and self._mark(every) - mark >= every:
                mark = self._mark(every)
                worker = chance.choice(alive)
                self.kill(worker, with_crawl=chance.random() < 0.5)
        for worker in alive:
            worker.send_signal(signal.SIGTERM)
        for worker in alive:
            worker.wait(PATIENCE)

    def _mark(self, every: float) -> float:
        return self.asked() if isinstance(every, int) else time.monotonic()

    def wrong(self, number: int, held: Counter[str], items: Counter[str]) -> str | None:
        """Return what is wrong with a portal; `held` and `items` count addresses."""
        site = self.sites[number]
        reports = {f"{site.url}/gk/{year}.html" for year in _years(self.reports)}
        lost = sorted(reports - held.keys())
        if lost:
            return f"p{number}: {len(lost)} reports are not in the archive, {lost[0]}"
        other = {url: items[url] for url in reports if items[url] != 1}
        if other:
            return f"p{number}: not once in its feed: {other}"
        return None

    def faults(self) -> list[str | None]:
        """Return an outcome a portal, and whether ledger, archive and records agree."""
        own = {"ARCHIVE_URL": self.environment["ARCHIVE_URL"]}
        held = Counter(capture.url for capture in read_captures([own["ARCHIVE_URL"]], own))
        items: Counter[str] = Counter()
        for feed in self.folder.glob("p*.jsonl"):
            items.update(json.loads(line)["url"] for line in feed.read_bytes().splitlines())
        found = [self.wrong(number, held, items) for number in range(self.count)]
        undone = sorted({f"p{n}" for n in range(self.count)} - self.done())
        again = self.asked_again()
        if undone:
            found[0] = f"not done: {', '.join(undone)}"
        if broken := [str(each) for each in verify([own["ARCHIVE_URL"]], own)]:
            found[0] = "; ".join(broken[:3])
        if again > self.kills:
            found[0] = f"{again} requests were sent twice, by {self.kills} kills"
        return found

    def asked_again(self) -> int:
        """Return how many requests were sent that had been sent before."""
        return sum(count - 1 for site in self.sites for count in site.hits().values() if count > 1)


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if int(fields[1]) == pid:
                    found.append(int(folder.name))
    return found


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
