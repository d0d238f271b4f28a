"""What the archive holds is what crossed the wire, compared with the server's own log."""

import json
import sqlite3
import threading
from collections import Counter, defaultdict

import pytest
from fastwarc.warc import ArchiveIterator as FastArchiveIterator
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.fields import read_fields
from crawler.archive.members import LocalFile, records
from crawler.archive.reader import Counts, read_captures
from crawler.archive.verify import verify
from crawler.archive.walk import walk
from tests.archive.answers import FAILED, HTML, REASONS, WHOLE, answer, site
from tests.archive.conftest import Crawl
from tests.servers.authority import certificate
from tests.servers.wire_server import WireServer

NO_RETRY = {"RETRY_TIMES": "0", "ARCHIVE_MAXSIZE": "200000"}


def exchanges(files):
    """Return (path, request, response) of every exchange in files; a response may be missing.

    What came late stands in a metadata record of its own: here it is joined to its answer.
    """
    found, late = [], defaultdict(bytes)
    for file in files:
        parts = {}
        for record in records(LocalFile(file)):
            kind = record.header("WARC-Type")
            if kind in {"response", "request"}:
                parts[kind] = record.block
            elif kind == "metadata" and "request" not in parts:
                told = json.loads(read_fields(record.block)["late-bytes"])
                path = "/" + record.header("WARC-Target-URI").split("/", 3)[3]
                late[path] += told.encode("latin-1")
            elif kind == "metadata":
                request = parts["request"]
                path = request.split(b" ", 2)[1].decode("latin-1")
                found.append((path, request, parts.get("response", b"")))
                parts = {}
    return [(path, sent, got + late.pop(path, b"")) for path, sent, got in found]


@pytest.fixture(scope="module", params=["http", "https"])
def whole(request, tmp_path_factory):
    """A crawl of every answer that ends well."""
    folder = tmp_path_factory.mktemp(request.param)
    crawl = Crawl(folder)
    tls = certificate(folder) if request.param == "https" else None
    env = {"SSL_CERT_FILE": tls[0]} if tls else None
    with WireServer(site(WHOLE), tls) as server:
        crawl.log = crawl.run(f"{server.url}/", env=env, **NO_RETRY)
        crawl.wire = server.log
    return crawl


def test_every_exchange_is_archived_byte_for_byte(whole):
    wire = {(each.path, each.request, each.response) for each in whole.wire}
    held = {(path, sent, got) for path, sent, got in exchanges(whole.files())}
    # The interim answer is in the metadata record: readers take the first status for the page's.
    interim = b"HTTP/1.1 102 Processing\r\n\r\n"
    assert held == {(p, q, r.removeprefix(interim)) for p, q, r in wire}
    assert len(exchanges(whole.files())) == len(whole.wire) == len(WHOLE) + 3, whole.log


def test_a_reader_finds_the_captures_that_the_live_crawl_gave(whole):
    found = {repr(capture) for capture in read_captures([str(whole.archive)])}
    live = [item["capture"] for item in whole.items()]
    assert set(live) <= found
    # The home page and the POST besides; the hop leads to a page that was asked for already.
    assert len(live) == len(WHOLE) + 1


def test_other_tools_read_every_record(whole):
    for file in whole.files():
        count = walk(LocalFile(file))
        with file.open("rb") as stream:
            assert len([record.rec_type for record in ArchiveIterator(stream)]) == count
        with file.open("rb") as stream:
            digests = [
                each.verify_block_digest() for each in FastArchiveIterator(stream, parse_http=False)
            ]
        assert digests == [True] * count


def test_failed_exchanges_are_archived_with_their_reason(crawl):
    with WireServer(site(FAILED)) as server:
        log = crawl.run(f"{server.url}/", **NO_RETRY, DOWNLOAD_TIMEOUT="1")
    held = {path: (sent, got) for path, sent, got in exchanges(crawl.files())}
    for each in server.log:
        sent, got = held[each.path]
        assert sent == each.request, each.path
        if each.path != "/large":  # too large by its Content-Length: given up at once
            assert got == each.response, each.path
    ledger = sqlite3.connect(crawl.ledger)
    rows = ledger.execute("SELECT url, reason, truncated FROM exchanges").fetchall()
    ledger.close()
    reasons = {url.removeprefix(server.url): reason for url, reason, _ in rows}
    assert {path: reasons[path] for path in REASONS} == REASONS, log
    cut = {url.removeprefix(server.url): word for url, _, word in rows}
    assert (cut["/short"], cut["/slow"], cut["/large"], cut["/silent"]) == (
        "disconnect", "time", "length", None,
    )  # fmt: skip


def test_sixteen_connections_at_once_keep_their_bytes_apart(crawl):
    paths = {f"/p{n}": answer(b"%d" % n * (n % 97), b"X-N: %d" % n) for n in range(300)}
    with WireServer(site(paths)) as server:
        crawl.run(f"{server.url}/", **NO_RETRY)
    wire = Counter((each.path, each.request, each.response) for each in server.log)
    assert Counter(exchanges(crawl.files())) == wire
    assert wire.total() == 303


LATE_SPIDER = """
import scrapy
class Late(scrapy.Spider):
    name = "late"
    handle_httpstatus_all = True
    def __init__(self, url="", **kwargs):
        super().__init__(**kwargs)
        self.urls = url.split()
    async def start(self):
        for url in self.urls:
            yield scrapy.Request(url, method="HEAD" if "/head" in url else "GET")
    def parse(self, response):
        yield {"url": response.url}
"""
#: What no answer should have behind it, each sent when the answer is read and archived already.
LATE = {
    "/none": [answer(b"", status=b"204 None", length=False), 0.5, b"a body all the same"],
    "/same": [answer(b"", status=b"304 Same", length=False), 0.5, b"\x00\xff"],
    "/head": [answer(b"", HTML, b"Content-Length: 4", length=False), 0.5, b"body"],
    "/plain": [answer(b"whole"), 0.5, answer(b"smuggled")],
}


@pytest.mark.parametrize("path", LATE)
def test_bytes_behind_an_archived_answer_are_archived_as_well(crawl, path):
    """In a record of their own: nobody waits for them, and no reader takes them for a page."""
    spider = crawl.folder / "late.py"
    spider.write_text(LATE_SPIDER)
    sent = threading.Event()

    class Telling(WireServer):
        def _answer(self, stream, logged):
            goes_on = super()._answer(stream, logged)
            sent.set()
            return goes_on

    def until_sent(_):  # the run has not ended before
        sent.wait(30)
        return answer(b"slow")

    with Telling(LATE) as server, WireServer(until_sent) as slow:
        urls = f"{server.url}{path} {slow.url}/slow"
        command = crawl.command(urls, ROBOTSTXT_OBEY="False", DOWNLOAD_TIMEOUT="40")
        log = crawl.run_command(
            [str(spider) if part.endswith("walker.py") else part for part in command]
        )
        wire = {(each.path, each.request, each.response) for each in [*server.log, *slow.log]}
    assert set(exchanges(crawl.files())) == wire, log
    assert list(verify([str(crawl.archive)])) == []
    kinds = [each.header("WARC-Type") for each in records(LocalFile(*crawl.files()))]
    assert (kinds.count("response"), kinds.count("request"), kinds.count("metadata")) == (2, 2, 3)
    ledger = sqlite3.connect(crawl.ledger)
    outcomes = ledger.execute("SELECT DISTINCT outcome FROM outcomes").fetchall()
    ledger.close()
    assert outcomes == [("answered",)]
    assert len(list(read_captures([str(crawl.archive)]))) == 2


def test_retries_are_exchanges_of_their_own(crawl):
    down = answer(b"down", status=b"503 Down")
    with WireServer(site({"/again": {1: down, 2: down, 3: answer(b"up")}})) as server:
        crawl.run(f"{server.url}/")
    held = [got for path, _, got in exchanges(crawl.files()) if path == "/again"]
    assert held == [down, down, answer(b"up")]


def test_a_host_that_refuses_is_a_row_without_bytes(crawl):
    with WireServer({}) as server:
        url = f"{server.url}/"
    log = crawl.run(url, RETRY_TIMES="0", ROBOTSTXT_OBEY="False")
    ledger = sqlite3.connect(crawl.ledger)
    rows = ledger.execute("SELECT url, reason, file FROM exchanges").fetchall()
    ledger.close()
    assert rows == [(url, "refused", None)], log
    assert crawl.files() == []


def test_a_proxy_is_refused_with_a_sentence(crawl, tmp_path):
    spider = tmp_path / "proxied.py"
    spider.write_text(
        "import scrapy\n"
        "class Proxied(scrapy.Spider):\n"
        "    name = 'proxied'\n"
        "    async def start(self):\n"
        "        yield scrapy.Request('http://127.0.0.1:9/', meta={'proxy': 'http://127.0.0.1:8'})\n"
    )
    command = crawl.command("", ROBOTSTXT_OBEY="False")
    log = crawl.run_command(
        [str(spider) if part.endswith("walker.py") else part for part in command]
    )
    assert "a proxy changes the bytes that cross the wire" in log


def test_counts_name_what_was_read(whole):
    counts = Counts()
    assert len(list(read_captures([str(whole.archive)], counts=counts))) == counts.captures
    assert (counts.files, counts.damages, counts.unlisted) == (1, [], [])
    assert counts.records["response"] == counts.records["request"] == len(whole.wire)
