"""Feeds for places elsewhere: whole on the disk first, then handed on; what waits is named.

A place that refuses costs nothing: the file stays in the folder of `LOADS`, the run says so and
names the command that hands it on later (`scrapy load`). Beside each file NAME.place says for whom
it is, without the password. What a run left that was killed before it could hand on is handed on by
the next run of the same command, and named by every other run, by `scrapy load` and by `scrapy
status`. Who adds to a kept file, hands it on or removes it holds NAME.lock. Knows no place:
`batches` and `buckets` do.
"""

from __future__ import annotations

import fcntl
from abc import abstractmethod
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from crawler.feeds.alone import alone
from crawler.feeds.storages import WholeFileStorage, told
from crawler.feeds.stretches import Stretches
from crawler.stores.addresses import digest, identity, shown
from parsers.errors import FeedError, ItemsRefused, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scrapy import Spider

#: A note names its file: NAME.place lies beside NAME.
_PLACE = ".place"


class KeptFile(WholeFileStorage):
    """A file that is kept until its place has taken it."""

    #: Handing on takes long: who would add meanwhile is told so.
    waits_to_open = False

    def __init__(self, kept: Path, address: str, options: dict[str, Any]) -> None:
        """Check that it can be written. Raises FeedError; makes only the file's folder."""
        super().__init__(str(kept), feed_options=options)
        self._lock = lock_of(self.path)
        self._place = shown(address)
        self._address = address

    @abstractmethod
    def take(self, file: Path) -> None:
        """Hand a whole file on. Raises StoreError; doing it twice changes nothing."""

    def mark_whole(self) -> None:
        """Note whose the part is, then that it is whole."""
        with told(self.path):
            write_note(self.path, self._address)
        super().mark_whole()

    def begin(self, spider: Spider) -> None:
        """Wait for the first item: until then another run may be handing on what waits."""

    def commit(self) -> None:
        """Put the part to what waits, then hand all of it on. Raises FeedError where that fails."""
        with told(self.path), alone(self._lock, self.path, wait=True):
            self._commit()
            self._hand_on()

    def hand_on_left(self) -> None:
        """Hand on what a dead run left, if it left something. Raises FeedError as `commit`."""
        if self.path.exists():
            with told(self.path), alone(self._lock, self.path, wait=True):
                if self.path.exists():
                    self._hand_on()

    def waits(self) -> bool:
        """Whether some of it is still to be handed on; what was refused for good is not."""
        return super().waits() or self.path.exists()

    def _hand_on(self) -> None:
        try:
            self.take(self.path)
        except ItemsRefused as error:
            self._forget()
            raise FeedError(str(error)) from error
        except StoreError as error:
            kept = f"the items are kept: {command(self._place, self.path)}"
            raise FeedError(f"{error}; {kept}") from error
        self._forget()

    def _forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self.settling.stretches.forget()
        note_of(self.path).unlink(missing_ok=True)


@contextmanager
def held(file: Path, address: str) -> Iterator[None]:
    """Hold a kept file while its place takes it, then remove it; any other file stays.

    What the place refuses for good is in a file of its own by then. Raises FeedError where a run
    adds to it or hands it on.
    """
    target = file.with_name(file.name.removesuffix(".part"))
    if not _is_for(target, address):
        yield
        return
    with ExitStack() as held_by_us:
        with told(target):
            held_by_us.enter_context(alone(lock_of(target), target, wait=False))
        if file != target:
            held_by_us.enter_context(_unwritten(file))
        try:
            yield
        except ItemsRefused as error:
            if error.file.resolve() != file.resolve():
                _forget(file, target)
            raise
        _forget(file, target)


def waiting(folder: Path) -> list[str]:
    """Return a sentence for each whole file in `folder` that waits for its place."""
    found = []
    for note in sorted(folder.glob(f"*{_PLACE}")):
        target = note.with_name(note.name.removesuffix(_PLACE))
        try:
            if not _is_held(lock_of(target)):
                place = note.read_text(encoding="utf-8").partition("\n")[0]
                found += [
                    f"items for {place} wait on this disk: {command(place, file)}"
                    for file in _whole(target)
                ]
        except FileNotFoundError:
            continue  # its run has just handed it on
    return found + [
        f"{file} waits on this disk, and no note says for which place: `scrapy load PLACE {file}`, "
        "then remove it"
        for file in sorted(folder.glob("*.jsonl"))
        if not note_of(file).exists() and not _is_held(lock_of(file))
    ]


def _forget(file: Path, target: Path) -> None:
    """Remove a file that was handed on; the note stays as long as the other of the two waits."""
    file.unlink(missing_ok=True)
    file.with_name(f"{file.name}.ready").unlink(missing_ok=True)
    if file == target:
        Stretches(target).forget()
    if not any(_whole(target)):
        note_of(target).unlink(missing_ok=True)


def command(place: str, file: Path) -> str:
    """Return the command that hands a kept file on."""
    return f"`scrapy load '{place}' {file}`"


def _is_for(target: Path, address: str) -> bool:
    note = note_of(target)
    if not note.exists():
        return False
    name, newline, place = note.read_text(encoding="utf-8").partition("\n")
    # Notes of earlier runs hold the first line only.
    return place == digest(address) if newline else name == identity(address)


def lock_of(file: Path) -> Path:
    """Return the path of a kept file's lock."""
    return file.with_name(f"{file.name}.lock")


def note_of(file: Path) -> Path:
    """Return the path of the note that says for which place a file is kept."""
    return file.with_name(f"{file.name}{_PLACE}")


def write_note(file: Path, address: str) -> None:
    """Say for which place a file is kept: to who reads it, and to `held`. Raises OSError."""
    note_of(file).write_text(f"{shown(address)}\n{digest(address)}", encoding="utf-8")


def _whole(file: Path) -> Iterator[Path]:
    """Give the file if it waits, and its part if that is whole and no run has it."""
    if file.exists():
        yield file
    part = file.with_name(f"{file.name}.part")
    if part.exists() and part.with_name(f"{part.name}.ready").exists() and not _is_held(part):
        yield part


def _is_held(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _unwritten(part: Path) -> Iterator[None]:
    """Hold a part, which no run may write meanwhile. Raises FeedError where one does."""
    with part.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FeedError(f"another run is writing {part}: wait for it") from None
        yield
