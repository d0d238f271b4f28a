"""Items that a place will never take as they are: put aside, so that the others' feed can end.

They go into a file of their own beside what waits, `DIGEST.refused.jsonl` with its note, and are
named there as any kept file is: whoever mends the place loads them, whoever does without removes
the file. The same items give the same file. Until then they are in a draft, which its load holds;
one that nobody holds is of a load that died, whose feed is still whole. Knows no place and no
reason.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import uuid
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from crawler.feeds.alone import is_file
from crawler.feeds.keeping import command, write_note
from crawler.stores.addresses import identity, shown
from parsers.errors import ItemsRefused

if TYPE_CHECKING:
    from types import TracebackType

_log = logging.getLogger(__name__)

#: How many a sentence names; the log names all.
NAMED = 10

_DRAFT = ".refused.part"


class Refused:
    """What a place refuses of one feed; memory holds `NAMED` of their names, whatever their number.

    `folder` is that of `LOADS`. As a context it leaves no draft there: neither its own, whatever
    happens, nor that of a load that died. Every method raises OSError.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self._place = shown(address)
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._address = address
        self._digest = hashlib.sha256(identity(address).encode())
        self._named: list[str] = []
        self._count = 0

    def __enter__(self) -> Self:
        """Remove what loads left that died."""
        _sweep(self._folder)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget what was not put aside: the whole feed waits for another try."""
        if self._file is None:
            return
        Path(self._file.name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # what it would still write is of no use
            self._file.close()

    def add(self, name: str, reason: str, line: bytes) -> None:
        """Take an item, a line of JSON, with the name that the place has for it."""
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = _draft(self._folder)
        line = line.rstrip(b"\n") + b"\n"
        self._file.write(line)
        self._digest.update(line)
        self._count += 1
        _log.warning("%s refuses %s: %s", self._place, name, reason)
        if len(self._named) < NAMED:
            self._named.append(f"{name}: {reason}")

    def settle(self) -> None:
        """Put them aside, durably. Raises ItemsRefused where there are some, which names them."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        kept = self._folder / f"{self._digest.hexdigest()[:16]}.refused.jsonl"
        write_note(kept, self._address)
        Path(self._file.name).replace(kept)
        raise ItemsRefused(self._sentence(kept), kept)

    def _sentence(self, kept: Path) -> str:
        more = f" (and {self._count - NAMED} more)" if self._count > NAMED else ""
        what = "1 document" if self._count == 1 else f"{self._count} documents"
        return (
            f"{self._place} refuses {what} for good: {'; '.join(self._named)}{more}; all others "
            f"are in it, and these are kept: {command(self._place, kept)} once it takes them, or "
            "remove the file"
        )


def _draft(folder: Path) -> IO[bytes]:
    """Return a draft that no other load has, held until it is closed."""
    while True:
        path = folder / f"{uuid.uuid4().hex}{_DRAFT}"
        file = path.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_file(path, file):
            return file
        file.close()  # swept before it was held


def _sweep(folder: Path) -> None:
    """Remove the drafts that nobody holds and name them. What stays is in nobody's way."""
    for path in folder.glob(f"*{_DRAFT}"):
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            _log.info("%s is removed: its load died, and its feed is still whole", path)
