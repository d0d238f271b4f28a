"""Read WACZ packages (1.1.1): a zip whose `archive/` holds WARC files, with a list of hashes.

A member that is stored, as the standard asks, is read in place by ranges, from a disk or a
bucket; a compressed one is first unpacked into a file that has no name. Knows the package only:
what lies in its WARC files is the part of `members`. Never writes to a package.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive.links import Finding
from crawler.archive.members import LocalFile
from crawler.archive.place import store_of
from crawler.archive.web import SCHEMES, WebFile
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.archive.members import Source

_BLOCK = 1 << 20
#: Bytes of the largest list of files that is read: some 200 a file. `zipfile` believes a size that
#: the package states, up to 2 GB, and reads so much at once.
_SMALL = 32 << 20
#: The local head of a zip member: 30 bytes, then name and extra field, whose lengths stand in it.
_LOCAL_HEAD = 30
_WARCS = (".warc", ".warc.gz")
#: What `zipfile` raises for a spoilt zip (seen with 20,000 mutants): RuntimeError for a version, a
#: compression or an encryption that it does not know.
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error)


class Package:
    """A WACZ package, open for reading."""

    def __init__(self, location: str, settings: Mapping[str, Any] | None = None) -> None:
        self.url = location.partition("?")[0]  # what stands behind it may be a signature
        self.name = _path(location).rsplit("/", 1)[-1]
        self._source = _source(location, settings or {})
        try:
            # Kept open as long as the package: its members are read from it.
            self.zip = zipfile.ZipFile(io.BufferedReader(_Stream(self._source), _BLOCK))
        except _BROKEN as error:
            raise ArchiveError(f"{self.url} is no WACZ package ({error}); give a .wacz") from error

    def names(self) -> list[str]:
        """Return the paths of the WARC files in the package, sorted."""
        return sorted(name for name in self.zip.namelist() if name.endswith(_WARCS))

    def open(self, name: str) -> Source:
        """Return a WARC file of the package for reading by ranges. Raises ArchiveError."""
        with self._errors():
            info = self.zip.getinfo(name)
            short = name.rsplit("/", 1)[-1]
            if info.compress_type != zipfile.ZIP_STORED:
                return self._unpacked(info, short)
            head = self._source.read_at(info.header_offset, _LOCAL_HEAD)
            lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            start = info.header_offset + _LOCAL_HEAD + lengths
            if start + info.file_size > self._source.size:
                raise zipfile.BadZipFile(f"{name} is said to end behind its end")
            return Part(self._source, short, start, info.file_size)

    def read(self, name: str) -> bytes | None:
        """Return a small member whole; None where there is none. Raises ArchiveError."""
        if name not in self.zip.namelist():
            return None
        with self._errors(), self.zip.open(name) as stream:
            data = stream.read(_SMALL + 1)
        if len(data) > _SMALL:
            raise ArchiveError(
                f"{self.url} is damaged ({name} is over {_SMALL >> 20} MB); restore it"
            )
        return data

    def sha256(self, name: str) -> str:
        """Return the sha256 of a member in hex. Raises ArchiveError."""
        found = hashlib.sha256()
        with self._errors(), self.zip.open(name) as stream:
            while block := stream.read(_BLOCK):
                found.update(block)
        return found.hexdigest()

    def close(self) -> None:
        """Give the package back; what was opened from it must not be read any more."""
        self.zip.close()

    def _unpacked(self, info: zipfile.ZipInfo, name: str) -> Source:
        handle, path = tempfile.mkstemp(prefix="wacz-")
        try:
            with os.fdopen(handle, "wb") as target, self.zip.open(info) as stream:
                shutil.copyfileobj(stream, target, _BLOCK)
            source = LocalFile(Path(path))
        finally:
            Path(path).unlink()
        source.name = name
        return source

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (*_BROKEN, KeyError) as error:
            why = str(error) or "it ends early"  # EOFError says nothing
            raise ArchiveError(f"{self.url} is damaged ({why}); restore it") from error


def is_package(location: str) -> bool:
    """Whether a location names a package."""
    return _path(location).endswith(".wacz")


def _path(location: str) -> str:
    """Return a location without what an address on the web has behind its `?`."""
    return location.partition("?")[0] if location.startswith(SCHEMES) else location


def package_findings(package: Package) -> Iterator[Finding]:
    """Yield where a package is not what its `datapackage.json` says."""
    data = package.read("datapackage.json")
    if data is None:
        yield Finding(package.name, None, "package", "it has no datapackage.json")
        return
    try:
        resources = {each["path"]: each for each in json.loads(data)["resources"]}
        digest = json.loads(package.read("datapackage-digest.json") or b"{}").get("hash")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield Finding(package.name, None, "package", f"datapackage.json cannot be read ({error})")
        return
    if digest is not None and digest != "sha256:" + hashlib.sha256(data).hexdigest():
        yield Finding(package.name, None, "package", "datapackage.json is not what was packed")
    there = {name for name in package.zip.namelist() if not name.startswith("datapackage")}
    for name in sorted(there ^ resources.keys()):
        where = "is not listed" if name in there else "is listed and not there"
        yield Finding(package.name, None, "package", f"{name} {where}")
    for name in sorted(there & resources.keys()):
        stated = str(resources[name].get("hash", ""))
        if stated.startswith("sha256:") and stated[7:] != package.sha256(name):
            yield Finding(package.name, None, "package", f"{name} is not what was packed")


def _source(location: str, settings: Mapping[str, Any]) -> Source:
    if "://" not in location:
        return _OnDisk(Path(location))
    if location.startswith(SCHEMES):
        file = WebFile(location)
        return file.open(file.name)
    folder, _, name = location.rpartition("/")
    return store_of(folder, settings).open(name)


class _OnDisk:
    """A file that is open while it is read only: packages may be more than a process may open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(LocalFile(path)) as file:
            self.name, self.size = file.name, file.size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        with closing(LocalFile(self._path)) as file:
            return file.read_at(offset, length)


class Part:
    """A part of a file as a `Source`: a stored member of a zip."""

    def __init__(self, source: Source, name: str, start: int, size: int) -> None:
        self.name = name
        self.size = size
        self._source = source
        self._start = start

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return self._source.read_at(self._start + offset, max(0, min(length, self.size - offset)))


class _Stream(io.RawIOBase):
    """A `Source` as the file that `zipfile` wants."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._source.size}[whence]
        self._place = base + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        data = self._source.read_at(self._place, len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)
