"""How a whole part comes into its target: dying at any step of it loses and doubles nothing.

The note TARGET.part.ready is written, durably, before the target is touched: whose run the part is,
where it is to stand, and the digest of what will stand there. Each step can be done again after
any other: what the target holds says how far a dead run came. A target that holds neither what was
there nor what was to come is somebody's work: it is told of in a sentence, and stays. Knows no
Scrapy and no job's end: `storages` says when.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import IO, TYPE_CHECKING, Literal

from crawler.feeds.stretches import (
    Stretch,
    Stretches,
    chunks,
    digest_of,
    fsync_folder,
    noted_in,
    write_whole,
)
from parsers.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Note:
    """What is to become of a part.

    `start` is where it is to stand (None: it becomes the file), `cut` how many bytes of the run's
    former stretch go, `size` and `changed` (ns) what the file was before, None where there was
    none. `length` and `sha256` are of what is put in.
    """

    run: str | None
    appended: bool
    start: int | None
    cut: int
    size: int | None
    changed: int | None
    length: int
    sha256: str


class Settling:
    """A target, its part and its note. Methods raise OSError, and FeedError as they say."""

    def __init__(self, target: Path, *, headed: bool) -> None:
        """Know the names; `headed` files begin with a line that stands once."""
        self.target = target
        self.part = target.with_name(f"{target.name}.part")
        self.path = target.with_name(f"{target.name}.part.ready")
        self.stretches = Stretches(target)
        self._draft = target.with_name(f"{target.name}.part.whole")
        self._headed = headed

    # --- the note ---

    def mark(self, run: str | None, *, appended: bool) -> None:
        """Note, durably, that the part is whole and where it belongs. Raises FeedError."""
        there = self.target.stat() if self.target.exists() else None
        start, cut = (None, 0) if not appended or there is None else (there.st_size, 0)
        old = self.former(run) if start is not None else None
        if old is not None:
            start, cut = old.start, old.length
        with self._content(start) as content:
            begin = content.tell()
            digest = digest_of(chunks(content))
            length = content.tell() - begin
        size, changed = (there.st_size, there.st_mtime_ns) if there else (None, None)
        note = Note(run, appended, start, cut, size, changed, length, digest)
        write_whole(self.path, json.dumps(asdict(note)))

    def note(self) -> Note | None:
        """Return what is noted, None where nothing is. Raises FeedError where it is not ours."""
        remedy = (
            f"add to {self.target} what of {self.part} is not in it, then remove {self.part} and "
            f"{self.path} and run the command again"
        )
        return next(iter(noted_in(self.path, Note, remedy)), None)

    def former(self, run: str | None) -> Stretch | None:
        """Return the stretch of a run that stands in the target; None where it never added one.

        Raises FeedError where the target no longer holds it, though there is one.
        """
        old = None if run is None else self.stretches.of(run)
        if old is None or not self.target.exists():
            return None
        if not old.stands_in(self.target):
            raise FeedError(
                f"{self.target} was changed since this very job had added its items: name another "
                f"file, or remove {self.stretches.path} to have all of them added again"
            )
        return old

    # --- its settling ---

    def put_in(self, *, left: bool = False) -> None:
        """Carry out the note; doing it twice gives the same. `left` is a note of a dead run.

        Raises FeedError where somebody changed the target.
        """
        note = self.note()
        if note is None:
            return
        if self.part.exists():
            self._move(note, left=left)
        if note.appended and note.run is not None:
            new = Stretch(note.run, note.start or 0, note.length, note.sha256)
            if new.stands_in(self.target):
                self.stretches.enter(new)

    def forget(self) -> None:
        """Remove the part, then the note: it is carried out, or is not to be."""
        self._draft.unlink(missing_ok=True)
        self.part.unlink(missing_ok=True)
        fsync_folder(self.target.parent)
        self.path.unlink(missing_ok=True)

    def undo(self) -> None:
        """Take what is half put in out of the target again; the part will be written anew.

        What stands there whole is entered as the run's. Raises FeedError as `put_in`.
        """
        note = self.note()
        if note is None or not self.part.exists() or not note.appended or note.start is None:
            return
        if not self.target.exists():
            return
        if note.cut:
            if self._is_replaced(note):
                self.put_in()
            return
        there = self._there(note)
        if there == "whole" and note.run is not None:
            self.put_in()
        elif there == "torn" or self.target.stat().st_size == note.start + note.length:
            os.truncate(self.target, note.start)
        else:
            raise self._refusal()

    def _move(self, note: Note, *, left: bool) -> None:
        if not note.appended:
            if left and self._is_changed(note):
                raise self._refusal()
            self._become()
        elif not self.target.exists():
            if note.start:  # its head is needed now, and nothing is before it
                self.mark(note.run, appended=True)
            self._become()
        elif note.start is None:
            raise self._refusal()
        elif note.cut:
            self._replace(note)
        else:
            self._append(note)

    def _become(self) -> None:
        """Let the part be the file: no run has a stretch in it but the part's."""
        self.stretches.forget()
        self.part.replace(self.target)
        fsync_folder(self.target.parent)

    def _append(self, note: Note) -> None:
        there = self._there(note)
        if there == "other":
            raise self._refusal()
        with self._content(note.start) as content, self.target.open("r+b") as target:
            if there == "torn":
                target.truncate(note.start)
                target.seek(0, os.SEEK_END)
                shutil.copyfileobj(content, target, 1024 * 1024)
                target.flush()
            os.fsync(target.fileno())

    def _replace(self, note: Note) -> None:
        """Put the part in the place of the run's former stretch: all at once, by another file."""
        if self._is_replaced(note):
            return
        old = self.former(note.run)
        if old is None or (note.start, note.cut) != (old.start, old.length):
            raise self._refusal()
        if self.target.stat().st_size != note.size:
            raise self._refusal()
        with self.target.open("rb") as target, self._draft.open("wb") as draft:
            draft.writelines(chunks(target, old.start))
            with self._content(note.start) as content:
                shutil.copyfileobj(content, draft, 1024 * 1024)
            target.seek(old.stop)
            draft.writelines(chunks(target))
            draft.flush()
            os.fsync(draft.fileno())
        shutil.copymode(self.target, self._draft)
        self._draft.replace(self.target)
        fsync_folder(self.target.parent)

    # --- how far it came ---

    def _is_replaced(self, note: Note) -> bool:
        """Whether the part stands where the former stretch stood, and all else as before."""
        after = (note.size or 0) - note.cut + note.length
        new = Stretch("", note.start or 0, note.length, note.sha256)
        return self.target.stat().st_size == after and new.stands_in(self.target)

    def _is_changed(self, note: Note) -> bool:
        """Whether there is a file that is not the one which was to be replaced."""
        if not self.target.exists():
            return False
        there = self.target.stat()
        return (there.st_size, there.st_mtime_ns) != (note.size, note.changed)

    def _there(self, note: Note) -> Literal["torn", "whole", "other"]:
        """Return what stands where the part is to stand: a beginning of it, all of it, or else."""
        start = note.start or 0
        if self.target.stat().st_size < start:
            return "other"
        with self._content(note.start) as content, self.target.open("rb") as target:
            target.seek(start)
            for has, wanted in zip_longest(chunks(target), chunks(content), fillvalue=b""):
                if has != wanted:
                    if wanted.startswith(has):
                        return "torn"
                    return "whole" if has.startswith(wanted) else "other"
        return "whole"

    @contextmanager
    def _content(self, start: int | None) -> Iterator[IO[bytes]]:
        """Give the part as it is to stand there: a head only at the beginning of a file."""
        with self.part.open("rb") as part:
            if start and self._headed:
                part.readline()
            yield part

    def _refusal(self) -> FeedError:
        return FeedError(
            f"{self.target} was changed after a run was killed that has {self.part} for it: add "
            f"that yourself or do without, then remove {self.part} and {self.path} and run the "
            "command again"
        )
