"""Read archives back: files, folders and `s3://` prefixes, ours or another tool's, as captures.

An archive of ours is read from its manifest; a file that the manifest does not list is read with a
warning. A response and the metadata record beside it give one `Capture`, equal to the one that the
live crawl gave. Damage is named (file, byte, why), counted, and the rest is read. Never writes.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive import records as warc
from crawler.archive import revisits
from crawler.archive.capture import READ_MAX
from crawler.archive.fields import context_from_json, read_fields, sha256
from crawler.archive.large import read_large
from crawler.archive.locations import ArchiveFile, Counts, archive_files, closing_source
from crawler.archive.members import (
    LARGE,
    MAX_BLOCK,
    Damage,
    NoWarcError,
    Record,
    next_record,
    records,
)
from crawler.archive.message import Message, read_response, without_interim
from crawler.archive.place import store_of
from crawler.archive.spans import Mark, Span
from parsers.errors import ArchiveError
from parsers.items import ArchiveRef, Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.archive.capture import Capture, Truncation
    from crawler.archive.members import Source

_log = logging.getLogger(__name__)
_TRUNCATIONS: dict[str, Truncation] = {
    "length": "length", "time": "time", "disconnect": "disconnect", "unspecified": "unspecified",
}  # fmt: skip


def read_captures(
    locations: Iterable[str],
    settings: Mapping[str, Any] | None = None,
    counts: Counts | None = None,
    *,
    resolve: bool = False,
) -> Iterator[Capture]:
    """Yield the captures of files, folders and `s3://` prefixes, in the order of files and bytes.

    A revisit comes marked and without a body; with `resolve` it has the body of the record that it
    repeats, where one of the locations holds that (which reads them once more, to find it).
    Raises ArchiveError for a named file that is no WARC, and for what cannot be reached. Damage
    inside a file, and a file of a folder that is no WARC, are named in `counts` and in the log, and
    what lies behind is read.
    """
    counts = counts if counts is not None else Counts()
    files = archive_files(locations, settings, counts)
    read_max = read_max_of(settings)
    originals = Originals(files, read_max) if resolve else None
    for file in files:
        try:
            for capture in read_file(file, counts, read_max):
                yield originals.resolved(capture) if originals else capture
        except NoWarcError:
            if file.named:
                raise
            counts.note(Damage(file.path, 0, "no WARC file at all"))


def read_max_of(settings: Mapping[str, Any] | None) -> int:
    """Return the bytes of the largest body that is read (DOWNLOAD_MAXSIZE; 0 says any)."""
    return int((settings or {}).get("DOWNLOAD_MAXSIZE", READ_MAX) or MAX_BLOCK)


def read_file(
    file: ArchiveFile, counts: Counts | None = None, read_max: int = READ_MAX
) -> Iterator[Capture]:
    """Yield the captures of one file in the order of its bytes."""
    counts = counts if counts is not None else Counts()
    with closing_source(file.open()) as source:
        counts.files += 1
        if file.entry and file.entry.size != source.size:
            said = f"the manifest says {file.entry.size} bytes"
            counts.note(Damage(source.name, source.size, said))
        for capture in captures(source, counts, read_max):
            counts.captures += 1
            yield capture


def read_capture(
    ref: ArchiveRef, location: str, settings: Mapping[str, Any] | None = None
) -> Capture:
    """Return the capture that `ref` cites, by one range request to `location`.

    `location` is the archive (folder, `s3://` prefix) or the file itself. The context is empty: it
    lies in another record. Raises ArchiveError where there is no such record.
    """
    path = Path(location)
    store = None if path.is_file() else store_of(location, settings or {})
    file = ArchiveFile(store, location if store is None else ref.filename)
    with closing_source(file.open()) as source:
        part = _part(source, ref.offset, ref.length, ref.filename)
        # A gzip member of another tool may hold many records.
        held = captures(part, Counts(), read_max_of(settings))
        found = next((each for each in held if each.ref.record_id == ref.record_id), None)
    if found is None:
        raise ArchiveError(f"{location} has no record {ref.record_id} at byte {ref.offset}")
    return found


def capture_at(
    source: Source, offset: int, length: int, read_max: int = READ_MAX
) -> Capture | None:
    """Return the capture of one exchange, whose records take `length` bytes from `offset`."""
    return next(captures(_part(source, offset, length), Counts(), read_max), None)


def response_at(
    source: Source, offset: int, length: int, record_id: str, read_max: int = READ_MAX
) -> Capture:
    """Return the response record of one exchange, without context and without its drawn page.

    Raises ArchiveError where it does not lie between the `length` bytes from `offset`.
    """
    part = _part(source, offset, length)
    for record in records(part):
        if isinstance(record, Record) and record.header("WARC-Record-ID") == record_id:
            held = _Held.of(record, source.name, part, read_max)
            if held is not None and record.header("WARC-Type") == "response":
                return held.capture()
    raise ArchiveError(f"{source.name}, byte {offset}: not the record {record_id} of the ledger")


def response_from_bytes(data: bytes, filename: str, offset: int, record_id: str) -> Capture:
    """Return the response record of one exchange, whose bytes are at hand. Raises ArchiveError."""
    return response_at(_Bytes(data, filename, offset), 0, len(data), record_id)


def captures(
    source: Source, counts: Counts, read_max: int = READ_MAX, span: Span | None = None
) -> Iterator[Capture]:
    """Yield the captures of a file: each response with the metadata record that goes with it.

    A response is held until a record comes that does not belong to it. A `resource` (the drawn
    page) concurrent to a response of the same URL takes its place. A body of more than `read_max`
    bytes stays where it is. Of a file's part, `span`, these are the captures that begin in it.
    """
    span = span or Span(0, source.size + 1, Mark(0, 0, source.name))
    filename = span.begin.filename if span.begin else span.filename or source.name
    held: _Held | None = None
    for record, passed in _placed(source, span, counts):
        kind = record.header("WARC-Type") or ""
        counts.records[kind] = counts.records.get(kind, 0) + 1
        if kind == "warcinfo":
            filename = record.header("WARC-Filename") or filename
        elif kind in {"response", "resource", "revisit"} and (
            new := _Held.of(record, filename, source, read_max)
        ):
            if kind == "resource" and held and held.belongs(record):
                new.context = held.context
            elif not span.found(Mark(record.offset, passed, filename)):
                break
            elif held:
                yield held.capture()
            held = new
        elif kind == "metadata" and held and held.belongs(record):
            held.context = _context(record)
    else:
        span.at_end(source.size, filename)
    if held:
        yield held.capture()


def _placed(source: Source, span: Span, counts: Counts) -> Iterator[tuple[Record, int]]:
    """Yield the records from the beginning of `span`, each with how many share its offset before.

    Ends where no exchange can begin in the part any more. What lies before its first exchange is
    the part's before, which reads on to there: damage, and a drawn page.
    """
    first = span.first if span.begin else next_record(source, span.start, span.stop)
    offset, passed = -1, 0
    for record in records(source, first):
        if span.begin is None and record.offset >= span.stop:
            return
        passed = passed + 1 if record.offset == offset else 0
        offset = record.offset
        if isinstance(record, Damage):
            if span.begin:
                counts.note(record)
        elif not span.passes(offset, passed) and (span.begin or not _is_drawn(record)):
            yield record, passed


def _is_drawn(record: Record) -> bool:
    kind = record.header("WARC-Type")
    return kind == "resource" and bool(record.all("WARC-Concurrent-To"))


@dataclass(slots=True)
class _Held:
    """A response whose metadata record may still come."""

    record: Record
    answer: Message
    ref: ArchiveRef
    context: Context = field(default_factory=Context)

    @classmethod
    def of(
        cls, record: Record, filename: str, source: Source, read_max: int = READ_MAX
    ) -> _Held | None:
        answer, digest = _answer(record, read_max)
        if answer is None or not record.header("WARC-Target-URI"):
            return None
        base = source.base if isinstance(source, _Bytes | _Part) else 0
        digest = record.header("WARC-Payload-Digest") or digest or sha256(answer.body)
        record_id = record.header("WARC-Record-ID") or ""
        return cls(
            record,
            answer,
            ArchiveRef(filename, base + record.offset, record.length, record_id, digest),
        )

    def belongs(self, other: Record) -> bool:
        """Whether `other` says that it goes with this record."""
        named = other.all("WARC-Concurrent-To") + other.all("WARC-Refers-To")
        return self.ref.record_id in named

    def capture(self) -> Capture:
        url = (self.record.header("WARC-Target-URI") or "").strip("<>")
        date = self.record.header("WARC-Date") or ""
        cut = _TRUNCATIONS.get(self.record.header("WARC-Truncated") or "")
        if self.record.header("WARC-Type") == "resource":
            media_type = self.record.header("Content-Type") or ""
            return warc.drawn_capture(
                self.answer.body, url, date, self.ref, self.context, media_type, self.answer.left
            )
        revisit = self.record.header("WARC-Type") == "revisit"
        refers_to = (self.record.header("WARC-Refers-To") or "") if revisit else None
        return warc.capture(self.answer, url, date, self.ref, self.context, cut, refers_to)


class Originals:
    """The response records of some files, found by id or by payload, for the revisits of them.

    The files are read through at the first question; what is kept of a record lies in a temporary
    database on the disk.
    """

    def __init__(self, files: Sequence[ArchiveFile], read_max: int = READ_MAX) -> None:
        self._files = files
        self._read_max = read_max
        self._db: sqlite3.Connection | None = None

    def resolved(self, capture: Capture) -> Capture:
        """Return a revisit with the body that it repeats, where that is at hand; others as is."""
        if capture.record_type != "revisit":
            return capture
        original = self._find(capture)
        return capture if original is None else revisits.resolved(capture, original)

    def _find(self, capture: Capture) -> Capture | None:
        if self._db is None:
            self._db = self._index()
        found = self._db.execute(
            "SELECT file, offset, length, id FROM originals WHERE id = ? OR digest = ?"
            " ORDER BY id = ? DESC, file, offset LIMIT 1",
            (capture.refers_to, capture.ref.payload_digest, capture.refers_to),
        ).fetchone()
        if found is None:
            return None
        file, offset, length, record_id = found
        with closing_source(self._files[file].open()) as source:
            return response_at(source, offset, length, record_id, self._read_max)

    def _index(self) -> sqlite3.Connection:
        db = sqlite3.connect("", isolation_level=None)
        db.execute(
            "CREATE TABLE originals (id TEXT, digest TEXT, file INT, offset INT, length INT)"
        )
        db.execute("BEGIN")
        for number, file in enumerate(self._files):
            with closing_source(file.open()) as source, suppress(NoWarcError):
                rows = (_place(record, number) for record in records(source))
                db.executemany("INSERT INTO originals VALUES (?, ?, ?, ?, ?)", filter(None, rows))
        db.execute("CREATE INDEX by_id ON originals (id)")
        db.execute("CREATE INDEX by_digest ON originals (digest)")
        return db


def _place(record: Record | Damage, file: int) -> tuple[str, str | None, int, int, int] | None:
    if isinstance(record, Damage) or record.header("WARC-Type") != "response":
        return None
    record_id = record.header("WARC-Record-ID") or ""
    digest = record.header("WARC-Payload-Digest")
    return record_id, digest, file, record.offset, record.length


def _answer(record: Record, read_max: int) -> tuple[Message | None, str | None]:
    """Return a record's response, and its payload digest where it had to be made to know its size.

    A resource has no head, so its type stands for one.
    """
    media_type = record.header("Content-Type") or ""
    if record.header("WARC-Type") == "resource":
        if not (record.header("WARC-Target-URI") or "").strip("<").startswith("http"):
            return None, None
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n"
        whole = Message(head.encode("utf-8"), _whole(record, read_max), 200)
        return (whole._replace(left=record.size) if record.size > read_max else whole), None
    if not media_type.lower().startswith("application/http"):
        return None, None
    if record.spilled is not None and (found := read_large(record.spilled)) is not None:
        return found.message(read_max)
    return warc.bounded(read_response(without_interim(record.block)[1]), read_max), None


def _whole(record: Record, read_max: int) -> bytes:
    """Return the block of a record that is all body; nothing where it is too large."""
    if record.size > read_max:
        return b""
    return record.block if record.spilled is None else b"".join(record.spilled.pieces())


def _context(record: Record) -> Context:
    """Return what the metadata record says of the crawl; another tool's says nothing of it."""
    if not (record.header("Content-Type") or "").startswith("application/warc-fields"):
        return Context()
    fields = read_fields(record.block)
    try:
        return context_from_json(fields["context"])
    except (KeyError, ValueError):
        return Context(via=fields.get("via"))


def _part(source: Source, offset: int, length: int, name: str | None = None) -> Source:
    """Return a part of a file: at hand where it is small, so that a store is asked once."""
    if length <= LARGE:
        return _Bytes(source.read_at(offset, length), name or source.name, offset)
    return _Part(source, offset, length, name or source.name)


class _Part:
    """A part of a file as a `Source` that reads there; `base` is where it begins in the file."""

    def __init__(self, source: Source, base: int, size: int, name: str) -> None:
        self.name = name
        self.size = size
        self.base = base
        self._source = source

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return self._source.read_at(self.base + offset, max(0, min(length, self.size - offset)))


class _Bytes:
    """A part of a file as a `Source`; `base` is where it begins in the file."""

    def __init__(self, data: bytes, name: str, base: int) -> None:
        self.name = name
        self.size = len(data)
        self.base = base
        self._data = data

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return self._data[offset : offset + length]
