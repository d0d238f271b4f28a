"""Count what archives hold: files, records, hosts, statuses, media types, bytes, dates, failures.

Read from the records alone, so that any tool's archive can be counted; why an exchange failed
stands in our metadata records only. Names and numbers are the field's own words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.archive.fields import read_fields
from crawler.archive.locations import Counts, opened
from crawler.archive.members import Damage, Record, records
from crawler.archive.message import headers_of, read_response, without_interim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.archive.cdxj import Progress
    from crawler.archive.members import Source

_CAPTURES = {"response", "revisit", "resource"}


@dataclass(slots=True)
class Stats:
    """What archives hold; `bytes` as they lie there, dates as in WARC-Date, the rest by number."""

    files: int = 0
    bytes: int = 0
    first_date: str | None = None
    last_date: str | None = None
    records: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    media_types: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    truncated: Counter[str] = field(default_factory=Counter)
    damages: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts, the most frequent first."""
        return {
            name: dict(value.most_common()) if isinstance(value, Counter) else value
            for name in self.__slots__
            for value in [getattr(self, name)]
        }


def count(
    locations: Iterable[str], settings: Mapping[str, Any], progress: Progress | None = None
) -> Stats:
    """Count what the archives at `locations` hold. Raises ArchiveError where one cannot be read."""
    stats = Stats()
    for _, source in opened(locations, settings, Counts(damages=stats.damages)):
        _count_file(source, stats, progress)
    return stats


def _count_file(source: Source, stats: Stats, progress: Progress | None) -> None:
    stats.files += 1
    stats.bytes += source.size
    for record in records(source):
        if isinstance(record, Damage):
            stats.damages.append(str(record))
            continue
        if progress:
            progress(source.name, record.offset, source.size)
        _count_record(record, stats)


def _count_record(record: Record, stats: Stats) -> None:
    kind = record.header("WARC-Type") or ""
    stats.records[kind] += 1
    if date := record.header("WARC-Date"):
        stats.first_date = min(stats.first_date or date, date)
        stats.last_date = max(stats.last_date or date, date)
    if kind in _CAPTURES:
        _count_capture(record, stats)
    elif kind == "metadata" and (reason := _failure(record)):
        stats.failures[reason] += 1


def _failure(record: Record) -> str | None:
    """Return why an exchange failed, where its metadata record says so."""
    if not (record.header("Content-Type") or "").startswith("application/warc-fields"):
        return None
    return read_fields(record.block).get("failure")


def _count_capture(record: Record, stats: Stats) -> None:
    stats.hosts[_host(record.header("WARC-Target-URI") or "")] += 1
    cut = record.header("WARC-Truncated")
    # A revisit is cut by nature: its payload is the one that it refers to.
    if cut and record.header("WARC-Type") != "revisit":
        stats.truncated[cut] += 1
    if record.header("WARC-Type") == "resource":
        stats.media_types[_media_type(record.header("Content-Type") or "")] += 1
        return
    answer = read_response(without_interim(record.block)[1])
    stats.statuses[str(answer.status) if answer else "none"] += 1
    types = [
        value.decode("latin-1")
        for name, value in (headers_of(answer.head) if answer else ())
        if name.lower() == b"content-type"
    ]
    stats.media_types[_media_type(types[-1] if types else "")] += 1


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower() or "none"


def _host(uri: str) -> str:
    """Return the host of a URI with its port; the scheme where it has none."""
    try:
        parts = urlsplit(uri.strip("<>"))
    except ValueError:
        return "none"
    return parts.netloc.rpartition("@")[2].lower() or parts.scheme or "none"
