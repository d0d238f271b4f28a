"""Open zip archives within limits, and read the documents that an archive holds.

A zip says in its directory how much it unpacks to: what exceeds the limits is refused before a byte
is unpacked, and no member is unpacked further than it says. Office files are zips, too, and come
through here. Runs in the worker only (`worker.py`).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from parsers.extract.html import read_html
from parsers.extract.media import media_type_of
from parsers.extract.plain import read_text
from parsers.extract.worker import DOCUMENTS, IMAGES, MAX_BYTES, SCAN, ZIP, Unreadable, reader_of
from parsers.items import ArchiveRef, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.extract.worker import Read
    from parsers.items import Block

# A workbook of 30 sheets has 80 members, an archive of a city's reports 60.
MAX_MEMBERS = 2_000
# Photographs in a report of 60 pages come to 50 MB.
MAX_UNPACKED = 128 * 1024 * 1024
# The XML of the official template is 0.25 MB, of a report of 60 pages below 4 MB; a tree of it
# takes ten times that.
MAX_PART = 16 * 1024 * 1024
# Word's XML of empty cells is the most compressible honest content (template: 1 to 24); bombs of
# one layer reach 1 to 1,000. Small members may be anything: they cost nothing.
MAX_RATIO = 150
_RATIO_COUNTS_FROM = 1024 * 1024

_UTF8_FLAG, _LOCKED_FLAG = 0x800, 0x1
# An unknown compression and a password are told as RuntimeError, broken headers in many ways.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


@contextmanager
def opened(body: bytes) -> Iterator[zipfile.ZipFile]:
    """Give the zip in `body` if it is whole and within the limits, else raise `Unreadable`."""
    try:
        archive = zipfile.ZipFile(BytesIO(body))
    except _DAMAGE as error:
        raise Unreadable("the archive is damaged") from error
    with archive:
        _check(archive.infolist())
        yield archive


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Unreadable(f"the archive holds more than {MAX_MEMBERS} files: not opened")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable(f"the archive unpacks to more than {MAX_UNPACKED >> 20} MiB: not opened")
    for member in members:
        large = member.file_size > _RATIO_COUNTS_FROM
        if large and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Unreadable(f"the archive unpacks to more than {MAX_RATIO} times: not opened")


def unpack(archive: zipfile.ZipFile, name: str, limit: int = MAX_PART) -> bytes:
    """Return a member of `limit` bytes at most; raise `Unreadable` where that fails."""
    try:
        size = archive.getinfo(name).file_size
    except KeyError as error:
        raise Unreadable(f"the file has no part {name}") from error
    if size > limit:
        raise Unreadable(f"the part {name} has more than {limit >> 20} MiB")
    try:
        return archive.read(name)
    except _DAMAGE as error:
        raise Unreadable(f"the part {name} is damaged or locked") from error


def read_archive(body: bytes) -> Read:
    """Return the blocks of all documents in a zip, in the order of their names, and warnings.

    A member of another kind, a locked one, and an archive within the archive are named in a
    warning. What a name means is not asked: the bytes tell what a member is.
    """
    return _read_all(body, recognises=False)


def read_archive_of_scans(body: bytes) -> Read:
    """Return what `read_archive` returns, and what pictures of pages show."""
    return _read_all(body, recognises=True)


def _read_all(body: bytes, *, recognises: bool) -> Read:
    blocks: list[Block] = []
    warnings: list[str] = []
    with opened(body) as archive:
        members = sorted((_name(info), info) for info in archive.infolist() if not info.is_dir())
        for name, info in members:
            try:
                found, told = _read_member(archive, info, recognises=recognises)
            except Unreadable as error:
                warnings.append(f"{name}: {error}")
                continue
            blocks += found
            warnings += [f"{name}: {warning}" for warning in told]
    return blocks, warnings


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, recognises: bool) -> Read:
    if info.flag_bits & _LOCKED_FLAG:
        raise Unreadable("locked by a password")
    body = unpack(archive, info.filename, MAX_BYTES)
    media_type = media_type_of(body)
    if media_type in ("text/html", "text/plain"):
        return _read_web(body, media_type)
    if media_type in IMAGES and not recognises:
        raise Unreadable(f"{SCAN}: a picture")
    if media_type not in DOCUMENTS or media_type == ZIP:
        raise Unreadable(f"{media_type} in an archive is not read")
    return reader_of(media_type, recognises=recognises)(body)


def _read_web(body: bytes, media_type: str) -> Read:
    """Return the blocks of a page or text that was packed; its links lead nowhere from here."""
    page = Page("", "", 200, (), body, "", ArchiveRef("", 0, 0, "", ""))
    document = read_html(page) if media_type == "text/html" else read_text(page)
    return list(document.blocks), list(document.warnings)


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese Windows writes GBK where the standard says code page 437."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
