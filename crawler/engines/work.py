"""Do one unit: read its captures, run the stages over them, pack what comes out.

The same code in every engine, here or on another machine. What needs more than one capture (the
duplicates) is left to `manifest`: of each item go along what tells them. Writes nothing.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from backports import zstd

from crawler.archive.locations import Counts, archive_files, closing_source
from crawler.archive.members import NoWarcError
from crawler.archive.reader import captures, read_max_of
from crawler.archive.spans import Mark, Span
from crawler.engines.sketches import Likeness, likeness
from crawler.feeds.exporters import json_line
from crawler.pages import from_record, gives_item
from crawler.pipelines import stages_of_one
from crawler.standing import collecting_every
from parsers.extract import takes_a_worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.archive.capture import Capture
    from crawler.archive.locations import ArchiveFile
    from crawler.archive.members import Damage, Source
    from crawler.engines.selection import Selection
    from crawler.engines.units import Unit
    from crawler.registry import Registry
    from parsers.items import Page, Report

#: Names of the stages in the order of `stages_of_one`.
STAGES = ("extract", "clean", "parse", "check")


@dataclass(frozen=True, slots=True)
class Job:
    """What every unit of a re-parse has in common; it can be sent to another machine."""

    settings: Mapping[str, Any]
    registry: Registry
    selection: Selection


class Print(NamedTuple):
    """What of an item tells the original from its duplicates.

    `instant` is when it was fetched, in microseconds from 1970, `NEVER` where that is no date.
    """

    capture_id: str
    official: bool
    instant: int
    payload: str
    likeness: Likeness | None


#: Behind every date.
NEVER = 2**63 - 1


@dataclass(slots=True)
class Done:
    """A unit that is done. `part` is its items as JSON lines, zstd; `prints` are theirs, in order.

    `begin` and `end` are where its first exchange and the first one behind it begin, both None
    where none begins in it; `seconds` are those of each stage. One that is `stale` was not done:
    the index that told what to read of it was wrong.
    """

    number: int
    begin: Mark | None = None
    end: Mark | None = None
    captures: int = 0
    damages: list[str] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    prints: list[Print] = field(default_factory=list)
    part: bytes = b""
    stale: bool = False


class Bench:
    """A worker's own tools: the stages, the files opened so far."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stages = list(zip(STAGES, stages_of_one(job.registry), strict=True))
        self._read_max = read_max_of(job.settings)
        self._files: dict[tuple[str, str], ArchiveFile] = {}

    def do(self, unit: Unit) -> Done:
        """Return what a unit gives. Raises ArchiveError where its file cannot be read."""
        counts, watch = _Noted(), _Watch()
        lines: list[bytes] = []
        kinds: Counter[str] = Counter()
        done = Done(unit.number)
        with collecting_every(_OBJECTS):
            for pages in _batches(self._pages(unit, done, counts)):
                watch.lap("read")
                reports = self._reports(pages, watch)
                lines += map(json_line, reports)
                done.prints += map(print_of, reports)
                kinds.update(report.kind for report in reports)
                watch.lap("write")
        watch.lap("read")
        if done.stale:
            return Done(unit.number, stale=True)
        done.kinds, done.damages = dict(kinds), counts.damages
        done.part = zstd.compress(b"".join(lines)) if lines else b""
        watch.lap("write")
        done.seconds = dict(watch.seconds)
        return done

    def _captures(self, unit: Unit, done: Done, counts: Counts) -> Iterator[Capture]:
        """Yield what is to be read of a unit; note in `done` where it begins and ends."""
        with closing_source(self._file(unit).open()) as source:
            if unit.runs is not None:
                yield from self._runs(unit, source, done)
                return
            span = Span(unit.start, unit.stop, unit.begin, filename=unit.filename)
            yield from captures(source, counts, self._read_max, span)
            done.begin, done.end = span.begin, span.end

    def _runs(self, unit: Unit, source: Source, done: Done) -> Iterator[Capture]:
        """Yield what an index says there is; `done` is stale where something else is."""
        counts = _Noted()
        for run in unit.runs or ():
            met = set()
            span = Span(run.begin, run.stop, Mark(run.begin, 0, unit.filename))
            try:
                for capture in captures(source, counts, self._read_max, span):
                    met.add(capture.url)
                    yield capture
            except NoWarcError:
                done.stale = True
            done.stale |= bool(counts.damages) or not met.issuperset(run.urls)

    def _pages(self, unit: Unit, done: Done, counts: Counts) -> Iterator[Page]:
        """Yield the pages of a unit that are to be parsed; count its captures in `done`."""
        selection, registry = self._job.selection, self._job.registry
        for capture in self._captures(unit, done, counts):
            done.captures += 1
            page = from_record(capture) if unit.parsed else None
            if page and gives_item(page) and selection.takes(page, registry):
                yield page

    def _reports(self, pages: Sequence[Page], watch: _Watch) -> list[Report]:
        """Return the reports of some pages, each stage done for all of them before the next."""
        items: list[Any] = list(pages)
        for name, stage in self._stages:
            items = [_staged(stage, item, page) for item, page in zip(items, pages, strict=True)]
            watch.lap(name)
        return [item for item in items if self._job.selection.takes_kind(item.kind)]

    def _file(self, unit: Unit) -> ArchiveFile:
        key = unit.location, unit.path
        if key not in self._files:
            counts = _Noted()
            for file in archive_files([unit.location], self._job.settings, counts):
                self._files[unit.location, file.path] = file
        return self._files[key]


#: New objects that start a round of the garbage collector. A page in flight has some thousand, so
#: that Python's own number starts one on every second page: 7 % of the time, and nothing is found,
#: since the stages leave no cycles (0 in 400 pages).
_OBJECTS = 50_000


#: Pages that go from stage to stage together, and their bytes. A stage's code and tables fill the
#: processor's cache: in batches of 16 a page takes a fifth less time than by itself, of 4 a tenth
#: less, of 64 no less than of 16. A page that makes them so many bytes ends its batch, and so does
#: one that takes a worker: 80 KB of an Office file hold 4,000,000 characters; six at once took
#: 200 MB more than one.
_BATCH, _BATCH_BYTES = 16, 1 << 20


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Yield pages by the batch, in order."""
    batch: list[Page] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += len(page.body)
        if len(batch) == _BATCH or size >= _BATCH_BYTES or takes_a_worker(page):
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _staged(stage: Any, item: Any, page: Page) -> Any:
    """Return what a stage makes of an item; an error that nobody foresaw tells of which page."""
    try:
        return stage.process_item(item)
    except BaseException as error:
        record = page.archive
        error.add_note(f"the page: {page.final_url} ({record.filename}, byte {record.offset})")
        raise


class _Noted(Counts):
    """Counts that keep a damage for whoever asked, and log nothing."""

    def note(self, damage: Damage) -> None:
        """Note a damage."""
        self.damages.append(str(damage))


class _Watch:
    """Seconds by name: each lap is since the last one."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        """Count the time since the last lap under `name`."""
        now = time.perf_counter()
        self.seconds[name] += now - self._since
        self._since = now


def print_of(report: Report) -> Print:
    """Return what tells a report's original."""
    return Print(
        report.capture_id,
        report.source.official,
        _instant(report.fetched_at),
        report.archive.payload_digest,
        likeness(report),
    )


def _instant(date: str) -> int:
    """Return a date's microseconds from 1970.

    >>> _instant("1970-01-01T00:00:01Z"), _instant("1970-01-01T00:00:01.5Z")
    (1000000, 1500000)
    """
    try:
        told = datetime.fromisoformat(date)
    except ValueError:
        return NEVER
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return (told - _BEGINNING) // timedelta(microseconds=1)


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
