"""R11: a re-parse gives the items of the live crawl, byte for byte: whole, in shards, of a package.

The demo portal is crawled as a user crawls it; a trial is one way of reading its archive again.
(`make test` has the demo portal in `tests/commands`, so that its sample here is of few pages.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.archive.answers import answer
from tests.archive.conftest import environment
from tests.servers.wire_server import WireServer
from tests.site.server import serve
from tests.torture.registry import Check
from tests.torture.warmed import warm_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

SHARDS = (2, 3, 5)


class Bench:
    """A folder, and the commands of the project that are run in it."""

    def __init__(self, folder: Path, registry: Path, **settings: str) -> None:
        self.folder = folder
        self._settings = {"REGISTRY": str(registry), **settings}

    def run(self, *arguments: object) -> str:
        """Run a command; return its log. Raises AssertionError unless it exits with 0."""
        log = self.folder / "log.txt"
        own = [word for name, value in self._settings.items() for word in ("-s", f"{name}={value}")]
        env = environment({"SCRAPY_SETTINGS_MODULE": "crawler.settings"})
        told = {"args": [*map(str, arguments), *own], "env": env, "log": str(log)}
        status, said = warm_server().run(told), log.read_text("utf-8", "replace")
        assert status == 0, said[-500:]
        return said

    def crawl(self, url: str) -> list[bytes]:
        """Crawl a portal; return its items, sorted."""
        live = self.folder / "live.jsonl"
        polite = ("-s", "PRIVATE_NETWORKS_ALLOWED=127.0.0.0/8", "-s", "DOWNLOAD_DELAY=0")
        self.run("crawl", "sections", "-a", f"url={url}", "-O", live, *polite)
        return items(live)

    def capture(self) -> list[bytes]:
        """Capture a few pages, which a sample is content with; return their items, sorted."""
        live = self.folder / "live.jsonl"
        page = "<h1>某市2023年政府信息公开工作年度报告</h1><p>收到申请{}件，答复{}件。</p>"
        head = b"Content-Type: text/html; charset=utf-8"
        pages = {f"/{n}.html": answer(page.format(n, n).encode() * 9, head) for n in range(9)}
        polite = ("-s", "PRIVATE_NETWORKS_ALLOWED=127.0.0.0/8", "-s", "DOWNLOAD_DELAY=0")
        with WireServer(pages) as server:
            urls = [server.url + path for path in pages]
            self.run("capture", *urls, "-O", live, "-s", "WARC_MAX_BYTES=2000", *polite)
        return items(live)

    def reparsed(self, *arguments: object) -> list[bytes]:
        """Re-parse; return the items, sorted."""
        again = self.folder / "again.jsonl"
        self.run("reparse", *arguments, "-O", again)
        return items(again)


def items(path: Path) -> list[bytes]:
    """Return the items of a feed, sorted: the crawl's order is the network's."""
    return sorted(path.read_bytes().splitlines())


def differ(live: list[bytes], again: list[bytes]) -> str | None:
    """Return how items differ; None where they do not, and there are some."""
    if not live:
        return "the crawl gave no item"
    if live == again:
        return None
    lost, more = set(live) - set(again), set(again) - set(live)
    return f"{len(live)} live, {len(again)} again: {len(lost)} lost, {len(more)} others"


def run(trial: Trial) -> Iterator[str | None]:
    """Crawl once, then read again in each way."""
    archive, packed = trial.folder / "archive", trial.folder / "a.wacz"
    with serve() as site:
        registry = site.registry(trial.folder)
        bench = Bench(trial.folder, registry, ARCHIVE_URL=str(archive))
        live = bench.capture() if trial.count else bench.crawl(site.url)
    trial.whole = 3 + len(SHARDS)
    trial.notes.append(f"{len(live)} items")
    if trial.fault:
        live = [line.replace(b"0", b"1", 1) for line in live]
    yield differ(live, bench.reparsed(archive))
    yield differ(live, bench.reparsed(*sorted(archive.glob("*.warc.gz"))))
    bench.run("archive", "package", archive, "-o", packed)
    yield differ(live, bench.reparsed(packed))
    for count in SHARDS:
        parts = [bench.reparsed(archive, "--shard", f"{n + 1}/{count}") for n in range(count)]
        yield differ(live, sorted(line for part in parts for line in part))


CHECK = Check(
    name="R11 re-parse",
    claim="a re-parse of the archive gives the live crawl's items, byte for byte",
    goal=None,
    sample=1,
    run=run,
    faults=("one-digit",),
)
