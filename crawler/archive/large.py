"""A response too large for memory, as the first member of its exchange: read and written in pieces.

The same record as `crawler.archive.records` makes of a small one, byte for byte but for the
compression: libdeflate takes whole blocks only. Level 1, because large files are PDF and archives,
which no level makes smaller (measured, 50 MB: 0.97 s at level 1, 0.98 s at level 6), and the text
that there is takes half as long.
"""

from __future__ import annotations

import hashlib
import zlib
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive.deflating import GZIP_HEADER
from crawler.archive.message import (
    CHUNK_SIZE,
    CHUNKED,
    Message,
    framing,
    split_head,
    status_of,
    without_interim,
)
from crawler.archive.spill import Spill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LEVEL = 1
#: Heads end within this: Scrapy reads lines of up to 16 KB and gives the page up behind that.
_WINDOW = 1 << 18
#: More than a line of a chunk's size with its extension has; Twisted gives up behind 16 KB.
_SIZE_LINE = 1 << 15


class Large(NamedTuple):
    """A response that lies in a file: where its block begins, what its head is."""

    spill: Spill
    interim: bytes
    head: bytes
    status: int

    def block(self) -> Iterator[bytes]:
        """Yield the final answer as it crossed the wire."""
        return self.spill.pieces(len(self.interim))

    def entity(self) -> Iterator[bytes]:
        """Yield the entity: transfer-decoded, content-coded. Raises OSError."""
        start = len(self.interim) + len(self.head)
        return entity_pieces(self.head, self.spill.pieces(start))

    def body(self) -> bytes:
        """Return the entity in memory. Raises OSError."""
        start, length = len(self.interim) + len(self.head), framing(self.head)
        if length is None or length == CHUNKED:
            return b"".join(self.entity())
        return self.spill.read_at(start, min(length, len(self.spill)))

    def message(self, read_max: int, given: bytes | None = None) -> tuple[Message, str]:
        """Return the answer and its payload digest; a body of more than `read_max` stays behind.

        `given` is the body where it is at hand already.
        """
        digest, size = hashlib.sha256(), 0
        for piece in self.entity():
            digest.update(piece)
            size += len(piece)
        found = labelled(digest.hexdigest())
        if size > read_max:
            return Message(self.head, b"", self.status, size), found
        if given is None or sha256([given]) != found:
            given = self.body()
        return Message(self.head, given, self.status), found


def read_large(spill: Spill) -> Large | None:
    """Return what a spilled response is; None where its head is none that can be read so."""
    interim, final = without_interim(spill.read_at(0, _WINDOW))
    head, rest = split_head(final)
    status = status_of(head)
    return None if status is None or not rest else Large(spill, interim, head, status)


def entity_pieces(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what `crawler.archive.message.entity` cuts out of a body that comes in pieces."""
    length = framing(head)
    if length == CHUNKED:
        return _without_chunks(pieces)
    return pieces if length is None else _first(pieces, length)


def _first(pieces: Iterator[bytes], length: int) -> Iterator[bytes]:
    for piece in pieces:
        if length <= 0:
            return
        yield piece[:length]
        length -= len(piece)


def _without_chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the data of chunks; a million tiny ones in one piece, as they came in."""
    buffer, place, begun = b"", 0, False
    found: list[bytes] = []
    while True:
        if len(buffer) - place < _SIZE_LINE:
            yield b"".join(found)
            buffer, place, found = _filled(buffer[place:], pieces), 0, []
        if begun:
            place += 2 if buffer.startswith(b"\r\n", place) else buffer.startswith(b"\n", place)
        size = CHUNK_SIZE.match(buffer, place)
        if not size and not begun:
            found.append(buffer)
        if not size or not (length := int(size[1], 16)):
            break
        place, begun = size.end(), True
        found.append(buffer[place : place + length])
        place += length
        while place > len(buffer) and (more := next(pieces, b"")):
            yield b"".join(found)
            place -= len(buffer)
            buffer, found = more, [more[:place]]
    yield b"".join(found)
    if not begun:
        yield from pieces


def _filled(buffer: bytes, pieces: Iterator[bytes]) -> bytes:
    """Return `buffer` with so much behind it that a size line is whole, or all that is left."""
    while len(buffer) < 2 * _SIZE_LINE and (more := next(pieces, b"")):
        buffer += more
    return buffer


def labelled(digest: str) -> str:
    """Return a digest in hex as the standard writes it."""
    return f"sha256:{digest}"


def sha256(pieces: Iterable[bytes]) -> str:
    """Return the labelled digest of what comes in pieces."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return labelled(found.hexdigest())


def gzip_member(head: bytes, block: Iterable[bytes], folder: Path | None) -> Spill:
    """Return a record as a gzip member. Raises OSError of a full disk."""
    packed, crc, size = Spill(folder), 0, 0
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed.add(GZIP_HEADER)
    for piece in chain((head,), block, (b"\r\n\r\n",)):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        packed.add(deflate.compress(piece))
    packed.add(deflate.flush())
    packed.add(crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little"))
    return packed
