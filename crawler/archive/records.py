"""An exchange as WARC/1.1: one gzip member a record, in the order response, request, metadata.

A response whose payload the archive has already is a `revisit` (`crawler.archive.revisits`). A page
that a browser drew follows as a `resource`: what a reader saw, not what crossed the wire.

The rules are ISO 28500:2017 (WARC 1.1), clauses 5 and 6. A block is the wire's bytes; the payload
digest is over the entity, transfer-decoded and still content-coded (clause 6.3.2 with RFC 2616's
entity-body). Knows records only: where they are written is the spool's part. No Scrapy.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

import deflate

from crawler.archive import large, revisits
from crawler.archive.capture import Capture, Exchange, Truncation
from crawler.archive.message import Message, read_response, without_interim
from crawler.archive.spill import Spill
from parsers.items import ArchiveRef, AttachedTo, Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from crawler.archive.large import Large
    from crawler.archive.revisits import Original

# libdeflate's level 6: 2.4 times as fast as zlib's at 0.986 of its bytes (measured).
_GZIP_LEVEL = 6
# Whatever is no visible ASCII cannot stand in a request line, nor so in a WARC-Target-URI.
_NOT_IN_A_URI = re.compile(rb"[^\x21-\x7e]|[<>]")
_FIELDS = "application/warc-fields"
_DRAWN = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The record of a drawn page within `Packed.data`: its place, in bytes, and what it holds."""

    offset: int
    length: int
    record_id: str
    payload_digest: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """An exchange ready to be appended: `data` is its members, one after another.

    `length` is that of the first member in bytes; `record_id` and `payload_digest` are the response
    record's and None where nothing came back. `answer` is the response as parsed, if it is HTTP.
    `original` is what the first record repeats, if it is a revisit. A large first member lies in a
    file: `ahead`, which comes before `data`.
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
    ids = {kind: _record_id() for kind in _kinds(exchange, "response")}
    own = _own_fields("response", exchange, found.digest)
    packed = _large_member(found.large, ids, _common(exchange), own) if found.large else None
    return Prepared(found, ids, packed)


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
    common = _common(exchange)
    date, url = common[0][1], common[1][1]
    found = prepared.found if prepared else _read(exchange)
    answer, digest = found.answer, found.digest
    original = known(answer, digest) if known and answer and digest else None
    first = "response" if original is None else "revisit"
    ids = {kind: _record_id() for kind in _kinds(exchange, first)}
    bodies = {
        "response": found.block,
        "revisit": answer.head if answer else b"",
        "request": exchange.request,
        "metadata": _metadata(exchange, found.interim),
        "resource": exchange.drawn or b"",
    }
    own = {kind: _own_fields(kind, exchange, digest) for kind in ids}
    if original is not None and answer is not None:
        own["revisit"] = revisits.fields(original, answer)
        digest = original.payload_digest
    ahead = None
    if prepared and first == "response":
        ids, ahead = prepared.ids, prepared.ahead
    kinds = [kind for kind in ids if ahead is None or kind != "response"]
    members = [_member(kind, ids, common, bodies[kind], own[kind]) for kind in kinds]
    before = len(ahead) if ahead is not None else 0
    return Packed(
        data=b"".join(members), length=before or len(members[0]), url=url, date=date,
        record_id=ids.get(first), payload_digest=digest, answer=answer,
        drawn=_drawn(exchange, ids, members, before), original=original, ahead=ahead,
    )  # fmt: skip


class _Read(NamedTuple):
    """A response as read: its block, unless it is large, and what came before the final answer."""

    interim: bytes = b""
    block: bytes = b""
    answer: Message | None = None
    digest: str | None = None
    large: Large | None = None


def _common(exchange: Exchange) -> list[tuple[str, str]]:
    """Return the fields that all records of an exchange share."""
    fields = [
        ("WARC-Date", warc_date(exchange.started_at)),
        ("WARC-Target-URI", clean_uri(exchange.url)),
    ]
    return [*fields, ("WARC-IP-Address", exchange.ip)] if exchange.ip else fields


def _read(exchange: Exchange) -> _Read:
    wire = exchange.response
    if isinstance(wire, Spill):
        found = large.read_large(wire)
        if found is not None:
            return _Read(
                found.interim, b"", *found.message(exchange.read_max, exchange.entity), found
            )
        wire = b"".join(wire.pieces())
    interim, block = without_interim(wire)
    answer = read_response(block) if block else None
    digest = sha256(answer.body) if answer else None
    return _Read(interim, block, bounded(answer, exchange.read_max), digest)


def bounded(answer: Message | None, read_max: int) -> Message | None:
    """Return an answer without its body, if that is more than `read_max` bytes."""
    if answer is None or len(answer.body) <= read_max:
        return answer
    return answer._replace(body=b"", left=len(answer.body))


def _large_member(
    found: Large,
    ids: Mapping[str, str],
    common: list[tuple[str, str]],
    own: list[tuple[str, str]],
) -> Spill:
    size = len(found.spill) - len(found.interim)
    headers, media_type = _headers("response", ids, common, own)
    head = _head(headers, large.sha256(found.block()), size, media_type)
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
    headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", _record_id()),
        ("WARC-Date", warc_date(date)),
        ("WARC-Filename", filename),
    ]
    return _gzip(headers, _FIELDS, warc_fields(fields.items()))


def warc_fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return `application/warc-fields`; line breaks within a value become blanks."""
    lines = (f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in pairs)
    return "".join(lines).encode("utf-8", "backslashreplace")


def read_fields(block: bytes) -> dict[str, str]:
    """Return the fields of a block of warc-fields, names in lower case, last one wins."""
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def context_to_json(context: Context) -> str:
    """Return a context as one line of JSON; ASCII where a lone surrogate forbids UTF-8."""
    # Not asdict of the whole: it copies every value, and that once a page (measured).
    held = {each.name: getattr(context, each.name) for each in fields(context)}
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"), default=asdict)
    return text if _is_utf8(text) and len(text.splitlines()) == 1 else json.dumps(asdict(context))


def context_from_json(text: str) -> Context:
    """Return the context that `context_to_json` wrote. Raises ValueError on anything else."""
    held: dict[str, Any] = json.loads(text)
    try:
        attached = held.pop("attached_to", None)
        return Context(
            **{**held, "redirects": tuple(held.get("redirects", ()))},
            attached_to=AttachedTo(**attached) if attached else None,
        )
    except (TypeError, AttributeError) as error:
        raise ValueError(f"no context: {error}") from error


def clean_uri(url: str) -> str:
    r"""Return `url` with every byte escaped that could not stand in a header line.

    >>> clean_uri("http://a/b\r\nWARC-Type: request")
    'http://a/b%0D%0AWARC-Type:%20request'
    """
    raw = url.encode("utf-8", "surrogatepass")
    return _NOT_IN_A_URI.sub(lambda byte: b"%%%02X" % byte[0][0], raw).decode("ascii")


def warc_date(instant: datetime) -> str:
    """Return an instant as WARC-Date: RFC 3339, UTC, microseconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sha256(data: bytes) -> str:
    """Return a labelled digest: `sha256:` and lower-case hex (annotated standard, #80)."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _metadata(exchange: Exchange, interim: bytes) -> bytes:
    """Say how the crawl came to the exchange; `via` and `fetchTimeMs` are the standard's own."""
    pairs = [("via", clean_uri(exchange.context.via))] if exchange.context.via else []
    pairs.append(("fetchTimeMs", str(round(exchange.seconds * 1000))))
    if exchange.reason:
        pairs.append(("failure", exchange.reason))
    if exchange.tls:
        pairs.append(("tls", exchange.tls))
    if interim:
        pairs.append(("interim-answers", json.dumps(interim.decode("latin-1"))))
    pairs.append(("context", context_to_json(exchange.context)))
    return warc_fields(pairs)


def _kinds(exchange: Exchange, first: str) -> list[str]:
    """Return the records that an exchange needs, in the order in which they are written."""
    answered = [first] if exchange.response else []
    return [*answered, "request", "metadata", *(["resource"] if exchange.drawn else [])]


def _drawn(
    exchange: Exchange, ids: Mapping[str, str], members: list[bytes], before: int
) -> Drawn | None:
    if not exchange.drawn:
        return None
    offset = before + sum(len(member) for member in members[:-1])
    digest = sha256(exchange.drawn)
    return Drawn(offset, len(members[-1]), ids["resource"], digest, exchange.drawn)


def _own_fields(kind: str, exchange: Exchange, digest: str | None) -> list[tuple[str, str]]:
    fields = []
    if kind == "response" and digest:
        fields.append(("WARC-Payload-Digest", digest))
    if kind == "response" and exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    if kind == "resource" and exchange.drawn:
        fields.append(("WARC-Payload-Digest", sha256(exchange.drawn)))
    return fields


def _member(
    kind: str,
    ids: Mapping[str, str],
    common: list[tuple[str, str]],
    block: bytes,
    own: list[tuple[str, str]],
) -> bytes:
    return _gzip(*_headers(kind, ids, common, own), block)


def _headers(
    kind: str,
    ids: Mapping[str, str],
    common: list[tuple[str, str]],
    own: list[tuple[str, str]],
) -> tuple[list[tuple[str, str]], str]:
    """Return the fields of a record but those of its block, and its media type."""
    others = [("WARC-Concurrent-To", other) for name, other in ids.items() if name != kind]
    media_types = {"metadata": _FIELDS, "resource": _DRAWN}
    msgtype = "response" if kind == "revisit" else kind
    media_type = media_types.get(kind, f"application/http;msgtype={msgtype}")
    headers = [("WARC-Type", kind), ("WARC-Record-ID", ids[kind]), *common, *others, *own]
    return headers, media_type


def _gzip(headers: list[tuple[str, str]], media_type: str, block: bytes) -> bytes:
    head = _head(headers, sha256(block), len(block), media_type)
    return bytes(deflate.gzip_compress(head + block + b"\r\n\r\n", _GZIP_LEVEL))


def _head(headers: list[tuple[str, str]], digest: str, size: int, media_type: str) -> bytes:
    rows = [
        *headers,
        ("WARC-Block-Digest", digest),
        ("Content-Type", media_type),
        ("Content-Length", str(size)),
    ]
    if any(len(f"{value}x".splitlines()) > 1 or "\0" in value for _, value in rows):
        raise ValueError(f"a WARC header would hold a line break: {rows!r}")
    lines = "".join(f"{name}: {value}\r\n" for name, value in rows)
    return f"WARC/1.1\r\n{lines}\r\n".encode()


def _record_id() -> str:
    return f"<{uuid.uuid4().urn}>"


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
