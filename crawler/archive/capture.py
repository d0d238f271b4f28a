"""The two shapes at the archive's door: an `Exchange` goes in, a `Capture` comes out.

Both hold the wire's bytes. No Scrapy here: the download handler builds exchanges, the reader and
the live crawl give captures, and `crawler.pages` turns a capture into a `Page`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 (dataclass field, read at run time)
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from crawler.archive.message import Message
    from crawler.archive.spill import Spill
    from parsers.items import ArchiveRef, Context

#: Bytes of the largest body that is read back into memory (DOWNLOAD_MAXSIZE): what stages read at
#: most (`parsers.extract.worker.MAX_BYTES`); the largest scanned PDF seen has under 60 MB.
READ_MAX = 64 * 1024 * 1024

#: The reason of an exchange that is but bytes which came behind an archived answer, on its
#: connection and before the next request: the body of a 204, say, in a packet of its own.
LATE = "late_bytes"

Truncation = Literal["length", "time", "disconnect", "unspecified"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page as a browser drew it: `html` in UTF-8, `screenshot` as PNG where it has one.

    `parts` are the archived records of what the browser asked for: their ids and URLs.
    """

    html: bytes
    screenshot: bytes | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, as it crossed the wire.

    `request` and `response` are head and body, chunk framing and content coding kept; `response` is
    empty where nothing came back, `request` where nothing was asked (`LATE`). `started_at` is the
    instant of the request's first byte (UTC), `seconds` the time until the last byte. `reason` is
    None for a whole response, else one short code ("timeout", "data_loss", "bad_http", "refused",
    …); `truncated` is WARC's word for it. `drawn` is the page as a browser drew it, where one was
    asked to. A large response lies in a file; `entity` is then its body as the download has it in
    memory anyway, and a body of more than `read_max` bytes is in no capture. `answer` is a small
    response as the download has read it already. `tls` says what the registry grants an old host.
    """

    url: str
    request: bytes
    response: bytes | Spill
    started_at: datetime
    seconds: float
    ip: str | None
    context: Context
    reason: str | None = None
    truncated: Truncation | None = None
    drawn: Drawing | None = None
    entity: bytes | None = None
    answer: Message | None = None
    read_max: int = READ_MAX
    tls: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """A response as the archive holds it.

    `head` is status line and headers up to and with the empty line; `body` is the entity,
    transfer-decoded, still content-coded. `date` is RFC 3339 UTC as in WARC-Date. `refers_to` names
    the record that a revisit repeats: it has that one's body, where one asked for it. `left` is the
    number of the entity's bytes where they are too many to be read: `body` is then empty.
    """

    url: str
    date: str
    status: int
    head: bytes
    body: bytes
    ref: ArchiveRef
    context: Context
    record_type: Literal["response", "resource", "revisit"] = "response"
    truncated: Truncation | None = None
    media_type: str | None = None
    refers_to: str | None = None
    left: int = 0
