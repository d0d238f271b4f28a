"""R2: kill -9 at any moment of crawl, archive, roll, upload and items: 0 lost, 0 twice.

A site of linked pages is crawled into a bucket by the command as a user runs it, and killed again
and again: when so many pages were asked for, when so many objects were sent, or after a while. The
run that is left alone must find everything: each page once in the archive, in the ledger and in the
feed, every file listed and whole, nothing in the spool, no part in the store.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING
from unittest import mock

from crawler.archive.ledger import Ledger
from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from tests.archive.conftest import Crawl, environment, fork_server
from tests.archive.test_crash import PAGES, tree
from tests.servers.s3_server import S3Server
from tests.servers.wire_server import WireServer
from tests.torture.r08_object_store import KEYS, QUICK
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

#: Kills in one job: more would only kill it at its start again and again.
_PER_JOB = 6
_SECONDS = 60


def run(trial: Trial) -> Iterator[str | None]:
    """Crawl and kill, job after job; a trial is a kill."""
    chance = random.Random(trial.seed)
    wanted, done, jobs = trial.count or CHECK.goal or 1, 0, 0
    with mock.patch.dict(os.environ, KEYS):
        while done < wanted:
            folder = trial.folder / str(jobs)
            folder.mkdir()
            kills, faults = _job(folder, chance, min(_PER_JOB, wanted - done), trial.fault)
            jobs += 1
            done += kills
            yield from [None] * (kills - 1)
            yield f"job {jobs}: {'; '.join(faults)}" if faults else None
    trial.notes.append(f"{jobs} jobs of {PAGES} pages each")


def _job(
    folder: Path, chance: random.Random, kills: int, fault: str | None
) -> tuple[int, list[str]]:
    """Kill a job some times, then let it come to its end; return kills and what was wrong."""
    crawl, killed = Crawl(folder), 0
    with S3Server(wait=1.0) as s3, WireServer(tree()) as site:
        own = {
            **QUICK, "S3_ENDPOINT_URL": s3.url, "WARC_MAX_BYTES": "4000", "S3_PART_BYTES": "1500",
            "ARCHIVE_URL": f"s3://reports/{folder.parent.name}-{folder.name}",
            "LEDGER_URL": f"sqlite:///{folder}/spool.sqlite", "DOWNLOAD_DELAY": "0.01",
            "CONCURRENT_REQUESTS_PER_DOMAIN": "4",
        }  # fmt: skip
        command = crawl.command(f"{site.url}/p0", **own)
        for _ in range(4 * kills):
            if killed == kills:
                break
            killed += _killed(folder, command, _moment(chance, site, s3), fault)
        status, log = _life(folder, command, fault)
        faults = [] if status == 0 else [f"the last run ended with {status}: {log[-300:]}"]
        return max(killed, 1), faults + _wrong(crawl, site, s3, own)


def _moment(chance: random.Random, site: WireServer, s3: S3Server) -> Callable[[], bool]:
    """Return what says that the moment to kill has come."""
    kind = chance.choice(("pages", "pages", "objects", "time"))
    if kind == "pages":
        pages = len(site.log) + chance.randint(1, 25)
        return lambda: len(site.log) >= pages
    if kind == "objects":
        sent = sum(s3.asked.values()) + chance.randint(1, 40)
        return lambda: sum(s3.asked.values()) >= sent
    until = time.monotonic() + chance.uniform(0.3, 1.5)
    return lambda: time.monotonic() >= until


def _killed(folder: Path, command: list[str], now: Callable[[], bool], fault: str | None) -> int:
    """Run until the moment has come, then kill; return whether the run was still there."""
    pid_file = folder / "pid"
    pid_file.unlink(missing_ok=True)
    ended: list[int] = []
    life = threading.Thread(
        target=lambda: ended.append(_life(folder, command, fault, str(pid_file))[0])
    )
    life.start()
    until = time.monotonic() + _SECONDS
    while not ended and time.monotonic() < until and not (now() and pid_file.exists()):
        time.sleep(0.002)
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
        os.kill(int(pid_file.read_text("utf-8")), signal.SIGKILL)
    life.join()
    return ended == [-signal.SIGKILL]


def _life(
    folder: Path, command: list[str], fault: str | None, pid: str | None = None
) -> tuple[int, str]:
    log = folder / "log.txt"
    told = {"args": command[3:], "env": environment(), "log": str(log), "pid": pid}
    if fault:
        told["plant"] = [__name__, "plant", fault]
    return fork_server().run(told), log.read_text("utf-8", "replace")


def plant(fault: str) -> None:
    """Make a run forget what the one before it archived."""
    from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (settings are read in a run)

    assert fault == "no-replay"
    KeepArchive.answer = lambda *_: None


def _wrong(crawl: Crawl, site: WireServer, s3: S3Server, own: dict[str, str]) -> list[str]:
    """Return what is lost, twice or left over."""
    found = [str(each) for each in verify([own["ARCHIVE_URL"]], own)][:5]
    # Page 21 is down: it is asked three times.
    pages = {f"{site.url}/p{n}": 3 if n == 21 else 1 for n in range(PAGES)}
    expected = Counter({**pages, f"{site.url}/robots.txt": 1})
    held = Counter(capture.url for capture in read_captures([own["ARCHIVE_URL"]], own))
    ledger = Ledger(crawl.folder / "spool.sqlite")
    entered = Counter(row.url for row in ledger.exchanges() if row.file)
    ledger.close()
    items = Counter(item["url"] for item in crawl.items())
    wanted = Counter(url for url in pages if not url.endswith(("/p20", "/p21")))
    for name, there, due in (
        ("archive", held, expected), ("ledger", entered, expected), ("feed", items, wanted),
    ):  # fmt: skip
        if there != due:
            found.append(f"{name}: lost {dict(due - there)}, twice {dict(there - due)}")
    if s3.uploads or s3.overwritten:
        found.append(f"left in the store: {s3.uploads.keys()}, overwritten {s3.overwritten}")
    return found


CHECK = Check(
    name="R2 random kills",
    claim="kill -9 at any moment of the chain: 0 lost, 0 twice, archive = ledger = feed",
    goal=500,
    sample=3,
    run=run,
    faults=("no-replay",),
    fault_sample=2,
)
