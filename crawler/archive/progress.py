"""How far a task over an archive is, in one line of a terminal that is written over and over."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# More often a terminal only flickers.
_SECONDS = 0.2


class ShownProgress:
    """How far a task is, on a terminal; silent elsewhere."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._on = sys.stderr.isatty()

    def __call__(self, name: str, done: int, size: int) -> None:
        """Say how many of a file's bytes are done."""
        now = time.monotonic()
        if self._on and now - self._shown >= _SECONDS:
            self._shown = now
            sys.stderr.write(f"\r{name}: {done * 100 // max(size, 1)} % of {size} bytes\x1b[K")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take away what stands there."""
        if self._on and self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def shown_progress() -> Iterator[ShownProgress]:
    """Give a progress that is taken away in the end."""
    progress = ShownProgress()
    try:
        yield progress
    finally:
        progress.clear()
