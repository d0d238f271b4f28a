"""A part of a WARC file that can be read alone, so that parts give what the whole file gives.

A part is named by two offsets that need not be those of records. It holds the exchanges whose first
record begins in it, each whole: reading goes on behind the part until the next exchange begins.
Where the first one begins is guessed from the bytes (a record's opening, which an archive inside of
a record has as well) and proved by the part before: where that one ended, this one must begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Mark(NamedTuple):
    """A place between two exchanges of a file.

    `offset` is that of the next exchange's first record, `passed` the records at that offset that
    are not its own (other tools put several into one gzip member), `filename` the name that the
    file gives itself up to there.
    """

    offset: int
    passed: int
    filename: str


@dataclass(slots=True)
class Span:
    """The part of a file from `start` to `stop`; what its reading found is noted here.

    `begin` is where its first exchange begins: known before, or found by reading. It stays None
    where none begins in the part. `end` is where the first exchange behind it begins.
    """

    start: int
    stop: int
    begin: Mark | None = None
    end: Mark | None = None
    filename: str | None = None

    @property
    def first(self) -> int:
        """The offset to read from."""
        return self.start if self.begin is None else self.begin.offset

    def passes(self, offset: int, passed: int) -> bool:
        """Whether a record lies before the place where the part is known to begin."""
        return self.begin is not None and (offset, passed) < self.begin[:2]

    def found(self, mark: Mark) -> bool:
        """Note where an exchange begins; return whether it is the part's own."""
        if mark.offset >= self.stop:
            if self.begin is not None:
                self.end = mark
            return False
        self.begin = self.begin or mark
        return True

    def at_end(self, size: int, filename: str) -> None:
        """Note that the file ended at `size`."""
        if self.begin is not None:
            self.end = Mark(size, 0, filename)
