"""R9: a full disk ends the run within 10 s with its reason; with room again the next goes on.

The archive lies on a small disk of its own (tmpfs, which only root can mount), of several sizes, so
that it is full at another step each time: a spool file, the ledger, the copy, the feed.
Or it has room, and no number left for another file.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive.answers import answer, site
from tests.archive.conftest import Crawl, environment, fork_server
from tests.servers.wire_server import WireServer
from tests.torture.registry import CannotRun, Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

SIZES = ("256k", "400k", "512k", "640k", "1m", "1100k", "1500k", "2m")
#: Files and folders that a disk of 64 MB may hold: some ten are there before the first page.
INODES = (14, 17)
#: What each disk is, by name → how it is mounted.
DISKS = {
    **{size: f"size={size}" for size in SIZES},
    **{f"{count} files": f"size=64m,nr_inodes={count}" for count in INODES},
}
PAGES = 40
_SECONDS = 10


def run(trial: Trial) -> Iterator[str | None]:
    """Fill each disk, make room, go on."""
    if os.geteuid():
        raise CannotRun("only root can mount a small disk")
    trial.whole = len(DISKS)
    names = list(DISKS)
    for size in names[:: max(1, len(names) // trial.count)] if trial.count else names:
        disk = trial.folder / size.replace(" ", "-")
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", DISKS[size], "none", str(disk)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            raise CannotRun("this machine mounts no tmpfs")
        try:
            yield _tried(disk, size, trial.fault)
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=False)


def _tried(disk: Path, size: str, fault: str | None) -> str | None:
    try:
        _fill_and_go_on(disk, size, fault)
    except (AssertionError, ArchiveError) as error:
        return f"{size}: {error}"
    return None


def _fill_and_go_on(disk: Path, size: str, fault: str | None) -> None:
    body = os.urandom(30_000).hex().encode()
    paths = {f"/p{n}": answer(body, b"Content-Type: text/html") for n in range(PAGES)}
    crawl = Crawl(disk.parent / f"of-{disk.name}")
    crawl.folder.mkdir()
    with WireServer(site(paths)) as server:
        own = {"ARCHIVE_URL": str(disk / "archive"), "JOB": "one"}
        if "files" in size:  # many files, each soon full
            own["WARC_MAX_BYTES"] = "200000"
        first = _life(crawl, f"{server.url}/", own, fault)
        assert "free space and run the same command again" in first, first[-300:]
        assert "disk_full" in first or "'finish_reason'" not in first, first[-300:]
        assert _seconds_to_the_end(first) <= _SECONDS
        subprocess.run(["mount", "-o", "remount,size=64m,nr_inodes=9999", str(disk)], check=True)
        last = _life(crawl, f"{server.url}/", own, None)
        assert "'finish_reason': 'finished'" in last, last[-300:]
        held = Counter(capture.url for capture in read_captures([str(disk / "archive")]))
        due = Counter(f"{server.url}{path}" for path in [*paths, "/", "/post", "/robots.txt"])
        found = {each["url"] for each in crawl.items()}
    assert held == due, f"lost {dict(due - held)}, twice {dict(held - due)}"
    assert found >= {f"{server.url}{path}" for path in paths}
    assert list(verify([str(disk / "archive")])) == []


def _life(crawl: Crawl, url: str, own: dict[str, str], fault: str | None) -> str:
    log = crawl.folder / "log.txt"
    told = {"args": crawl.command(url, **own)[3:], "env": environment(), "log": str(log)}
    if fault:
        told["plant"] = [__name__, "plant", fault]
    fork_server().run(told)
    return log.read_text("utf-8", "replace")


def _seconds_to_the_end(log: str) -> float:
    """Return how long the run lived on after it had said that the disk is full."""
    stamps = re.findall(r"(?m)^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) .*", log)
    full = re.search(r"(?m)^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) .*is full", log)
    if full is None:
        return 0.0
    return (datetime.fromisoformat(stamps[-1]) - datetime.fromisoformat(full[1])).total_seconds()


def plant(fault: str) -> None:
    """Make a run go on as if nothing were the matter."""
    from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (settings are read in a run)

    assert fault == "deaf"
    KeepArchive._break = lambda *_: None


CHECK = Check(
    name="R9 disk full",
    claim="the run ends within 10 s with its reason; 0 lost after there is room again",
    goal=None,
    sample=1,
    run=run,
    faults=("deaf",),
)
