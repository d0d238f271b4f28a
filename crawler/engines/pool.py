"""A pool of processes on this machine, each a fresh interpreter with a connection of its own.

Not the standard library's: there a worker that is killed takes the whole pool and every unit under
way with it; here it costs its own unit, and another worker takes its place.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import TYPE_CHECKING, cast

from crawler.engines import Lost
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from typing import Any

    from crawler.engines.units import Unit
    from crawler.engines.work import Done, Job

_ROOT = Path(__file__).resolve().parents[2]
_MODULE = "crawler.engines.worker"
#: Units at hand for each worker: one under way, one waiting here.
_AHEAD = 2


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection
    unit: Unit | None = None


class Pool:
    """`size` workers; each has one unit at a time, so that its death costs no other."""

    def __init__(self, job: Job, size: int) -> None:
        self.width = size * _AHEAD
        self._job = job
        self._waiting: deque[Unit] = deque()
        self._workers: dict[Connection, _Worker] = {}
        workers = [self._start() for _ in range(size)]
        for worker in workers:  # all are on their way before one is waited for
            self._send(worker, job)

    @property
    def processes(self) -> list[int]:
        """The ids of the workers' processes."""
        return [worker.process.pid for worker in self._workers.values()]

    def submit(self, unit: Unit) -> None:
        """Take a unit to be done."""
        self._waiting.append(unit)
        self._hand_out()

    def finished(self, seconds: float) -> list[Done | Lost]:
        """Return what has come to an end; wait for the first up to `seconds`."""
        ready = wait(list(self._workers), seconds)
        outcomes = [self._outcome(cast("Connection", connection)) for connection in ready]
        self._hand_out()
        return [outcome for outcome in outcomes if outcome is not None]

    def close(self) -> None:
        """End every worker; what is under way is given up."""
        for worker in self._workers.values():
            worker.process.kill()
        for worker in self._workers.values():
            worker.process.wait()
            worker.connection.close()
        self._workers.clear()

    def _start(self) -> _Worker:
        ours, theirs = Pipe()
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(  # noqa: S603 (our own interpreter and code)
            [sys.executable, "-m", _MODULE, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        theirs.close()
        worker = self._workers[ours] = _Worker(process, ours)
        return worker

    def _hand_out(self) -> None:
        for worker in self._workers.values():
            if worker.unit is None and self._waiting:
                worker.unit = self._waiting.popleft()
                self._send(worker, worker.unit)

    def _send(self, worker: _Worker, what: Any) -> None:
        try:
            worker.connection.send(what)
        except ConnectionError:
            # It has ended: its connection is ready to say so, and `finished` hears it.
            return

    def _outcome(self, connection: Connection) -> Done | Lost | None:
        worker = self._workers[connection]
        try:
            outcome = connection.recv()
        except (EOFError, ConnectionError):
            return self._replaced(worker)
        if isinstance(outcome, DisclosureError):
            raise outcome
        worker.unit = None
        return cast("Done", outcome)

    def _replaced(self, worker: _Worker) -> Lost | None:
        """Put a new worker in the place of one that has ended; return the unit that it had."""
        status = worker.process.wait()
        worker.connection.close()
        del self._workers[worker.connection]
        self._send(self._start(), self._job)
        how = f"killed by signal {-status}" if status < 0 else f"ended with status {status}"
        return None if worker.unit is None else Lost(worker.unit, how)
