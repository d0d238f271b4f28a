"""Writing records and reading them back through the stages, each against what others use."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from trafilatura import extract
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from crawler.archive import records as warc
from crawler.archive.capture import Exchange
from crawler.archive.locations import Counts
from crawler.archive.members import Record, records
from crawler.archive.message import split_head
from crawler.archive.reader import read_captures
from crawler.engines.pool import Pool
from crawler.engines.selection import EVERYTHING
from crawler.engines.units import planned_files, units_of
from crawler.engines.work import Bench, Job
from crawler.pages import from_record, gives_item
from crawler.registry import Registry
from crawler.settings import REPARSE_UNIT_BYTES
from parsers.items import Context
from tests.benchmarks.figures import Figure, timed, told
from tests.benchmarks.pages import site
from tests.benchmarks.server import answer, plain_answer

if TYPE_CHECKING:
    from crawler.engines.units import Unit

_BEGUN = datetime(2026, 11, 21, 8, tzinfo=UTC)
_REQUEST = (
    b"GET %s HTTP/1.1\r\nHost: portal.test\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
    b"Accept-Language: zh\r\nUser-Agent: disclosure-archive/0.1\r\nAccept-Encoding: gzip\r\n\r\n"
)
#: Bytes of a unit where workers are compared: some twenty pages, so that few wait at the end.
PART = 1 << 18
#: Pages that trafilatura is given a round; it takes some 40 ms for each.
PEER_PAGES = 60


class Peer(WARCWriter):
    """warcio's writer with our digest: by SHA-1, its own, a digest has 34 characters fewer."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


def written(pages: int, rounds: int) -> list[Figure]:
    """Our records of an exchange (response, request, metadata) against warcio's of the same."""
    plain = [exchange(path, plain_answer(page)) for path, page in site(pages).items()]
    coded = [exchange(path, answer(page)) for path, page in site(pages).items()]
    return [
        *against_warcio("plain", plain, rounds, Goals(2.0, 1.0)),
        *against_warcio("gzip", coded, rounds, Goals(2.0, 1.0)),
    ]


class Goals(NamedTuple):
    """The least speed and the most bytes, each to the peer's."""

    speed: float
    size: float


def against_warcio(kind: str, exchanges: list[Exchange], rounds: int, goals: Goals) -> list[Figure]:
    """Write `exchanges` by turns; the bytes of the two are the same in every round."""
    parts = [part for each in exchanges for part in peer_parts(each)]
    paces, sizes = [], []
    for _ in range(rounds):
        theirs, ours = io.BytesIO(), io.BytesIO()
        peer = timed(partial(peer_write, parts, theirs))
        paces.append(peer / timed(partial(our_write, exchanges, ours)))
        sizes.append(len(ours.getvalue()) / len(theirs.getvalue()))
    return told(
        f"peer: warcio {version('warcio')}, WARCWriter(gzip=True), SHA-256, heads parsed "
        "beforehand; ours: records.pack; the same response, request and metadata records of "
        f"{len(exchanges)} exchanges, {kind} bodies, in memory; {rounds} rounds",
        Figure(f"WARC writer, {kind} bodies, speed to warcio", paces, goals.speed),
        Figure(f"WARC writer, {kind} bodies, bytes to warcio", sizes, goals.size, "most"),
    )


def our_write(exchanges: list[Exchange], stream: io.BytesIO) -> None:
    """Write every exchange as the keeper does."""
    stream.writelines(warc.pack(each).data for each in exchanges)


def exchange(path: str, wire: bytes) -> Exchange:
    """Return the exchange that asked for `path` and was answered `wire`."""
    url = f"http://portal.test{path}"
    context = Context(requested_url=url, via="http://portal.test/", depth=1, portal="bench")
    request = _REQUEST % path.encode()
    return Exchange(url, request, wire, _BEGUN, 0.25, "127.0.0.1", context)


class Memory:
    """Bytes as a source of records."""

    name = "memory"

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self._data = data

    def read_at(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]


class Part(NamedTuple):
    """A record as warcio is given it: its own fields, the HTTP head parsed, what follows that."""

    kind: str
    url: str
    fields: dict[str, str]
    others: list[str]
    media_type: str
    head: StatusAndHeaders | None
    body: bytes


def peer_parts(each: Exchange) -> list[Part]:
    """Return the records of an exchange as we write them, but for what warcio computes itself."""
    packed = Memory(warc.pack(each).data)
    return [peer_part(record) for record in records(packed) if isinstance(record, Record)]


def peer_part(record: Record) -> Part:
    """Return the part that makes warcio write `record`."""
    fields = {name: value for name, value in record.headers if "Digest" not in name}
    kind, url = fields.pop("WARC-Type"), fields.pop("WARC-Target-URI")
    media_type = fields.pop("Content-Type")
    del fields["Content-Length"], fields["WARC-Concurrent-To"]
    others = record.all("WARC-Concurrent-To")
    if kind == "metadata":
        return Part(kind, url, fields, others, media_type, None, record.block)
    head, body = split_head(record.block)
    parser = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False)
    return Part(kind, url, fields, others, media_type, parser.parse(io.BytesIO(head)), body)


def peer_write(parts: list[Part], stream: io.BytesIO) -> None:
    """Write every record as warcio's manual does."""
    writer = Peer(stream, gzip=True, warc_version="1.1")
    for part in parts:
        record = writer.create_warc_record(
            part.url,
            part.kind,
            payload=io.BytesIO(part.body),
            http_headers=part.head,
            warc_headers_dict=part.fields,
            warc_content_type=part.media_type,
        )
        for other in part.others:  # a field that repeats: a dictionary would hold one of two
            record.rec_headers.add_header("WARC-Concurrent-To", other)
        writer.write_record(record)


def read_again(archive: Path, pages: int, rounds: int) -> list[Figure]:
    """The re-parse of what the last live crawl archived against trafilatura on the same pages."""
    bodies = some_bodies(archive)
    ratios = []
    for _ in range(rounds):
        peer = timed(lambda: [peer_extract(body) for body in bodies]) / len(bodies)
        ratios.append(peer / (timed(lambda: our_reparse(archive)) / pages))
    return told(
        f"peer: trafilatura {version('trafilatura')}, extract(output_format='json', "
        f"include_tables=True) on decoded bodies in memory, {PEER_PAGES} pages; ours: WARC file to "
        f"JSON line through all stages, {pages} pages; one process each; {rounds} rounds",
        Figure("re-parse, pages/s to trafilatura", ratios, 3),
    )


def peer_extract(body: bytes) -> str | None:
    """Return what a user would take for text alone."""
    return extract(body, output_format="json", include_tables=True)


def some_bodies(archive: Path) -> list[bytes]:
    """Return the first decoded bodies of the archive's documents."""
    pages = (from_record(capture) for capture in read_captures([str(archive)]))
    bodies = (page.body for page in pages if gives_item(page))
    return [body for body, _ in zip(bodies, range(PEER_PAGES), strict=False)]


def our_reparse(archive: Path) -> int:
    """Read, parse and write every capture; return the bytes written."""
    bench = Bench(Job({}, Registry(()), EVERYTHING))
    files = planned_files([str(archive)], {}, Counts())
    return sum(len(bench.do(unit).part) for unit in units_of(files, REPARSE_UNIT_BYTES))


def by_two_workers(folder: Path, pages: int, rounds: int) -> list[Figure]:
    """The pool with two workers against the pool with one, and what a worker's memory grows by."""
    path = folder / "parted.warc.gz"
    path.write_bytes(b"".join(warc.pack(exchange(*each)).data for each in answers(pages)))
    units = list(units_of(planned_files([str(path)], {}, Counts()), PART))
    paces, growths = [], []
    for _ in range(rounds):
        one, _ = by_pool(units, 1)
        two, growth = by_pool(units, 2)
        paces.append(one / two)
        growths.append(growth)
    return told(
        f"re-parse of {pages} pages in {len(units)} units, by a pool with two workers and with "
        "one, each warm; memory: the largest of the two, after the last unit to after a third; "
        f"{rounds} rounds",
        Figure("re-parse, two processes to one", paces, 1.8),
        Figure("re-parse, memory of a worker, end to beginning", growths, 1.1, "most"),
    )


def answers(pages: int) -> list[tuple[str, bytes]]:
    """Return paths with what the portal answers, gzipped as it was sent."""
    return [(path, answer(page)) for path, page in site(pages).items()]


def by_pool(units: list[Unit], size: int) -> tuple[float, float]:
    """Return seconds for all units but the first two, and how a worker's memory grew."""
    pool = Pool(Job({}, Registry(()), EVERYTHING), size)
    try:
        work(pool, units[:2])
        third = len(units) // 3
        seconds = timed(lambda: work(pool, units[2:third]))
        before = memory(pool)
        seconds += timed(lambda: work(pool, units[third:]))
        return seconds, memory(pool) / before
    finally:
        pool.close()


def work(pool: Pool, units: list[Unit]) -> None:
    """Let a pool do units."""
    for unit in units:
        pool.submit(unit)
    done = 0
    while done < len(units):
        done += len(pool.finished(1))


def memory(pool: Pool) -> int:
    """Return the resident memory of the largest worker, in pages."""
    return max(
        int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) for pid in pool.processes
    )
