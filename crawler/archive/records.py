"""An exchange as WARC/1.1: one gzip member a record, in the order response, request, metadata.

A response whose payload the archive has already is a `revisit` (`crawler.archive.revisits`). A page
that a browser drew follows as a `resource`: what a reader saw, not what crossed the wire.

The rules are ISO 28500:2017 (WARC 1.1), clauses 5 and 6. A block is the wire's bytes; the payload
digest is over the entity, transfer-decoded and still content-coded (clause 6.3.2 with RFC 2616's
entity-body). Knows records only: where they are written is the spool's part. No Scrapy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive import deflating, large, revisits
from crawler.archive.capture import LATE, Capture, Exchange, Truncation
from crawler.archive.fields import (
    LATE_FIELD,
    clean_uri,
    context_to_json,
    header_lines,
    record_ids,
    sha256,
    warc_date,
    warc_fields,
)
from crawler.archive.message import Message, named, read_response, without_interim
from crawler.archive.spill import Spill
from parsers.items import ArchiveRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from crawler.archive.large import Large
    from crawler.archive.revisits import Original
    from parsers.items import Context

_FIELDS = "application/warc-fields"
_DRAWN = "text/html; charset=utf-8"
#: The address of what a reader saw of a page, as browser crawlers write it.
VIEW = "urn:view:"
_TYPES = {"screenshot": "resource"}
_MEDIA_TYPES = {
    "warcinfo": _FIELDS,
    "response": "application/http;msgtype=response",
    "revisit": "application/http;msgtype=response",
    "request": "application/http;msgtype=request",
    "metadata": _FIELDS,
    "resource": _DRAWN,
    "screenshot": "image/png",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The record of a drawn page within `Packed.data`: its place, in bytes, and what it holds."""

    offset: int
    length: int
    record_id: str
    payload_digest: str
    body: bytes


class Packed(NamedTuple):
    """An exchange ready to be appended: `data` is its members, one after another.

    `length` is that of the first member in bytes; `record_id` and `payload_digest` are the response
    record's and None where nothing came back. `answer` is the response as parsed, if it is HTTP.
    `original` is what the first record repeats, if it is a revisit. A large first member lies in a
    file: `ahead`, which comes before `data`. `lengths` are those of the members in `data`.
    """

    data: bytes
    length: int
    url: str
    date: str
    record_id: str | None = None
    payload_digest: str | None = None
    answer: Message | None = None
    drawn: Drawn | None = None
    original: Original | None = None
    ahead: Spill | None = None
    lengths: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of all members."""
        return len(self.data) + (len(self.ahead) if self.ahead is not None else 0)


class Prepared(NamedTuple):
    """What of a large response is done before its commit: read, hashed, packed as a response."""

    found: _Read
    ids: dict[str, str]
    ahead: Spill | None


def prepare(exchange: Exchange) -> Prepared | None:
    """Read and pack a response that lies in a file, in any thread; None of one in memory.

    Takes a second for 50 MB, during which no other page should wait. Raises OSError.
    """
    if not isinstance(exchange.response, Spill):
        return None
    found = _read(exchange)
    ids = record_ids(_kinds(exchange, "response"))
    lines = _common(exchange, clean_uri(exchange.url), warc_date(exchange.started_at))
    lines += header_lines(_own_fields("response", exchange, found.digest))
    return Prepared(found, ids, _large_member(found.large, ids, lines) if found.large else None)


def pack(
    exchange: Exchange,
    known: Callable[[Message, str], Original | None] | None = None,
    prepared: Prepared | None = None,
) -> Packed:
    """Return the records of an exchange as gzip members.

    `known` is asked with the answer and its payload digest for the record that it repeats.
    `prepared` is what `prepare` made of the exchange, if that was asked.
    """
    prepared = prepared or prepare(exchange)
    found = prepared.found if prepared else _read(exchange)
    answer, digest = found.answer, found.digest
    original = known(answer, digest) if known and answer and digest else None
    first = "response" if original is None else "revisit"
    ids, ahead = record_ids(_kinds(exchange, first)), None
    if prepared and first == "response":
        ids, ahead = prepared.ids, prepared.ahead
    own = {kind: _own_fields(kind, exchange, digest) for kind in ids}
    if original is not None and answer is not None:
        own["revisit"] = revisits.fields(original, answer)
        digest = original.payload_digest
    url, date = clean_uri(exchange.url), warc_date(exchange.started_at)
    common = _common(exchange, url, date)
    members = [
        _member(
            kind,
            ids,
            (common if kind != "screenshot" else _view(url, date)) + header_lines(own[kind]),
            _block(kind, exchange, found),
        )
        for kind in ids
        if ahead is None or kind != "response"
    ]
    before = len(ahead) if ahead is not None else 0
    return Packed(
        data=b"".join(members), length=before or len(members[0]), url=url, date=date,
        record_id=ids.get(first), payload_digest=digest, answer=answer,
        drawn=_drawn(exchange, ids, members, before), original=original, ahead=ahead,
        lengths=tuple(map(len, members)),
    )  # fmt: skip


class _Read(NamedTuple):
    """A response as read: its block, unless it is large, and what came before the final answer."""

    interim: bytes = b""
    block: bytes = b""
    answer: Message | None = None
    digest: str | None = None
    large: Large | None = None


def _common(exchange: Exchange, url: str, date: str) -> str:
    """Return the header lines that all records of an exchange share."""
    address = [("WARC-IP-Address", exchange.ip)] if exchange.ip else []
    return header_lines([("WARC-Date", date), ("WARC-Target-URI", url), *address])


def _view(url: str, date: str) -> str:
    return header_lines([("WARC-Date", date), ("WARC-Target-URI", VIEW + url)])


def _block(kind: str, exchange: Exchange, found: _Read) -> _Block:
    """Return what a record of `kind` holds."""
    if kind == "response":
        answer = found.answer
        return _Block(found.block, bool(answer and named(answer.head, b"content-encoding")))
    if kind == "revisit":
        return _Block(found.answer.head if found.answer else b"")
    if kind == "request":
        return _Block(exchange.request)
    if kind == "metadata":
        return _Block(_metadata(exchange, found.interim))
    if exchange.drawn is None:
        return _Block(b"")
    return _Block(exchange.drawn.html if kind == "resource" else exchange.drawn.screenshot or b"")


class _Block(NamedTuple):
    """The bytes of a block, and whether its body came content-coded."""

    data: bytes
    coded: bool = False


def _member(kind: str, ids: Mapping[str, str], lines: str, block: _Block) -> bytes:
    head = _head(kind, ids, lines, sha256(block.data), len(block.data))
    return deflating.member(head, block.data, coded=block.coded)


def _read(exchange: Exchange) -> _Read:
    if exchange.reason == LATE:  # it may look like an answer, and nobody asked for one
        return _Read()
    wire = exchange.response
    if isinstance(wire, Spill):
        found = large.read_large(wire)
        if found is not None:
            return _Read(
                found.interim, b"", *found.message(exchange.read_max, exchange.entity), found
            )
        wire = b"".join(wire.pieces())
    answer = exchange.answer
    if answer is not None and wire.startswith(answer.head):
        return _Read(b"", wire, bounded(answer, exchange.read_max), sha256(answer.body))
    interim, block = without_interim(wire)
    answer = read_response(block) if block else None
    digest = sha256(answer.body) if answer else None
    return _Read(interim, block, bounded(answer, exchange.read_max), digest)


def bounded(answer: Message | None, read_max: int) -> Message | None:
    """Return an answer without its body, if that is more than `read_max` bytes."""
    if answer is None or len(answer.body) <= read_max:
        return answer
    return answer._replace(body=b"", left=len(answer.body))


def _large_member(found: Large, ids: Mapping[str, str], lines: str) -> Spill:
    size = len(found.spill) - len(found.interim)
    head = _head("response", ids, lines, large.sha256(found.block()), size)
    return large.gzip_member(head, found.block(), found.spill.folder)


def capture_of(packed: Packed, exchange: Exchange, filename: str, offset: int) -> Capture | None:
    """Return the capture that a reader will find at `offset`; None without a status."""
    if (drawn := packed.drawn) is not None:
        ref = ArchiveRef(
            filename, offset + drawn.offset, drawn.length, drawn.record_id, drawn.payload_digest
        )
        return drawn_capture(drawn.body, packed.url, packed.date, ref, exchange.context)
    if packed.answer is None or packed.record_id is None or packed.payload_digest is None:
        return None
    ref = ArchiveRef(filename, offset, packed.length, packed.record_id, packed.payload_digest)
    return capture(
        packed.answer, packed.url, packed.date, ref, exchange.context, exchange.truncated,
        packed.original.record_id if packed.original else None,
    )  # fmt: skip


def capture(  # noqa: PLR0913, PLR0917 (what a capture is)
    answer: Message,
    url: str,
    date: str,
    ref: ArchiveRef,
    context: Context,
    cut: Truncation | None,
    refers_to: str | None = None,
) -> Capture:
    """Return the capture of an answer: the one place where live crawl and reader build it.

    A revisit's `WARC-Truncated` says that its payload lies elsewhere, not that any is missing.
    """
    return Capture(
        url=url, date=date, status=answer.status, head=answer.head, body=answer.body,
        ref=ref, context=context, truncated=cut if refers_to is None else None,
        record_type="response" if refers_to is None else "revisit", refers_to=refers_to,
        left=answer.left,
    )  # fmt: skip


def drawn_capture(  # noqa: PLR0913, PLR0917 (what a capture is)
    body: bytes,
    url: str,
    date: str,
    ref: ArchiveRef,
    context: Context,
    media_type: str = _DRAWN,
    left: int = 0,
) -> Capture:
    """Return the capture of a `resource`: a drawn page has no head of its own, its type is one."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n".encode()
    return Capture(
        url=url, date=date, status=200, head=head, body=body, ref=ref, context=context,
        record_type="resource", media_type=media_type, left=left,
    )  # fmt: skip


def warcinfo(filename: str, date: datetime, fields: Mapping[str, str]) -> bytes:
    """Return the gzip member that opens a file: who wrote it, how, under which manners."""
    ids = record_ids(["warcinfo"])
    lines = header_lines([("WARC-Date", warc_date(date)), ("WARC-Filename", filename)])
    return _member("warcinfo", ids, lines, _Block(warc_fields(fields.items())))


def _metadata(exchange: Exchange, interim: bytes) -> bytes:
    """Say how the crawl came to the exchange; `via` and `fetchTimeMs` are the standard's own."""
    pairs = [("via", clean_uri(exchange.context.via))] if exchange.context.via else []
    pairs.append(("fetchTimeMs", str(round(exchange.seconds * 1000))))
    if exchange.reason:
        pairs.append(("failure", exchange.reason))
    if exchange.tls:
        pairs.append(("tls", exchange.tls))
    if exchange.drawn is not None:
        pairs += [("drawn-from", part) for part in exchange.drawn.parts]
    if interim:
        pairs.append(("interim-answers", json.dumps(interim.decode("latin-1"))))
    if exchange.reason == LATE and isinstance(exchange.response, bytes):
        pairs.append((LATE_FIELD, json.dumps(exchange.response.decode("latin-1"))))
    pairs.append(("context", context_to_json(exchange.context)))
    return warc_fields(pairs)


def _kinds(exchange: Exchange, first: str) -> list[str]:
    """Return the records that an exchange needs, in the order in which they are written."""
    if exchange.reason == LATE:
        return ["metadata"]
    answered = [first] if exchange.response else []
    drawn = []
    if exchange.drawn is not None:
        drawn = ["resource", *(["screenshot"] if exchange.drawn.screenshot else [])]
    return [*answered, "request", "metadata", *drawn]


def _drawn(
    exchange: Exchange, ids: Mapping[str, str], members: list[bytes], before: int
) -> Drawn | None:
    if exchange.drawn is None:
        return None
    html = exchange.drawn.html
    number = -2 if exchange.drawn.screenshot else -1
    offset = before + sum(len(member) for member in members[:number])
    return Drawn(offset, len(members[number]), ids["resource"], sha256(html), html)


def _own_fields(kind: str, exchange: Exchange, digest: str | None) -> list[tuple[str, str]]:
    fields = []
    if kind == "response" and digest:
        fields.append(("WARC-Payload-Digest", digest))
    if kind == "response" and exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    if kind in {"resource", "screenshot"}:
        fields.append(("WARC-Payload-Digest", sha256(_block(kind, exchange, _Read()).data)))
    return fields


def _head(kind: str, ids: Mapping[str, str], lines: str, digest: str, size: int) -> bytes:
    """Return the head of a record of `kind`; `lines` are those that are not of all records."""
    others = [
        f"WARC-Concurrent-To: {other}\r\n" for other in ids.values() if other is not ids[kind]
    ]
    head = (
        f"WARC/1.1\r\nWARC-Type: {_TYPES.get(kind, kind)}\r\nWARC-Record-ID: {ids[kind]}\r\n{lines}"
        f"{''.join(others)}WARC-Block-Digest: {digest}\r\nContent-Type: {_MEDIA_TYPES[kind]}\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )
    return head.encode()
