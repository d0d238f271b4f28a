"""A response too large for memory: the same records, read and written in pieces."""

import os
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import spill as spills
from crawler.archive.large import entity_pieces
from crawler.archive.members import LocalFile, records, walk
from crawler.archive.message import entity, split_head
from crawler.archive.reader import read_captures
from crawler.archive.records import capture_of, pack, warcinfo
from crawler.archive.spill import Spill
from tests.archive.answers import HTML, answer, chunked
from tests.archive.test_records import WHEN, exchange
from tests.servers.wire_server import CLOSE, WireServer

#: Megabytes of one response; and those that the process may grow by for each of the response's.
#: Scrapy holds a body once in a buffer that grows by copying: it peaks at twice the body.
SIZE = 200 if os.environ.get("TORTURE") else 20
PER_BYTE = 2.3


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
import resource, sys
from tests.archive.walker import Walker
class Meter(Walker):
    name = "meter"
    def parse(self, response):
        yield {"size": len(response.body), "same": response.body is response.meta["capture"].body,
               "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
"""


@pytest.mark.parametrize("broken", [False, True])
def test_memory_holds_a_large_body_as_often_as_scrapy_does(crawl, broken):
    """What Scrapy keeps is the body and, while it comes, a copy: nothing of ours besides."""
    spider = crawl.folder / "meter.py"
    spider.write_text(METER)
    size = SIZE << 20
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: %d\r\n\r\n"
    piece = os.urandom(1 << 20)
    steps = [head % (size + broken), *[piece] * SIZE, *([CLOSE] if broken else [])]
    own = {
        "DOWNLOAD_MAXSIZE": str(size * 2), "DOWNLOAD_WARNSIZE": "0", "DOWNLOAD_TIMEOUT": "60",
        "ROBOTSTXT_OBEY": "False", "RETRY_TIMES": "0", "DOWNLOAD_FAIL_ON_DATALOSS": "False",
    }  # fmt: skip
    peaks = {}
    for path in ("/small", "/large"):
        with WireServer({"/small": answer(b"x"), "/large": steps}) as server:
            command = crawl.command(f"{server.url}{path}", **own)
            log = crawl.run_command(
                [str(spider) if part.endswith("walker.py") else part for part in command]
            )
        (item,) = crawl.items() or [None]
        assert item, log
        peaks[path] = item["rss"] * 1024
    assert item["size"] == size
    assert item["same"]
    grown = peaks["/large"] - peaks["/small"]
    sys.stderr.write(f"{SIZE} MB body: +{grown >> 20} MB over {peaks['/small'] >> 20} MB\n")
    assert grown < size * PER_BYTE
    (found,) = [c for c in read_captures([str(crawl.archive)]) if c.url.endswith("/large")]
    assert found.body == piece * SIZE
    assert found.truncated == ("disconnect" if broken else None)
    assert not re.search("Traceback", log)
