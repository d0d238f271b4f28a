"""R20: three workers on one queue, one of them killed by SIGKILL again and again.

A trial is a portal: it must be done, each of its reports in the archive and once in its feed, the
ledger and the archive agree, and no request was sent twice but what a kill found in flight. In full
a worker is killed every 20 seconds; a sample kills when the portals have seen so many requests.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.jobs.fleet import Fleet
from tests.servers.postgres import database, postgresql
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

#: Seconds between two kills in full; requests between two in a sample.
SECONDS, REQUESTS = 20.0, 9
#: Reports of a portal in full and in a sample.
MANY, FEW = 16, 5


def run(trial: Trial) -> Iterator[str | None]:
    """Queue the portals, work and kill, then look at each."""
    count = trial.count or CHECK.goal or 1
    whole = count >= (CHECK.goal or 1)
    with postgresql() as server, database(server, "fleet") as url:
        own = (MANY, 1.0) if whole else (FEW, 0.1)
        with Fleet(trial.folder, url, count, *own) as fleet:
            queued = fleet.run("enqueue", "--all")
            assert queued.returncode == 0, queued.stderr
            kills = 1000 if whole else 2 * (trial.fault is None)
            fleet.chaos(random.Random(trial.seed), SECONDS if whole else REQUESTS, kills)
            if trial.fault:
                ledger = trial.folder / "archive" / "spool" / "ledger.sqlite"
                with closing(sqlite3.connect(ledger)) as db, db:
                    db.execute("DELETE FROM exchanges WHERE id = (SELECT max(id) FROM exchanges)")
            trial.notes.append(
                f"{len(fleet.workers)} workers, {fleet.kills} killed, {fleet.asked()} requests, "
                f"{fleet.asked_again()} sent twice"
            )
            yield from fleet.faults()


CHECK = Check(
    name="R20 workers",
    claim="of workers that are killed another finishes each portal: nothing lost, nothing twice",
    goal=30,
    sample=3,
    run=run,
    faults=("lost-exchange",),
    fault_sample=1,
)
