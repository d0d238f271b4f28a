"""Write archives as one WACZ 1.1.1 file: WARC files, index, list of pages, hashes of it all.

The WARC files are stored byte for byte, not compressed again, so that a reader takes single
records out by ranges. The index is cut into gzip members of a thousand lines, with a second index
of them. Everything streams: memory stays flat however large the archive. The package takes its
place when it is whole, and not before.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import zipfile
import zlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from crawler.archive.cdxj import lines_of, replacing, sorted_lines
from crawler.archive.locations import Counts, opened
from crawler.archive.message import headers_of
from crawler.archive.reader import captures
from crawler.archive.wacz import Part
from crawler.pages import from_record
from parsers.errors import ArchiveError
from parsers.extract.charset import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from crawler.archive.capture import Capture
    from crawler.archive.cdxj import Progress
    from crawler.archive.locations import ArchiveFile
    from crawler.archive.members import Source

VERSION = "1.1.1"
_BLOCK = 1 << 20
# As the common viewers write it: a member of 1,024 lines is one small range request.
_LINES = 1024
_PAGES_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
_HTML = (b"text/html", b"application/xhtml+xml")
# Titles stand early; a page that says so much before its title is listed without one.
_TITLE_WINDOW = 1 << 16
#: Names that Windows takes for devices.
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
#: What Windows gives a meaning; and characters of a name that every system takes.
_SPECIAL, _LONGEST_NAME = frozenset('\\/:*?"<>|'), 80
_TITLE = re.compile(r"<title[^<>]{0,200}>((?:(?!</?title).)*+)</title", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class Packed:
    """What a package holds: numbers, its members with their hashes, and damage that was met."""

    files: int = 0
    captures: int = 0
    pages: int = 0
    bytes: int = 0
    resources: list[dict[str, Any]] = field(default_factory=list)
    damages: list[str] = field(default_factory=list)


def package(
    locations: Iterable[str],
    path: Path,
    settings: Mapping[str, Any],
    created: datetime,
    progress: Progress | None = None,
) -> Packed:
    """Write the archives at `locations` into one package at `path`.

    Raises ArchiveError where one cannot be read or the package cannot be written; what was at
    `path` is then still there.
    """
    packed = Packed()
    with ExitStack() as stack:
        stream = stack.enter_context(replacing(path))
        index = stack.enter_context(TemporaryFile())
        pages = stack.enter_context(TemporaryFile())
        archive = _Archive(stream, created, packed)
        stack.callback(archive.zip.close)
        pages.write(_json_line(_PAGES_HEAD))
        files = opened(locations, settings, Counts(damages=packed.damages))
        for name, source in _named(files):
            start, size = archive.add(f"archive/{name}", _source_blocks(source, progress))
            _read(Part(_Written(archive.stream), name, start, size), index, pages, packed)
        if not packed.files:
            raise ArchiveError("there is no WARC file to package; give .warc or .warc.gz files")
        _write_index(archive, index)
        archive.add("pages/pages.jsonl", _blocks(pages), zipfile.ZIP_DEFLATED)
        _write_description(archive, created)
        archive.zip.close()
    packed.bytes = path.stat().st_size
    return packed


class _Archive:
    """The zip that is written; each member is hashed as it goes in."""

    def __init__(self, stream: IO[bytes], created: datetime, packed: Packed) -> None:
        self.stream = stream
        self.zip = zipfile.ZipFile(stream, "w")
        self.resources = packed.resources
        self._when = created.timetuple()[:6]

    def add(
        self, name: str, blocks: Iterable[bytes], method: int = zipfile.ZIP_STORED
    ) -> tuple[int, int]:
        """Add a member; return where its bytes begin in the file, and how many went in."""
        info = zipfile.ZipInfo(name, self._when)
        info.compress_type = method
        digest, size = hashlib.sha256(), 0
        with self.zip.open(info, "w", force_zip64=True) as member:
            for block in blocks:
                member.write(block)
                digest.update(block)
                size += len(block)
        self.resources.append(
            {
                "name": name.rpartition("/")[2].lower(),
                "path": name,
                "hash": f"sha256:{digest.hexdigest()}",
                "bytes": size,
            }
        )
        self.stream.flush()
        return self.stream.tell() - size, size


def _named(files: Iterable[tuple[ArchiveFile, Source]]) -> Iterator[tuple[str, Source]]:
    """Yield files with the name that each has in the package, where no two may have the same."""
    taken: set[str] = set()
    for file, source in files:
        base = name = safe_name(file.name.rpartition("/")[2])
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{number}-{base}"
        taken.add(name.lower())
        yield name, source


def safe_name(name: str) -> str:
    r"""Return a file's name as any system can unpack it.

    >>> safe_name("..\\evil\x1b.warc.gz")
    '..-evil-.warc.gz'
    """
    kept = (each if each.isprintable() and each not in _SPECIAL else "-" for each in name)
    safe = "".join(kept)[-_LONGEST_NAME:]
    return f"-{safe}" if _DEVICE.match(safe) else safe


def _read(source: Source, index: IO[bytes], pages: IO[bytes], packed: Packed) -> None:
    """Write down the captures and the pages of a file."""
    packed.files += 1
    for line in lines_of(source, packed.damages):
        index.write(line)
        packed.captures += 1
    for capture in captures(source, Counts()):
        if _is_page(capture):
            pages.write(_json_line(_page(capture)))
            packed.pages += 1


def _write_index(archive: _Archive, index: IO[bytes]) -> None:
    """Write the sorted index in members, and the index of the members."""
    index.seek(0)
    second: list[bytes] = []
    blocks = _members(sorted_lines(index), second)
    archive.add("indexes/index.cdx.gz", blocks)
    head = {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    lines = [b"!meta 0 " + _json_line(head), *second]
    archive.add("indexes/index.idx", lines, zipfile.ZIP_DEFLATED)


def _members(lines: Iterable[bytes], second: list[bytes]) -> Iterator[bytes]:
    """Yield gzip members of lines; a line about each goes to `second`."""
    held: list[bytes] = []
    offset = 0
    for line in lines:
        held.append(line)
        if len(held) == _LINES:
            yield (member := _member(held, offset, second))
            offset += len(member)
            held = []
    if held:
        yield _member(held, offset, second)


def _member(lines: list[bytes], offset: int, second: list[bytes]) -> bytes:
    deflate = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    member = deflate.compress(b"".join(lines)) + deflate.flush()
    key = lines[0].partition(b"{")[0]
    digest = f"sha256:{hashlib.sha256(member).hexdigest()}"
    second.append(key + _json_line({"offset": offset, "length": len(member), "digest": digest}))
    return member


def _write_description(archive: _Archive, created: datetime) -> None:
    """Write the list of all members and their hashes, then the hash of that list."""
    description = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "software": "disclosure-archive",
        "resources": list(archive.resources),
    }
    data = json.dumps(description, indent=2).encode()
    archive.add("datapackage.json", [data], zipfile.ZIP_DEFLATED)
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    archive.add("datapackage-digest.json", [json.dumps(digest).encode()], zipfile.ZIP_DEFLATED)


def _is_page(capture: Capture) -> bool:
    """Whether a capture is a page that a person reads: a whole HTML document, answered 200."""
    if capture.status != HTTPStatus.OK or capture.truncated:
        return False
    types = [value for name, value in headers_of(capture.head) if name.lower() == b"content-type"]
    media_type = types[-1].partition(b";")[0].strip().lower() if types else b""
    return media_type in _HTML


def _page(capture: Capture) -> dict[str, str]:
    """Return the line of a page; `id` is its record's, so that the same archive gives the same."""
    record = hashlib.sha256(capture.ref.record_id.encode()).hexdigest()[:22]
    line = {"id": record, "url": capture.url, "ts": capture.date[:19].rstrip("Z") + "Z"}
    if title := title_of(capture):
        line["title"] = title
    return line


def title_of(capture: Capture) -> str:
    """Return the title of an HTML capture in its own characters; empty where none stands early."""
    page = from_record(capture)
    window = page.body[:_TITLE_WINDOW]
    text, _, _ = decode(window, page.header("Content-Type"), window)
    found = _TITLE.search(text)
    return " ".join(html.unescape(found[1]).split()) if found else ""


def _source_blocks(source: Source, progress: Progress | None) -> Iterator[bytes]:
    offset = 0
    while block := source.read_at(offset, _BLOCK):
        offset += len(block)
        if progress:
            progress(source.name, offset, source.size)
        yield block


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while block := stream.read(_BLOCK):
        yield block


def _json_line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


class _Written:
    """The package as far as it is written, as a `Source`: it is read while it grows."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.name = "package"
        self.size = stream.tell()
        self._fd = stream.fileno()

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return os.pread(self._fd, length, offset)
