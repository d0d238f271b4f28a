"""Tell what a payload is by its first bytes; headers lie (a PDF sent as text/html was seen).

Signatures are those of the formats' own specifications. Never looks at names or headers.
"""

from __future__ import annotations

import re

_OFFICE = "application/vnd.openxmlformats-officedocument"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
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
# Names of members that stand uncompressed in a zip's local headers and directory.
_ZIP_MEMBERS: tuple[tuple[bytes, str], ...] = (
    (b"word/", f"{_OFFICE}.wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    (b"OFD.xml", "application/ofd"),
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
            return media_type
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
    ends = body[:65_536] + body[-65_536:]
    return next((kind for name, kind in _ZIP_MEMBERS if name in ends), "application/zip")


def _is_binary(start: bytes) -> bool:
    controls = sum(start.count(bytes((code,))) for code in (*range(9), *range(14, 27)))
    return controls > len(start) * _BINARY_SHARE
