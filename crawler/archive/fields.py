"""What a WARC record's lines say: addresses, instants, digests, ids, how the crawl came there.

Rules: ISO 28500:2017 (WARC 1.1), clauses 4 and 5. Every value that comes from outside is cleaned or
refused here, so that none can put a line of its own into a record. Pure.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Any

import orjson

from parsers.items import AttachedTo, Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

# Whatever is no visible ASCII cannot stand in a request line, nor so in a WARC-Target-URI.
_NOT_IN_A_URI = re.compile(rb"[^\x21-\x7e]|[<>]")
_URI = re.compile(r"[!-;=?-~]*")
# What some reader takes for the end of a line (str.splitlines), and the end of a C string.
_ENDS_A_LINE = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\0]")
#: The field of a metadata record that holds bytes which came behind an archived answer: as JSON, a
#: character a byte. A response record of theirs could pass for a page that nobody asked for.
LATE_FIELD = "late-bytes"


def header_lines(pairs: Sequence[tuple[str, str]]) -> str:
    """Return header lines. Raises ValueError where a value would break its line."""
    values = "".join([value for _, value in pairs])
    if not values.isprintable() and _ENDS_A_LINE.search(values):
        raise ValueError(f"a WARC header would hold a line break: {pairs!r}")
    return "".join([f"{name}: {value}\r\n" for name, value in pairs])


def warc_fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return `application/warc-fields`; line breaks within a value become blanks."""
    lines = [f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in pairs]
    return "".join(lines).encode("utf-8", "backslashreplace")


def read_fields(block: bytes) -> dict[str, str]:
    """Return the fields of a block of warc-fields, names in lower case, last one wins."""
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def context_to_json(context: Context) -> str:
    """Return a context as one line of JSON; ASCII where a lone surrogate forbids UTF-8."""
    try:
        text = orjson.dumps(context).decode()
    except TypeError:
        return json.dumps(asdict(context))
    return text if len(text.splitlines()) == 1 else json.dumps(asdict(context))


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
    if _URI.fullmatch(url):
        return url  # as nearly all are
    raw = url.encode("utf-8", "surrogatepass")
    return _NOT_IN_A_URI.sub(lambda byte: b"%%%02X" % byte[0][0], raw).decode("ascii")


def warc_date(instant: datetime) -> str:
    """Return an instant as WARC-Date: RFC 3339, UTC, microseconds."""
    naive = instant.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(timespec="microseconds") + "Z"


def sha256(data: bytes) -> str:
    """Return a labelled digest: `sha256:` and lower-case hex (annotated standard, #80)."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def record_ids(kinds: Sequence[str]) -> dict[str, str]:
    """Return an id for each of at most sixteen records that belong together.

    118 random bits that all share, then the record's number: UUIDs of version 8 (RFC 9562, 5.8).
    Each record names the others, and what they share is packed once: 1 % of an archive (measured).
    """
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    begin = (
        f"<urn:uuid:{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-"
        f"{variant}{digits[17:20]}-{digits[20:31]}"
    )
    return {kind: f"{begin}{number:x}>" for number, kind in enumerate(kinds)}
