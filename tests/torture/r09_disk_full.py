"""R9: without room, rights, descriptors or a true clock a run ends soon, says why, and goes on.

The archive, the feed or the work of a re-parse lies on a small disk of its own (tmpfs, which only
root can mount), of several sizes, so that it is full at another step each time. Or the disk has
room, and no number left for another file; or it is for reading only, from the start or, as ext4
turns itself after an error, in the middle of the run; or the process may open so many files and no
more. Then there is room again, and the same command must come to its end with nothing lost. A clock
that jumps by years, the process's own (`clock`), must change nothing at all.
"""

from __future__ import annotations

import os
import re
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive.answers import answer, site
from tests.archive.conftest import Crawl, environment
from tests.servers.wire_server import WireServer
from tests.torture import clock, disks
from tests.torture.registry import CannotRun, Check
from tests.torture.warmed import WARM, warm_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

SIZES = ("256k", "400k", "512k", "640k", "1m", "1100k", "1500k", "1700k")
#: Files and folders that a disk of 64 MB may hold: some ten are there before the first page.
INODES = (14, 17)
#: Descriptors that a process may have: a crawl of this site needs some fifty, a re-parse ten.
DESCRIPTORS = (14, 17, 20, 23)
FEWER_DESCRIPTORS = (9, 11, 14)
#: Descriptors of a process that loses one with every answer, and so has none in the middle.
LEAKING = (44, 50)
#: Years by which the clock jumps when so many pages were asked for.
JUMPS = (-3, 10)
PAGES, MIDDLE = 40, 15
ROOMY = "size=64m,nr_inodes=9999"
_SECONDS = 10
_YEAR = 365 * 86_400
#: What the last line of a run in trouble must tell: whose turn it is.
_REMEDY = re.compile(
    r"(?m)^scrapy: .*(free space|make room|make it writable|make its folder writable"
    r"|name a file in a folder you may write to|make its place writable|check its disk"
    r"|command again).*"
)


@dataclass
class Bench:
    """A disk, a site, and the commands that are run over them; `told` goes to `plant`."""

    folder: Path
    disk: Path
    site: WireServer
    told: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.crawl = Crawl(self.folder, WARM)

    def run(self, arguments: list[str]) -> tuple[int, str]:
        """Run a command; return its exit code and what it said."""
        log = self.folder / "log.txt"
        env = environment({"SCRAPY_SETTINGS_MODULE": "crawler.settings"})
        told = {"args": arguments, "env": env, "log": str(log)}
        if any(self.told.values()):
            told["plant"] = [__name__, "plant", self.told]
        return warm_server().run(told), log.read_text("utf-8", "replace")

    def crawled(self, **own: str) -> tuple[int, str]:
        """Crawl the site into the disk's archive."""
        archive = str(self.disk / "archive")
        own = {"ARCHIVE_URL": archive, "JOB": "one", "ITEM_PIPELINES": "{}", **own}
        return self.run(self.crawl.command(f"{self.site.url}/", **own)[3:])

    def holds_everything(self) -> None:
        """Assert that nothing is lost or there twice, and that the archive is whole."""
        archive = str(self.disk / "archive")
        held = Counter(capture.url for capture in read_captures([archive]))
        paths = [path for path in self.site.answers if path != "/post"]
        due = Counter(f"{self.site.url}{path}" for path in [*paths, "/post", "/robots.txt"])
        assert held == due, f"lost {dict(due - held)}, twice {dict(held - due)}"
        found = {each["url"] for each in self.crawl.items()}
        assert found >= {f"{self.site.url}{path}" for path in paths}
        assert list(verify([archive])) == []


def run(trial: Trial) -> Iterator[str | None]:
    """Try each trouble, then take it away and go on."""
    if os.geteuid():
        raise CannotRun("only root can mount a small disk")
    known = trials()
    trial.whole = len(known)
    names = list(known)
    if trial.count:
        names = SAMPLE if trial.count <= len(SAMPLE) else names
    if trial.fault:
        names = PLANTS[trial.fault]
    for name in names:
        folder = trial.folder / re.sub(r"\W+", "-", name)
        folder.mkdir()
        yield _tried(folder, name, known[name], trial.fault)


def _tried(
    folder: Path, name: str, attempt: Callable[[Bench], None], fault: str | None
) -> str | None:
    body = os.urandom(30_000).hex().encode()
    pages = {f"/p{n}": answer(body, b"Content-Type: text/html") for n in range(PAGES)}
    try:
        with disks.small(folder, ROOMY) as disk, WireServer(site(pages)) as server:
            attempt(Bench(folder, disk, server, {"fault": fault}))
    except (AssertionError, ArchiveError) as error:
        return f"{name}: {error}"
    return None


# --- a crawl ---


def full(options: str, bench: Bench) -> None:
    """The archive's disk is full in the middle of a crawl."""
    disks.remount(bench.disk, options)
    # Many files, each soon full, where it is their number that is short.
    own = {"WARC_MAX_BYTES": "200000"} if "nr_inodes" in options else {}
    _, first = bench.crawled(**own)
    assert "free space and run the same command again" in first, first[-300:]
    assert "disk_full" in first or "'finish_reason'" not in first, first[-300:]
    assert _seconds_after(first, "is full") <= _SECONDS
    disks.remount(bench.disk, ROOMY)
    bench.told.clear()
    _goes_on(bench, **own)


def read_only(bench: Bench) -> None:
    """The archive's disk is for reading only from the start."""
    disks.remount(bench.disk, "ro")
    status, first = bench.crawled()
    assert status, "a run without an archive ended well"
    assert _REMEDY.search(first), first[-300:]
    disks.remount(bench.disk, "rw")
    _goes_on(bench)


def turned_read_only(bench: Bench) -> None:
    """The archive's disk turns itself to reading only in the middle of a crawl."""
    with disks.ext4(bench.folder) as disk:
        bench.disk = disk
        _at_page(bench, MIDDLE, lambda: disks.abort(disk))
        status, first = bench.crawled()
        assert status, "a run that cannot write ended well"
        assert re.search("(?m)^scrapy: .*Read-only file system", first), first[-300:]
        assert _seconds_after(first, "Read-only file system") <= _SECONDS
    with disks.ext4(bench.folder) as disk:  # mended as a person mends it: fsck, mount
        bench.disk = disk
        _goes_on(bench)


def few_descriptors(count: int, bench: Bench, *, leaks: bool = False) -> None:
    """The process may open so many files and no more, from the start or soon."""
    bench.told |= {"descriptors": count, "leaks": leaks}
    begun = time.monotonic()
    status, first = bench.crawled(WARC_MAX_BYTES="200000")
    took = time.monotonic() - begun
    assert status, "a run without descriptors ended well"
    assert _REMEDY.search(first), first[-300:]
    bench.told.clear()
    begun = time.monotonic()
    _goes_on(bench, WARC_MAX_BYTES="200000")
    assert took <= _SECONDS + time.monotonic() - begun


def feed_full(bench: Bench) -> None:
    """The feed's disk is full; the archive's is not."""
    small, bench.disk = bench.disk, bench.folder
    bench.crawl.feed = small / "items.jsonl"
    disks.remount(small, "size=900k")
    status, first = bench.crawled()
    assert status, "a run whose feed is not whole ended well"
    assert _REMEDY.search(first), first[-300:]
    disks.remount(small, ROOMY)
    _goes_on(bench)


def clock_jumps(years: int, bench: Bench) -> None:
    """The clock jumps in the middle of a crawl."""
    off = bench.folder / "off"
    bench.told["clock"] = str(off)
    _at_page(bench, MIDDLE, lambda: off.write_text(str(years * _YEAR), "ascii"))
    _goes_on(bench, WARC_MAX_BYTES="200000")
    held = {capture.date[:4] for capture in read_captures([str(bench.disk / "archive")])}
    assert len(held) == 2, f"the clock did not jump: {held}"


def clock_jumps_between(years: int, bench: Bench) -> None:
    """A crawl is broken off by a full disk, and goes on by a clock that is off by years."""
    disks.remount(bench.disk, "size=900k")
    bench.crawled()
    disks.remount(bench.disk, ROOMY)
    off = bench.folder / "off"
    off.write_text(str(years * _YEAR), "ascii")
    bench.told["clock"] = str(off)
    _goes_on(bench)


def _goes_on(bench: Bench, **own: str) -> None:
    status, last = bench.crawled(**own)
    assert status == 0, last[-300:]
    assert "'finish_reason': 'finished'" in last, last[-300:]
    bench.holds_everything()


def _at_page(bench: Bench, number: int, do: Callable[[], object]) -> None:
    """Have something done when that page is asked for, once."""
    answers, waiting = bench.site.answers, [do]

    class Answers(dict):
        def get(self, path, default=None):
            if path == f"/p{number}" and waiting:
                waiting.pop()()
            return super().get(path, default)

    bench.site.answers = Answers(answers)


# --- a re-parse ---


def reparse(hinder: Callable[[Bench], None], bench: Bench) -> None:
    """A re-parse whose feed, or whose work, has no room; then it has."""
    archive = bench.folder / "archive"
    bench.crawled(ARCHIVE_URL=str(archive), WARC_MAX_BYTES="200000")
    feed, other = bench.disk / "items.jsonl", bench.folder / "other.jsonl"
    command = ["reparse", str(archive), "--workers", "1", "-s", "REPARSE_UNIT_BYTES=200000"]
    work = ["--work", str(bench.disk / "work")]
    hinder(bench)
    begun = time.monotonic()
    status, first = bench.run([*command, *work, "-O", str(feed)])
    took = time.monotonic() - begun
    assert status, "a re-parse without room ended well"
    assert _REMEDY.search(first), first[-300:]
    assert not feed.exists(), "a torn feed stands in its place"
    disks.remount(bench.disk, f"rw,{ROOMY}")
    bench.told.clear()
    begun = time.monotonic()
    status, last = bench.run([*command, *work, "-O", str(feed)])
    assert status == 0, last[-300:]
    assert took <= _SECONDS + time.monotonic() - begun
    undisturbed = ["--work", str(bench.folder / "work"), "-O", str(other)]
    assert bench.run([*command, *undisturbed])[0] == 0
    assert feed.read_bytes() == other.read_bytes() != b""


def _on(options: str) -> Callable[[Bench], None]:
    return lambda bench: disks.remount(bench.disk, options)


def _with_descriptors(count: int, bench: Bench) -> None:
    bench.told["descriptors"] = count


def trials() -> dict[str, Callable[[Bench], None]]:
    """Return every trial by its name."""
    found: dict[str, Callable[[Bench], None]] = {
        **{f"a disk of {size}": partial(full, f"size={size}") for size in SIZES},
        **{f"{n} files": partial(full, f"size=64m,nr_inodes={n}") for n in INODES},
        "a disk for reading only": read_only,
        "a disk that turns to reading only": turned_read_only,
        "a feed's full disk": feed_full,
        **{f"{n} descriptors": partial(few_descriptors, n) for n in DESCRIPTORS},
        **{f"{n} descriptors, leaking": partial(few_descriptors, n, leaks=True) for n in LEAKING},
        **{f"a jump of {years} years": partial(clock_jumps, years) for years in JUMPS},
        **{f"{years} years off": partial(clock_jumps_between, years) for years in JUMPS},
    }
    hindrances = {
        "4k left": _on("size=4k"),
        "40k left": _on("size=40k"),
        "100k left": _on("size=100k"),
        "3 files": _on("nr_inodes=3"),
        "6 files": _on("nr_inodes=6"),
        "reading only": _on("ro"),
        **{f"{n} descriptors": partial(_with_descriptors, n) for n in FEWER_DESCRIPTORS},
    }
    return found | {f"re-parse: {name}": partial(reparse, h) for name, h in hindrances.items()}


# --- in the run itself ---


def plant(told: dict[str, object]) -> None:
    """Limit the process, set its clock, or plant a fault: it goes on as if nothing were wrong."""
    if told.get("clock"):
        clock.run_by(str(told["clock"]))
    if told.get("fault") == "deaf":
        from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (settings: in a run)

        KeepArchive._break = lambda *_: None
    if told.get("leaks"):
        from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (as above)

        keep, kept = KeepArchive.keep, []

        async def leak(*args: object) -> None:
            kept.append(os.open(os.devnull, os.O_RDONLY))
            await keep(*args)

        KeepArchive.keep = leak
    if told.get("descriptors"):
        most = int(str(told["descriptors"]))
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _seconds_after(log: str, words: str) -> float:
    """Return how long the run lived on after it had said so."""
    stamps = re.findall(r"(?m)^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) .*", log)
    said = re.search(rf"(?m)^(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d) .*{words}", log)
    if said is None:
        return 0.0
    return (datetime.fromisoformat(stamps[-1]) - datetime.fromisoformat(said[1])).total_seconds()


SAMPLE = ["a disk of 640k", "a jump of -3 years", "re-parse: 40k left"]
#: A disk of 256k was full before the run had begun, once, under load: such a run ends by itself.
PLANTS = {"deaf": ["a disk of 640k", "a disk of 1m", "a disk of 1500k"]}
CHECK = Check(
    name="R9 no room",
    claim="no room, rights, descriptors: the run ends within 10 s, says why; 0 lost afterwards",
    goal=None,
    sample=len(SAMPLE),
    run=run,
    faults=tuple(PLANTS),
    fault_sample=3,
)
