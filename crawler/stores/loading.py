"""Load a feed of JSON lines into a store by transactions: twice as good as once.

A transaction is there whole or not at all, so a crash leaves a whole state and the next load of the
same feed goes on from it. A reading that is there as it is costs a look; one that has changed
replaces what hung on it; one by a new parser version stands beside the old. A transaction is
written in batches, of which memory holds two: one being written and one being built.
"""

from __future__ import annotations

import gc
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING

from crawler.stores import schema
from crawler.stores.addresses import shown
from crawler.stores.engines import LOOK_SECONDS, engine_of, told
from crawler.stores.migrating import make_ready
from crawler.stores.rows import Batch, batches
from crawler.stores.writers import Writer, writer
from parsers.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from crawler.stores.rows import Row

#: Items of a batch, and bytes of the feed after which it ends before that. A report's 40 KB take
#: some 170 KB as rows.
BATCH = 100
BATCH_BYTES = 4 << 20
#: DuckDB pays for each statement, of which a batch takes a dozen.
LARGER = {"duckdb": 4}
#: Batches of a transaction: each ends with the disk's word that it has all of it.
BATCHES = 5
#: Seconds for which a load keeps its connection; some twenty batches.
TURN = 2.0

#: The row that stands stays: the capture that was earlier, the name of a later year.
_LATER_CAPTURE = """
    (new.fetched_at, new.archive_filename, new.archive_offset)
    >= (old.fetched_at, old.archive_filename, old.archive_offset)
"""
_OLDER_NAME = """
    coalesce(new.name_year, 0) < coalesce(old.name_year, 0)
    OR (coalesce(new.name_year, 0) = coalesce(old.name_year, 0) AND new.name >= old.name)
"""


@dataclass(slots=True)
class Loaded:
    """What a load did: items in the feed, and readings that were new or had changed."""

    items: int = 0
    added: int = 0


def load(address: str, feed: Path, portals: Mapping[str, Row] | None = None) -> Loaded:
    """Load the JSON lines of `feed` into the store at `address`; return what that did.

    `portals` holds rows of the table by registry id. Raises StoreError in one sentence; what the
    transactions before have written stays and is whole.
    """
    engine, loaded = engine_of(address), Loaded()
    with told(address), feed.open("rb") as lines:
        make_ready(engine, address)
        times = LARGER.get(engine.dialect.name, 1)
        wrong: list[Exception] = []
        built = _until_bad(batches(lines, BATCH * times, BATCH_BYTES * times), wrong)
        named: set[str] = set()
        with closing(_Turns(engine)) as turns, closing(_ahead(built)) as ahead:
            for first in ahead:
                some = chain([first], islice(ahead, BATCHES - 1))
                done = _write(turns.connection(), some, portals or {}, named)
                loaded.items += done.items
                loaded.added += done.added
            if wrong:
                raise StoreError(
                    f"{feed} is no feed of reports after item {loaded.items} ({wrong[0]}): the "
                    f"items before are in {shown(address)}; correct the file and load it again"
                ) from wrong[0]
            _note_run(turns.connection(), feed, loaded)
    return loaded


class _Turns:
    """A connection that is kept for some batches, then closed so that others have their turn.

    Opening one costs as much as a small batch, and closing one more: then SQLite puts its log into
    the database, DuckDB its tables in order.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: Connection | None = None
        self._since = 0.0

    def connection(self) -> Connection:
        """Return the connection for the next batch."""
        if self._open is not None and time.monotonic() - self._since > TURN:
            self.close()
            if self._engine.dialect.name == "duckdb":  # no other process can open it meanwhile
                time.sleep(2 * LOOK_SECONDS)
        if self._open is None:
            self._open, self._since = self._engine.connect(), time.monotonic()
        return self._open

    def close(self) -> None:
        """Give the connection back."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _until_bad(built: Iterator[Batch], wrong: list[Exception]) -> Iterator[Batch]:
    """Give batches until one cannot be built; put why into `wrong`."""
    try:
        yield from built
    except (ValueError, KeyError, TypeError) as error:
        wrong.append(error)


def _ahead(built: Iterator[Batch]) -> Generator[Batch]:
    """Give batches, the next being built while the caller's driver writes.

    Rows hold no cycles, and looking for some among so many costs a fifth of the building: the
    collector rests meanwhile.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        with ThreadPoolExecutor(1) as builder:
            following = builder.submit(next, built, None)
            while (batch := following.result()) is not None:
                following = builder.submit(next, built, None)
                yield batch
    finally:
        if collects:
            gc.enable()


def try_out(address: str) -> None:
    """Reach the store and make its tables if it is new. Raises StoreError."""
    with told(address):
        make_ready(engine_of(address), address)


def _write(
    connection: Connection, some: Iterable[Batch], portals: Mapping[str, Row], named: set[str]
) -> Loaded:
    """Write batches in one transaction; `named` are portals that this load has written before."""
    done = Loaded()
    with connection.begin():
        into = writer(connection)
        into.hold()
        for batch in some:
            into.upsert(schema.PORTALS, _portals(batch.portals - named, portals))
            named |= batch.portals
            done.added += _write_batch(into, batch)
            done.items += batch.items
    return done


def _write_batch(into: Writer, batch: Batch) -> int:
    """Write a batch's rows; return how many readings were new or had changed."""
    there = into.digests(batch.digests)
    changed = [name for name, digest in batch.digests.items() if there.get(name) != digest]
    into.upsert(schema.ORGANS, list(batch.organs.values()), _OLDER_NAME)
    into.upsert(schema.SUCCESSIONS, list(batch.successions.values()))
    into.upsert(schema.CAPTURES, list(batch.captures.values()), _LATER_CAPTURE)
    # Nobody else can have added one since we looked: a plain insert costs half an upsert.
    into.insert(schema.REPORTS, [batch.reports[name] for name in changed if name not in there])
    into.upsert(schema.REPORTS, [batch.reports[name] for name in changed if name in there])
    for table in schema.PARTS:
        into.remove(table, there.keys() & changed)
        into.insert_columns(table, batch.parts[table.name].of(changed))
    return len(changed)


def _portals(names: set[str], portals: Mapping[str, Row]) -> list[Row]:
    nothing = (None,) * (len(schema.PORTALS.columns) - 2)
    return [portals.get(name, (name, name, *nothing)) for name in sorted(names)]


def _note_run(connection: Connection, feed: Path, loaded: Loaded) -> None:
    """Note the feed; one that was loaded before keeps the row of its first load."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with feed.open("rb") as file:
        run = hashlib.file_digest(file, "sha256").hexdigest()
    with connection.begin():
        row = (run, feed.name, now, loaded.items, loaded.added)
        _insert_once(writer(connection), row)


def _insert_once(into: Writer, row: Row) -> None:
    into.hold()
    into.upsert(schema.RUNS, [row], "new.run_id = old.run_id")
