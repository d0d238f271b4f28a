"""A file elsewhere that is read by ranges, some megabytes at once, as a `Source`.

Knows neither where it lies nor how it is asked: that is given. Keeps one range in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Records are some tens of kilobytes: one range request reads a hundred of them.
_READ_AHEAD = 8 << 20


class Ranged:
    """A file of `size` bytes; `ask(offset, length)` fetches a range of it."""

    def __init__(self, name: str, size: int, ask: Callable[[int, int], bytes]) -> None:
        self.name = name
        self.size = size
        self._ask = ask
        self._start, self._held = 0, b""

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        if not self._start <= offset <= offset + length <= self._start + len(self._held):
            wanted = min(max(length, _READ_AHEAD), self.size - offset)
            self._start, self._held = offset, self._ask(offset, wanted)
        begin = offset - self._start
        return self._held[begin : begin + length]
