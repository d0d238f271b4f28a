"""Whose bytes stand where in a file that runs append to: no run puts its items in twice.

Beside TARGET lies TARGET.runs, a line of JSON a run: its name, where its stretch begins, how long
it is, and its digest. A run that is given again, since it was killed before anyone could know that
it was done, finds its stretch and replaces it. What the digest does not confirm is another's by
now, and is never touched. Knows nothing of items; never writes the target itself.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from typing import IO, TYPE_CHECKING, TypeVar

from parsers.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Noted = TypeVar("Noted")

#: Runs that are remembered of a file, the latest: all portals of a nation's season (about 4,000)
#: may append to one, and go on with what was killed before the next season.
REMEMBERED = 10_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes of one run in a file: `start` and `length` in bytes, `sha256` in hex."""

    run: str
    start: int
    length: int
    sha256: str

    @property
    def stop(self) -> int:
        """The offset behind it."""
        return self.start + self.length

    def stands_in(self, target: Path) -> bool:
        """Whether the file holds these very bytes there. Raises OSError."""
        if not target.exists() or target.stat().st_size < self.stop:
            return False
        with target.open("rb") as file:
            file.seek(self.start)
            return digest_of(chunks(file, self.length)) == self.sha256


class Stretches:
    """The runs that are known to have appended to a file. Methods raise OSError and FeedError."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f"{target.name}.runs")

    def of(self, run: str | None) -> Stretch | None:
        """Return the stretch of a run, whether or not it still stands in the file."""
        return next((each for each in self._all() if each.run == run), None)

    def enter(self, new: Stretch) -> None:
        """Note a stretch that was appended, or has replaced the run's former one; durably.

        What stands behind a replaced one has moved. Doing it twice changes nothing.
        """
        known = self._all()
        old = next((each for each in known if each.run == new.run), None)
        if old == new:
            return
        if old is None or old.start != new.start:
            kept = [each for each in known if each is not old]
        else:
            moved = new.length - old.length
            kept = [
                replace(each, start=each.start + moved) if each.start >= old.stop else each
                for each in known
                if each is not old
            ]
        self._write([*kept, new][-REMEMBERED:])

    def drop(self, run: str | None) -> None:
        """Know of a run no longer: it is over for whoever gave it, and may be given anew."""
        known = self._all()
        kept = [each for each in known if each.run != run]
        if known and not kept:
            self.forget()
        elif len(kept) < len(known):
            self._write(kept)

    def forget(self) -> None:
        """Know of no run: the file is another."""
        self.path.unlink(missing_ok=True)

    def _all(self) -> list[Stretch]:
        remedy = "move it away, and what runs from now on add is told apart again"
        return noted_in(self.path, Stretch, remedy)

    def _write(self, known: Iterable[Stretch]) -> None:
        lines = [json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in known]
        write_whole(self.path, "".join(lines))


def noted_in(path: Path, shape: Callable[..., Noted], remedy: str) -> list[Noted]:
    """Return what a file of ours notes, a line of JSON each; nothing where there is no such file.

    Raises FeedError, with the `remedy`, where it is another's, or of another version.
    """
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [shape(**json.loads(line)) for line in lines]
    except (ValueError, TypeError) as error:
        raise FeedError(f"{path} does not hold what this version notes there: {remedy}") from error


def write_whole(path: Path, text: str) -> None:
    """Put a text into a small file, durably: it holds all of it or what it held before."""
    draft = path.with_name(f"{path.name}.draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def chunks(file: IO[bytes], length: int | None = None) -> Iterator[bytes]:
    """Yield what follows in a file, in portions: `length` bytes of it, or all."""
    while length is None or length > 0:
        data = file.read(_CHUNK if length is None else min(_CHUNK, length))
        if not data:
            return
        if length is not None:
            length -= len(data)
        yield data


def digest_of(data: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes in portions, in hex."""
    digest = hashlib.sha256()
    for portion in data:
        digest.update(portion)
    return digest.hexdigest()
