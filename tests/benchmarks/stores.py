"""Loading figures into stores, each against its driver's own bulk path in the same run.

The peer writes the same rows into the same tables, already built in memory, `PEERS_BATCH` reports
at once, with nothing of what a load adds: reading the feed, building rows, looking what is there.
Of the peer only the writing is timed; of ours everything from the file to the last commit.
"""

from __future__ import annotations

import random
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
    from pathlib import Path

#: A report of the table eras has some 120 to 190 figures and 6,000 characters.
FACTS_A_REPORT = 150
SEED = 20081
#: Reports of a transaction and of a table of the peer.
PEERS_BATCH = 500

_TEXT = "本年度收到政府信息公开申请办理结果予以公开部分公开不予公开" * 200


def of_the_stores(folder: Path, facts: int, rounds: int) -> list[Figure]:
    """Load `facts` figures into each place, `rounds` times."""
    feed = folder / "figures.jsonl"
    _write_feed(feed, facts)
    figures = []
    with ExitStack() as stack:
        server = stack.enter_context(postgresql())
        for kind in ("sqlite", "duckdb", "postgresql"):
            ratios = []
            for number in range(rounds):
                with ExitStack() as places:
                    ours, peers = (
                        _empty(kind, folder, f"{name}{number}", server, places)
                        for name in ("ours", "peers")
                    )
                    ratios.append(_bulk_seconds(peers, feed) / _seconds(partial(load, ours, feed)))
            figures.append(Figure(f"load into {kind}, rows/s to its driver", ratios, 0.7))
        ratios = [
            _arrow_seconds(feed, folder / f"flat{number}.parquet")
            / _seconds(partial(write_dataset, feed, folder / f"dataset{number}"))
            for number in range(rounds)
        ]
        figures.append(Figure("write a dataset, rows/s to pyarrow", ratios, 0.7))
        few = folder / "tenth.jsonl"
        _write_feed(few, facts // 10)
        for kind in ("sqlite", "duckdb", "postgresql", "dataset"):
            grown = [_memory(kind, folder, server, feed) / _memory(kind, folder, server, few)]
            name = f"load into {kind}, memory to a tenth of it"
            figures.append(Figure(name, grown, 1.1, "most"))
    return told(
        "peer: executemany, Arrow, COPY and ParquetWriter on rows that stand in memory; ours: from "
        f"a feed of {feed.stat().st_size >> 20} MB, {facts} figures, seed {SEED}; rounds: {rounds}",
        *figures,
    )


#: What a process does whose memory is taken: a store's or a dataset's load of argv[2].
_LOADS = {
    "store": "from crawler.stores.loading import load; "
    "load(sys.argv[1], pathlib.Path(sys.argv[2]))",
    "dataset": "from crawler.feeds.dataset import write_dataset; "
    "write_dataset(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[1]))",
}
_PEAK = "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"


def _memory(kind: str, folder: Path, server: str, feed: Path) -> int:
    """Return the most memory that a process held which loads the feed, KB."""
    work = _LOADS["dataset" if kind == "dataset" else "store"]
    with ExitStack() as places:
        name = f"memory-{feed.stem}"
        address = str(folder / name)
        if kind != "dataset":
            address = _empty(kind, folder, name, server, places)
        done = subprocess.run(
            [sys.executable, "-c", f"import sys, pathlib; {work}; {_PEAK}", address, str(feed)],
            cwd=ROOT, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
    return int(done.stdout)


def _write_feed(feed: Path, facts: int) -> None:
    chance = random.Random(SEED)
    with feed.open("wb") as file:
        for number in range(facts // FACTS_A_REPORT):
            figures = [
                Fact("requests.new.total", float(chance.randrange(500)), "件", "organ", "新收",
                     "table", start, start + 12)
                for start in range(FACTS_A_REPORT)
            ]  # fmt: skip
            item = as_item(a_report(number, text=_TEXT, facts=figures, year=2008 + number % 18))
            file.write(orjson.dumps(item) + b"\n")


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


def _bulk_seconds(address: str, feed: Path) -> float:
    """Return the seconds that the driver needs for the rows alone."""
    taken = 0.0
    with feed.open("rb") as lines, engine_of(address).connect() as connection:
        into = writer(connection)
        parents = {schema.CAPTURES: "captures", schema.ORGANS: "organs", schema.REPORTS: "reports"}
        seen: set[str] = set()
        for batch in batches(lines, PEERS_BATCH, sys.maxsize):
            rows = {table: list(getattr(batch, name).values()) for table, name in parents.items()}
            rows[schema.ORGANS] = [row for row in rows[schema.ORGANS] if row[0] not in seen]
            seen |= batch.organs.keys()
            for table in schema.PARTS:
                rows[table] = [row for part in batch.parts.values() for row in part[table.name]]
            started = time.perf_counter()
            with connection.begin():
                for table, each in rows.items():
                    into.insert(table, each)
            taken += time.perf_counter() - started
    return taken


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
