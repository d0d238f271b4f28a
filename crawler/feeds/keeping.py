"""Feeds for places elsewhere: whole on the disk first, then handed on; what waits is named.

A place that refuses costs nothing: the file stays in the folder of `LOADS`, the run says so and
names the command that hands it on later (`scrapy load`). Beside each file NAME.place says for whom
it is, without the password. What a run left that was killed before it could hand on is handed on by
the next run of the same command, and named by every other run, by `scrapy load` and by `scrapy
status`. Knows no place: `batches` and `buckets` do.
"""

from __future__ import annotations

import fcntl
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from crawler.feeds.storages import WholeFileStorage, told
from crawler.stores.addresses import shown
from parsers.errors import FeedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: A note names its file: NAME.place lies beside NAME.
_PLACE = ".place"


class KeptFile(WholeFileStorage):
    """A file that is kept until its place has taken it."""

    def __init__(self, kept: Path, address: str, options: dict[str, Any]) -> None:
        """Check that it can be written. Raises FeedError; makes only the file's folder."""
        super().__init__(str(kept), feed_options=options)
        self._place = shown(address)

    @abstractmethod
    def take(self, file: Path) -> None:
        """Hand a whole file on. Raises StoreError; doing it twice changes nothing."""

    def mark_whole(self) -> None:
        """Note whose the part is, then that it is whole."""
        with told(self.path):
            _note(self.path).write_text(self._place, encoding="utf-8")
        super().mark_whole()

    def commit(self) -> None:
        """Put the part to what waits, then hand all of it on. Raises FeedError where that fails."""
        super().commit()
        self._hand_on()

    def hand_on_left(self) -> None:
        """Hand on what a dead run left, if it left something. Raises FeedError as `commit`."""
        if self.path.exists():
            self._hand_on()

    def _hand_on(self) -> None:
        try:
            self.take(self.path)
        except StoreError as error:
            kept = f"the items are kept: {_command(self._place, self.path)}"
            raise FeedError(f"{error}; {kept}") from error
        self.path.unlink()
        _note(self.path).unlink(missing_ok=True)


def let_go(file: Path, address: str) -> None:
    """Remove a kept file that its place has taken; any other file stays."""
    note = _note(file.with_name(file.name.removesuffix(".part")))
    if note.exists() and note.read_text(encoding="utf-8") == shown(address):
        file.unlink()
        file.with_name(f"{file.name}.ready").unlink(missing_ok=True)
        note.unlink()


def waiting(folder: Path) -> list[str]:
    """Return a sentence for each whole file in `folder` that waits for its place."""
    found = []
    for note in sorted(folder.glob(f"*{_PLACE}")):
        for file in _whole(note.with_name(note.name.removesuffix(_PLACE))):
            place = note.read_text(encoding="utf-8")
            found.append(f"items for {place} wait on this disk: {_command(place, file)}")
    return found


def _command(place: str, file: Path) -> str:
    return f"`scrapy load '{place}' {file}`"


def _note(file: Path) -> Path:
    return file.with_name(f"{file.name}{_PLACE}")


def _whole(file: Path) -> Iterator[Path]:
    """Give the file if it waits, and its part if that is whole and no run has it."""
    if file.exists():
        yield file
    part = file.with_name(f"{file.name}.part")
    if part.exists() and part.with_name(f"{part.name}.ready").exists() and not _is_held(part):
        yield part


def _is_held(part: Path) -> bool:
    with part.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
