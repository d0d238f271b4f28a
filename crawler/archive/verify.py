"""Verify archives: every file byte by byte, every record by the rules, ours against its books.

A file is walked strictly: one record a gzip member, each member whole, its closing CRLFCRLF,
nothing before, between or behind. A finding names file, byte and reason; damage ends no walk.
An archive of ours is besides held against its manifest, its ledger and its indexes (`audit`).
Another tool's gets the same walk and the standard's rules, without what only our writer promises.

Where this differs from `warcio check`: that one hashes chunk framing with the payload and so fails
every right `WARC-Payload-Digest` of a chunked response (the standard, 6.3.2: "with any
transfer-encoding removed"); and it passes files that are torn at their end. Never writes.
"""

from __future__ import annotations

import hashlib
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive import rules
from crawler.archive.audit import Books, books_of, spool_findings
from crawler.archive.deflating import GZIP_HEADER
from crawler.archive.fields import read_fields
from crawler.archive.links import Finding, Links
from crawler.archive.locations import Counts, archive_files
from crawler.archive.members import Damage, LocalFile, Record, records
from crawler.archive.store import MANIFEST, Entry
from crawler.archive.wacz import Package, package_findings
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crawler.archive.locations import ArchiveFile
    from crawler.archive.members import Source

_BLOCK = 1 << 20
_PIECE = 1 << 18
# CRC and size stand behind a member's compressed data.
_TRAILER = 8
_ISIZE = 1 << 32


@dataclass(slots=True)
class Checked:
    """What was walked: numbers of files, records and bytes."""

    files: int = 0
    records: int = 0
    bytes: int = 0


def verify(
    locations: Iterable[str],
    settings: Mapping[str, Any] | None = None,
    checked: Checked | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with archives: folders, `s3://` prefixes, `.warc`, `.warc.gz`, `.wacz`.

    Raises ArchiveError where a location cannot be reached or holds no WARC file. `progress` is told
    a file's name, the bytes walked, and those of the whole file.
    """
    walk = Walk(checked if checked is not None else Checked(), progress)
    for location in locations:
        with closing(Links()) as links:
            books = books_of(location, settings or {})
            if books is None:
                yield from _verify_files(location, settings or {}, walk, links)
            else:
                yield from _verify_archive(books, walk, links)


def _verify_archive(books: Books, walk: Walk, links: Links) -> Iterator[Finding]:
    """Verify an archive of ours: its files, then its books."""
    yield from books.listing()
    for name in books.names:
        with closing(_Hashed(books.store.open(name))) as source:
            yield from walk.file(source, links, own=True)
            yield from source.against(books.entries.get(name))
    yield from links.faults(whole=True)
    yield from books.against(links.db)
    yield from spool_findings(books.spool)


def _verify_files(
    location: str, settings: Mapping[str, Any], walk: Walk, links: Links
) -> Iterator[Finding]:
    """Verify files of any tool; a file of ours is known by its warcinfo."""
    met = Counts()
    files = archive_files([location], settings, met)
    for damage in met.damages:
        yield Finding(location, None, "no-warc", damage)
    packages = {file.store.url: file.store for file in files if isinstance(file.store, Package)}
    for package in packages.values():
        yield from package_findings(package)
    for file in files:
        with closing(_Hashed(file.open())) as source:
            yield from walk.file(source, links, own=None)
            yield from source.against(_listed_beside(file))
    yield from links.faults(whole=False)


def _listed_beside(file: ArchiveFile) -> Entry | None:
    """Return what the manifest beside a file says of it, if there is one."""
    if file.entry is not None:
        return file.entry
    path = Path(file.name)
    entry = path.parent / MANIFEST / f"{path.name}.json"
    if file.store is not None or not entry.is_file():
        return None
    return Entry.from_json(entry.read_bytes(), str(entry))


class Walk:
    """The strict walk over files; `checked` counts what was walked."""

    def __init__(
        self, checked: Checked, progress: Callable[[str, int, int], None] | None = None
    ) -> None:
        self._checked = checked
        self._progress = progress

    def file(self, source: Source, links: Links, *, own: bool | None) -> Iterator[Finding]:
        """Yield what is wrong with a file; `own` None asks its first record whose it is."""
        self._checked.files += 1
        self._checked.bytes += source.size
        try:
            yield from self._records(source, links, own=own)
        except ArchiveError as error:
            yield Finding(source.name, 0, "no-warc", str(error))

    def _records(self, source: Source, links: Links, *, own: bool | None) -> Iterator[Finding]:
        place: int | None = 0
        first, shared, lone = True, False, own is None
        for found in records(source):
            if isinstance(found, Damage):
                yield Finding(source.name, found.offset, "damage", found.reason)
                place, first = None, False
                continue
            if own is None:
                own = is_ours(found)
            if own and first and found.header("WARC-Type") != "warcinfo":
                yield Finding(source.name, 0, "warcinfo", "a file of ours begins with no warcinfo")
            yield from self._record(source, found, links, own=own)
            if found.alone:
                yield from _framing(source, found, place, own=own)
                if own and lone:
                    yield from _padding(source, found)
            elif not shared:
                yield Finding(source.name, found.offset, "member", "several records in one member")
            place, first, shared = found.offset + found.length, False, not found.alone
        if place is not None and place != source.size:
            yield Finding(source.name, place, "gap", "bytes behind the last record")

    def _record(
        self, source: Source, record: Record, links: Links, *, own: bool
    ) -> Iterator[Finding]:
        self._checked.records += 1
        if self._progress:
            self._progress(source.name, record.offset, source.size)
        for fault in rules.faults(record, own=own):
            yield Finding(source.name, record.offset, fault.rule, fault.reason)
        named = record.header("WARC-Filename")
        if own and named is not None and named != source.name:
            reason = f"WARC-Filename says {named[:80]!r}"
            yield Finding(source.name, record.offset, "filename", reason)
        links.add(record, source.name, own=own)


def is_ours(record: Record) -> bool:
    """Whether the record that opens a file says that our crawl wrote it."""
    if record.header("WARC-Type") != "warcinfo":
        return False
    fields = read_fields(record.block)
    return "settings" in fields and "ispartof" in fields and "Scrapy/" in fields.get("software", "")


def _framing(source: Source, record: Record, place: int | None, *, own: bool) -> Iterator[Finding]:
    """Check that nothing lies before a record, nor within it beside head, block and CRLFs."""
    if place is not None and record.offset != place:
        yield Finding(source.name, place, "gap", "bytes that belong to no record")
    size = len(record.head) + record.size + 8
    opens = source.read_at(record.offset, len(GZIP_HEADER))
    if not opens.startswith(GZIP_HEADER[:3]):
        return
    end = source.read_at(record.offset + record.length - 4, 4)
    if int.from_bytes(end, "little") != size % _ISIZE:
        yield Finding(source.name, record.offset, "gap", "a member holds more than its record")
    # The CRC of a member does not cover these bytes: without this a byte flipped here would pass.
    if own and opens != GZIP_HEADER:
        yield Finding(source.name, record.offset, "gzip", "a gzip head that our writer never wrote")


def _padding(source: Source, record: Record) -> Iterator[Finding]:
    """Check that the bits behind a member's compressed data are zero, as every writer leaves them.

    Neither gzip nor its CRC looks at them. With a manifest, its sha256 does; a file alone has
    only this. A set bit is padding if the member inflates to the same without it.
    """
    place = record.offset + record.length - _TRAILER - 1
    (last,) = source.read_at(place, 1)
    if not source.read_at(record.offset, 3).startswith(GZIP_HEADER[:3]) or not last:
        return
    inflate = zlib.decompressobj(31)
    try:
        for start in range(record.offset, record.offset + record.length, _PIECE):
            piece = bytearray(source.read_at(start, min(_PIECE, place + _TRAILER + 1 - start)))
            if start <= place < start + len(piece):
                piece[place - start] = last & ~(1 << last.bit_length() - 1)
            _inflate_all(inflate, bytes(piece))
    except zlib.error:
        return
    if inflate.eof and not inflate.unused_data:
        yield Finding(source.name, place, "gzip", "bits are set behind the compressed data")


def _inflate_all(inflate: zlib._Decompress, piece: bytes) -> None:
    """Inflate what nobody looks at, a few megabytes at a time."""
    inflate.decompress(piece, _BLOCK)
    while inflate.unconsumed_tail:
        inflate.decompress(inflate.unconsumed_tail, _BLOCK)


class _Hashed:
    """A source that is hashed as it is walked, so that each byte is fetched once."""

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.size = source.size
        self._source = source
        self._hash = hashlib.sha256()
        self._done = 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        data = self._source.read_at(offset, length)
        if offset <= self._done < offset + len(data):
            self._hash.update(data[self._done - offset :])
            self._done = offset + len(data)
        return data

    def against(self, entry: Entry | None) -> Iterator[Finding]:
        """Yield where the file is not what its manifest entry says."""
        if entry is None:
            return
        if entry.size != self.size:
            reason = f"it has {self.size} bytes, its manifest entry says {entry.size}"
            yield Finding(self.name, None, "manifest", reason)
        elif self._sha256() != entry.sha256:
            reason = "its sha256 is not that of its manifest entry"
            yield Finding(self.name, None, "manifest", reason)

    def _sha256(self) -> str:
        while self._done < self.size and self.read_at(self._done, _BLOCK):
            pass
        return self._hash.hexdigest()

    def close(self) -> None:
        """Give the file back."""
        if isinstance(self._source, LocalFile):
            self._source.close()
