"""Bytes that come in pieces: in memory while they are few, beyond that in a nameless file.

Measured: a response of 200 MB on the tape, joined, cut and packed took memory six times over. The
file lies in the spool, on the archive's own disk, and is gone with its last descriptor, whatever
ends the process. Knows bytes only.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Bytes. A page is 15-120 KB; of a thousand reports fewer than ten files are larger than this.
LIMIT = 1 << 20
_PIECE = 1 << 18


class Spill:
    """A growing run of bytes; give it a folder on a disk with room."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._parts: list[bytes] = []
        self._fd: int | None = None
        self._size = self._waiting = 0
        self._error: OSError | None = None

    def __len__(self) -> int:
        return self._size

    def add(self, data: bytes) -> None:
        """Append `data`. A full disk is told by the first read: who writes here cannot act on it.

        What comes behind an error is not kept.
        """
        if self._error is not None:
            return
        self._parts.append(data)
        self._size += len(data)
        self._waiting += len(data)
        # What comes behind is few again: written when it is many, or asked for.
        many = self._size > LIMIT if self._fd is None else self._waiting > _PIECE
        if many and self.folder is not None:
            self._flush()

    def _flush(self) -> None:
        try:
            self._spill()
        except OSError as error:
            self._error = error

    def _spill(self) -> None:
        if self._fd is None:
            with tempfile.TemporaryFile(dir=self.folder, buffering=0) as stream:
                self._fd = os.dup(stream.fileno())
        data = b"".join(self._parts)
        self._parts, self._waiting = [], 0
        while data:
            data = data[os.write(self._fd, data) :]

    def whole(self) -> bytes | Spill:
        """Return the bytes where they are in memory, else this."""
        if self._fd is not None or self._error is not None:
            return self
        if len(self._parts) != 1:
            self._parts = [b"".join(self._parts)]
        return self._parts[0]

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` of what spilled. Raises OSError."""
        self._flush()
        if self._error is not None:
            raise self._error
        assert self._fd is not None  # noqa: S101 (`whole` gave bytes otherwise)
        return os.pread(self._fd, length, offset)

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` to `end`, a quarter of a megabyte at once."""
        end = self._size if end is None else end
        while start < end and (piece := self.read_at(start, min(_PIECE, end - start))):
            yield piece
            start += len(piece)

    def close(self) -> None:
        """Give the file back."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __del__(self) -> None:
        self.close()
