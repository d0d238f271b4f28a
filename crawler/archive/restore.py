"""Rebuild a ledger from the store alone: after a machine was lost, or beside one that goes on.

The store's manifest says which files there are and of which job each is; their records say what was
asked and what came back. A file that the ledger knows already is left alone, so that a second
restore costs a listing, and a worker takes over from another machine what that one brought in.
What never became a record (a refused connection, a request that was only planned) is not there to
be restored: it is asked again. Writes the ledger, nothing else. No Scrapy.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive.capture import LATE
from crawler.archive.fields import read_fields
from crawler.archive.jobs import now
from crawler.archive.ledger import Ledger, Outcome, Row
from crawler.archive.locations import closing_source
from crawler.archive.members import Damage, Record, records
from crawler.archive.message import named, split_head, status_of, without_interim
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.archive.cdxj import Progress
    from crawler.archive.members import Source
    from crawler.archive.place import Place
    from crawler.archive.store import Entry

    #: What the crawl tells requests apart by, from address, method and body.
    Fingerprint = Callable[[str, str, bytes], str]


@dataclass(slots=True)
class Restored:
    """What was entered anew: files and exchanges; jobs that the ledger did not know."""

    files: int = 0
    exchanges: int = 0
    jobs: list[str] = field(default_factory=list)


def restore(
    place: Place, fingerprint: Fingerprint, prefix: str = "", progress: Progress | None = None
) -> Restored:
    """Enter every file of the store that the ledger of `place` lacks, oldest first.

    `prefix` takes only files whose names begin so. Jobs are entered as finished: which of them
    ended is known to none but the machine that ran them; `-s JOB=NAME` goes on with one. Raises
    ArchiveError where a file cannot be read whole: nothing of it is entered then.
    """
    restored = Restored()
    with closing(Ledger(place.ledger)) as ledger:
        entries = [
            entry for entry in place.store.entries(prefix) if not ledger.job_of_file(entry.filename)
        ]
        for entry in sorted(entries, key=lambda each: (each.closed, each.filename)):
            if progress:
                progress(entry.filename, 0, entry.size)
            restored.exchanges += _enter_file(ledger, place, entry, fingerprint)
            restored.files += 1
            if ledger.job(entry.job) is None:
                ledger.begin(entry.job, "", now())
                ledger.finish(entry.job, now())
                restored.jobs.append(entry.job)
    return restored


def _enter_file(ledger: Ledger, place: Place, entry: Entry, fingerprint: Fingerprint) -> int:
    """Enter one file's exchanges, then the file: a restore that was killed between does both."""
    ledger.forget_file(entry.filename)
    with closing_source(place.store.open(entry.filename)) as source:
        if source.size != entry.size:
            raise ArchiveError(
                f"{place.store.url}/{entry.filename} has {source.size} bytes, its manifest says "
                f"{entry.size}; restore the object and run the same command again"
            )
        rows = _numbered(ledger, _rows(source, entry, fingerprint))
    ledger.enter(rows, [_outcome(row) for row in rows if row.reason != LATE])
    ledger.open_file(entry.filename, entry.job)
    ledger.list_file(entry.filename, entry.size, entry.sha256, entry.records)
    return len(rows)


def _numbered(ledger: Ledger, rows: Iterator[Row]) -> list[Row]:
    """Give each exchange the number of its asking: the order of its job's files and bytes."""
    asked: Counter[tuple[str, str]] = Counter()
    found = []
    for row in rows:
        if row.reason == LATE:  # nobody asked for it
            found.append(row)
            continue
        key = (row.job, row.fingerprint)
        if key not in asked:
            asked[key] = ledger.times_asked(*key)
        asked[key] += 1
        found.append(row._replace(occurrence=asked[key]))
    return found


def _rows(source: Source, entry: Entry, fingerprint: Fingerprint) -> Iterator[Row]:
    """Yield the exchanges of a file in the order of its bytes."""
    for _, together in groupby(_whole(source), key=_shared_id):
        held = list(together)
        if held[0].header("WARC-Type") != "warcinfo":
            yield _Exchange.of(held).row(entry, fingerprint)


def _whole(source: Source) -> Iterator[Record]:
    for record in records(source):
        if isinstance(record, Damage):
            raise ArchiveError(f"{record}; restore the file and run the same command again")
        yield record


def _shared_id(record: Record) -> str:
    """Return what the ids of an exchange's records share: all but the number at the end."""
    return (record.header("WARC-Record-ID") or "").rstrip(">")[:-1]


class _Exchange(NamedTuple):
    """The records of one exchange, as they lie one behind another."""

    first: Record
    last: Record
    answer: Record | None
    request: Record | None
    said: dict[str, str]
    drawn: bool

    @classmethod
    def of(cls, held: list[Record]) -> _Exchange:
        by_type = {record.header("WARC-Type"): record for record in reversed(held)}
        metadata = by_type.get("metadata")
        return cls(
            first=held[0],
            last=held[-1],
            answer=by_type.get("response") or by_type.get("revisit"),
            request=by_type.get("request"),
            said=read_fields(metadata.block) if metadata else {},
            drawn="resource" in by_type,
        )

    def row(self, entry: Entry, fingerprint: Fingerprint) -> Row:
        """Return the exchange as the ledger holds it."""
        url = (self.first.header("WARC-Target-URI") or "").strip("<>")
        method, body = _asked(self.request)
        answer = self.answer
        head = split_head(without_interim(answer.block)[1])[0] if answer else b""
        pairs = named(head, b"etag", b"last-modified")
        given = {name: value.decode("latin-1") for name, value in pairs}
        status = 200 if self.drawn else status_of(head)
        reason = self.said.get("failure")
        is_revisit = answer is not None and answer.header("WARC-Type") == "revisit"
        return Row(
            job=entry.job, fingerprint=fingerprint(url, method, body), occurrence=None, url=url,
            method=method, started=self.first.header("WARC-Date") or "",
            seconds=int(self.said.get("fetchtimems") or 0) / 1000,
            ip=self.first.header("WARC-IP-Address"), status=status, reason=reason,
            error=f"{reason}, as its record says" if reason else None,
            truncated=answer.header("WARC-Truncated") if answer and not is_revisit else None,
            payload_digest=answer.header("WARC-Payload-Digest") if answer else None,
            record_id=answer.header("WARC-Record-ID") if answer else None,
            file=entry.filename, offset=self.first.offset,
            length=self.last.offset + self.last.length - self.first.offset,
            refers_to=answer.header("WARC-Refers-To") if answer and is_revisit else None,
            etag=given.get(b"etag"), modified=given.get(b"last-modified"),
        )  # fmt: skip


def _asked(request: Record | None) -> tuple[str, bytes]:
    """Return method and body of a request record; bytes that came late have none."""
    if request is None:
        return "GET", b""
    head, body = split_head(request.block)
    return head.partition(b" ")[0].decode("latin-1"), body


def _outcome(row: Row) -> Outcome:
    ended = "failed" if row.reason or row.status is None else "answered"
    return Outcome(row.job, row.fingerprint, row.url, row.method, ended, row.reason, row.status)
