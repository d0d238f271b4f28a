"""How much memory a crawl takes for one large response, and a reader for its record."""

import os
import subprocess
import sys

from crawler.archive.members import LocalFile, records
from crawler.archive.reader import read_captures
from tests.archive.conftest import ROOT, Crawl
from tests.servers.wire_server import CLOSE, WireServer

#: Megabytes of one response.
SIZE = 200 if os.environ.get("TORTURE") else 40
#: For one such crawl on a machine that has much more to do.
SECONDS = 600
#: What memory may grow by for each byte of a body that is handed on.
PER_BYTE = 1.3
#: Bytes by which it may grow for a body that is not: the same for 40 MB and for 200.
FLAT = 24 << 20


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


def read_in_a_child(archive, most):
    done = subprocess.run(
        [sys.executable, "-c", READERS, str(archive), str(most)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
