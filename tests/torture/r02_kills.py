"""R2: kill -9 at any moment of crawl, archive, roll, upload, parse, export and load.

Each step of the chain (`chain`) is the command as a user runs it, and is killed again and again,
its recoveries too: when so many pages were asked for, when so many objects were, or after a while.
The run that is left alone must find everything: each page once in the archive, in the ledger, in
the feed, in the export and in the store; every file listed and whole, nothing left over.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from tests.servers.postgres import database, postgresql
from tests.torture.chain import PAGES, STEPS, Chain
from tests.torture.registry import Check
from tests.torture.store_commands import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.torture.registry import Trial

#: Kills of one step in one job: more would only kill it at its start again and again.
_PER_STEP = 5
_SECONDS = 120
#: Items of a transaction: so few that a load of the site has some nine.
_BATCH = 5
#: What a step was seen to take, until one has come to its end; seconds.
_FIRST_GUESS = 0.4


def run(trial: Trial) -> Iterator[str | None]:
    """Run the chain and kill, job after job; a trial is a kill."""
    wanted, done, jobs = trial.count or CHECK.goal or 1, 0, 0
    whole = wanted >= (CHECK.goal or 1)
    told = _Told(random.Random(trial.seed), trial.fault)
    with mock.patch.dict(os.environ, KEYS), _stores(postgres=whole) as stores:
        while done < wanted:
            folder = trial.folder / str(jobs)
            folder.mkdir()
            with stores[jobs % len(stores)](folder) as place, Chain(folder, place) as chain:
                kills, faults = _job(chain, told, wanted - done)
            jobs += 1
            done += kills
            each = ", ".join(f"{told.kills[step]} in {step}" for step in STEPS)
            note = f"{jobs} jobs of {PAGES} pages each; kills: {each}; "
            trial.notes[:] = [note + f"{told.second} of them in the recovery from another"]
            yield from [None] * (kills - 1)
            yield f"job {jobs}: {'; '.join(faults)}" if faults else None


@dataclass
class _Told:
    """What holds for all jobs: the chance, the planted fault, what was seen so far."""

    chance: random.Random
    fault: str | None
    kills: Counter[str] = field(default_factory=Counter)
    second: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@contextlib.contextmanager
def _stores(*, postgres: bool) -> Iterator[list[Callable[[Path], AbstractContextManager[str]]]]:
    """Give the kinds of stores, each a maker of a new one; in full PostgreSQL, too, is started."""

    @contextlib.contextmanager
    def file(folder: Path, kind: str) -> Iterator[str]:
        yield f"{kind}:///{folder}/store.db"

    kinds = [lambda folder: file(folder, "sqlite"), lambda folder: file(folder, "duckdb")]
    if not postgres:
        yield kinds
        return
    with postgresql() as server:
        yield [*kinds, lambda _: database(server, f"r2{uuid.uuid4().hex}")]


def _job(chain: Chain, told: _Told, wanted: int) -> tuple[int, list[str]]:
    """Run the chain once, each step killed some times; return kills and what was wrong."""
    kills = 0
    for number, step in enumerate(STEPS):
        share = min(_PER_STEP, -(-(wanted - kills) // (len(STEPS) - number)))
        killed, status = _step(chain, step, told, share)
        kills += killed
        if status != 0:
            said = chain.log.read_text("utf-8", "replace")
            return max(kills, 1), [f"{step} ended with {status}: {said[-300:]}"]
    return max(kills, 1), chain.faults()


def _step(chain: Chain, step: str, told: _Told, wanted: int) -> tuple[int, int]:
    """Run a step until it ends by itself; return how often it was killed, and its exit code."""
    killed = 0
    while killed < wanted:
        ended = _killed(chain, step, told)
        if ended != -signal.SIGKILL:
            return killed, ended
        told.kills[step] += 1
        told.second += bool(killed)
        killed += 1
    return killed, chain.life(step, told.fault)


def _killed(chain: Chain, step: str, told: _Told) -> int:
    """Run until the moment has come, then kill; return the exit code."""
    chain.pid.unlink(missing_ok=True)
    chain.begun.unlink(missing_ok=True)
    workers = told.chance.choice((1, 1, 2))
    ended: list[int] = []
    life = threading.Thread(target=lambda: ended.append(chain.life(step, told.fault, workers)))
    now = _moment(chain, step, told)
    life.start()
    begun, until = 0.0, time.monotonic() + _SECONDS
    while not ended and time.monotonic() < until:
        if not begun and chain.begun.exists():
            begun = time.monotonic()
        if begun and now(time.monotonic() - begun):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(chain.pid.read_text("utf-8")), signal.SIGKILL)
            break
        time.sleep(0.002)
    life.join()
    if ended == [0]:
        told.seconds[step] = time.monotonic() - begun
    return ended[0] if ended else 1


_KINDS = {
    "crawl": ("pages", "pages", "objects", "time"),
    "reparse": ("objects", "time"),
    "load": ("time",),
}


def _moment(chain: Chain, step: str, told: _Told) -> Callable[[float], bool]:
    """Return what says, of the seconds since the work began, that the moment to kill has come.

    A life with a fault that ends itself is left to it; what a run forgets must be there first.
    """
    if told.fault == "no-replay":
        return lambda _: len(chain.site.log) >= PAGES // 3
    if told.fault == {"reparse": "half-unit", "load": "half-load"}.get(step, ""):
        return lambda _: False
    kind = told.chance.choice(_KINDS[step])
    if kind == "pages":
        pages = len(chain.site.log) + told.chance.randint(1, 25)
        return lambda _: len(chain.site.log) >= pages
    if kind == "objects":
        sent = sum(chain.s3.asked.values()) + told.chance.randint(1, 40)
        return lambda _: sum(chain.s3.asked.values()) >= sent
    after = told.chance.uniform(0, told.seconds.get(step, _FIRST_GUESS))
    return lambda seconds: seconds >= after


# --- in the run itself ---


def plant(told: tuple[str, str | None, str]) -> None:
    """Say when a step's work begins, give a load several transactions, plant the fault."""
    step, fault, begun = told
    {"crawl": _plant_crawl, "reparse": _plant_reparse, "load": _plant_load}[step](fault, begun)


def _plant_crawl(fault: str | None, begun: str) -> None:
    from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (settings are read in a run)

    if fault == "no-replay":  # a run forgets what the one before it archived
        KeepArchive.answer = lambda *_: None
    _mark(KeepArchive, "__init__", begun)


def _plant_reparse(fault: str | None, begun: str) -> None:
    from crawler import reparse  # noqa: PLC0415 (as above)
    from crawler.engines.manifest import Manifest  # noqa: PLC0415

    add = Manifest.add

    def before_its_items(manifest: Manifest, done: object) -> None:
        """Call a unit done before its items are there, and be killed between."""
        add(manifest, done)
        manifest._db.execute("UPDATE units SET part = NULL")
        manifest._db.execute("DELETE FROM prints")
        os.kill(os.getpid(), signal.SIGKILL)

    torn = Path(begun).with_name("torn")
    if fault == "half-unit" and not torn.exists():
        torn.touch()
        Manifest.add = before_its_items
    _mark(reparse, "reparse", begun)


def _plant_load(fault: str | None, begun: str) -> None:
    from crawler.stores import loading  # noqa: PLC0415 (as above)

    loading.BATCH, loading.BATCHES, loading.LARGER = _BATCH, 1, {}
    write, torn = loading._write, Path(begun).with_name("torn")

    def one(*args: object) -> loading.Loaded:
        """Write a transaction, and be killed before the next."""
        if torn.exists():
            os.kill(os.getpid(), signal.SIGKILL)
        torn.touch()
        return write(*args)

    if fault == "half-load":  # what stands in the store after a kill is taken for all of it
        loading._write = (lambda *_: loading.Loaded()) if torn.exists() else one
    _mark(loading, "load", begun)


def _mark(owner: object, name: str, begun: str) -> None:
    """Have a file made when that function is called: the step's imports are over then."""
    call = getattr(owner, name)

    def marked(*args: object, **kwargs: object) -> object:
        Path(begun).touch()
        return call(*args, **kwargs)

    setattr(owner, name, marked)


CHECK = Check(
    name="R2 random kills",
    claim="kill -9 at any moment of the chain: 0 lost, 0 twice, archive = ledger = feed = store",
    goal=500,
    sample=3,
    run=run,
    faults=("no-replay", "half-unit", "half-load"),
    fault_sample=3,
)
