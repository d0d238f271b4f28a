"""One run at a time at a feed's target: a lock in a file of its own, held for moments.

Whoever opens a part, settles what a dead run left, or puts a part into its target holds it. The
part's own lock cannot do that: the part becomes the target, or goes, while its run still works.
Knows names and locks only.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from parsers.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(lock: Path, target: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock while a target is worked at; what a dead process held is free.

    Raises OSError, and FeedError where another run has it and nobody wants to wait.
    """
    while True:
        with lock.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise FeedError(f"another run is handing on {target}: wait for it") from None
            if not is_file(lock, file):
                continue  # its holder has just removed it
            try:
                yield
            finally:
                lock.unlink()
            return


def is_file(path: Path, file: IO[bytes]) -> bool:
    """Whether an open file still has its name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
