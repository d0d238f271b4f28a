"""A response too large for memory: the same records, read and written in pieces."""

import asyncio
import gzip
import os
import random
import subprocess
import sys
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
from tests.archive.conftest import ROOT, Crawl
from tests.archive.test_records import WHEN, exchange
from tests.servers.wire_server import CLOSE, WireServer

#: Megabytes of one response.
SIZE = 200 if os.environ.get("TORTURE") else 40
#: For one such crawl on a machine that has much more to do.
SECONDS = 600
#: What memory may grow by for each byte of a body that is handed on.
PER_BYTE = 1.3
#: Bytes by which it may grow for a body that is not: the same for 40 MB and for 200.
FLAT = 24 << 20


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


METER = """
import resource
from tests.archive.walker import Walker
class Meter(Walker):
    name = "meter"
    def parse(self, response):
        yield {"size": len(response.body), "same": response.body is response.meta["capture"].body,
               "left": response.meta["capture"].left, "flags": response.flags,
               "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
"""
READERS = """
import re, sqlite3, sys
from pathlib import Path
from crawler.archive.members import LocalFile
from crawler.archive.reader import capture_at, read_captures
from crawler.archive.verify import verify
archive, most = sys.argv[1], int(sys.argv[2])
settings = {"DOWNLOAD_MAXSIZE": most}
print(len(list(verify([archive]))))
print([(c.status, c.left, len(c.body)) for c in read_captures([archive], settings)])
rows = sqlite3.connect(f"{archive}/spool/ledger.sqlite").execute(
    "SELECT file, offset, length FROM exchanges").fetchall()
print([capture_at(LocalFile(Path(archive, f)), o, n, most).left for f, o, n in rows])
# Not getrusage: its maximum is that of the process before exec, too.
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: %d\r\n\r\n"
PIECE = os.urandom(1 << 20)


def measured(folder, steps, plant=None, **own):
    """Crawl one address; return its item, how much memory the crawl took at most, and the crawl."""
    folder.mkdir()
    crawl = Crawl(folder)
    spider = folder / "meter.py"
    spider.write_text(METER)
    given = {"DOWNLOAD_TIMEOUT": str(SECONDS), "ROBOTSTXT_OBEY": "False", "RETRY_TIMES": "0"}
    with WireServer({"/": steps}) as server:
        command = crawl.command(f"{server.url}/", **given, **own)
        log = crawl.run_command(
            [str(spider) if part.endswith("walker.py") else part for part in command],
            plant=plant, seconds=2 * SECONDS,
        )  # fmt: skip
    assert "Traceback" not in log, log
    (item,) = crawl.items() or [None]
    assert item, log
    return item, item["rss"] * 1024, crawl


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The memory that a crawl of one small page takes."""
    return measured(tmp_path_factory.mktemp("plain") / "crawl", answer(b"x"))[1]


@pytest.mark.parametrize("broken", [False, True])
def test_memory_holds_a_body_that_is_read_about_once(tmp_path, plain, broken):
    sys.stderr.write(read_about_once(tmp_path / "crawl", plain, SIZE, broken=broken) + "\n")


def read_about_once(folder, plain, megabytes, *, broken, plant=None):
    """Crawl a body that is read; return what memory it took. Raises AssertionError."""
    size = megabytes << 20
    steps = [HEAD % (size + broken), *[PIECE] * megabytes, *([CLOSE] if broken else [])]
    item, peak, crawl = measured(
        folder, steps, plant, DOWNLOAD_MAXSIZE=str(size * 2), DOWNLOAD_FAIL_ON_DATALOSS="False"
    )
    assert (item["size"], item["same"]) == (size, True)
    said = f"{megabytes} MB body read: +{peak - plain >> 20} MB over {plain >> 20} MB"
    assert peak - plain < size * PER_BYTE, said
    (found,) = read_captures([str(crawl.archive)], {"DOWNLOAD_MAXSIZE": size * 2})
    assert found.body == PIECE * megabytes
    assert found.truncated == ("disconnect" if broken else None)
    return said


@pytest.mark.parametrize("framed", ["length", "chunked"])
def test_memory_stays_flat_under_a_body_that_nobody_reads(tmp_path, plain, framed):
    """Crawl, verify, re-parse, replay: a body beyond DOWNLOAD_MAXSIZE is in none of them."""
    sys.stderr.write(left_flat(tmp_path / "crawl", plain, SIZE, framed) + "\n")


def left_flat(folder, plain, megabytes, framed, plant=None):
    """Crawl a body that nobody reads; return what memory it took. Raises AssertionError."""
    size = megabytes << 20
    steps = [HEAD % size, *[PIECE] * megabytes]
    if framed == "chunked":
        head = HEAD.replace(b"Content-Length: %d", b"Transfer-Encoding: chunked")
        steps = [head, *[b"100000\r\n" + PIECE + b"\r\n"] * megabytes, b"0\r\n\r\n"]
    most = 4 << 20
    item, peak, crawl = measured(folder, steps, plant, DOWNLOAD_MAXSIZE=str(most))
    assert (item["size"], item["left"]) == (0, size)
    assert item["flags"] == ["body_left_in_archive"]
    said = f"{megabytes} MB body left: +{peak - plain >> 20} MB over {plain >> 20} MB"
    assert peak - plain < FLAT, said

    (record,) = [
        each
        for each in records(LocalFile(crawl.files()[0]))
        if each.header("WARC-Type") == "response"
    ]
    assert b"".join(record.spilled.pieces()) == b"".join(steps)
    told = [read_in_a_child(crawl.archive, most), read_in_a_child(crawl.archive, size)]
    assert told[0][:3] == ["0", f"[(200, {size}, 0)]", f"[{size}]"]
    assert told[1][:3] == ["0", f"[(200, 0, {size})]", "[0]"]
    # What is read is in memory once at least: the difference shows that the meter measures.
    flat, whole = (int(lines[3]) * 1024 for lines in told)
    said += f"; read back: {flat >> 20} MB, with the body {whole >> 20} MB"
    assert whole - flat > size - FLAT, said
    return said


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


def read_in_a_child(archive, most):
    done = subprocess.run(
        [sys.executable, "-c", READERS, str(archive), str(most)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


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
