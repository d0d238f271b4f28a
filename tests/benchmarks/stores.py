"""Loading figures into stores, each against its driver's own bulk path in the same run.

Speed: the feed is cut into as many parts as there are rounds. Part after part goes into both, ours
and the peer's, each a table that grows to the whole; who is first changes. So what else the machine
does meets both. The peer writes the same rows into the same tables, already built in memory,
`PEERS_BATCH` reports at once, with nothing of what a load adds: reading the feed, building rows,
looking what is there. Of the peer only the writing is timed, to the end of its connection; of ours
everything from the file to the same.

Memory: a process of its own loads, and a thread in it reads its resident memory every `LOOK`
seconds. Growth is the median over the last tenth of the load to that over the second; of the peaks,
that of a feed of twice the size to that of the feed. DuckDB may take most of a machine's memory for
its cache: here it may take `CACHE`, which is what bounds its peaks.
"""

from __future__ import annotations

import hashlib
import json
import random
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.feeds.dataset import write_dataset
from crawler.feeds.flat import FACT_COLUMNS, fact_rows
from crawler.feeds.parquet import arrow_schema, fact_schema
from crawler.stores import schema
from crawler.stores.engines import engine_of
from crawler.stores.loading import load
from crawler.stores.migrating import make_ready
from crawler.stores.rows import batches
from crawler.stores.writers import writer
from parsers.items import Fact, as_item
from tests.benchmarks.figures import Figure, told
from tests.conftest import ROOT, a_report
from tests.servers.postgres import database, postgresql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Table

    from crawler.stores.rows import Batch, Row

#: A report of the table eras has some 120 to 190 figures and 6,000 characters.
FACTS_A_REPORT = 150
SEED = 20081
#: Reports of a transaction and of a table of the peer.
PEERS_BATCH = 500

#: Characters of a report's text: lines of pages of our own, drawn for each. In 6,000 characters
#: those pages have 1,700 to 5,000 different threes, which is what an index of trigrams pays for.
TEXT = 6000
_PAGES = ROOT / "tests" / "parsers" / "heldout"


#: Between two looks at a process's memory, seconds; and what DuckDB may cache in those.
LOOK = 0.01
CACHE = "64MB"


def of_the_stores(folder: Path, facts: int, rounds: int) -> list[Figure]:
    """Load `facts` figures into each place, in `rounds` parts; twice as many for the peaks."""
    feed, twice = folder / "figures.jsonl", folder / "twice.jsonl"
    _write_feed(feed, facts)
    _write_feed(twice, 2 * facts)
    parts = _parts(feed, rounds)
    figures = []
    with ExitStack() as stack:
        server = stack.enter_context(postgresql())
        for kind in ("sqlite", "duckdb", "postgresql"):
            ratios = _paces(kind, folder, server, parts)
            figures.append(Figure(f"load into {kind}, rows/s to its driver", ratios, 0.7))
        figures.append(
            Figure("write a dataset, rows/s to pyarrow", _dataset_paces(folder, parts), 0.7)
        )
        for kind in ("sqlite", "duckdb", "postgresql", "dataset"):
            once, more = (_memory(kind, folder, server, each) for each in (feed, twice))
            grown, peaks = once["last"] / once["second"], more["peak"] / once["peak"]
            figures += [
                Figure(f"load into {kind}, memory, last tenth to second", [grown], 1.1, "most"),
                Figure(f"load into {kind}, peak of twice as many", [peaks], 1.1, "most"),
            ]
    return told(
        "peer: executemany, Arrow, COPY and ParquetWriter on rows that stand in memory; ours: from "
        f"a feed of {feed.stat().st_size >> 20} MB, {facts} figures, seed {SEED}, in {rounds} "
        f"parts; DuckDB's cache, for its memory: {CACHE}",
        *figures,
    )


def _parts(feed: Path, count: int) -> list[Path]:
    """Cut a feed into so many files of as many lines each."""
    lines = sum(1 for _ in feed.open("rb"))
    paths = [feed.with_name(f"part{number}.jsonl") for number in range(count)]
    with feed.open("rb") as file:
        for number, path in enumerate(paths):
            here = lines * (number + 1) // count - lines * number // count
            path.write_bytes(b"".join(islice(file, here)))
    return paths


def _paces(kind: str, folder: Path, server: str, parts: list[Path]) -> list[float]:
    """Return our pace to the peer's, part by part."""
    ratios = []
    with ExitStack() as places:
        ours, peers = (_empty(kind, folder, name, server, places) for name in ("ours", "peers"))
        seen: set[str] = set()
        for number, part in enumerate(parts):
            sides = {
                "ours": partial(_seconds, partial(load, ours, part)),
                "peers": partial(_bulk_seconds, peers, part, seen),
            }
            ratios.append(_ratio(sides, number))
    return ratios


def _dataset_paces(folder: Path, parts: list[Path]) -> list[float]:
    ratios = []
    for number, part in enumerate(parts):
        sides = {
            "ours": partial(_seconds, partial(write_dataset, part, folder / "dataset")),
            "peers": partial(_arrow_seconds, part, folder / f"flat{number}.parquet"),
        }
        ratios.append(_ratio(sides, number))
    return ratios


def _ratio(sides: dict[str, Callable[[], float]], number: int) -> float:
    """Return how many times as fast ours is; in every second round the peer is first."""
    order = ("peers", "ours") if number % 2 else ("ours", "peers")
    taken = {side: sides[side]() for side in order}
    return taken["peers"] / taken["ours"]


#: What a process does whose memory is taken: a store's or a dataset's load of argv[2].
_LOADS = {
    "store": "from crawler.stores.loading import load; work = lambda: "
    "load(sys.argv[1], pathlib.Path(sys.argv[2]))",
    "dataset": "from crawler.feeds.dataset import write_dataset; work = lambda: "
    "write_dataset(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[1]))",
}
_WATCHED = """
import json, pathlib, sys, threading
def status(name):
    text = pathlib.Path("/proc/self/status").read_text()
    return int(text.partition(name + ":")[2].split()[0])
seen, over = [], threading.Event()
def look():
    while not over.wait(float(sys.argv[3])):
        seen.append(status("VmRSS"))
watch = threading.Thread(target=look)
watch.start()
work()
over.set()
watch.join()
print(json.dumps([seen, status("VmHWM")]))
"""


def _memory(kind: str, folder: Path, server: str, feed: Path) -> dict[str, float]:
    """Return the memory of a process that loads the feed, KB: its tenths' medians, its peak."""
    with feed.open("rb") as file:  # else the disk, not the load, says how long a tenth is
        hashlib.file_digest(file, "sha256")
    work = _LOADS["dataset" if kind == "dataset" else "store"]
    with ExitStack() as places:
        name = f"memory-{feed.stem}"
        address = str(folder / name)
        if kind != "dataset":
            address = _empty(kind, folder, name, server, places)
        if kind == "duckdb":
            address += f"?memory_limit={CACHE}"
        program = f"import pathlib, sys; {work}\n{_WATCHED}"
        done = subprocess.run(
            [sys.executable, "-c", program, address, str(feed), str(LOOK)],
            cwd=ROOT, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
    seen, peak = json.loads(done.stdout.splitlines()[-1])  # a driver may show its progress first
    tenth = len(seen) // 10
    second, last = statistics.median(seen[tenth : 2 * tenth]), statistics.median(seen[-tenth:])
    return {"second": second, "last": last, "peak": peak}


def _write_feed(feed: Path, facts: int) -> None:
    chance = random.Random(SEED)
    lines = _lines()
    with feed.open("wb") as file:
        for number in range(facts // FACTS_A_REPORT):
            figures = [
                Fact("requests.new.total", float(chance.randrange(500)), "件", "organ", "新收",
                     "table", start, start + 12)
                for start in range(FACTS_A_REPORT)
            ]  # fmt: skip
            text = "\n".join(chance.sample(lines, len(lines)))[:TEXT]
            item = as_item(a_report(number, text=text, facts=figures, year=2008 + number % 18))
            file.write(orjson.dumps(item) + b"\n")


def _lines() -> list[str]:
    """Return the different lines of our own pages."""
    pages = sorted(_PAGES.glob("*.txt"))
    found = [line.strip() for page in pages for line in page.read_text("utf-8").splitlines()]
    return sorted({line for line in found if line})


def _empty(kind: str, folder: Path, name: str, server: str, places: ExitStack) -> str:
    if kind == "postgresql":
        address = places.enter_context(database(server, name))
    else:
        address = f"{kind}:///{folder / name}.{kind}"
    make_ready(engine_of(address), address)
    return address


def _seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _bulk_seconds(address: str, feed: Path, seen: set[str]) -> float:
    """Return the seconds that the driver needs for the rows alone; organs in `seen` are there."""
    with feed.open("rb") as lines, ExitStack() as stack:
        connection = stack.enter_context(engine_of(address).connect())
        into, taken = writer(connection), 0.0
        for batch in batches(lines, PEERS_BATCH, sys.maxsize):
            rows = _rows(batch, seen)
            started = time.perf_counter()
            with connection.begin():
                for table, each in rows.items():
                    into.insert(table, each)
            taken += time.perf_counter() - started
        return taken + _seconds(stack.close)  # only then is all of it where it belongs


def _rows(batch: Batch, seen: set[str]) -> dict[Table, list[Row]]:
    parents = {schema.CAPTURES: "captures", schema.ORGANS: "organs", schema.REPORTS: "reports"}
    rows = {table: list(getattr(batch, name).values()) for table, name in parents.items()}
    rows[schema.ORGANS] = [row for row in rows[schema.ORGANS] if row[0] not in seen]
    seen.update(batch.organs)
    for table in schema.PARTS:
        rows[table] = list(zip(*batch.parts[table.name].of(batch.reports), strict=True))
    return rows


def _arrow_seconds(feed: Path, target: Path) -> float:
    """Return the seconds that pyarrow needs to write the flat and the nested rows."""
    taken = 0.0
    flat = pq.ParquetWriter(target, fact_schema(), compression="zstd")
    nested = pq.ParquetWriter(target.with_suffix(".nested"), arrow_schema(), compression="zstd")
    with feed.open("rb") as lines, flat, nested:
        while some := [orjson.loads(line) for line in islice(lines, PEERS_BATCH)]:
            records = [
                dict(zip(FACT_COLUMNS, values, strict=True))
                for item in some
                for values in fact_rows(item)
            ]
            started = time.perf_counter()
            flat.write_table(pa.Table.from_pylist(records, schema=fact_schema()))
            nested.write_table(pa.Table.from_pylist(some, schema=arrow_schema()))
            taken += time.perf_counter() - started
    return taken
