"""A response too large for memory: the same records, read and written in pieces."""

import asyncio
import gzip
import os
import random
import threading
import zlib

import deflate
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from crawler.archive import commits, connection, members
from crawler.archive import spill as spills
from crawler.archive.incoming import Incoming
from crawler.archive.keeper import Keeper, Kept
from crawler.archive.large import entity_pieces
from crawler.archive.members import LocalFile, records
from crawler.archive.message import entity, split_head
from crawler.archive.place import Place
from crawler.archive.reader import Counts, read_captures
from crawler.archive.records import capture_of, pack, prepare, warcinfo
from crawler.archive.replay import rebuild
from crawler.archive.revisits import Original
from crawler.archive.spill import Spill
from crawler.archive.tape import Tape
from crawler.archive.verify import verify
from crawler.archive.walk import walk
from crawler.pages import from_record, gives_item
from parsers.errors import ArchiveError
from tests.archive.answers import HTML, answer, chunked
from tests.archive.test_records import WHEN, exchange
from tests.servers.wire_server import WireServer


def spilled(data, folder, step=100_000):
    spill = Spill(folder)
    for start in range(0, len(data), step):
        spill.add(data[start : start + step])
    return spill


LARGE = os.urandom(spills.LIMIT // 2).hex().encode() + b"the end"
ANSWERS = {
    "length": answer(LARGE, HTML),
    "chunked": answer(
        chunked(LARGE, 8191, b";a=b"), HTML, b"Transfer-Encoding: chunked", length=False
    ),
    "until the end": answer(LARGE, HTML, length=False),
    "too short": answer(LARGE, b"Content-Length: 2000000", length=False),
    "too long": answer(LARGE, b"Content-Length: 1000", length=False),
    "interim": b"HTTP/1.1 102 Processing\r\n\r\n" + answer(LARGE, HTML),
    "no HTTP": LARGE,
    "204": answer(LARGE, status=b"204 None"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_spilled_response_gives_the_records_of_one_in_memory(name, tmp_path):
    wire = ANSWERS[name]
    found = []
    for number, response in enumerate((wire, spilled(wire, tmp_path))):
        made = exchange(response)
        packed = pack(made)
        path = tmp_path / f"{number}.warc.gz"
        ahead = b"".join(packed.ahead.pieces()) if packed.ahead else b""
        path.write_bytes(warcinfo("own.warc.gz", WHEN, {}) + ahead + packed.data)
        assert walk(LocalFile(path)) == 4
        assert packed.size == len(ahead) + len(packed.data)
        live = capture_of(packed, made, "f", 0)
        (record,) = [r for r in records(LocalFile(path)) if r.header("WARC-Type") == "response"]
        fields = {n: v for n, v in record.headers if n != "WARC-Record-ID"}
        fields.pop("WARC-Concurrent-To")
        read = [(c.body, c.head, c.status) for c in read_captures([str(path)])]
        assert read == ([(live.body, live.head, live.status)] if live else [])
        assert record.length == packed.length
        found.append((fields, record.block, read, packed.payload_digest))
    assert (packed.ahead is None) == (name == "no HTTP")
    assert found[0] == found[1]


BODIES = st.binary(max_size=60) | st.lists(st.binary(min_size=1, max_size=20), max_size=4).map(
    lambda parts: b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
)


@given(
    BODIES,
    st.sampled_from([b"", b"Content-Length: 7\r\n", b"Transfer-Encoding: chunked\r\n"]),
    st.integers(0, 90),
    st.integers(1, 60),
)
def test_the_entity_is_the_same_in_pieces_and_at_once(body, header, cut, step):
    wire = (b"HTTP/1.1 200 OK\r\n" + header + b"\r\n" + body)[: len(header) + 19 + cut]
    head, rest = split_head(wire)
    pieces = (rest[at : at + step] for at in range(0, len(rest), step))
    assert b"".join(entity_pieces(head, pieces)) == entity(head, rest)


def test_a_disk_that_is_full_is_told_by_the_first_read(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    spill = Spill(tmp_path)
    monkeypatch.setattr(spills.os, "write", full)
    spill.add(b"x" * (spills.LIMIT + 1))
    spill.add(b"more")
    with pytest.raises(OSError, match="No space left"):
        pack(exchange(spill.whole()))


def test_a_body_that_nobody_reads_gives_an_item_that_says_so(tmp_path):
    made = exchange(answer(b"x" * 1000, HTML, b"Content-Encoding: gzip"), read_max=999)
    live = capture_of(pack(made), made, "f", 0)
    page = from_record(live)
    assert (live.left, page.body) == (1000, b"")
    assert page.warnings == ("a body of 1000 bytes is too large to be read",)
    assert gives_item(page)
    again = rebuild(Request(live.url), live, None)
    assert (again.body, again.flags) == (b"", ["body_left_in_archive"])
    assert "Content-Encoding" not in again.headers


def test_a_host_whose_rules_are_too_large_to_be_read_is_left_alone(crawl):
    rules = b"User-agent: *\nDisallow: /hidden\n" + b"#" * 3000
    with WireServer({"/robots.txt": answer(rules), "/": answer(b"x")}) as server:
        log = crawl.run(f"{server.url}/", DOWNLOAD_MAXSIZE="2000")
        assert server.hits() == {"/robots.txt": 1}
    assert "its robots.txt is too large to be read" in log
    (held,) = read_captures([str(crawl.archive)])
    assert held.body == rules


def test_an_answer_with_more_framing_than_a_record_may_hold_is_cut(crawl, monkeypatch):
    """A hostile server sends a byte a chunk: six on the wire for one of the body."""
    tiny = b"1\r\nx\r\n" * 200_000
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    monkeypatch.setattr(connection, "FRAMING", 100_000)
    made = Tape(crawl.folder, 300_000)
    server = connection.Server(tls=False, host="a", port=80, address="127.0.0.1")
    line = connection.Connection(server, lambda _: None, lambda _: None)
    transport = StringTransport()
    transport.abortConnection = transport.loseConnection
    line.makeConnection(transport)

    async def cut():
        asking = asyncio.ensure_future(line.ask(b"GET", made, Incoming(), 300_000))
        await asyncio.sleep(0)
        line.dataReceived(head)
        for start in range(0, len(tiny), 65_536):
            line.dataReceived(tiny[start : start + 65_536])
        line.connectionLost(Failure(ConnectionDone()))
        await asking

    with pytest.raises(connection.LostError):
        asyncio.run(cut())
    assert made.cut
    assert transport.disconnecting
    assert 400_000 < len(made.takes[0].received) < 500_000


def test_pages_are_committed_while_a_large_one_is_packed(tmp_path, monkeypatch):
    """Packing 200 MB takes seconds: no other page waits for them."""
    go_on, held = threading.Event(), []

    def slow(made):
        assert go_on.wait(30)
        return prepare(made)

    async def two_pages(keeper):
        async with asyncio.timeout(30):
            under_way = commits_of(keeper, held)
            big = Kept(exchange(spilled(ANSWERS["length"], tmp_path)), "big", "GET", 1)
            large = asyncio.ensure_future(under_way.keep([big]))
            (small,) = await under_way.keep([Kept(exchange(), "small", "GET", 1)])
            assert not large.done()
            go_on.set()
            (late,) = await large
            await under_way.end()
            return small, late

    monkeypatch.setattr(commits, "prepare", slow)
    keeper = Keeper(Place.from_settings({"ARCHIVE_URL": str(tmp_path / "archive")}))
    keeper.take_job("job")
    small, late = asyncio.run(two_pages(keeper))
    assert keeper.close_files() == []
    keeper.close()
    assert held == []
    assert [each.body for each in read_captures([str(tmp_path / "archive")])] == [
        small.body, late.body,
    ]  # fmt: skip


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("planted")])
def test_a_large_page_that_cannot_be_packed_ends_the_run(tmp_path, monkeypatch, error):
    held = []

    def fails(_):
        raise error

    async def one_page(keeper):
        async with asyncio.timeout(30):
            under_way = commits_of(keeper, held)
            big = Kept(exchange(spilled(ANSWERS["length"], tmp_path)), "big", "GET", 1)
            with pytest.raises(ArchiveError):
                await under_way.keep([big])
            await under_way.end()

    monkeypatch.setattr(commits, "prepare", fails)
    keeper = Keeper(Place.from_settings({"ARCHIVE_URL": str(tmp_path / "archive")}))
    keeper.take_job("job")
    asyncio.run(one_page(keeper))
    keeper.close()
    assert ["disk" in str(told) or "planted" in str(told) for told in held] == [True]


def commits_of(keeper, held):
    return commits.Commits(keeper, asyncio.Lock(), held.append, held.append)


def test_what_was_packed_beforehand_is_the_record_or_is_let_go(tmp_path):
    wire = answer(LARGE, HTML)
    made = exchange(spilled(wire, tmp_path))
    ready = prepare(made)
    packed = pack(made, None, ready)
    assert packed.ahead is ready.ahead
    assert packed.record_id == ready.ids["response"]
    assert prepare(exchange(answer(b"x"))) is None
    # What the ledger knows already is a revisit, and what was packed in vain is let go.
    known = Original("<urn:uuid:1>", made.url, "2024-01-01T00:00:00Z", packed.payload_digest)
    repeated = pack(made, lambda *_: known, ready)
    assert repeated.ahead is None
    assert repeated.size < 4_000


def large_file(folder, *, gzipped, change=lambda data: data):
    """Write a file of ours with one record larger than memory is given, and a small one behind."""
    body = random.Random(1).randbytes(members.LARGE + 1000)
    packed = pack(exchange(spilled(answer(body, HTML), folder)))
    first = zlib.decompress(b"".join(packed.ahead.pieces()), 31)
    parts = [warcinfo("own.warc.gz", WHEN, {}), change(first), packed.data, pack(exchange()).data]
    if not gzipped:
        parts = [gzip.decompress(part) if part[:2] == b"\x1f\x8b" else part for part in parts]
    elif parts[1][:5] == b"WARC/":
        parts[1] = deflate.gzip_compress(parts[1], 1)
    path = folder / ("own.warc.gz" if gzipped else "own.warc")
    path.write_bytes(b"".join(parts))
    return path, first, body


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_large_record_is_read_in_pieces_and_whole(tmp_path, gzipped):
    path, first, body = large_file(tmp_path, gzipped=gzipped)
    found = [each for each in records(LocalFile(path)) if each.header("WARC-Type") == "response"]
    assert [each.spilled is None for each in found] == [False, True]
    assert b"".join(found[0].spilled.pieces()) == first.partition(b"\r\n\r\n")[2][:-4]
    assert [len(each.body) for each in read_captures([str(path)])] == [len(body), 6]
    left = read_captures([str(path)], {"DOWNLOAD_MAXSIZE": members.LARGE})
    assert [(len(each.body), each.left) for each in left] == [(0, len(body)), (6, 0)]


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_large_record_that_was_changed_is_found(tmp_path, gzipped):
    def change(data):
        middle = len(data) // 2
        return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]

    path, *_ = large_file(tmp_path, gzipped=gzipped, change=change)
    assert {"block-digest", "payload-digest"} <= {each.rule for each in verify([str(path)])}


@pytest.mark.parametrize("gzipped", [True, False])
def test_what_lies_behind_a_large_record_that_is_torn_is_read(tmp_path, gzipped):
    path, *_ = large_file(tmp_path, gzipped=gzipped)
    data = path.read_bytes()
    path.write_bytes(data[:2_000_000] + data[3_000_000:])
    counts = Counts()
    bodies = [each.body for each in read_captures([str(path)], counts=counts)]
    assert bodies[-1] == "年报".encode()
    assert len(counts.damages) >= 1
