"""Loading figures into stores, each against its driver's own bulk path in the same run.

The peer writes the same rows into the same tables, already built in memory, with nothing of what a
load adds: reading the feed, building rows, looking what is there, one transaction a batch. Of the
peer only the writing is timed; of ours everything from the file to the last commit.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.feeds.dataset import write_dataset
from crawler.feeds.parquet import fact_records, fact_schema
from crawler.stores import schema
from crawler.stores.engines import engine_of
from crawler.stores.loading import BATCH, load
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
    grown = [_memory(folder, feed) / _memory(folder, few)]
    figures.append(Figure("load into sqlite, memory to a tenth of it", grown, 1.1, "most"))
    return told(
        "peer: executemany, Arrow, COPY and ParquetWriter on rows that stand in memory; ours: from "
        f"a feed of {feed.stat().st_size >> 20} MB, {facts} figures, seed {SEED}; rounds: {rounds}",
        *figures,
    )


def _memory(folder: Path, feed: Path) -> int:
    """Return the most memory that a process held which loads the feed, KB."""
    command = (
        "import sys, pathlib; from crawler.stores.loading import load; "
        "load(sys.argv[1], pathlib.Path(sys.argv[2])); "
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    )
    address = f"sqlite:///{folder / feed.stem}.memory"
    done = subprocess.run(
        [sys.executable, "-c", command, address, str(feed)],
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
        for batch in batches(lines, BATCH):
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
    from crawler.feeds.parquet import arrow_schema  # noqa: PLC0415

    taken = 0.0
    flat = pq.ParquetWriter(target, fact_schema(), compression="zstd")
    nested = pq.ParquetWriter(target.with_suffix(".nested"), arrow_schema(), compression="zstd")
    with feed.open("rb") as lines, flat, nested:
        items = [orjson.loads(line) for line in lines]
        for start in range(0, len(items), 1000):
            some = items[start : start + 1000]
            records = [record for item in some for record in fact_records(item)]
            started = time.perf_counter()
            flat.write_table(pa.Table.from_pylist(records, schema=fact_schema()))
            nested.write_table(pa.Table.from_pylist(some, schema=arrow_schema()))
            taken += time.perf_counter() - started
    return taken
