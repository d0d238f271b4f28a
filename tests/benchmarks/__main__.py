"""`make bench`: one line a figure, `name: value (min–max), goal G: ok|short`; 1 where one is short.

Every value is a ratio to a peer, taken round by round in this run: the machine drifts, and both
drift with it. The line before a figure says who the peer is and how both were set.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from trafilatura import extract

from crawler.archive.reader import read_captures
from crawler.exporters import json_line
from crawler.pages import from_record, gives_item
from crawler.registry import Registry
from crawler.reparse import Summary, reports

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 3
#: Reports on the site: a crawl takes some seconds, start-up not counted.
PAGES = 200
#: Pages that trafilatura is given a round; it takes some 40 ms for each.
PEER_PAGES = 60

#: Neither side may wait: nothing but the work is measured.
SPEED = (
    "-s", "CONCURRENT_REQUESTS=32", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=32",
    "-s", "DOWNLOAD_DELAY=0", "-s", "ROBOTSTXT_OBEY=False", "-s", "LOG_LEVEL=INFO",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A ratio of each round, and the least that its median must be."""

    name: str
    ratios: list[float]
    goal: float

    @property
    def is_short(self) -> bool:
        return statistics.median(self.ratios) < self.goal

    def __str__(self) -> str:
        value = statistics.median(self.ratios)
        verdict = "short" if self.is_short else "ok"
        spread = f"({min(self.ratios):.2f}–{max(self.ratios):.2f})"
        return f"{self.name}: {value:.2f} {spread}, goal {self.goal:g}: {verdict}"


def main() -> int:
    """Measure and print. Return 1 where a figure is short."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, served() as url:
        figures = [live(url, Path(folder)), again(Path(folder))]
    return 1 if any(figure.is_short for figure in figures) else 0


def live(url: str, folder: Path) -> Figure:
    """The live crawl with archive, ledger, stages and feed against Scrapy with nothing."""
    print(
        f"peer: bare Scrapy {version('scrapy')}, no archive, no items; ours: archive, ledger, all "
        f"stages, JSON lines. {PAGES} gzipped pages of 43 KB, one loopback host, 32 at once, no "
        f"delay, robots off; pages a second, {ROUNDS} rounds"
    )
    ratios = []
    for number in range(ROUNDS):
        bare = seconds_of(bare_crawl(url, folder))
        ours = seconds_of(our_crawl(url, folder / f"round-{number}"))
        ratios.append(bare / ours)
    # Bare Scrapy takes some 7 ms a page; ours may take three times that, all stages included.
    return shown(Figure("live crawl against bare Scrapy, times", ratios, 0.3))


def again(folder: Path) -> Figure:
    """The re-parse of what the last live crawl archived against trafilatura on the same pages."""
    print(
        f"peer: trafilatura {version('trafilatura')}, extract(output_format='json', "
        f"include_tables=True) on decoded bodies in memory, {PEER_PAGES} pages; ours: WARC file to "
        f"JSON line through all stages, {PAGES} pages; one process each, pages a second, "
        f"{ROUNDS} rounds"
    )
    archive = folder / f"round-{ROUNDS - 1}" / "archive"
    bodies = some_bodies(archive)
    ratios = []
    for _ in range(ROUNDS):
        peer = timed(lambda: [extract(body, output_format="json", include_tables=True)
                              for body in bodies]) / len(bodies)  # fmt: skip
        ours = timed(lambda: our_reparse(archive)) / PAGES
        ratios.append(peer / ours)
    return shown(Figure("re-parse against trafilatura, times", ratios, 3))


def bare_crawl(url: str, folder: Path) -> Path:
    """Run the peer outside of the project, so that no setting of ours reaches it."""
    log = folder / "bare.log"
    log.unlink(missing_ok=True)
    spider = str(Path(__file__).parent / "bare_spider.py")
    run(["runspider", spider, "-a", f"url={url}", *SPEED, "-s", f"LOG_FILE={log}"], folder, {})
    return log


def our_crawl(url: str, folder: Path) -> Path:
    """Crawl into an archive of its own."""
    folder.mkdir()
    log = folder / "crawl.log"
    feed = ("-O", str(folder / "items.jsonl"))
    pace = ("-s", "AUTOTHROTTLE_TARGET_CONCURRENCY=1000", "-s", f"LOG_FILE={log}")
    environment = {
        "ARCHIVE_URL": (folder / "archive").as_uri(),
        "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
    }
    run(["crawl", "sections", "-a", f"url={url}", *feed, *SPEED, *pace], ROOT, environment)
    items = len((folder / "items.jsonl").read_bytes().splitlines())
    if items < PAGES:
        sys.exit(f"bench: the crawl gave {items} items of {PAGES} pages; see {log}")
    return log


def run(arguments: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a Scrapy command; a failure ends the benchmark."""
    command = [sys.executable, "-m", "scrapy", *arguments]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=False)
    if done.returncode:
        sys.exit(f"bench: scrapy {arguments[0]} failed")


def seconds_of(log: Path) -> float:
    """Return the seconds from the spider's opening to its closing, as Scrapy counts them."""
    text = log.read_text(encoding="utf-8")
    found = re.findall(r"'elapsed_time_seconds': ([\d.]+)", text)
    pages = re.findall(r"'downloader/response_status_count/200': (\d+)", text)
    if not found or int(pages[-1]) < PAGES:
        sys.exit(f"bench: the crawl was not whole; see {log}")
    return float(found[-1])


def some_bodies(archive: Path) -> list[bytes]:
    """Return the first decoded bodies of the archive's documents."""
    pages = (from_record(capture) for capture in read_captures([str(archive)]))
    bodies = (page.body for page in pages if gives_item(page))
    return [body for body, _ in zip(bodies, range(PEER_PAGES), strict=False)]


def our_reparse(archive: Path) -> int:
    """Read, parse and write every capture; return the bytes written."""
    registry = Registry(())
    captures = read_captures([str(archive)])
    return sum(len(json_line(report)) for report in reports(captures, registry, Summary()))


def timed(work) -> float:
    """Return the seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def shown(figure: Figure) -> Figure:
    """Print the figure and return it."""
    print(figure, flush=True)
    return figure


@contextmanager
def served() -> Iterator[str]:
    """The benchmark's site in a process of its own; gives its URL."""
    command = [sys.executable, "-m", "tests.benchmarks.server", str(PAGES)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline().strip() if server.stdout else ""
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
