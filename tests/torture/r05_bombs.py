"""R5: a bomb of any kind costs at most 256 MB and 10 s, and its item says what became of it.

Each bomb is a page of an archive's reader: its bytes and headers go through content codings and
extraction, as every page does, in a child of its own whose memory and processor time are counted,
those of its worker included. Address space beyond what a child begins with is limited, too.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
from backports import zstd

from tests.parsers.documents import office
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.registry import Trial

MEMORY = 256 << 20
SECONDS = 10
ROOT = Path(__file__).resolve().parents[2]
_MB = 1 << 20
HTML = "text/html; charset=utf-8"


def _many(count: int) -> bytes:
    return bytes(count * _MB)


def _deflated(count: int) -> tuple[bytes, int]:
    """Return so many MB of zeros as zlib packs them best, and their checksum.

    One block is made and repeated: to pack 900 MB took four seconds.
    """
    packer, checksum = zlib.compressobj(9, zlib.DEFLATED, -15), 0
    block = packer.compress(_many(1)) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(count):
        checksum = zlib.crc32(_many(1), checksum)
    return block * count + packer.flush(), checksum


def _gzip_of_zeros(count: int) -> bytes:
    packed, checksum = _deflated(count)
    tail = struct.pack("<2L", checksum, count * _MB)
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + packed + tail


def _zip_of_zeros(name: bytes, count: int) -> bytes:
    packed, checksum = _deflated(count)
    sizes = (checksum, len(packed), count * _MB, len(name), 0)
    entry = struct.pack("<5H3L2H", 20, 0, zipfile.ZIP_DEFLATED, 0, 33, *sizes)
    member = b"PK\3\4" + entry + name + packed
    directory = b"PK\1\2" + struct.pack("<H", 20) + entry + bytes(14) + name
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(member), 0)
    return member + directory + tail


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _overlapping() -> bytes:
    """Return a zip whose directory names one member a thousand times."""
    whole = _zip({"a.htm": _many(10)})
    start = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    entry = whole[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1000, 1000, len(entry) * 1000, start, 0)
    return whole[:start] + entry * 1000 + tail


def _png(side: int) -> bytes:
    """Return a picture of `side` × `side` pixels in some kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
        )

    head = struct.pack(">2L5B", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _pdf(stream: bytes, filters: bytes) -> bytes:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>",
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def _pdf_of_pages() -> bytes:
    kids = b" ".join(b"%d 0 R" % n for n in range(3, 20_003))
    pages = b"".join(
        b"%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n" % n
        for n in range(3, 20_003)
    )
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n"
        b"<< /Type /Pages /Count 20000 /Kids [" + kids + b"] >>\nendobj\n" + pages
        + b"trailer << /Root 1 0 R >>\n%%EOF\n"
    )  # fmt: skip


def _laughs(root: str) -> bytes:
    """Return XML whose ten entities unfold to a billion words."""
    lines = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10)]
    return f"<?xml version='1.0'?><!DOCTYPE x [{''.join(lines)}]><{root}>&e9;</{root}>".encode()


def _docx_of(xml: bytes) -> bytes:
    whole = office.docx(office.paragraph("一、总体情况"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "word/document.xml" else old.read(name))
    return out.getvalue()


BOMBS: dict[str, Callable[[], tuple[bytes, dict[str, str]]]] = {
    "gzip": lambda: (_gzip_of_zeros(500), {"Content-Encoding": "gzip"}),
    "gzip in gzip": lambda: (
        gzip.compress(gzip.compress(_many(500))),
        {"Content-Encoding": "gzip, gzip"},
    ),
    "deflate": lambda: (zlib.compress(_many(500)), {"Content-Encoding": "deflate"}),
    "brotli": lambda: (brotli.compress(_many(500), quality=1), {"Content-Encoding": "br"}),
    "zstd": lambda: (zstd.compress(_many(500)), {"Content-Encoding": "zstd"}),
    "zstd window": lambda: (
        zstd.compress(_many(300), options={zstd.CompressionParameter.window_log: 27}),
        {"Content-Encoding": "zstd"},
    ),
    "headers": lambda: (b"<p>x", {f"X-{n}": "x" * 1000 for n in range(500)}),
    "zip": lambda: (_zip_of_zeros(b"a.htm", 900), {}),
    "zip in zip": lambda: (_zip({f"{n}.zip": _zip({"a.htm": _many(90)}) for n in range(9)}), {}),
    "zip of many": lambda: (_zip({f"{n}.htm": b"<p>x" for n in range(60_000)}), {}),
    "zip that overlaps": lambda: (_overlapping(), {}),
    "docx": lambda: (_docx_of(b"<w:p>" + b" " * (700 * _MB) + b"</w:p>"), {}),
    "docx of entities": lambda: (_docx_of(_laughs("w:document")), {}),
    "docx that reads a file": lambda: (
        _docx_of(b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>'),
        {},
    ),
    "PDF": lambda: (
        _pdf(zlib.compress(zlib.compress(_many(500), 9), 9), b"/FlateDecode /FlateDecode"),
        {},
    ),
    "PDF of drawing": lambda: (
        _pdf(zlib.compress(b"0 0 m 9 9 l S\n" * 3_000_000), b"/FlateDecode"),
        {},
    ),
    "PDF of pages": lambda: (_pdf_of_pages(), {}),
    "PDF with a long page tree": lambda: (
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"]" * 100_000 + b"\nendobj\n%%EOF",
        {},
    ),
    "XML of entities": lambda: (_laughs("html"), {"Content-Type": "text/xml"}),
    "picture": lambda: (_png(60_000), {}),
    "100,000 attributes": lambda: (
        b"<p " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b">x",
        {"Content-Type": HTML},
    ),
    "100,000 tags in one another": lambda: (b"<div>" * 100_000 + b"x", {"Content-Type": HTML}),
    "100,000 tables in one another": lambda: (
        b"<table><tr><td>" * 100_000 + b"x",
        {"Content-Type": HTML},
    ),
    "a cell of 60,000 columns": lambda: (
        b"<table>" + b"<tr><td colspan=60000 rowspan=60000>x" * 2000,
        {"Content-Type": HTML},
    ),
    "entities without end": lambda: (b"&amp;" * 2_000_000, {"Content-Type": HTML}),
    "tag without end": lambda: (b"<a href='" + b"x" * (20 * _MB), {"Content-Type": HTML}),
    "comments without end": lambda: (b"<!--" * 2_000_000, {"Content-Type": HTML}),
    "digits without end": lambda: (b"<p>" + b"1" * (4 * _MB), {"Content-Type": HTML}),
}
#: What no `make test` needs to wait for: the same guards meet others of the list.
_QUICK = ("gzip", "brotli", "zstd", "zip", "docx of entities", "PDF", "picture",
          "100,000 attributes", "100,000 tags in one another")  # fmt: skip


def run(trial: Trial) -> Iterator[str | None]:
    """Set off each bomb in a child; the quick ones first."""
    names = [*_QUICK, *(name for name in BOMBS if name not in _QUICK)]
    trial.whole = len(names)
    most = 0
    for name in names:
        path = trial.folder / "bomb"
        body, headers = BOMBS[name]()
        path.write_bytes(body)
        del body
        path.with_name("told").write_text(json.dumps([headers, trial.fault]), "utf-8")
        said = subprocess.run(
            [sys.executable, "-m", __name__, str(path)], cwd=ROOT, capture_output=True, text=True,
            check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        found = json.loads(said.stdout or "{}")
        if not found:
            yield f"{name}: its child ended with {said.returncode}: {said.stderr[-200:]}"
            continue
        most = max(most, found["memory"])
        wrong = []
        if found["memory"] > MEMORY:
            wrong.append(f"{found['memory'] >> 20} MB")
        if found["seconds"] > SECONDS:
            wrong.append(f"{found['seconds']:.1f} s")
        if "hostname" in name or found["leaked"]:
            wrong.append("a file of this machine is in its text")
        yield f"{name}: {', '.join(wrong)}" if wrong else None
    trial.notes.append(f"at most {most >> 20} MB")


def main() -> None:
    """Read one page as the stages do; say what it cost, this process and its worker together."""
    from crawler.archive.capture import Capture  # noqa: PLC0415 (a child's own)
    from crawler.pages import from_record  # noqa: PLC0415
    from parsers.cleaning import clean  # noqa: PLC0415
    from parsers.extract import extract, worker  # noqa: PLC0415
    from parsers.items import ArchiveRef, Context  # noqa: PLC0415
    from parsers.report import read_page  # noqa: PLC0415, F401 (loads what a page needs)

    path = Path(sys.argv[1])
    headers, fault = json.loads(path.with_name("told").read_text("utf-8"))
    if fault == "no-limit":
        import crawler.pages  # noqa: PLC0415

        crawler.pages.MAX_BODY = worker.ADDRESS_SPACE = 4 << 30
        crawler.pages._PIECE = 1 << 30
    begun, spent = _peak(), _seconds(resource.RUSAGE_SELF)
    head = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {each}\r\n" for name, each in headers.items())
    ref = ArchiveRef("a.warc.gz", 0, 1, "<urn:uuid:1>", "sha256:x")
    capture = Capture(
        "http://a.example/", "2024-03-01T00:00:00Z", 200, head.encode() + b"\r\n",
        path.read_bytes(), ref, Context("http://a.example/"),
    )  # fmt: skip
    document = clean(extract(from_record(capture)), None).document
    text = "".join(block.text for block in document.blocks)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    host = Path("/etc/hostname")
    secret = host.read_text("utf-8").strip() if host.exists() else ""
    found = {
        "memory": max(_peak() - begun, others.ru_maxrss << 10),
        # What imports took before is no cost of the bomb's: on a busy machine it is seconds.
        "seconds": _seconds(resource.RUSAGE_SELF) - spent + _seconds(resource.RUSAGE_CHILDREN),
        "leaked": bool(secret) and secret in text,
        "warnings": list(document.warnings)[:3],
    }
    sys.stdout.write(json.dumps(found))


def _seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    """Return the most bytes that this process held; `ru_maxrss` counts who started it, too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


CHECK = Check(
    name="R5 bombs",
    claim=f"each costs at most {MEMORY >> 20} MB and {SECONDS} s",
    goal=None,
    sample=5,
    run=run,
    faults=("no-limit",),
    fault_sample=1,
)

if __name__ == "__main__":
    main()
