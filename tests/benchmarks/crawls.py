"""Live crawls against Scrapy as it comes: what the archive costs, what all stages cost.

A round holds one crawl of each kind, one after another: the machine's drift meets all alike.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.figures import Figure, told

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SPIDER = ("runspider", str(HERE / "bare_spider.py"))
#: Neither side may wait: nothing but the work is measured.
SPEED = (
    "-s", "CONCURRENT_REQUESTS=32", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=32",
    "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_TARGET_CONCURRENCY=1000",
    "-s", "ROBOTSTXT_OBEY=False", "-s", "LOG_LEVEL=INFO",
)  # fmt: skip
NO_STAGES = ("-s", "ITEM_PIPELINES={}")
_SCRAPYS = "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
_LEAST = "tests.benchmarks.least.LeastArchive"
NO_ARCHIVE = ("-s", "ARCHIVE_ENABLED=False", "-s", f'DOWNLOAD_HANDLERS={{"http": "{_SCRAPYS}"}}')
LEAST_ARCHIVE = ("-s", "ARCHIVE_ENABLED=False", "-s", f'DOWNLOAD_HANDLERS={{"http": "{_LEAST}"}}')


class Crawl(NamedTuple):
    """What a crawl took: `memory` in MB at its peak, the rest in seconds."""

    pages: int
    seconds: float
    cpu: float
    memory: float

    @property
    def pace(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


def of_the_archive(folder: Path, pages: int, rounds: int) -> list[Figure]:
    """The same spider, which yields nothing: on bare Scrapy, in the project, there unarchived.

    The archive has a download client of its own, which tapes the wire; unarchived, the project has
    Scrapy's, as every other crawl. So "to no archive" is what a user pays for the archive in all:
    the records, digests, commits and ledger, less what the client saves (on a client derived from
    Scrapy's the figure was 1.45). A fourth crawl, on Scrapy's client too, says what the records
    alone cost: `tests.benchmarks.least`.
    """
    bare, ours, unarchived, least = [], [], [], []
    with served(pages) as url:
        asked = (*SPIDER, "-a", f"url={url}")
        for number in range(rounds):
            place = folder / f"blank-{number}"
            bare.append(crawl(folder / "bare.log", asked, folder, pages))
            ours.append(crawl(folder / "ours.log", (*asked, *NO_STAGES), place, pages))
            off = (*asked, *NO_STAGES, *NO_ARCHIVE)
            unarchived.append(crawl(folder / "off.log", off, folder / f"off-{number}", pages))
            floor = (*asked, *NO_STAGES, *LEAST_ARCHIVE)
            least.append(crawl(folder / "least.log", floor, folder / f"least-{number}", pages))
    return told(
        f"peer: the same spider on bare Scrapy {version('scrapy')}, no archive; ours: archive and "
        f"ledger, no stages, no items. {pages} gzipped pages of 43 KB, one loopback host, 32 at "
        f"once, no delay, robots off; {rounds} rounds. No archive, and the least one: by Scrapy's "
        "own download handler; the least one: no wire, no ledger, no fsync",
        Figure("crawl and archive, pages/s to bare Scrapy", per(bare, ours, "seconds"), 1.8),
        Figure("crawl and archive, CPU to no archive", per(ours, unarchived, "cpu"), 1.2, "most"),
        Figure("crawl and the least archive, CPU to no archive", per(least, unarchived, "cpu")),
        Figure("crawl and archive, memory to bare Scrapy", per(ours, bare, "memory"), 1.2, "most"),
    )


def of_all_stages(folder: Path, pages: int, rounds: int) -> list[Figure]:
    """The whole: archive, ledger, stages, feed."""
    bare, ours = [], []
    with served(pages) as url:
        for number in range(rounds):
            place = folder / f"whole-{number}"
            asked = ("crawl", "sections", "-a", f"url={url}", "-O", str(place / "items.jsonl"))
            bare.append(crawl(folder / "bare.log", (*SPIDER, "-a", f"url={url}"), folder, pages))
            ours.append(crawl(folder / "whole.log", asked, place, pages))
            refuse_fewer(place / "items.jsonl", pages)
    return told(
        f"peer: bare Scrapy {version('scrapy')}, no archive, no items; ours: archive, ledger, all "
        f"stages, JSON lines. {pages} pages, the rest as above; {rounds} rounds",
        # Bare Scrapy takes some 5 ms a page; ours may take three times that, all stages included.
        Figure("live crawl, all stages, pages/s to bare Scrapy", per(bare, ours, "seconds"), 0.3),
    )


def per(these: list[Crawl], those: list[Crawl], measure: str) -> list[float]:
    """Return the ratio of each round."""
    pairs = zip(these, those, strict=True)
    return [getattr(this, measure) / getattr(that, measure) for this, that in pairs]


def crawl(log: Path, arguments: tuple[str, ...], place: Path, pages: int) -> Crawl:
    """Run a Scrapy command, in the project where `place` is to be an archive's, else outside it."""
    inside = place != log.parent
    place.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    command = [
        sys.executable,
        str(HERE / "metered.py"),
        *arguments,
        *SPEED,
        "-s",
        f"LOG_FILE={log}",
    ]
    environment = {
        "ARCHIVE_URL": (place / "archive").as_uri(),
        "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
    }
    done = subprocess.run(
        command, cwd=ROOT if inside else place, env=os.environ | environment, check=False,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    # Behind the meter's line the project's commands print one of their own, an object.
    lines = [line for line in done.stdout.splitlines() if line.startswith("[")]
    taken = Crawl(*json.loads(lines[-1])) if lines else None
    if done.returncode or taken is None or taken.pages < pages:
        sys.exit(f"bench: the crawl was not whole; see {log.read_text(encoding='utf-8')[-2000:]}")
    return taken


def refuse_fewer(items: Path, pages: int) -> None:
    """End the benchmark where a crawl gave fewer items than there are pages."""
    count = len(items.read_bytes().splitlines())
    if count < pages:
        sys.exit(f"bench: the crawl gave {count} items of {pages} pages")


@contextmanager
def served(pages: int) -> Iterator[str]:
    """The benchmark's site in a process of its own; gives its URL."""
    command = [sys.executable, "-m", "tests.benchmarks.server", str(pages)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline().strip() if server.stdout else ""
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
