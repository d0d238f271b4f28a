"""The strict walk over a file of ours: every record whole, alone in its gzip member, none amiss.

Each file is walked before it goes into the store, so this takes one look at every byte: members are
cut out of large pieces of the file, and blocks pass by. Knows framing only, as
`crawler.archive.members`, which also reads what others wrote and goes on behind damage.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import deflate

from crawler.archive.members import (
    END,
    MAX_HEAD,
    Broken,
    Damage,
    block_length,
    inflated,
)
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.members import Source

_PIECE = 1 << 20
# A page's record is some 12 KB; what is given to zlib beyond a member is copied in vain.
_BITE = 1 << 14
# Bytes of a record that may be in memory whole.
_LARGEST = 1 << 24


def walk(source: Source, ends: Iterable[int] = ()) -> int:
    """Return the number of records of a file written by us, each alone in a whole gzip member.

    `ends` is where they end, if that is known: then libdeflate reads them, which must be told, and
    takes a third of zlib's time. Where they do not end there, they are sought as ever. Raises
    ArchiveError at the first byte that is not as it must be.
    """
    try:
        return sum(1 for _ in _ends(source, ends))
    except Broken as damage:
        found = Damage(source.name, damage.offset, damage.reason)
        raise ArchiveError(f"{found}; keep the file and run the crawl again") from damage


def whole_until(source: Source) -> int:
    """Return the byte up to which a file of ours is one whole record after another."""
    place = 0
    try:
        for end in _ends(source):
            place = end
    except Broken:
        pass
    return place


def _ends(source: Source, told: Iterable[int] = ()) -> Iterator[int]:
    """Yield where each record ends. Raises Broken at the first that is not whole."""
    reading, said = _Reading(source), iter(told)
    while reading.place < source.size:
        if not _is_member(reading, next(said, 0)):
            _walk_member(reading)
        yield reading.place


def _is_member(reading: _Reading, end: int) -> bool:
    """Whether one whole record ends at `end`; if so, go there."""
    data = reading.until(end)
    size = int.from_bytes(data[-4:], "little")  # as the member's last four bytes say
    if not 0 < size <= _LARGEST:
        return False
    try:
        record = deflate.gzip_decompress(data, size)
        _check(bytes(record[:MAX_HEAD]), len(record), bytes(record[-4:]), reading.place)
    except (deflate.DeflateError, ValueError, Broken):
        return False
    # libdeflate passes over what follows a member: its end is where its own checksum stands.
    if len(record) != size or deflate.crc32(record) != int.from_bytes(data[-8:-4], "little"):
        return False
    reading.place = end
    return True


class _Reading:
    """A file read from front to back, in pieces."""

    def __init__(self, source: Source) -> None:
        self.place = 0
        self._source = source
        self._piece = memoryview(b"")
        self._begin = 0

    def until(self, end: int) -> memoryview:
        """Return the bytes from `place` to `end`; none where those are none, or a large piece."""
        at, length = self.place - self._begin, end - self.place
        if not 0 < length <= _PIECE:
            return self._piece[:0]
        if at + length > len(self._piece):
            self._fill()
            at = 0
        return self._piece[at : at + length]

    def _fill(self) -> None:
        self._begin = self.place
        self._piece = memoryview(self._source.read_at(self.place, _PIECE))

    def bite(self) -> memoryview:
        """Return some bytes from `place` on; none at the end."""
        at = self.place - self._begin
        if at >= len(self._piece):
            self._fill()
            at = 0
        return self._piece[at : at + _BITE]


def _walk_member(reading: _Reading) -> None:
    """Go to the end of the member that begins here; its block passes by. Raises Broken."""
    start, inflate = reading.place, zlib.decompressobj(31)
    head, size, tail = b"", 0, b""
    while not inflate.eof:
        bite = inflate.unconsumed_tail or reading.bite()
        if not bite:
            raise Broken(start, "the file ends inside a record")
        if not inflate.unconsumed_tail:
            reading.place += len(bite)
        piece = inflated(inflate, bite, start)
        if len(head) < MAX_HEAD and END not in head:
            head += piece[:MAX_HEAD]
        size, tail = size + len(piece), (tail + piece[-4:])[-4:]
    reading.place -= len(inflate.unused_data)
    _check(head, size, tail, start)


def _check(head: bytes, size: int, tail: bytes, start: int) -> None:
    head, end, _ = head.partition(END)
    if not head.startswith(b"WARC/") or not end:
        raise Broken(start, "bytes that belong to no record")
    whole = len(head) + len(END) + block_length(head, start) + len(END)
    if size > whole:
        raise Broken(start, "several records in one member")
    if size < whole or tail != END:
        raise Broken(start, "a record's length is not that of its block")
