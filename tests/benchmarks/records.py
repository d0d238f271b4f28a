"""Writing records, against what others use."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from crawler.archive import records as warc
from crawler.archive.capture import Exchange
from crawler.archive.members import Record, records
from crawler.archive.message import split_head
from parsers.items import Context
from tests.benchmarks.figures import Figure, timed, told
from tests.benchmarks.pages import site
from tests.benchmarks.server import answer, plain_answer

_BEGUN = datetime(2026, 11, 21, 8, tzinfo=UTC)
_REQUEST = (
    b"GET %s HTTP/1.1\r\nHost: portal.test\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
    b"Accept-Language: zh\r\nUser-Agent: disclosure-archive/0.1\r\nAccept-Encoding: gzip\r\n\r\n"
)


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
