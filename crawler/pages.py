"""The only two ways to a `Page`: from a response of the live crawl, from a record of an archive.

Both go through one function of the archived capture, so that right of here live crawl and re-parse
cannot differ. Knows content codings (gzip, deflate, br, zstd) and their limits; never a charset.
"""

from __future__ import annotations

import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING

import brotli
import deflate
from backports import zstd

from parsers.items import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.http import Response

    from crawler.archive.capture import Capture

#: A report page is 15–120 KB, the largest scanned PDF seen is under 60 MB; a gzip bomb is 1 GB.
#: As much as is read of a body that comes uncoded (`crawler.archive.capture.READ_MAX`).
MAX_BODY = 64 * 1024 * 1024
#: Honest servers code once, a proxy twice; forty layers were seen only in attacks.
MAX_CODINGS = 2


def from_response(response: Response) -> Page:
    """Return the page of a live (or replayed) `response`; its capture is durable already."""
    return _page(response.meta["capture"])


def from_record(capture: Capture) -> Page:
    """Return the page of an archived capture."""
    return _page(capture)


def gives_item(page: Page) -> bool:
    """Whether a capture is a document of its own: an answer 200 that a person could read.

    Redirects, errors, robots.txt, and the data answers (JSON, XML) behind a list are archived and
    counted, but are no documents. A revisit is the document of an earlier capture, which has its
    item: it gives none, whether it was just fetched or is read from an archive. Nor does a script
    or a picture that a browser asked for.
    """
    if page.revisit or page.context.embedded_in:
        return False
    if page.status != HTTPStatus.OK or page.final_url.partition("?")[0].endswith("/robots.txt"):
        return False
    media_type = (page.header("Content-Type") or "").partition(";")[0].strip().lower()
    return not media_type.endswith(_NO_DOCUMENT)


# application/json, text/xml, …; application/xhtml+xml is a page and is let through by the "+".
_NO_DOCUMENT = ("/json", "/xml", "/javascript", "/css", "/x-javascript", "/x-icon")


def _page(capture: Capture) -> Page:
    headers = tuple(_headers(capture.head))
    body, warnings = decode(capture.body, headers) if not capture.left else (b"", [])
    if capture.left:
        warnings.append(f"a body of {capture.left} bytes is too large to be read")
    if capture.truncated:
        warnings.append(f"the capture is cut short ({capture.truncated})")
    return Page(
        url=capture.context.requested_url or capture.url,
        final_url=capture.url,
        status=capture.status,
        headers=headers,
        body=body,
        fetched_at=capture.date,
        archive=capture.ref,
        context=capture.context,
        warnings=tuple(warnings),
        revisit=capture.record_type == "revisit",
    )


def _headers(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and values in order; folded lines go on, one without a colon is passed over."""
    pending: tuple[bytes, bytes] | None = None
    for line in head.replace(b"\r\n", b"\n").split(b"\n")[1:]:
        if line[:1] in (b" ", b"\t") and pending:
            pending = (pending[0], pending[1] + b" " + line.strip())
            continue
        if pending:
            yield pending
        name, colon, value = line.partition(b":")
        pending = (name.strip(), value.strip()) if colon else None
    if pending:
        yield pending


def decode(body: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> tuple[bytes, list[str]]:
    """Undo content codings, last first; where one fails, keep what came out and say so."""
    codings = [
        coding.strip().lower()
        for name, value in headers
        if name.lower() == b"content-encoding"
        for coding in value.split(b",")
    ]
    codings = [coding for coding in codings if coding not in (b"", b"identity")]
    if len(codings) > MAX_CODINGS:
        return body, [f"{len(codings)} content codings on top of one another: left coded"]
    for coding in reversed(codings):
        if coding not in _DECODERS:
            return body, [f"unknown content coding {coding.decode('latin-1')!r}"]
        body, damage = _DECODERS[coding](body)
        if damage:
            return body, [f"{coding.decode()}: {damage}"]
    return body, []


#: A bomb: what is too large to be read is read by no stage, as where it comes uncoded.
_TOO_LARGE = (b"", f"more than {MAX_BODY} bytes, which are not read")
_GZIP = b"\x1f\x8b\x08"
#: Bytes that a decoder gives at once: a bomb is known before its pieces are joined.
_PIECE = 1024 * 1024


def _inflate(wbits: int) -> Callable[[bytes], tuple[bytes, str | None]]:
    def decode(body: bytes) -> tuple[bytes, str | None]:
        decoder, out, left = zlib.decompressobj(wbits), bytearray(), body
        try:
            while left and len(out) <= MAX_BODY:
                out += decoder.decompress(left, _PIECE)
                left = decoder.unconsumed_tail
                # RFC 1952, 2.2: a member may follow another; what else follows is not the page's.
                if decoder.eof and decoder.unused_data.startswith(_GZIP):
                    left, decoder = decoder.unused_data, zlib.decompressobj(wbits)
        except zlib.error:
            return _salvage(body, wbits), "damaged data"
        return _whole(out, finished=decoder.eof)

    return decode


_by_zlib = _inflate(zlib.MAX_WBITS | 16)
#: RFC 1952, 2.3.1: FHCRC, among the flags.
_HEADER_CHECKED = 2


def _gunzip(body: bytes) -> tuple[bytes, str | None]:
    """Undo gzip: what is one whole member, as nearly every body is, by libdeflate in half the time.

    RFC 1952, 2.3.1: the last four bytes say how much there is. Where it is another number, or a
    member may follow, and of what is damaged, zlib has the last word. It alone proves a header by
    the checksum that some have.
    """
    size, flags = int.from_bytes(body[-4:], "little"), int.from_bytes(body[3:4])
    if not 0 < size <= _PIECE or flags & _HEADER_CHECKED or body.find(_GZIP, 1) >= 0:
        return _by_zlib(body)
    try:
        whole = bytes(deflate.gzip_decompress(body))
    except (deflate.DeflateError, ValueError):
        return _by_zlib(body)
    return (whole, None) if len(whole) == size else _by_zlib(body)


def _salvage(body: bytes, wbits: int) -> bytes:
    """Return what a damaged stream gives before the damage."""
    decoder, out = zlib.decompressobj(wbits), bytearray()
    try:
        for start in range(0, len(body), 512):
            out += decoder.decompress(body[start : start + 512])
            if len(out) > MAX_BODY:
                break
    except zlib.error:
        pass
    return bytes(out)


def _deflate(body: bytes) -> tuple[bytes, str | None]:
    """Undo "deflate": zlib-wrapped by the standard, raw from some old servers."""
    wrapped = _inflate(zlib.MAX_WBITS)(body)
    if wrapped[1] is None:
        return wrapped
    raw = _inflate(-zlib.MAX_WBITS)(body)
    return raw if raw[1] is None or len(raw[0]) > len(wrapped[0]) else wrapped


def _brotli(body: bytes) -> tuple[bytes, str | None]:
    decoder, out = brotli.Decompressor(), bytearray()
    try:
        while piece := decoder.process(body, output_buffer_limit=_PIECE):
            out += piece
            body = b""
            if len(out) > MAX_BODY:
                break
    except brotli.error:
        return bytes(out), "damaged data"
    return _whole(out, finished=decoder.is_finished())


def _zstd(body: bytes) -> tuple[bytes, str | None]:
    decoder, out = zstd.ZstdDecompressor(), bytearray()
    try:
        while not decoder.eof and (piece := decoder.decompress(body, _PIECE)):
            out += piece
            body = b""
            if len(out) > MAX_BODY:
                break
    except zstd.ZstdError:
        return bytes(out), "damaged data"
    return _whole(out, finished=decoder.eof)


def _whole(out: bytearray, *, finished: bool) -> tuple[bytes, str | None]:
    if len(out) > MAX_BODY:
        return _TOO_LARGE
    return bytes(out), None if finished else "ends early"


_DECODERS: dict[bytes, Callable[[bytes], tuple[bytes, str | None]]] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _deflate,
    b"br": _brotli,
    b"zstd": _zstd,
}
