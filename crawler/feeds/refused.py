"""Items that a place will never take as they are: put aside, so that the others' feed can end.

They go into a file of their own beside what waits, `DIGEST.refused.jsonl` with its note, and are
named there as any kept file is: whoever mends the place loads them, whoever does without removes
the file. The same items give the same file. Knows no place and no reason.
"""

from __future__ import annotations

import hashlib
import logging
import os
from typing import IO, TYPE_CHECKING

from crawler.feeds.keeping import command, note_of
from crawler.stores.addresses import shown
from parsers.errors import ItemsRefused

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

#: How many a sentence names; the log names all.
NAMED = 10


class Refused:
    """What a place refuses of one feed; memory holds `NAMED` of their names, whatever their number.

    `folder` is that of `LOADS`, `feed` the name of the feed's file: nobody else hands that on.
    """

    def __init__(self, folder: Path, address: str, feed: str) -> None:
        self._place = shown(address)
        self._folder = folder
        self._draft = folder / f"{feed}.refused.part"
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256(self._place.encode())
        self._named: list[str] = []
        self._count = 0

    def add(self, name: str, reason: str, line: bytes) -> None:
        """Take an item, a line of JSON, with the name that the place has for it."""
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._draft.open("wb")
        line = line.rstrip(b"\n") + b"\n"
        self._file.write(line)
        self._digest.update(line)
        self._count += 1
        _log.warning("%s refuses %s: %s", self._place, name, reason)
        if len(self._named) < NAMED:
            self._named.append(f"{name}: {reason}")

    def drop(self) -> None:
        """Forget them: the whole feed waits for another try."""
        if self._file is not None:
            self._file.close()
            self._draft.unlink()

    def settle(self) -> None:
        """Put them aside, durably. Raises ItemsRefused where there are some, which names them."""
        if self._file is None:
            return
        with self._file as file:
            file.flush()
            os.fsync(file.fileno())
        kept = self._folder / f"{self._digest.hexdigest()[:16]}.refused.jsonl"
        note_of(kept).write_text(self._place, encoding="utf-8")
        self._draft.replace(kept)
        raise ItemsRefused(self._sentence(kept), kept)

    def _sentence(self, kept: Path) -> str:
        more = f" (and {self._count - NAMED} more)" if self._count > NAMED else ""
        what = "1 document" if self._count == 1 else f"{self._count} documents"
        return (
            f"{self._place} refuses {what} for good: {'; '.join(self._named)}{more}; all others "
            f"are in it, and these are kept: {command(self._place, kept)} once it takes them, or "
            "remove the file"
        )
