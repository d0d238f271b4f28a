"""R10: a long crawl needs no more memory and no more descriptors at its end than near its begin.

A site of so many pages is crawled over loopback with archive, ledger, stages and feed, its files
rolling over, in one process as a user starts it, which gauges itself (`soaker`). A trial is a page:
it must be archived and give its item. The line through what was gauged after the first tenth must
not rise.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import linear_regression
from typing import TYPE_CHECKING

from tests.archive.conftest import ROOT, environment
from tests.servers.apart import apart
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

SPIDER = Path(__file__).with_name("soaker.py")
#: Pages: what a process loads once is there after so many.
_WARM = 600
#: What its allocators keep and its caches hold goes on growing until here: a line from page 600 to
#: 6,000 rose by 4.5 and 5.4 % in two runs, one from 3,000 by 1.6 %.
_SETTLED = 3_000
_GAUGED = 50
#: Of the memory after the first tenth; a rise of the line, so that no single reading decides.
_MOST_MEMORY = 0.05
#: Eight connections come and go; of a leak of one in a hundred pages the sample has 54.
_MOST_DESCRIPTORS = 10
#: Nothing may wait: an hour's politeness shows no leak that a minute's haste does not.
_HASTE = {
    "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "AUTOTHROTTLE_TARGET_CONCURRENCY": 1000, "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
    "WARC_MAX_BYTES": 1_000_000, "DEPTH_LIMIT": 0,
}  # fmt: skip


def run(trial: Trial) -> Iterator[str | None]:
    """Crawl so many pages, then look at what was gauged; a trial is a page."""
    pages = trial.count or CHECK.goal or 1
    begun = time.monotonic()
    with apart("tests.torture.soak_site", pages) as url:
        status, said = _crawl(trial, url, pages)
    seconds = time.monotonic() - begun
    found = [] if status == 0 else [f"the crawl ended with {status}: {said[-300:]}"]
    missing, wrong = _missing(trial.folder, pages)
    found += wrong + _risen(trial)
    trial.notes.append(f"{pages / seconds:.0f} pages a second")
    lost = max(missing, len(found))
    yield from [None] * (pages - lost)
    yield from found
    yield from ["a page is lost"] * (lost - len(found))


def _crawl(trial: Trial, url: str, pages: int) -> tuple[int, str]:
    own = {**_HASTE, "ARCHIVE_URL": trial.folder / "archive"}
    command = [
        sys.executable, "-m", "scrapy", "runspider", str(SPIDER), "-a", f"url={url}",
        "-a", f"gauge={trial.folder / 'gauge'}", "-a", f"step={pages // _GAUGED}",
        "-a", f"leak={trial.fault or ''}", "-O", str(trial.folder / "items.jsonl"),
        *(word for name, value in own.items() for word in ("-s", f"{name}={value}")),
    ]  # fmt: skip
    log = trial.folder / "log.txt"
    with log.open("wb") as stderr:
        ended = subprocess.run(
            command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL, stderr=stderr,
            env=environment({"SCRAPY_SETTINGS_MODULE": "crawler.settings"}),
        )  # fmt: skip
    return ended.returncode, log.read_text("utf-8", "replace")


def _missing(folder: Path, pages: int) -> tuple[int, list[str]]:
    """Return how many pages gave no item, and what else is wrong with archive and feed."""
    with (folder / "items.jsonl").open("rb") as lines:
        items = {json.loads(line)["final_url"] for line in lines}
    ledger = folder / "archive" / "spool" / "ledger.sqlite"
    with closing(sqlite3.connect(ledger)) as db:
        ((archived, urls),) = db.execute("SELECT count(*), count(DISTINCT url) FROM exchanges")
    # Beside the pages, robots.txt.
    wrong = [] if archived == urls == pages + 1 else [f"{archived} exchanges of {urls} addresses"]
    return pages - len(items), wrong


def _risen(trial: Trial) -> list[str]:
    """Return what rose after the first tenth."""
    lines = (trial.folder / "gauge").read_text("ascii").splitlines()
    gauged = [json.loads(line) for line in lines]
    first = _first(gauged[-1][0])
    late = [each for each in gauged if each[0] >= first]
    memory, more = _line([(pages, resident) for pages, resident, _ in late])
    descriptors, opened = _line([(pages, count) for pages, _, count in late])
    trial.notes.append(
        f"after page {first}: memory {memory / 1e6:.1f} MB {more / memory:+.1%}, descriptors "
        f"{descriptors:.0f} {opened:+.1f}"
    )
    found = []
    if more > _MOST_MEMORY * memory:
        found.append(f"memory rose by {more / memory:.1%}")
    if opened > _MOST_DESCRIPTORS:
        found.append(f"descriptors rose by {opened:.0f}")
    return found


def _first(pages: int) -> int:
    """Return the page from which memory must not rise: after the first tenth, and warm."""
    return max(pages // 10, min(_SETTLED, max(_WARM, pages // 2)))


def _line(points: list[tuple[int, int]]) -> tuple[float, float]:
    """Return where the line through the points begins, and by how much it rises until the last."""
    pages, values = zip(*points, strict=True)
    slope, at_none = linear_regression(pages, values)
    return at_none + slope * pages[0], slope * (pages[-1] - pages[0])


CHECK = Check(
    name="R10 soak",
    claim="memory rises by 5 % at most after the first tenth of 100,000 pages, descriptors do not",
    goal=100_000,
    sample=6_000,
    run=run,
    faults=("objects", "descriptors"),
    fault_sample=900,
)
