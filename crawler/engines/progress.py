"""How far a re-parse is: a bar on a terminal, a plain line now and then in the log.

Knows counts and bytes of units that are done. Writes nothing where there is neither.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
#: Seconds between two lines in the log; a terminal's bar moves with every unit.
LOG_SECONDS = 30.0
_WIDTH = 20


class Progress:
    """Counts what is done; `terminal` is where the bar is drawn, None for none."""

    def __init__(
        self, terminal: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._terminal = terminal
        self._clock = clock
        self._started = self._logged = clock()
        self.whole = 0
        self._before = 0
        self.bytes = self.records = self.items = self.errors = 0

    def begin(self, whole: int) -> None:
        """Note the bytes of all that there is to do; time runs from here."""
        self.whole = whole
        self._started = self._logged = self._clock()

    def add(
        self, size: int, records: int, items: int, errors: int, *, before: bool = False
    ) -> None:
        """Note a unit of `size` bytes, done now or by a run `before`; say so."""
        self.bytes += size
        self._before += size if before else 0
        self.records += records
        self.items += items
        self.errors += errors
        if not before:
            self._say()

    def clear(self) -> None:
        """Take the bar away."""
        if self._terminal is not None:
            self._terminal.write("\r\x1b[K")
            self._terminal.flush()

    @property
    def line(self) -> str:
        """What is done and what is left, in a line."""
        seconds = max(self._clock() - self._started, 1e-3)
        pace = (self.bytes - self._before) / seconds
        share = self.bytes * 100 // max(self.whole, 1)
        left = clock_time((self.whole - self.bytes) / pace) if pace else "?"
        return (
            f"{share} %, {self.records} records, {pace / 1e6:.1f} MB/s, {self.items} items, "
            f"{self.errors} errors, {left} left"
        )

    def _say(self) -> None:
        if self._terminal is not None:
            full = self.bytes * _WIDTH // max(self.whole, 1)
            self._terminal.write(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {self.line}\x1b[K")
            self._terminal.flush()
        now = self._clock()
        if now - self._logged >= LOG_SECONDS:
            self._logged = now
            _log.info("%s", self.line)


def clock_time(seconds: float) -> str:
    """Return a time as a person reads it.

    >>> clock_time(59.6), clock_time(3661)
    ('1:00', '1:01:01')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
