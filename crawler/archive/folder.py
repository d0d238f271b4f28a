"""Finished files in a folder (`file://`), their manifest in a folder within.

A file gets its second name by a link, so that it is there whole or not at all; on another file
system it is copied first. No Scrapy, no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crawler.archive.members import LocalFile
from crawler.archive.store import (
    MANIFEST,
    Entry,
    entry_name,
    is_warc,
    refuse_other,
    refuse_other_entry,
)
from crawler.writable import try_writing
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crawler.archive.members import Source

_BLOCK = 1 << 20


class FolderStore:
    """Finished files in a folder, its manifest in a folder within."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = folder.absolute().as_uri()

    def check(self) -> None:
        """Make the folder and try a write in it."""
        with self._errors("write to"):
            (self.folder / MANIFEST).mkdir(parents=True, exist_ok=True)
            try_writing(self.folder / ".probe")

    def put_file(self, path: Path, name: str, sha256: str) -> None:
        """Link the file to its place; on another file system, copy it and link the copy."""
        target = self.folder / name
        with self._errors("write to"):
            self.folder.mkdir(parents=True, exist_ok=True)
            if target.exists():
                refuse_other(self, name, sha256)
                _part(target).unlink(missing_ok=True)  # of a life that ended behind the link
                return
            try:
                os.link(path, target)
            except OSError:
                self._copy(path, target)
            _sync(self.folder)

    def put_entry(self, entry: Entry) -> None:
        """Write to a file beside it, then link that: a link never takes another's place."""
        target = self.folder / entry_name(entry.filename)
        with self._errors("write to"):
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                _write(_part(target), entry.to_json())
                with suppress(FileExistsError):
                    os.link(_part(target), target)
            _part(target).unlink(missing_ok=True)
            _sync(target.parent)
        refuse_other_entry(self, entry)

    def digest(self, name: str) -> tuple[int, str]:
        """Read the file back."""
        with self._errors("read"), (self.folder / name).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            return stream.tell(), found

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """Yield the manifest in the order of names."""
        for path in sorted((self.folder / MANIFEST).glob("*.json")):
            if path.name.startswith(prefix):
                with self._errors("read"):
                    data = path.read_bytes()
                yield Entry.from_json(data, str(path))

    def names(self) -> list[str]:
        """Return the WARC files that lie in the folder itself."""
        with self._errors("read"):
            return sorted(path.name for path in self.folder.iterdir() if is_warc(path.name))

    def open(self, name: str) -> Source:
        """Return a file for reading by ranges."""
        return LocalFile(self.folder / name)

    def sweep(self, own: Callable[[str], bool]) -> int:  # noqa: ARG002 (as the bucket's)
        """Return 0: a folder has no uploads."""
        return 0

    def _copy(self, path: Path, target: Path) -> None:
        part = _part(target)
        with path.open("rb") as source, part.open("wb") as stream:
            shutil.copyfileobj(source, stream, _BLOCK)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, target)
        part.unlink()

    @contextmanager
    def _errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(
                f"cannot {verb} the archive folder {self.folder}: {error.strerror}; "
                "make it writable or set ARCHIVE_URL to another place"
            ) from error


def _part(target: Path) -> Path:
    """Return the name under which a file is written before it has its own."""
    return target.with_name(f".{target.name}.part")


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
