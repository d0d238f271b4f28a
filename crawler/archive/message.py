"""An HTTP message as bytes: where its head ends, what its entity is.

Knows RFC 9112 as servers really speak it: bare line feeds, folded lines, blanks before the colon,
broken chunk framing. Both the live crawl and the reader of archives ask here, so that they cannot
differ. Never decodes a content coding or a charset; no Scrapy, no network.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

#: Where a head ends: an empty line, whatever its line feeds.
END_OF_HEAD = re.compile(rb"\n\r?\n")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
#: A hostile head had a length of 5,000 digits, which Python refuses to read as a number.
_DIGITS = re.compile(rb"[0-9]{1,18}\Z")
_STATUS = re.compile(rb"HTTP/[^ \n]* ([0-9]{1,18})(?: |\r*(?:\n|\Z))")
#: What `framing` says of a body in chunks.
CHUNKED = -1
#: RFC 9110, 6.4.1: answers of these statuses have no content, whatever their headers say.
_WITHOUT_BODY = (204, 304)


class Message(NamedTuple):
    """A response: `head` up to and with the empty line, `body` the entity, its `status`.

    `left` is the number of the entity's bytes where they were too many to be read: `body` is empty.
    """

    head: bytes
    body: bytes
    status: int
    left: int = 0


def read_response(wire: bytes) -> Message | None:
    """Return the response that `wire` holds, transfer-decoded; None where it has no HTTP status."""
    head, rest = split_head(wire)
    status = status_of(head)
    if status is None:
        return None
    return Message(head, entity(head, rest), status)


def without_interim(wire: bytes) -> tuple[bytes, bytes]:
    """Return interim answers (1xx) and the final answer that follows them.

    A response record holds the final answer, the metadata record what came before: warcio, FastWARC
    and cdxj-indexer take the first status line of a block for the page's (measured: 102 for 200).
    """
    final = wire
    while True:
        head, rest = split_head(final)
        status = status_of(head)
        if status is None or not 100 <= status < 200 or not rest:  # noqa: PLR2004 (RFC 9110, 15.2)
            return wire[: len(wire) - len(final)], final
        final = rest


def split_head(wire: bytes) -> tuple[bytes, bytes]:
    """Return status line and headers with the empty line, and what follows."""
    found = END_OF_HEAD.search(wire)
    end = found.end() if found else len(wire)
    return wire[:end], wire[end:]


def status_of(head: bytes) -> int | None:
    r"""Return the status code of a head, None where its first line is no status line.

    >>> status_of(b"HTTP/1.1 404 Not Found\r\n\r\n")
    404
    """
    found = _STATUS.match(head)
    return int(found[1]) if found else None


def headers_of(head: bytes) -> list[tuple[bytes, bytes]]:
    """Return names and values in order; folded lines joined, lines without a colon passed over."""
    lines: list[bytes] = []
    for line in head.replace(b"\r\n", b"\n").split(b"\n")[1:]:
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += b" " + line.strip()
        elif line:
            lines.append(line)
    pairs = (line.partition(b":") for line in lines)
    return [(name.strip(), value.strip()) for name, colon, value in pairs if colon]


def named(head: bytes, *names: bytes) -> list[tuple[bytes, bytes]]:
    r"""Return the headers of these names, lower case, in order: those of `headers_of` and no other.

    >>> named(b"HTTP/1.1 200 OK\r\nETag : x\r\n\r\n", b"etag")
    [(b'etag', b'x')]
    """
    if b"\n " in head or b"\n\t" in head:  # a folded line may be of a name that looks otherwise
        lowered = ((name.lower(), value) for name, value in headers_of(head))
        return [(name, value) for name, value in lowered if name in names]
    return [(name.lower(), value.strip()) for name, value in _lines_of(names).findall(head)]


@cache
def _lines_of(names: tuple[bytes, ...]) -> re.Pattern[bytes]:
    # Blanks around a name as bytes.strip knows them: \s but for the line feed.
    blanks = rb"[ \t\r\x0b\x0c]*"
    name = rb"(" + b"|".join(names) + rb")"
    return re.compile(rb"(?i)\n" + blanks + name + blanks + rb":([^\n]*)")


def entity(head: bytes, rest: bytes) -> bytes:
    """Return the entity of a message: chunk framing removed, cut at Content-Length.

    Where the framing is broken, what came before the break is the entity; where there is none
    although the head announces it (some archivers remove it), `rest` is the entity already.
    """
    length = framing(head)
    return _without_chunks(rest) if length == CHUNKED else rest[:length]


def framing(head: bytes) -> int | None:
    """Return the bytes that a message's body has by its head, `CHUNKED`, or None: to the end."""
    if status_of(head) in _WITHOUT_BODY:
        return 0
    found = named(head, b"transfer-encoding", b"content-length")
    codings = [value.lower() for name, value in found if name == b"transfer-encoding"]
    if codings and codings[0] == b"chunked":
        return CHUNKED
    lengths = {value for name, value in found if name == b"content-length"}
    if len(lengths) == 1 and _DIGITS.match(length := lengths.pop()):
        return int(length)
    return None


def _without_chunks(rest: bytes) -> bytes:
    size = CHUNK_SIZE.match(rest)
    if not size:
        return rest
    parts = []
    while size and (length := int(size[1], 16)):
        start = size.end()
        parts.append(rest[start : start + length])
        end = start + length
        end += 2 if rest[end : end + 2] == b"\r\n" else 1 if rest[end : end + 1] == b"\n" else 0
        size = CHUNK_SIZE.match(rest, end)
    return b"".join(parts)
