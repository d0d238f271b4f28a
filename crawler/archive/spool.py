"""The spool: files that are being written, and the steps that finish one.

A file is opened as NAME.open, grows by whole exchanges, and is finished by: cut to what the ledger
vouches for → strict walk → sha256 → rename → store → read back → manifest → delete here. Every step
may be the last before a kill and is safe to do again. Each file is locked (flock) by the run that
writes it, so that a second run never touches it. Knows no Scrapy and no ledger.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import socket
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.archive.members import LocalFile
from crawler.archive.store import Entry
from crawler.archive.walk import walk, whole_until
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from crawler.archive.spill import Spill
    from crawler.archive.store import Store

OPEN = ".open"


@dataclass(frozen=True, slots=True)
class Closed:
    """A whole file in the spool, ready for the store."""

    name: str
    size: int
    sha256: str
    records: int


def file_name(prefix: str, opened: datetime, serial: int) -> str:
    """Return `prefix-timestamp-serial-host.warc.gz` (annex C of the standard), fixed at opening."""
    host = re.sub(r"[^A-Za-z0-9.]", "", socket.gethostname()) or "host"
    stamp = opened.strftime("%Y%m%d%H%M%S%f")[:17]
    return f"{prefix}-{stamp}-{serial:05d}-{host}.warc.gz"


class SpoolFile:
    """One file being written: bytes are appended whole or not at all."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.path = folder / (name + OPEN)
        self.fd = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644)
        fcntl.flock(self.fd, fcntl.LOCK_EX)
        self.size = 0
        #: Where each record ends, as it was written: the walk looks there first.
        self.ends = array("Q")
        #: Where the first exchange begins: what lies before is the file's own warcinfo.
        self.floor = 0
        sync_folder(folder)

    def append(self, data: bytes, ahead: Spill | None = None, lengths: Sequence[int] = ()) -> int:
        """Append `ahead` and `data`, return where they begin; all or nothing. Raises OSError.

        `lengths` are those of the records in `data`; without, it is one.
        """
        offset = self.size
        try:
            for piece in ahead.pieces() if ahead is not None else ():
                self._write(piece)
            begin = self.size
            self._write(data)
        except OSError:
            self.cut(offset)
            raise
        if ahead is not None:
            self.ends.append(begin)
        for length in lengths or (len(data),):
            begin += length
            self.ends.append(begin)
        return offset

    def _write(self, data: bytes) -> None:
        done = 0
        while done < len(data):
            done += os.pwrite(self.fd, data[done:] if done else data, self.size + done)
        self.size += done

    def cut(self, size: int) -> None:
        """Forget what was appended behind `size`."""
        os.ftruncate(self.fd, size)
        self.size = size
        while self.ends and self.ends[-1] > size:
            self.ends.pop()

    def sync(self) -> None:
        """Return when every byte is on the disk. Raises OSError."""
        os.fsync(self.fd)


def left_behind(folder: Path) -> list[tuple[Path, int]]:
    """Return the spool's files that no living run writes, each locked for us (path, descriptor)."""
    paths = sorted([*folder.glob("*.warc.gz"), *folder.glob("*.warc.gz" + OPEN)])
    found = ((path, lock(path, os.O_RDWR)) for path in paths)
    return [(path, fd) for path, fd in found if fd is not None]


def lock(path: Path, flags: int = os.O_CREAT | os.O_RDWR) -> int | None:
    """Lock a file for this process and return its descriptor; None where another has it.

    The name may have come to mean another file, or none, before the lock was had.
    """
    try:
        fd = os.open(path, flags, 0o644)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_ino == os.fstat(fd).st_ino:
            return fd
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(fd)
    return None


def finish(
    path: Path, fd: int, store: Store, job: str, closed_at: str, ends: Iterable[int] = ()
) -> Closed:
    """Bring a spool file into the store and its manifest, then delete it here; `fd` stays open.

    `path` is cut to whole records already; `ends` is where they end, if that is known. Raises
    ArchiveError in one sentence; the file then stays in the spool as it is, and finishing it again
    goes on where this stopped.
    """
    closed = _close(path, fd, ends)
    path = path.with_name(closed.name)
    store.put_file(path, closed.name, closed.sha256)
    size, sha256 = store.digest(closed.name)
    if (size, sha256) != (closed.size, closed.sha256):
        raise ArchiveError(
            f"{store.url} holds {closed.name} with other bytes than were sent; "
            "the file stays in the spool: remove the object and run the same command again"
        )
    store.put_entry(Entry(closed.name, closed.size, closed.sha256, closed.records, job, closed_at))
    path.unlink()
    sync_folder(path.parent)
    return closed


def whole_size(path: Path) -> int:
    """Return the byte up to which a spool file is whole records."""
    source = LocalFile(path)
    try:
        return whole_until(source)
    finally:
        source.close()


def _close(path: Path, fd: int, ends: Iterable[int]) -> Closed:
    """Walk and hash a file, then take away the `.open` from its name."""
    os.fsync(fd)
    source = LocalFile(path)
    try:
        count = walk(source, ends)
    finally:
        source.close()
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    name = path.name.removesuffix(OPEN)
    if name != path.name:
        path.rename(path.with_name(name))
        sync_folder(path.parent)
    return Closed(name, source.size, digest, count)


def sync_folder(folder: Path) -> None:
    """Return when the folder's names are on the disk."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
