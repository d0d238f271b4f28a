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

from crawler.archive.message import Message, entity_spans, split_head, status_of, without_interim
from crawler.archive.spill import Spill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LEVEL = 1
#: Heads end within this: Scrapy reads lines of up to 16 KB and gives the page up behind that.
_WINDOW = 1 << 18
#: The gzip header that libdeflate writes, so that all members of a file begin alike.
_GZIP = bytes.fromhex("1f8b08000000000000ff")


class Large(NamedTuple):
    """A response that lies in a file: where its block begins, what its head and entity are."""

    spill: Spill
    interim: bytes
    head: bytes
    status: int
    spans: list[tuple[int, int]]

    def block(self) -> Iterator[bytes]:
        """Yield the final answer as it crossed the wire."""
        return self.spill.pieces(len(self.interim))

    def entity(self) -> Iterator[bytes]:
        """Yield the entity: transfer-decoded, content-coded."""
        for start, end in self.spans:
            yield from self.spill.pieces(start, end)

    def message(self, digest: str, given: bytes | None) -> Message:
        """Return the answer with its body; `given` is that body where it is at hand already."""
        if given is None or sha256(iter([given])) != digest:
            given = b"".join(self.entity())
        return Message(self.head, given, self.status)


def read_large(spill: Spill) -> Large | None:
    """Return what a spilled response is; None where its head is none that can be read so."""
    interim, final = without_interim(spill.read_at(0, _WINDOW))
    head, rest = split_head(final)
    status = status_of(head)
    if status is None or not rest:
        return None
    start = len(interim) + len(head)
    spans = entity_spans(head, spill.read_at, start, len(spill))
    return Large(spill, interim, head, status, spans)


def sha256(pieces: Iterable[bytes]) -> str:
    """Return the labelled digest of what comes in pieces."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return "sha256:" + found.hexdigest()


def gzip_member(head: bytes, block: Iterable[bytes], folder: Path | None) -> Spill:
    """Return a record as a gzip member. Raises OSError of a full disk."""
    packed, crc, size = Spill(folder), 0, 0
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed.add(_GZIP)
    for piece in chain((head,), block, (b"\r\n\r\n",)):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        packed.add(deflate.compress(piece))
    packed.add(deflate.flush())
    packed.add(crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little"))
    return packed
