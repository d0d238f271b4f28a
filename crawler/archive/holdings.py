"""What an archive holds, asked through its ledger: the record that answers, or that was the last.

A file is read wherever it is on its way from the spool to the store. Never writes a byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive import reader, revisits
from crawler.archive.capture import READ_MAX
from crawler.archive.fields import clean_uri
from crawler.archive.locations import closing_source
from crawler.archive.members import LocalFile
from crawler.archive.spool import OPEN
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from crawler.archive.capture import Capture
    from crawler.archive.ledger import Ledger, Row
    from crawler.archive.members import Source
    from crawler.archive.place import Place


class Holdings:
    """The records of one archive; files that were asked for stay open until `forget` or `close`."""

    def __init__(self, place: Place, ledger: Ledger, read_max: int = READ_MAX) -> None:
        self._place = place
        self._read_max = read_max
        self._ledger = ledger
        self._sources: dict[str, Source] = {}

    def answer(
        self, job: str, fingerprint: str, occurrence: int
    ) -> tuple[Row, Capture | None] | None:
        """Return the archived exchange that answers an asking, and its capture where it has one.

        None where it was never asked, or where not one byte crossed the wire: then ask the network.
        """
        row = self._ledger.exchange(job, fingerprint, occurrence)
        if row is None or row.file is None or row.offset is None or row.length is None:
            return None
        return row, self.captured(row)

    def before(self, job: str, url: str, fingerprint: str) -> Row | None:
        """Return the latest whole answer to that request in any job but `job`."""
        return self._ledger.before(job, clean_uri(url), fingerprint)

    def captured(self, row: Row) -> Capture | None:
        """Return the capture of an exchange, a revisit with the body that it repeats.

        None where no answer came. Raises ArchiveError where it cannot be read.
        """
        if row.file is None or row.offset is None or row.length is None:
            return None
        source = self._source(row.file)
        capture = reader.capture_at(source, row.offset, row.length, self._read_max)
        if capture is not None and row.refers_to is not None:
            original = self.response(self.original_of(row))
            capture = revisits.resolved(capture, original)
        return capture

    def last(self, url: str) -> Row | None:
        """Return the latest whole answer of a URL that the server can be asked to compare with."""
        row = self._ledger.last_whole(clean_uri(url))
        return row if row and (row.etag or row.modified) else None

    def response(self, row: Row) -> Capture:
        """Return the response record of an exchange; may be called in any thread.

        Raises ArchiveError where it cannot be read.
        """
        if row.file is None or row.offset is None or row.length is None or row.record_id is None:
            raise ArchiveError(f"{row.url} has no response record in {self._place.ledger}")
        with closing_source(self._open(row.file)) as source:
            return reader.response_at(source, row.offset, row.length, row.record_id, self._read_max)

    def original_of(self, row: Row) -> Row:
        """Return the exchange whose response record a row is, or repeats. Raises ArchiveError."""
        original = self._ledger.record(row.refers_to) if row.refers_to else row
        if original is None:
            raise ArchiveError(
                f"{self._place.ledger} lacks the record {row.refers_to} that {row.url} repeats; "
                "restore it, or run with -s JOB=NAME to fetch it anew"
            )
        return original

    def forget(self, name: str) -> None:
        """Give back a file that is about to lie elsewhere."""
        source = self._sources.pop(name, None)
        if isinstance(source, LocalFile):
            source.close()

    def close(self) -> None:
        """Give every file back."""
        for name in list(self._sources):
            self.forget(name)

    def _source(self, name: str) -> Source:
        if name not in self._sources:
            self._sources[name] = self._open(name)
        return self._sources[name]

    def _open(self, name: str) -> Source:
        """Return a file of the archive wherever it is on its way from the spool to the store."""
        for path in (self._place.spool / (name + OPEN), self._place.spool / name):
            if path.exists():
                return LocalFile(path)
        return self._place.store.open(name)
