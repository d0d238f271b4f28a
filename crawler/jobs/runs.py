"""The durable table of runs: a row a run and portal, in SQLite beside the ledger or in PostgreSQL.

A row is entered when the run begins and completed when it ends; one that was killed stays
`running`, and whoever started it closes it. Order is by start. Knows no Scrapy; times are RFC 3339
in UTC, as the ledger writes them.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import uuid
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive.filing import DiskFull, failure
from crawler.archive.jobs import is_locked
from crawler.archive.place import Place
from crawler.jobs.figures import Figures
from crawler.jobs.outcomes import RUNNING
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_TABLE = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, portal TEXT NOT NULL, job TEXT NOT NULL, scope TEXT NOT NULL,
    started TEXT NOT NULL, ended TEXT, outcome TEXT NOT NULL, machine TEXT NOT NULL,
    pid INTEGER NOT NULL, figures TEXT NOT NULL, said TEXT NOT NULL, alarms TEXT NOT NULL
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS runs_by_portal ON runs (portal, started)"
_COLUMNS = (
    "id", "portal", "job", "scope", "started", "ended", "outcome", "machine", "pid", "figures",
    "said", "alarms",
)  # fmt: skip
#: Seconds that a writer waits for another; a row is written in a millisecond.
_BUSY = 60.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a person should look at: which monitor, which portal, what was seen, what to do."""

    monitor: str
    portal: str
    evidence: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.monitor}: {self.portal}: {self.evidence}; {self.next_step}"


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one portal; `ended` is None while it runs, or where it was killed.

    `scope` says which part of the portal was asked for ("" is all of it): only runs of one scope
    are compared. `machine` and `pid` are those of the crawl. `said` has its failures in sentences.
    """

    id: str
    portal: str
    job: str
    scope: str
    started: str
    ended: str | None = None
    outcome: str = RUNNING
    machine: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)
    figures: Figures = field(default_factory=Figures)
    said: tuple[str, ...] = ()
    alarms: tuple[Alarm, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the run as a JSON object: that of its line."""
        return {**asdict(self), "said": list(self.said), "alarms": [*map(asdict, self.alarms)]}


def begun(portal: str, job: str, scope: str, started: str) -> Run:
    """Return a run of this process that begins."""
    return Run(uuid.uuid4().hex, portal, job, scope, started)


class Runs:
    """The table behind an address; each call is a transaction of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        with self._open() as (database, _):
            database.execute(_TABLE)
            database.execute(_INDEX)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Runs:
        """Return the table that RUNS_URL names; without it, the one beside the ledger.

        Raises DisclosureError where it cannot be opened.
        """
        url = str(settings.get("RUNS_URL") or "")
        if url:
            return cls(url)
        path = Place.from_settings(settings).ledger.with_name("runs.sqlite")
        return cls(f"sqlite:///{path}")

    def enter(self, run: Run) -> None:
        """Enter a run, or what became of it: the same id replaces its row."""
        known = run.as_dict()
        values = [
            json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
            for value in (known[name] for name in _COLUMNS)
        ]
        columns = ", ".join(_COLUMNS)
        marks = ", ".join("?" * len(_COLUMNS))
        updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
        self._ask(
            f"INSERT INTO runs ({columns}) VALUES ({marks})"  # noqa: S608 (our own names)
            f" ON CONFLICT (id) DO UPDATE SET {updates}",
            values,
        )

    def all(self, portal: str | None = None) -> list[Run]:
        """Return every run, of one portal or all, by start."""
        where, values = ("WHERE portal = ?", [portal]) if portal is not None else ("", [])
        return self._runs(where, values)

    def latest(self) -> dict[str, list[Run]]:
        """Return each portal's runs, the latest first."""
        found: dict[str, list[Run]] = {}
        for run in reversed(self._runs("", [])):
            found.setdefault(run.portal, []).append(run)
        return found

    def past(self, run: Run) -> list[Run]:
        """Return the ended runs of the same portal and scope that began before, the latest first.

        A run that is only the rest of a job stands for it: runs of the job before it are left out.
        """
        where = "WHERE portal = ? AND scope = ? AND started <= ? AND id <> ? AND job <> ?"
        found = self._runs(where, [run.portal, run.scope, run.started, run.id, run.job])
        return [one for one in reversed(found) if one.ended is not None]

    def close_dead(self, spool: Path, ended: str) -> list[Run]:
        """Note as interrupted what was killed on this machine; return those runs.

        A run holds its job's lock in the `spool` while it lives: the kernel lets go of it.
        """
        where = "WHERE ended IS NULL AND machine = ?"
        dead = [
            replace(run, ended=ended, outcome="interrupted", said=("its process was killed",))
            for run in self._runs(where, [socket.gethostname()])
            if not is_locked(spool, run.job)
        ]
        for run in dead:
            self.enter(run)
        return dead

    def _runs(self, where: str, values: Sequence[object]) -> list[Run]:
        columns = ", ".join(_COLUMNS)
        query = f"SELECT {columns} FROM runs {where} ORDER BY started, id"  # noqa: S608 (ours)
        return [_run(row) for row in self._ask(query, values)]

    def _ask(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._open() as (database, mark):
            done = database.execute(query.replace("?", mark), values)
            return done.fetchall() if done.description else []

    @contextmanager
    def _open(self) -> Iterator[tuple[Any, str]]:
        """Give the database and its mark of a parameter; commit, or tell in a sentence why not."""
        connect, mark, error = _driver(self.address)
        try:
            with closing(connect()) as database, database:
                yield database, mark
        except (error, OSError) as problem:
            raise self._refusal(problem) from problem

    def _refusal(self, problem: Exception) -> DisclosureError:
        """Return what a failed use of the table means, in one sentence with its remedy."""
        shown = self.address.rpartition("@")[2].removeprefix("sqlite:///")
        told = failure(problem, Path(shown).parent)
        if isinstance(told, DiskFull):
            return told
        reason = str(problem).partition("\n")[0]
        return DisclosureError(
            f"cannot use the table of runs at {shown} ({reason}); make its place writable or set "
            "RUNS_URL"
        )


def _driver(address: str) -> tuple[Callable[[], Any], str, type[Exception]]:
    """Return how to connect, the mark of a parameter, and what goes wrong."""
    if address.startswith("postgresql://"):
        import psycopg  # noqa: PLC0415 (25 MB, for who has many machines)

        return lambda: psycopg.connect(address), "%s", psycopg.Error
    if address.startswith("sqlite:///"):
        path = Path(address.removeprefix("sqlite:///"))
        return lambda: _sqlite(path), "?", sqlite3.Error
    raise DisclosureError(
        f"RUNS_URL is of an unknown kind ({address.partition(':')[0]}): use sqlite:///PATH or "
        "postgresql://user@host/database"
    )


def _sqlite(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=_BUSY)
    database.execute("PRAGMA journal_mode = WAL")
    return database


def _run(row: tuple[Any, ...]) -> Run:
    known = dict(zip(_COLUMNS, row, strict=True))
    known["figures"] = Figures.of(json.loads(known["figures"]))
    known["said"] = tuple(json.loads(known["said"]))
    known["alarms"] = tuple(Alarm(**one) for one in json.loads(known["alarms"]))
    return Run(**known)
