"""An answer while it comes in: where its head ends, how long its body is, when it is whole.

The rules are those of `crawler.archive.message`, which reads the same bytes when they are all
there; here they are only delimited, nothing is copied out of them. Knows bytes: no network, no
clock, no Scrapy.
"""

from __future__ import annotations

from crawler.archive.message import (
    CHUNK_SIZE,
    CHUNKED,
    END_OF_HEAD,
    framing,
    named,
    status_of,
)

#: Bytes of all that comes before a body. Apache and nginx send 16 KiB at most, browsers take 256.
HEAD_MAX = 512 * 1024
#: Bytes of one line of it. Apache, nginx and curl end theirs at 8, 16 and 100 KiB.
_LINE = 128 * 1024
#: Bytes of the line with a chunk's size and extension, the longest seen has 12; of all trailers.
_SIZE_LINE, _TRAILERS = 1 << 15, 1 << 16


class BadAnswerError(ValueError):
    """The bytes are no HTTP: no status line, no end of the head, lengths that differ."""


class EndlessHeadError(ValueError):
    """Headers, or interim answers, go on and on."""


class BrokenBodyError(ValueError):
    """The head was good, the framing of the body is not: what came before is all there is."""


class Incoming:
    """One answer, fed with its bytes in pieces of any size.

    `begin` is where the final answer begins behind interim ones (1xx); `head` is empty until it is
    there. `size` counts the bytes of the entity. `surplus`: more came than the answer has.
    """

    def __init__(self, *, bodiless: bool = False) -> None:
        self._bodiless = bodiless
        self._held = b""
        #: What comes next of a body in chunks. Not bound: an answer that held itself would wait,
        #: with its bytes, for the garbage collector.
        self._next = Incoming._chunk_size
        self._left = 0
        self.begin = 0
        self.head = b""
        self.size = 0
        self.length: int | None = None
        self.whole = self.surplus = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises BadAnswerError, EndlessHeadError, BrokenBodyError."""
        if not self.head:
            data = self._find_head(self._held + data, max(0, len(self._held) - 3))
            if not self.head:
                return
        if self.length is None:
            self.size += len(data)
        elif self.length == CHUNKED:
            self._feed_chunks(data)
        else:
            self.size = min(self.size + len(data), self.length)
            self._left -= len(data)
            self._end(self._left)

    def closed(self) -> bool:
        """Whether the answer is whole now that the connection is closed."""
        if self.head and self.length is None:
            self.whole = True
        return self.whole

    def _end(self, left: int) -> None:
        self.whole, self.surplus = left <= 0, left < 0

    def _find_head(self, data: bytes, start: int) -> bytes:
        """Find the head of the final answer in all that came; return what is behind it.

        It does not end before `start`.
        """
        while found := END_OF_HEAD.search(data, start):
            head, data, start = data[: found.end()], data[found.end() :], 0
            status = status_of(head)
            if status is None:
                break
            if not 100 <= status < 200:  # noqa: PLR2004 (RFC 9110, 15.2)
                self.head, self._held = head, b""
                self.length = 0 if self._bodiless else _length(head)
                self._left = self.length or 0
                return data
            self.begin += len(head)
        else:
            self._held = data
            return self._without_end(data)
        raise BadAnswerError("no HTTP status line")

    def _without_end(self, data: bytes) -> bytes:
        """Judge what came of a head so far; return nothing."""
        line = data.rfind(b"\n") + 1
        if len(data) - line > _LINE or (line and status_of(data) is None):
            raise BadAnswerError("no HTTP status line, or a line without an end")
        if self.begin + len(data) > HEAD_MAX:
            raise EndlessHeadError("a head without an end")
        return b""

    # --- chunks: each step returns where the next begins, or None where more bytes are needed ---

    def _feed_chunks(self, data: bytes) -> None:
        data, place = self._held + data, 0
        while not self.whole:
            after = self._next(self, data, place)
            if after is None:
                break
            place = after
        self._held = data[place:]
        if self.whole:
            self._end(-len(self._held))

    def _chunk_size(self, data: bytes, place: int) -> int | None:
        found = CHUNK_SIZE.match(data, place)
        if not found:
            if data.find(b"\n", place) >= 0 or len(data) - place > _SIZE_LINE:
                raise BrokenBodyError("a chunk without a size")
            return None
        self._left = int(found[1], 16)
        self._next = Incoming._chunk_data if self._left else Incoming._trailer
        return found.end()

    def _chunk_data(self, data: bytes, place: int) -> int | None:
        step = min(self._left, len(data) - place)
        self._left -= step
        self.size += step
        if not self._left:
            self._next = Incoming._chunk_end
        return place + step if step else None

    def _chunk_end(self, data: bytes, place: int) -> int | None:
        ending = data[place : place + 2]
        if ending in {b"", b"\r"}:
            return None
        self._next = Incoming._chunk_size
        return place + (2 if ending == b"\r\n" else ending[:1] == b"\n")

    def _trailer(self, data: bytes, place: int) -> int | None:
        end = data.find(b"\n", place) + 1
        if self._left + (end or len(data)) - place > _TRAILERS:
            raise BrokenBodyError("trailers without an end")
        if not end:
            return None
        self._left += end - place
        self.whole = data[place:end] in {b"\r\n", b"\n"}
        return end


def _length(head: bytes) -> int | None:
    """Return the bytes of the body as `framing` does. Raises BadAnswerError for odd lengths."""
    length = framing(head)
    if length is None and named(head, b"content-length"):
        raise BadAnswerError("no single Content-Length")
    return length
