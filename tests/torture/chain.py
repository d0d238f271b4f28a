"""The whole chain as a scheduled job runs it, one command after another, and what must come of it.

`crawl` archives a site of linked reports into a bucket, rolls files over and uploads them, and
writes a feed; `reparse` reads the bucket again and exports; `load` puts that export into a store.
Each step is the command as a user types it, in a process of its own, and is given again until it
ends with 0. Nothing here kills: `r02_kills` does.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Self

from crawler.archive.ledger import Ledger
from crawler.archive.place import Place
from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from tests.archive.answers import answer
from tests.archive.conftest import environment
from tests.servers.s3_server import S3Server
from tests.servers.wire_server import WireServer
from tests.site.reports import Report, body
from tests.stores.conftest import contents, rows
from tests.torture.store_commands import KEYS, QUICK, address_of
from tests.torture.warmed import warm_server

SPIDER = Path(__file__).with_name("follower.py")
SITE = Path(__file__).parents[1] / "site"
STEPS = ("crawl", "reparse", "load")
PAGES = 45
#: One page is only a redirect to another; one is down, and so asked for three times.
MOVED, DOWN, TARGET = 20, 21, 41
_HTML = b"Content-Type: text/html; charset=utf-8"


def site() -> dict[str, bytes]:
    """Return a tree of reports, each with links to two more; without robots.txt."""
    pages = {f"/p{number}": answer(report_page(number), _HTML) for number in range(PAGES)}
    moved = answer(b"", b"Location: /p%d" % TARGET, status=b"302 Found")
    return pages | {
        f"/p{MOVED}": moved,
        f"/p{DOWN}": answer(b"down", status=b"503 Down"),
    }


def report_page(number: int) -> bytes:
    """Return the page of that number: a report, and links to others."""
    # The other children of the two that are no pages hang on the page before them.
    below = [2 * number + 1, 2 * number + 2] + ([42, 43, 44] if number == MOVED - 1 else [])
    links = "".join(f'<a href="/p{each}">下级</a>' for each in below if each < PAGES)
    organ = f"云泽市第{number + 1}街道办事处"
    asked = 10 + number
    report = Report("", organ, 2023, "narrative", asked, asked // 2, "2024-01-20")
    head = f"<head><title>{report.title}</title></head>"
    text = f"<h1>{report.title}</h1>{body(report)}"
    return f"<html>{head}<body>{text}{links}</body></html>".encode()


class Chain:
    """One job in a folder, with the servers that it needs; a context manager.

    `place` is the store's address.
    """

    def __init__(self, folder: Path, place: str) -> None:
        self.folder, self.place = folder, place
        self.live, self.again = folder / "live.jsonl", folder / "again.jsonl"
        self.pid, self.begun = folder / "pid", folder / "begun"
        self.archive = address_of(folder)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.s3 = stack.enter_context(S3Server(wait=1.0))
            self.site = stack.enter_context(WireServer(site()))
            registry = self.folder / "registry.toml"
            stanza = (SITE / "registry.toml.in").read_text("utf-8")
            # Not the site's: of a known portal's reports a re-parse tells more than a crawl can.
            registry.write_text(stanza.replace("@HOST@", "portal.example"), "utf-8")
            self.settings = {
                "REGISTRY": str(registry),
                **QUICK, "S3_ENDPOINT_URL": self.s3.url, "ARCHIVE_URL": self.archive,
                "WARC_MAX_BYTES": "9000", "S3_PART_BYTES": "4000",
                "LEDGER_URL": f"sqlite:///{self.folder}/ledger.sqlite",
                "RUNS_URL": f"sqlite:///{self.folder}/runs.sqlite",
                "DOWNLOAD_DELAY": "0.01", "CONCURRENT_REQUESTS_PER_DOMAIN": "4",
                "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8", "REPARSE_UNIT_BYTES": "9000",
                "LOADS": str(self.folder / "loads"),
            }  # fmt: skip
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(Place.from_settings(self.settings).spool, ignore_errors=True)
        self._stack.close()

    def arguments(self, step: str, workers: int = 1) -> list[str]:
        """Return the command line of a step."""
        own = [word for name, value in self.settings.items() for word in ("-s", f"{name}={value}")]
        if step == "crawl":
            start = f"url={self.site.url}/p0"
            return ["runspider", str(SPIDER), "-a", start, "-O", str(self.live), *own]
        if step == "reparse":
            work = ["--workers", str(workers), "--work", str(self.folder / "work")]
            return ["reparse", self.archive, "-O", str(self.again), *work, *own]
        return ["load", self.place, str(self.again), *own]

    def life(self, step: str, fault: str | None, workers: int = 1) -> int:
        """Run a step until it ends or is killed; return its exit code."""
        env = environment({"SCRAPY_SETTINGS_MODULE": "crawler.settings", **KEYS})
        told = {
            "args": self.arguments(step, workers), "env": env, "log": str(self.log),
            "pid": str(self.pid),
            "plant": ["tests.torture.r02_kills", "plant", [step, fault, str(self.begun)]],
        }  # fmt: skip
        return warm_server().run(told)

    @property
    def log(self) -> Path:
        """What the last life said."""
        return self.folder / "log.txt"

    # --- what came of it ---

    def faults(self) -> list[str]:
        """Return what is lost, twice, torn or left over when every step has ended with 0."""
        found = [str(each) for each in verify([self.archive], self.settings)][:5]
        entered, jobs = self._ledger()
        base = self._asked()
        # A kill behind a job's end is followed by a new job, which asks for every page once more.
        due = Counter({url: count * jobs for url, count in base.items()})
        captures = list(read_captures([self.archive], self.settings))
        wanted = Counter(url for url in base if not url.endswith(_NO_ITEM))
        fresh = [each for each in captures if each.record_type == "response"]
        live, again = _lines(self.live), _lines(self.again)
        for name, there, asked in (
            ("archive", Counter(each.url for each in captures), due),
            ("ledger", entered, due),
            ("pages", Counter(each.url for each in fresh if each.url in wanted), wanted),
            ("feed", _urls(live), wanted),
            ("export", _urls(again), wanted),
            ("store", self._stored(), wanted),
        ):
            if there != asked:
                found.append(f"{name}: lost {dict(asked - there)}, twice {dict(there - asked)}")
        if live != again:
            found.append("the export is not the feed")
        return found + self._store_differs() + self._left_over()

    def _asked(self) -> Counter[str]:
        """Return each URL with how often a job that nothing befalls asks for it."""
        urls = {f"{self.site.url}/p{n}": 3 if n == DOWN else 1 for n in range(PAGES)}
        return Counter({**urls, f"{self.site.url}/robots.txt": 1})

    def _ledger(self) -> tuple[Counter[str], int]:
        path = self.folder / "ledger.sqlite"
        ledger = Ledger(path)
        entered = Counter(row.url for row in ledger.exchanges() if row.file)
        ledger.close()
        with closing(sqlite3.connect(path)) as db:
            states = [state for (state,) in db.execute("SELECT state FROM jobs")]
        return entered, states.count("finished")

    def _stored(self) -> Counter[str]:
        return Counter(url for (url,) in rows(self.place, _READINGS))

    def _store_differs(self) -> list[str]:
        """Return whether the store differs from one that met nothing."""
        from crawler.stores.loading import load  # noqa: PLC0415 (drivers, which a crawl needs not)

        other = f"sqlite:///{self.folder}/undisturbed.db"
        load(other, self.again)
        met, unmet = contents(self.place), contents(other)
        tables = [name for name in unmet if name != "runs" and met[name] != unmet[name]]
        return [f"the store's {name} are not those of one load" for name in tables]

    def _left_over(self) -> list[str]:
        found = []
        if self.s3.uploads or self.s3.overwritten:
            uploads = [key for key, _ in self.s3.uploads.values()]
            found.append(f"parts left: {uploads}, overwritten {self.s3.overwritten}")
        spool = Place.from_settings(self.settings).spool
        if left := [path.name for path in spool.iterdir() if ".warc.gz" in path.name]:
            found.append(f"left in the spool: {left}")
        if left := [path.name for path in self.folder.glob("*.part*")]:
            found.append(f"left beside the feeds: {left}")
        return found


#: A row a reading, so that one read twice shows.
_READINGS = "SELECT final_url FROM reports JOIN captures USING (capture_id)"
_NO_ITEM = (f"/p{MOVED}", f"/p{DOWN}", "/robots.txt")


def _lines(path: Path) -> list[bytes]:
    return sorted(path.read_bytes().splitlines())


def _urls(lines: list[bytes]) -> Counter[str]:
    return Counter(json.loads(line)["final_url"] for line in lines)
