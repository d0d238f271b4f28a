"""Cut a torn tail: what a crash or a full disk left of a record at the end of a file.

Whole records stay byte for byte where they were; what is cut is said, and the file as it was stays
beside it. Damage that whole records follow is no torn tail and is left alone: cutting there would
lose them. Readers stop at a tear, so nothing must ever be appended behind one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.archive.members import Damage, LocalFile, Record, records
from crawler.archive.spool import sync_folder
from crawler.archive.store import MANIFEST
from crawler.machine import remedy_of
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.archive.cdxj import Progress
    from crawler.archive.members import Source

_BLOCK = 1 << 20
#: What stands behind a file's name for the copy of it as it was.
COPY = ".torn"


@dataclass(frozen=True, slots=True)
class Tear:
    """Where a file ends being whole: `offset` in bytes, `cut` bytes behind it, whole `records`."""

    offset: int
    cut: int
    records: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was done to a file; `tear` and `copy` are None where there was nothing to repair."""

    path: Path
    tear: Tear | None
    copy: Path | None
    listed: bool = False

    def __str__(self) -> str:
        if self.tear is None or self.copy is None:
            return f"{self.path}: nothing to repair"
        known = "; its manifest entry still says what it was" if self.listed else ""
        return (
            f"{self.path}: cut {self.tear.cut} bytes at byte {self.tear.offset}, kept "
            f"{self.tear.records} whole records; as it was: {self.copy.name}{known}"
        )


def repair(path: Path, progress: Progress | None = None) -> Repaired:
    """Cut a file back to its last whole record; a copy of it as it was stays beside it.

    Raises ArchiveError where a running crawl holds the file, where whole records follow the damage,
    or where no record is whole; the file is then as it was.
    """
    if path.is_dir():
        raise ArchiveError(
            f"{path} is a folder: name the torn file in it, which `scrapy archive verify {path}` "
            "finds"
        )
    with _locked(path) as fd:
        with closing(LocalFile(path)) as source:
            tear = find_tear(source, progress)
        if tear is None:
            return Repaired(path, None, None)
        try:
            copy = _cut(path, fd, tear.offset)
        except OSError as error:
            raise ArchiveError(
                f"cannot write beside {path}: {error.strerror}; make its folder writable"
            ) from error
    listed = (path.parent / MANIFEST / f"{path.name}.json").is_file()
    return Repaired(path, tear, copy, listed=listed)


def find_tear(source: Source, progress: Progress | None = None) -> Tear | None:
    """Return where a file's torn tail begins; None where the file is whole.

    Raises ArchiveError for damage that is no torn tail.
    """
    end, count, damage = 0, 0, None
    for found in records(source):
        if isinstance(found, Damage):
            damage = damage or found
            continue
        if damage:
            raise ArchiveError(
                f"{damage}; whole records follow, so this is no torn tail and nothing was cut: "
                "restore the file from a copy"
            )
        end, count = _end_of(found, source), count + 1
        if progress:
            progress(source.name, end, source.size)
    if damage is None and end == source.size:
        return None
    if not count:
        raise ArchiveError(f"{source.name} holds no whole record; restore it from a copy")
    return Tear(end, source.size - end, count)


def _end_of(record: Record, source: Source) -> int:
    if not record.alone:
        raise ArchiveError(
            f"{source.name} holds its records in one gzip member, which cannot be cut; "
            "write it anew with one member a record (warcio recompress)"
        )
    return record.offset + record.length


def _cut(path: Path, fd: int, size: int) -> Path:
    """Put the first `size` bytes in the file's place at once; return the copy of it as it was."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as target:
        done = 0
        while done < size:
            done += target.write(os.pread(fd, min(_BLOCK, size - done), done))
        target.flush()
        os.fsync(target.fileno())
    shutil.copystat(path, part)
    copy = _keep(path)
    part.rename(path)
    sync_folder(path.parent)
    return copy


def _keep(path: Path) -> Path:
    """Give the file a second name beside its own, one that no file has; return it."""
    number = 1
    while True:
        copy = path.with_name(path.name + COPY + ("" if number == 1 else f".{number}"))
        try:
            os.link(path, copy)
        except FileExistsError:
            number += 1
        else:
            return copy


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Hold a file as a crawl would. Raises ArchiveError while a crawl holds it."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError as error:
        remedy = remedy_of(error) or "check the path"
        raise ArchiveError(f"cannot read {path}: {error.strerror}; {remedy}") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield fd
    except BlockingIOError as error:
        raise ArchiveError(f"a running crawl writes {path}; wait for its end") from error
    finally:
        os.close(fd)
