"""Run the visits that are due, some at a time, each portal a process of its own.

Starts no portal outside of its hours, and none after a trouble that every portal would have: a
full disk, settings that cannot be used. Stops in order: what runs is told to end, and goes on with
the next run.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from signal import SIGINT, SIGTERM, signal
from typing import TYPE_CHECKING

from crawler.jobs.child import run_portal, stop
from crawler.jobs.outcomes import worst

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence

    from crawler.jobs.child import Ended, Order
    from crawler.jobs.due import Visit

#: What the next portal would meet as well.
_EVERYONES = frozenset({"disk_full", "bad_settings"})
#: What a portal does is told by its alarms; these are what whoever runs the machine must know.
_OURS = frozenset({"bad_settings", "disk_full", "interrupted", "failed", "upload_pending"})


@dataclass
class Fleet:
    """The children of one `run-due`: `tell` is given each end, `may_start` asks for the hours."""

    order: Order
    parallel: int
    may_start: Callable[[str], bool]
    tell: Callable[[Ended], object]
    ended: list[Ended] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, visits: Sequence[Visit]) -> int:
        """Run them all; return the exit code: of what went wrong here, not at a portal."""
        with self._stops_in_order(), ThreadPoolExecutor(self.parallel) as threads:
            for done in [threads.submit(self._run, visit.portal) for visit in visits]:
                done.result()
        ours = [one.outcome.name for one in self.ended if one.outcome.name in _OURS]
        if self._stopped.is_set() and not ours:
            ours = ["interrupted"]
        return worst(ours).code

    def stop(self) -> None:
        """Start nothing more and ask what runs to end."""
        self._stopped.set()
        with self._lock:
            for child in self._children.values():
                stop(child)

    def _run(self, portal: str) -> None:
        if self._stopped.is_set():
            self.left.append(portal)
            return
        if not self.may_start(portal):
            self.waiting.append(portal)
            return
        ended = run_portal(portal, self.order, lambda child: self._keep(portal, child))
        with self._lock:
            self._children.pop(portal, None)
            self.ended.append(ended)
        self.tell(ended)
        if ended.outcome.name in _EVERYONES:
            self.stop()

    def _keep(self, portal: str, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._children[portal] = child
            if self._stopped.is_set():
                stop(child)

    @contextmanager
    def _stops_in_order(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the fleet as they end a crawl."""
        # A handler runs in the main thread, which may hold the lock: so another thread stops.
        handler = lambda *_: threading.Thread(target=self.stop).start()  # noqa: E731
        before = {number: signal(number, handler) for number in (SIGINT, SIGTERM)}
        try:
            yield
        finally:
            for number, old in before.items():
                signal(number, old)
