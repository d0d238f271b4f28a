"""A small PDF whose Chinese text can be read back: one page, a character map, no font file."""

from __future__ import annotations

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Identity def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""

_TYPE_0 = b"""<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H
/DescendantFonts [6 0 R] /ToUnicode 7 0 R >>"""


def pdf(lines: list[str]) -> bytes:
    """Return a PDF that shows `lines` from the top of one A4 page."""
    shown = b"".join(
        b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj T*\n" for line in lines
    )
    content = b"BT /F1 12 Tf 16 TL 60 780 Td\n" + shown + b"ET"
    font = b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    page = b" /Resources << /Font << /F1 5 0 R >> >>"
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R%s >>" % page,
            _stream(content),
            _TYPE_0,
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000%s >>" % font,
            _stream(_TO_UNICODE),
        ]
    )


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _assembled(objects: list[bytes]) -> bytes:
    """Return the file: objects numbered from 1, their table of offsets, the trailer."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
