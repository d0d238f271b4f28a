"""The re-parse, against its limits and what a user would take instead, over one archive.

A round measures each once, one after another, by the processor's seconds of this process: captures
a second are of the wall. The peer that extracts text takes a hundred times as long as the limit: it
gets a seeded sample of the same pages.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from backports import zstd
from fastwarc.warc import ArchiveIterator, WarcRecordType
from selectolax.lexbor import LexborHTMLParser
from trafilatura import extract
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from crawler.archive import records as warc
from crawler.archive.locations import Counts
from crawler.archive.reader import read_captures
from crawler.copies import letters_of
from crawler.engines.cluster import Cluster as ClusterOptions
from crawler.engines.cluster import Dask
from crawler.engines.pool import Pool
from crawler.engines.selection import EVERYTHING
from crawler.engines.units import planned_files, units_of
from crawler.engines.work import Bench, Job
from crawler.pages import decode, from_record
from crawler.registry import Registry
from crawler.settings import REPARSE_UNIT_BYTES
from tests.benchmarks.figures import Figure, timed, told
from tests.benchmarks.pages import prose_of, report_of, sized
from tests.benchmarks.records import exchange
from tests.benchmarks.server import answer
from tests.servers.cluster import Cluster
from tests.site.reports import body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.engines import Engine
    from crawler.engines.units import Unit

SEED = 20232
#: Bytes of a unit where workers are compared: some twenty pages, so that few wait at the end.
PART = 1 << 18
#: Pages that trafilatura is given a round; it takes some 40 ms for each.
PEER_PAGES = 120
_GRAM = 8


class Taken(NamedTuple):
    """What one way took over so many captures, in seconds of the wall and of the processor."""

    captures: int
    seconds: float
    cpu: float

    @property
    def each(self) -> float:
        """Processor's seconds a capture."""
        return self.cpu / self.captures

    def __str__(self) -> str:
        pace = self.captures / self.seconds
        return f"{pace:,.0f} captures/s, {self.each * 1000:.2f} CPU-s per 1,000"


@dataclass
class Ways:
    """Every way through the archive, each a function that returns the captures it took."""

    path: Path
    sample: list[bytes]

    def warcio(self) -> int:
        with self.path.open("rb") as stream:
            return sum(record.rec_type == "response" for record in WarcioIterator(stream))

    def fastwarc(self) -> int:
        with self.path.open("rb") as stream:
            records = ArchiveIterator(stream, parse_http=False)
            return sum(record.record_type == WarcRecordType.response for record in records)

    def decoded_and_parsed(self) -> int:
        """The limit of whatever reads pages: a tree of each, nothing looked for in it."""
        count = 0
        with self.path.open("rb") as stream:
            for record in ArchiveIterator(stream, WarcRecordType.response, parse_http=True):
                coding = (record.http_headers.get("Content-Encoding") or "").encode()
                page, _ = decode(record.reader.read(), ((b"content-encoding", coding),))
                LexborHTMLParser(_text(page))
                count += 1
        return count

    def trafilatura(self) -> int:
        for page in self.sample:
            extract(page, output_format="json", include_tables=True)
        return len(self.sample)

    def ours(self) -> int:
        """All stages, from the file to JSON lines."""
        bench = Bench(Job({}, Registry(()), EVERYTHING))
        return sum(bench.do(unit).captures for unit in units(self.path, REPARSE_UNIT_BYTES))

    def all(self) -> dict[str, Callable[[], int]]:
        """Each way by the name that is printed."""
        return {
            f"warcio {version('warcio')}, iteration only": self.warcio,
            f"FastWARC {version('fastwarc')}, iteration only": self.fastwarc,
            "FastWARC, decoded, HTML parsed (the limit)": self.decoded_and_parsed,
            f"trafilatura {version('trafilatura')}, JSON with tables": self.trafilatura,
            "ours, all stages": self.ours,
        }


def _text(page: bytes) -> str:
    try:
        return page.decode()
    except UnicodeDecodeError:
        return page.decode("gb18030", "replace")


def of_the_reparse(folder: Path, pages: int, rounds: int) -> list[Figure]:
    """Every way through one archive, in each round."""
    path = archived(folder, pages)
    taken = sampled(path)
    ways = Ways(path, [page for _, page in taken]).all()
    table: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            table[name].append(measured(way))
    print(f"re-parse of {pages} captures of 15-118 KB, {path.stat().st_size >> 20} MB of WARC:")
    for name, rows in table.items():
        print(f"  {name}: {Taken(*map(statistics.median, zip(*rows, strict=True)))}", flush=True)
    *_, limit, peer, ours = table.values()
    recall, noise, peers_recall, peers_noise = quality(path, taken)
    return told(
        f"peer: trafilatura, on a seeded sample of {PEER_PAGES} of the pages ({SEED}), decoded "
        f"beforehand; ours: WARC file to JSON lines through all stages; both by CPU, one core; "
        f"body recall and noise by runs of {_GRAM} letters, the peer's {peers_recall:.3f} and "
        f"{peers_noise:.3f}; {rounds} rounds",
        Figure("re-parse, pages per CPU second to trafilatura", ratios(peer, ours), 15),
        Figure("re-parse, pages per CPU second to the limit", ratios(limit, ours), 0.18),
        Figure("re-parse, body recall", [recall], 0.99),
        Figure("re-parse, noise less the peer's", [noise - peers_noise], 0, "most"),
    )


def ratios(these: list[Taken], those: list[Taken]) -> list[float]:
    """Return, of each round, how many of `those` are done while one of `these` is."""
    return [this.each / that.each for this, that in zip(these, those, strict=True)]


def measured(way: Callable[[], int]) -> Taken:
    """Return what a way takes."""
    started, cpu = time.perf_counter(), time.process_time()
    captures = way()
    return Taken(captures, time.perf_counter() - started, time.process_time() - cpu)


def archived(folder: Path, pages: int) -> Path:
    """Write so many captures into one file, a page of `sized` each."""
    path = folder / f"sized-{pages}.warc.gz"
    with path.open("wb") as stream:
        for where, page in sized(pages).items():
            stream.write(warc.pack(exchange(where, answer(page))).data)
    return path


def units(path: Path, size: int) -> list[Unit]:
    """Return the units of a file."""
    return list(units_of(planned_files([str(path)], {}, Counts()), size))


def sampled(path: Path) -> list[tuple[int, bytes]]:
    """Return some pages, decoded, each with its number."""
    pages = [from_record(capture) for capture in read_captures([str(path)])]
    chosen = sorted(random.Random(SEED).sample(range(len(pages)), min(PEER_PAGES, len(pages))))
    return [(number, pages[number].body) for number in chosen]


def quality(path: Path, sample: list[tuple[int, bytes]]) -> tuple[float, float, float, float]:
    """Return our recall of bodies and noise, then trafilatura's, means over the sample."""
    items = list(our_items(path))
    rows = []
    for number, page in sample:
        truth = runs(_body(number))
        told = json.loads(extract(page, output_format="json", include_tables=True) or "{}")
        ours, theirs = runs(items[number]["text"]), runs(told.get("text") or "")
        rows.append((*against(truth, ours), *against(truth, theirs)))
    ours_recall, ours_noise, recall, noise = map(statistics.fmean, zip(*rows, strict=True))
    return ours_recall, ours_noise, recall, noise


def our_items(path: Path) -> Iterator[dict]:
    """Yield the items of a file, in its order."""
    bench = Bench(Job({}, Registry(()), EVERYTHING))
    for unit in units(path, REPARSE_UNIT_BYTES):
        yield from map(json.loads, zstd.decompress(bench.do(unit).part).splitlines())


def _body(number: int) -> str:
    """Return the text that a person reads on a page: its title and the report."""
    report = report_of(number)
    html = f"<h1>{report.title}</h1>{body(report)}{prose_of(number)}"
    return LexborHTMLParser(html).text()


def runs(text: str) -> set[str]:
    """Return every run of `_GRAM` letters or digits."""
    letters = letters_of(text)
    return {letters[at : at + _GRAM] for at in range(len(letters) - _GRAM + 1)}


def against(truth: set[str], found: set[str]) -> tuple[float, float]:
    """Return how much of the truth was found, and how much of what was found is none of it."""
    return len(truth & found) / len(truth), len(found - truth) / max(len(found), 1)


def by_two_workers(folder: Path, pages: int, rounds: int) -> list[Figure]:
    """Two workers against one, in a pool and in a cluster; what a worker's memory grows by."""
    parts = units(archived(folder, pages), PART)
    job = Job({}, Registry(()), EVERYTHING)
    pools, growths, clusters = [], [], []
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(Cluster(folder / f"cluster-{size}", size)) for size in (1, 2)
        )
        for _ in range(rounds):
            (one, _), (two, growth) = (by_pool(job, parts, size) for size in (1, 2))
            pools.append(one / two)
            growths.append(growth)
            alone, both = (by_cluster(job, parts, cluster) for cluster in (small, large))
            clusters.append(alone / both)
    return told(
        f"re-parse of {pages} pages in {len(parts)} units, by two workers and by one, each warm; "
        f"cluster: dask.distributed {version('distributed')}, TLS, loopback; memory: the largest "
        f"of two, after the last unit to after a third; {rounds} rounds",
        Figure("re-parse, two processes to one", pools, 1.8),
        Figure("re-parse, memory of a worker, end to beginning", growths, 1.1, "most"),
        Figure("re-parse, dask with two workers to one", clusters, 1.4),
    )


def by_pool(job: Job, parts: list[Unit], size: int) -> tuple[float, float]:
    """Return seconds for all units but the first two, and how a worker's memory grew."""
    pool = Pool(job, size)
    try:
        work(pool, parts[:2])
        third = len(parts) // 3
        seconds = timed(lambda: work(pool, parts[2:third]))
        before = memory(pool)
        seconds += timed(lambda: work(pool, parts[third:]))
        return seconds, memory(pool) / before
    finally:
        pool.close()


def by_cluster(job: Job, parts: list[Unit], cluster: Cluster) -> float:
    """Return seconds for all units but the first two for each worker."""
    files = cluster.certificate, cluster.certificate, cluster.key
    dask = Dask(job, ClusterOptions(cluster.url, *files))
    try:
        while dask.width < 2 * cluster.size:  # a worker that is still on its way
            dask.finished(0.2)
        work(dask, parts[:4])
        return timed(partial(work, dask, parts[4:]))
    finally:
        dask.close()


def work(engine: Engine, parts: list[Unit]) -> None:
    """Let an engine do units."""
    for unit in parts:
        engine.submit(unit)
    done = 0
    while done < len(parts):
        done += len(engine.finished(1))


def memory(pool: Pool) -> int:
    """Return the resident memory of the largest worker, in pages."""
    return max(
        int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) for pid in pool.processes
    )
