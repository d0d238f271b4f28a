"""Live crawls against Scrapy as it comes: what the archive costs, what all stages cost.

A round holds one crawl of each kind, one after another: the machine's drift meets all alike.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.figures import Figure, told
from tests.servers.apart import apart

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SPIDER = ("runspider", str(HERE / "bare_spider.py"))
#: Times as many pages where two crawls of ours are compared: ten seconds and more of each.
_STEADY = 5
#: Neither side may wait: nothing but the work is measured.
SPEED = (
    "-s", "CONCURRENT_REQUESTS=32", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=32",
    "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_TARGET_CONCURRENCY=1000",
    "-s", "ROBOTSTXT_OBEY=False", "-s", "LOG_LEVEL=INFO", "-s", "DEPTH_LIMIT=0",
)  # fmt: skip
NO_STAGES = ("-s", "ITEM_PIPELINES={}")
_OFF = ("-s", "ARCHIVE_ENABLED=False", "-s")
#: The archive turned off: the same client, turns, settings.
NO_ARCHIVE = (*_OFF, 'DOWNLOAD_HANDLERS={"http": "tests.benchmarks.unarchived.Unarchived"}')
#: Off as well, and Scrapy's own client in place of the project's.
_SCRAPYS = "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
SCRAPYS_CLIENT = (*_OFF, f'DOWNLOAD_HANDLERS={{"http": "{_SCRAPYS}"}}')
LEAST_ARCHIVE = (*_OFF, 'DOWNLOAD_HANDLERS={"http": "tests.benchmarks.least.LeastArchive"}')


class Crawl(NamedTuple):
    """What a crawl took: `memory` in MB at its peak, the rest in seconds.

    `cpu` is user and system time of the process, its threads and its children, from the first
    request to the engine's end; `start` that of everything before.
    """

    pages: int
    seconds: float
    cpu: float
    memory: float
    start: float

    @property
    def pace(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


def of_the_archive(folder: Path, pages: int, rounds: int) -> list[Figure]:
    """The same spider, which yields nothing: on bare Scrapy, in the project, there unarchived.

    Bare Scrapy has `pages` of the site, the others five times as many: in a crawl of few seconds
    the first and the last page weigh too much. "Archive on/off" is the run with the archive against
    one without it on Scrapy's client, the other settings alike: the project's client exists for the
    archive's sake, and who leaves the archive out has Scrapy's. Beside it stand, without a goal,
    what the archive adds to the project's own client (`tests.benchmarks.unarchived` says what is
    off), the least that an archive can be on Scrapy's client, `tests.benchmarks.least`, and the
    start of a run, self-test and recovery included, which the figures do not hold.
    """
    bare, ours, on, off, scrapys, least = [], [], [], [], [], []
    with served(pages) as url:
        asked = (*SPIDER, "-a", f"url={url}")
        for number in range(rounds):
            bare.append(crawl(folder / "bare.log", asked, folder, pages))
            place = folder / f"blank-{number}"
            ours.append(crawl(folder / "ours.log", (*asked, *NO_STAGES), place, pages))
    with served(_STEADY * pages) as url:
        asked = (*SPIDER, "-a", f"url={url}", *NO_STAGES)
        for number in range(rounds):
            for kind, these, how in (
                ("on", on, ()),
                ("off", off, NO_ARCHIVE),
                ("scrapys", scrapys, SCRAPYS_CLIENT),
                ("least", least, LEAST_ARCHIVE),
            ):
                place = folder / f"{kind}-{number}"
                log = folder / f"{kind}.log"
                these.append(crawl(log, (*asked, *how), place, _STEADY * pages))
                shutil.rmtree(place)
    return told(
        f"peer: the same spider on bare Scrapy {version('scrapy')}, no archive; ours: archive and "
        f"ledger, no stages, no items. {pages} gzipped pages of 43 KB, one loopback host, 32 at "
        f"once, no delay, robots off; {rounds} rounds. On/off: {_STEADY * pages} such pages, user "
        "and system time of all threads and children from the first request to the engine's end; "
        "off is ARCHIVE_ENABLED=False on Scrapy's client, all else alike; for the records alone it "
        "is off on the archive's own client. The least archive: Scrapy's client, no wire, ledger, "
        "fsync",
        Figure("crawl and archive, pages/s to bare Scrapy", per(bare, ours, "seconds"), 1.8),
        Figure("archive on/off, CPU", per(on, scrapys, "cpu"), 1.2, "most"),
        Figure("archive on/off, CPU of the start", per(on, scrapys, "start")),
        Figure("archive on/off by its records alone, CPU", per(on, off, "cpu")),
        Figure("the least archive on/off, CPU", per(least, scrapys, "cpu")),
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


def served(pages: int) -> AbstractContextManager[str]:
    """Return the benchmark's site in a process of its own; it gives its URL."""
    return apart("tests.benchmarks.server", pages)
