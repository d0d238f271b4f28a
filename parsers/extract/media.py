"""Tell what a payload is by its first bytes; headers lie (a PDF sent as text/html was seen).

Signatures are those of the formats' own specifications. Never looks at names or headers.
"""

from __future__ import annotations

import re
import struct

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OLE = "application/x-ole-storage"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
# Names of members, as the directory of a zip holds them.
_ZIP_MEMBERS: tuple[tuple[bytes, str], ...] = (
    (b"word/", f"{_OFFICE}.wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    (b"OFD.xml", "application/ofd"),
)
# Streams that a compound file (OLE) names in UTF-16: what Office before 2007, and WPS, write.
_OLE_STREAMS: tuple[tuple[bytes, str], ...] = (
    ("WordDocument".encode("utf-16-le"), "application/msword"),
    ("Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    ("Book\0".encode("utf-16-le"), "application/vnd.ms-excel"),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TAG = re.compile(
    rb"<(?:!doctype|!--|html|head|meta|title|body|div|span|p|table|script|style|a|h[1-6]|br|font)"
    rb"[\s>/!a-z-]",
    re.IGNORECASE,
)
# Inline scripts of 3 KB before the first tag were seen; a text page has no tag anywhere near.
_TAG_WINDOW = 16_384
# The share of control characters above which bytes are no text of any charset used here.
_BINARY_SHARE = 0.02


def media_type_of(body: bytes) -> str:
    """Return the media type of `body`: "text/html", "text/plain", "application/pdf" and so on.

    A PDF may have up to a kilobyte of rubbish before its signature (ISO 32000, H.3.4.1).
    """
    for signature, media_type in _SIGNATURES:
        if body.startswith(signature):
            return _ole_type(body) if media_type == _OLE else media_type
    if body.startswith(b"PK\x03\x04"):
        return _zip_type(body)
    start = body[:_TAG_WINDOW]
    if start.startswith(_BOMS[1:]):
        start = start.replace(b"\x00", b"")
    if _TAG.search(start):
        return "text/html"
    if b"%PDF-" in body[:1024]:
        return "application/pdf"
    return "application/octet-stream" if _is_binary(start) else "text/plain"


def _zip_type(body: bytes) -> str:
    names = _zip_directory(body)
    return next((kind for name, kind in _ZIP_MEMBERS if name in names), "application/zip")


def _zip_directory(body: bytes) -> bytes:
    """Return the archive's own list of names, which holds none of an archive stored within.

    APPNOTE 4.3.16: size and offset of the directory stand 12 bytes into the record at the end.
    Where that record is lost, the first and last members tell.
    """
    end = body.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(body):
        return body[:65_536] + body[-65_536:]
    size, offset = struct.unpack_from("<II", body, end + 12)
    return body[offset : offset + size]


def _ole_type(body: bytes) -> str:
    return next((kind for name, kind in _OLE_STREAMS if name in body), _OLE)


def _is_binary(start: bytes) -> bool:
    controls = sum(start.count(bytes((code,))) for code in (*range(9), *range(14, 27)))
    return controls > len(start) * _BINARY_SHARE
