"""Which files a location names: an archive, a folder, a bucket's prefix, one file, a package.

An archive of ours is read from its manifest; a file that the manifest does not list is read with a
warning. A file of a folder that is no WARC is named as damage and passed over, since a folder of
other tools may hold anything; a file that was named itself is an error. Never writes.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive.bucket import BucketStore
from crawler.archive.folder import FolderStore
from crawler.archive.members import Damage, LocalFile, NoWarcError, records
from crawler.archive.place import store_of
from crawler.archive.store import is_warc
from crawler.archive.wacz import Package, is_package
from crawler.archive.web import SCHEMES, WebFile
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.archive.members import Source
    from crawler.archive.store import Entry, Store

_log = logging.getLogger(__name__)
_FILES = ("*.warc", "*.warc.gz", "*.wacz")


@dataclass(slots=True)
class Counts:
    """What was read: files, records by type, captures, and each damage as a sentence."""

    files: int = 0
    captures: int = 0
    records: dict[str, int] = field(default_factory=dict)
    damages: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)

    def note(self, damage: Damage) -> None:
        """Note a damage, here and in the log."""
        self.damages.append(str(damage))
        _log.warning("damaged archive: %s; the rest is read", damage)


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One file to read: a shard of its own. `entry` is what its manifest says, if it is listed.

    `named` says that the user named it, rather than the folder or prefix in which it lies.
    """

    store: Store | Package | WebFile | None
    name: str
    entry: Entry | None = None
    named: bool = False

    @property
    def path(self) -> str:
        """The file's name with its place."""
        if self.store is None:
            return self.name
        return f"{self.store.url}/{self.name}".removeprefix("file://")

    def open(self) -> Source:
        """Return the file for reading by ranges. Raises ArchiveError."""
        return self.store.open(self.name) if self.store else LocalFile(Path(self.name))


def archive_files(
    locations: Iterable[str],
    settings: Mapping[str, Any] | None = None,
    counts: Counts | None = None,
) -> list[ArchiveFile]:
    """Return the files behind `locations`, each a shard that can be read alone.

    Raises ArchiveError where a location cannot be reached or holds no WARC file.
    """
    counts = counts if counts is not None else Counts()
    found: list[ArchiveFile] = []
    for location in locations:
        found += _files_of(location, settings or {}, counts)
    return found


def opened(
    locations: Iterable[str],
    settings: Mapping[str, Any] | None = None,
    counts: Counts | None = None,
) -> Iterator[tuple[ArchiveFile, Source]]:
    """Yield each file behind `locations`, open; what is no WARC is noted, where it may be.

    Raises ArchiveError as `archive_files` does, and for a file that was named and is no WARC.
    """
    counts = counts if counts is not None else Counts()
    for file in archive_files(locations, settings, counts):
        with closing_source(file.open()) as source:
            try:
                next(records(source), None)
            except NoWarcError:
                if file.named:
                    raise
                counts.note(Damage(file.path, 0, "no WARC file at all"))
            else:
                yield file, source


@contextmanager
def closing_source(source: Source) -> Iterator[Source]:
    """Give a source back in the end, where it is a file."""
    try:
        yield source
    finally:
        if isinstance(source, LocalFile):
            source.close()


def _files_of(location: str, settings: Mapping[str, Any], counts: Counts) -> Iterator[ArchiveFile]:
    if is_package(location) and not Path(location).is_dir():
        yield from _files_in(Package(location, settings))
    elif location.startswith(SCHEMES):
        yield _on_the_web(location)
    elif location.startswith("s3://") and is_warc(location):
        folder, _, name = location.rpartition("/")
        store = store_of(folder, settings)
        entry = next((each for each in store.entries(name) if each.filename == name), None)
        yield ArchiveFile(store, name, entry, named=True)
    elif "://" not in location and not Path(location).is_dir():
        yield ArchiveFile(None, location, named=True)
    else:
        yield from _files_in_store(location, settings, counts)


def _on_the_web(location: str) -> ArchiveFile:
    file = WebFile(location)
    if not is_warc(file.name):
        raise ArchiveError(
            f"{file.url} cannot be searched for archives: name one .warc, .warc.gz or .wacz file"
        )
    return ArchiveFile(file, file.name, named=True)


def _files_in_store(
    location: str, settings: Mapping[str, Any], counts: Counts
) -> Iterator[ArchiveFile]:
    store = store_of(location, settings)
    if isinstance(store, FolderStore) and store.folder.is_file():
        yield ArchiveFile(None, str(store.folder), named=True)
        return
    listed = {entry.filename: entry for entry in store.entries()}
    names = _names(store)
    missing = sorted(listed.keys() - set(names))
    if missing:
        raise ArchiveError(f"{store.url} lacks {missing[0]}, which its manifest lists; restore it")
    if not names:
        raise ArchiveError(
            f"{location} holds no finished WARC file; give .warc or .warc.gz files, or run an "
            "interrupted crawl to its end"
        )
    for name in names:
        if listed and name not in listed:
            counts.unlisted.append(name)
            _log.warning("%s is not in the manifest of %s: read all the same", name, store.url)
        if isinstance(store, FolderStore) and not _is_file(store.folder / name):
            counts.note(Damage(str(store.folder / name), 0, "no file that can be read"))
        elif is_package(name) and isinstance(store, FolderStore):
            yield from _files_in_found(store.folder / name, counts)
        else:
            yield ArchiveFile(store, name, listed.get(name))


def _files_in(package: Package) -> Iterator[ArchiveFile]:
    return (ArchiveFile(package, name) for name in package.names())


def _files_in_found(path: Path, counts: Counts) -> Iterator[ArchiveFile]:
    """Yield the files of a package that lies in a folder; one that cannot be read is damage."""
    try:
        package = Package(str(path))
    except ArchiveError:
        counts.note(Damage(str(path), 0, "no WACZ package that can be read"))
    else:
        yield from _files_in(package)


def _names(store: FolderStore | BucketStore) -> list[str]:
    """Return the files of a store; a folder without a manifest is searched to the bottom."""
    if isinstance(store, BucketStore) or (store.folder / "manifest").is_dir():
        return store.names()
    if not store.folder.is_dir():
        raise ArchiveError(f"there is no folder {store.folder}; check the path")
    paths = (path for pattern in _FILES for path in store.folder.rglob(pattern))
    return sorted(str(path.relative_to(store.folder)) for path in paths if not is_folder(path))


def is_folder(path: Path) -> bool:
    """Whether a folder stands there; what may not be looked at is none."""
    return os.path.isdir(path)  # noqa: PTH112 (Path's raises where it may not look)


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 (as above)
