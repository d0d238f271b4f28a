"""A record as one gzip member, packed as its bytes deserve it.

A body that the server sent content-coded has been packed already: it is stored within the deflate
stream as it is (RFC 1951, 3.2.4), and only what stands before it is packed. Measured on pages of
11 KB that came as gzip: a sixth of the time of level 6, for 0.4 % more bytes. All else goes through
libdeflate, level 6: 2.4 times as fast as zlib's level 9 at 0.986 of its bytes. Knows bytes only.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import deflate

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVEL = 6
#: The gzip header that libdeflate writes, so that all members of a file begin alike.
GZIP_HEADER = bytes.fromhex("1f8b08000000000000ff")
END = b"\r\n\r\n"
# END as the last block of a deflate stream, with the fixed codes (RFC 1951, 3.2.6).
_LAST_BLOCK = bytes.fromhex("e3e5e2e50200")
# Bytes of the largest stored block: its length has sixteen bits.
_STORED = 0xFFFF
# Heads are 1 to 2 KB: a window of 4 KB, which zlib need not clear 256 KB for.
_WINDOW, _MEMORY = -12, 5
# Characters that no text has, and of which 512 bytes of packed data hold some fifty.
_CONTROLS = bytes([*range(9), *range(14, 32)])
_SAMPLE = 512


def member(head: bytes, block: bytes, coded_from: int | None = None) -> bytes:
    """Return a record of `head` and `block` as a gzip member.

    From byte `coded_from` on the block is said to be content-coded; if it looks so, it is stored.
    """
    if coded_from is None or not _looks_packed(block[coded_from : coded_from + _SAMPLE]):
        return bytes(deflate.gzip_compress(b"".join((head, block, END)), _LEVEL))
    before = head + block[:coded_from]
    coded = memoryview(block)[coded_from:]
    crc = deflate.crc32(END, deflate.crc32(coded, deflate.crc32(before)))
    size = len(head) + len(block) + len(END)
    return b"".join((
        GZIP_HEADER, _packed(before), *_stored(coded), _LAST_BLOCK,
        crc.to_bytes(4, "little"), (size & 0xFFFFFFFF).to_bytes(4, "little"),
    ))  # fmt: skip


def _looks_packed(sample: bytes) -> bool:
    """Whether bytes are no text: a server may name a coding and send none."""
    return len(sample.translate(None, _CONTROLS)) < len(sample)


def _packed(data: bytes) -> bytes:
    """Return deflate blocks of `data`, up to the header of a stored block that must follow."""
    packing = zlib.compressobj(9, zlib.DEFLATED, _WINDOW, _MEMORY)
    # A sync flush ends with an empty stored block: its lengths give way to those of a full one.
    return (packing.compress(data) + packing.flush(zlib.Z_SYNC_FLUSH))[:-4]


def _stored(data: memoryview) -> Iterator[bytes | memoryview]:
    """Yield stored blocks of `data`; the header of the first has been written."""
    for start in range(0, len(data), _STORED):
        piece = data[start : start + _STORED]
        length = len(piece)
        yield b"\0" if start else b""
        yield length.to_bytes(2, "little") + (length ^ _STORED).to_bytes(2, "little")
        yield piece
