"""What the standard says of one record: fields, values, digests; what we ask of our own besides.

The rules are ISO 28500:2017 (WARC 1.1), clauses 5 and 6, with the readings of its annotated
edition. Each is a sentence with a short name, so that a program can count them. A record's
neighbours, its file and its archive are the part of `verify` and `audit`. Pure: a record in,
faults out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive.fields import LATE_FIELD, read_fields
from crawler.archive.large import entity_pieces, read_large
from crawler.archive.message import entity, read_response, split_head, without_interim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.members import Record
    from crawler.archive.spill import Spill

VERSIONS = (b"WARC/1.1", b"WARC/1.0")
IDENTICAL = "revisit/identical-payload-digest"
NOT_MODIFIED = "revisit/server-not-modified"
_PROFILES = "http://netpreserve.org/warc/1.1/"
_TRUNCATIONS = {"length", "time", "disconnect", "unspecified"}
_HTTP = "application/http"
#: Bytes of a large block within which the head of its message ends.
_HEAD = 1 << 18

_TYPES = {
    "warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion",
    "continuation",
}  # fmt: skip
_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
#: Fields that a type must have besides (5.8 target, 5.16 profile, 5.18 and 5.19 segments).
_NEEDED = {
    **dict.fromkeys(("response", "resource", "request", "conversion"), ("WARC-Target-URI",)),
    "revisit": ("WARC-Target-URI", "WARC-Profile"),
    "continuation": ("WARC-Target-URI", "WARC-Segment-Origin-ID", "WARC-Segment-Number"),
}
_NO_EVENT = {"warcinfo", "conversion", "continuation"}
_NO_REFERENCE = {"warcinfo", "response", "resource", "request", "continuation"}
#: Fields, and the types on which they shall not be.
_FORBIDDEN = {
    "WARC-Concurrent-To": _NO_EVENT,
    "WARC-IP-Address": _NO_EVENT,
    "WARC-Refers-To": _NO_REFERENCE,
    "WARC-Refers-To-Target-URI": _TYPES - {"revisit"},
    "WARC-Refers-To-Date": _TYPES - {"revisit"},
    "WARC-Target-URI": {"warcinfo"},
    "WARC-Payload-Digest": {"warcinfo", "metadata"},
    "WARC-Identified-Payload-Type": {"warcinfo", "metadata"},
    "WARC-Warcinfo-ID": {"warcinfo"},
    "WARC-Filename": _TYPES - {"warcinfo"},
    "WARC-Profile": _TYPES - {"revisit"},
    "WARC-Segment-Origin-ID": _TYPES - {"continuation"},
    "WARC-Segment-Total-Length": _TYPES - {"continuation"},
}
_MAY_REPEAT = "warc-concurrent-to"
_ONCE = {
    *(name.lower() for name in (*_MANDATORY, *_FORBIDDEN)), "content-type", "warc-block-digest",
    "warc-truncated", "warc-segment-number",
} - {_MAY_REPEAT}  # fmt: skip
_URI_FIELDS = (
    "WARC-Record-ID", "WARC-Concurrent-To", "WARC-Refers-To", "WARC-Refers-To-Target-URI",
    "WARC-Target-URI", "WARC-Warcinfo-ID", "WARC-Profile", "WARC-Segment-Origin-ID",
)  # fmt: skip
#: The grammar of 1.0 put every URI in angle brackets; 1.1 keeps them for record identifiers only.
_BARE_URI = {"WARC-Target-URI", "WARC-Refers-To-Target-URI", "WARC-Profile"}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+\Z")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?\Z", re.ASCII)
_DATE_1_0 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)
_LABEL = re.compile(r"([A-Za-z0-9-]+):([A-Za-z0-9+/=_-]+)\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_FIRST = "2000-01-01T00:00:00"


class Fault(NamedTuple):
    """A broken rule: its short name, and a sentence."""

    rule: str
    reason: str


def faults(record: Record, *, own: bool) -> Iterator[Fault]:
    """Yield what is wrong with a record by itself; `own` asks what we ask of our own besides."""
    yield from _head(record)
    yield from _fields(record)
    yield from _values(record)
    yield from _digests(record)
    if record.header("WARC-Type") == "revisit":
        yield from _revisit(record, own=own)
    if own:
        yield from _our_own(record)


def payload(record: Record) -> Iterator[bytes] | None:
    """Return the payload that a record holds (6.3.2: the entity, transfer-decoded, still coded).

    In pieces, since it may be larger than memory. None where the record holds none, or only a part
    of one: a revisit, a segment, a record of fields.
    """
    kind = record.header("WARC-Type")
    if record.header("WARC-Segment-Number") or kind not in {
        "response", "request", "resource", "conversion",
    }:  # fmt: skip
        return None
    if kind in {"resource", "conversion"} or not _is_http(record):
        return _block(record)
    if record.spilled is not None:
        return _large_payload(record.spilled, kind)
    if kind == "response" and (answer := read_response(without_interim(record.block)[1])):
        return iter([answer.body])
    return iter([entity(*split_head(record.block))])


def _large_payload(block: Spill, kind: str) -> Iterator[bytes]:
    if kind == "response" and (answer := read_large(block)) is not None:
        return answer.entity()
    head, _ = split_head(block.read_at(0, _HEAD))
    return entity_pieces(head, block.pieces(len(head)))


def _block(record: Record) -> Iterator[bytes]:
    return iter([record.block]) if record.spilled is None else record.spilled.pieces()


def agrees(labelled: str, data: Iterable[bytes]) -> bool | None:
    """Whether a labelled digest is that of `data`; None where its algorithm is unknown.

    Base16 and Base32 are told apart by their length, as the annotated standard does.
    """
    found = _LABEL.match(labelled)
    if found is None:
        return False
    name = found[1].lower().replace("-", "")
    if name not in hashlib.algorithms_guaranteed or name.startswith("shake"):
        return None
    digest = hashlib.new(name)
    for piece in data:
        digest.update(piece)
    return _decoded(found[2], digest.digest_size) == digest.digest()


def _decoded(value: str, size: int) -> bytes | None:
    try:
        if len(value) == 2 * size:
            return bytes.fromhex(value)
        return base64.b32decode(value.upper().rstrip("=") + "=" * (-len(value.rstrip("=")) % 8))
    except (ValueError, binascii.Error):
        return None


def _head(record: Record) -> Iterator[Fault]:
    """Check the head's own form (clause 4): version, line ends, colons, UTF-8."""
    version, *lines = record.head.split(b"\r\n")
    if version not in VERSIONS:
        yield Fault("version", f"the version {version[:20]!r} is not WARC/1.1 or WARC/1.0")
    for line in lines:
        if _CONTROL.search(line) or b"\n" in line:
            yield Fault("head", f"a control character stands in the field {line[:40]!r}")
        elif not line.startswith((b" ", b"\t")) and b":" not in line[1:]:
            yield Fault("head", f"a line of the head is no field: {line[:40]!r}")
    try:
        record.head.decode()
    except UnicodeDecodeError:
        yield Fault("head", "the head is not UTF-8")


def _fields(record: Record) -> Iterator[Fault]:
    """Check which fields there are."""
    kind = record.header("WARC-Type") or ""
    for name in (*_MANDATORY, *_NEEDED.get(kind, ())):
        if not record.header(name):
            yield Fault("missing-field", f"a {kind or 'record'} without {name}")
    names = [name.lower() for name, _ in record.headers]
    present = set(names)
    for name in sorted({name for name in names if name in _ONCE and names.count(name) > 1}):
        yield Fault("repeated-field", f"{name} stands {names.count(name)} times")
    for name, types in _FORBIDDEN.items():
        if kind in types and name.lower() in present:
            yield Fault("forbidden-field", f"{name} shall not stand on a {kind}")
    if record.block and kind != "continuation" and not record.header("Content-Type"):
        yield Fault("missing-field", f"a {kind} with a block and no Content-Type")


def _values(record: Record) -> Iterator[Fault]:
    """Check that each value has its form."""
    old = record.head.startswith(b"WARC/1.0")
    yield from _uris(record, old=old)
    for name in ("WARC-Date", "WARC-Refers-To-Date"):
        for value in record.all(name):
            if not _is_date(value, old=old):
                yield Fault("date", f"{name} is no UTC date: {value[:40]!r}")
    if (cut := record.header("WARC-Truncated")) is not None and cut not in _TRUNCATIONS:
        yield Fault("truncated", f"WARC-Truncated is none of its words: {cut[:40]!r}")
    for value in record.all("WARC-IP-Address"):
        if not _is_address(value):
            yield Fault("ip-address", f"WARC-IP-Address is no address: {value[:40]!r}")
    number = record.header("WARC-Segment-Number")
    if number is not None and not (number.isascii() and number.isdecimal()):
        yield Fault("segment", f"WARC-Segment-Number is no number: {number[:40]!r}")


def _uris(record: Record, *, old: bool) -> Iterator[Fault]:
    for name in _URI_FIELDS:
        for value in record.all(name):
            bare = value
            if name not in _BARE_URI or old:
                bare = value.removeprefix("<").removesuffix(">")
            if not _URI.match(bare):
                yield Fault("uri", f"{name} is no URI: {value[:80]!r}")


def _digests(record: Record) -> Iterator[Fault]:
    """Check the digests over what the record holds."""
    parts = (("WARC-Block-Digest", _block(record)), ("WARC-Payload-Digest", payload(record)))
    for name, data in parts:
        if (labelled := record.header(name)) is None:
            continue
        if not _LABEL.match(labelled):
            yield Fault("digest-form", f"{name} is no labelled digest: {labelled[:80]!r}")
        elif data is not None and agrees(labelled, data) is False:
            rule = name.removeprefix("WARC-").lower()
            yield Fault(rule, f"{name} is not that of the bytes there")


def _revisit(record: Record, *, own: bool) -> Iterator[Fault]:
    """Check that a revisit says what its profile asks (6.7)."""
    profile = (record.header("WARC-Profile") or "").strip("<>")
    if profile.endswith(IDENTICAL):
        if not record.header("WARC-Payload-Digest"):
            yield Fault("revisit", "an identical-payload revisit without WARC-Payload-Digest")
        if record.header("WARC-Truncated") != "length":
            yield Fault("revisit", "an identical-payload revisit without WARC-Truncated: length")
    if not own:
        return
    if profile not in {_PROFILES + IDENTICAL, _PROFILES + NOT_MODIFIED}:
        yield Fault("revisit", f"WARC-Profile is none of WARC 1.1: {profile[:80]!r}")
    for name in ("WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date"):
        if not record.header(name):
            yield Fault("revisit", f"a revisit without {name}")


def _our_own(record: Record) -> Iterator[Fault]:
    """Check what our own writer never leaves out, although the standard would let it."""
    kind = record.header("WARC-Type") or ""
    if not record.head.startswith(b"WARC/1.1"):
        yield Fault("version", "a record of ours that is not WARC/1.1")
    if kind not in _TYPES:
        yield Fault("type", f"WARC-Type is none of the standard's: {kind[:40]!r}")
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        label = record.header(name)
        if label is not None and not label.startswith("sha256:"):
            yield Fault("digest-form", f"{name} is not sha256 in hex")
    if not record.header("WARC-Block-Digest"):
        yield Fault("missing-field", f"a {kind} of ours without WARC-Block-Digest")
    if kind not in _NO_EVENT and not record.header("WARC-Concurrent-To") and not _is_late(record):
        yield Fault("missing-field", f"a {kind} of ours without WARC-Concurrent-To")
    msgtype = {"response": "response", "revisit": "response", "request": "request"}.get(kind)
    if msgtype and record.header("Content-Type") != f"{_HTTP};msgtype={msgtype}":
        yield Fault("content-type", f"a {kind} of ours that is not {_HTTP};msgtype={msgtype}")
    answered = kind == "response" and read_response(record.block) is not None
    if answered and not record.header("WARC-Payload-Digest"):
        yield Fault("missing-field", "a response of ours without WARC-Payload-Digest")


def _is_late(record: Record) -> bool:
    """Whether a record is of bytes that came when the records of their exchange were written."""
    kind = record.header("WARC-Type")
    return kind == "metadata" and LATE_FIELD in read_fields(record.block)


def _is_http(record: Record) -> bool:
    return (record.header("Content-Type") or "").lower().startswith(_HTTP)


def _is_date(value: str, *, old: bool) -> bool:
    """Whether a value is a date of W3C's profile in UTC, and a day that there is."""
    if not (_DATE_1_0 if old else _DATE).match(value):
        return False
    known = value[:19].rstrip("Z")
    try:
        datetime.fromisoformat(known + _FIRST[len(known) :])
    except ValueError:
        return False
    return True


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
