"""A capture that is not what it should be ends the run, and never leaves a page waiting.

Before the first request, where the self-test finds it; else with the first exchange that fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.site.server import serve

if TYPE_CHECKING:
    from pathlib import Path

SPIDER = """
import scrapy
{planted}
class Planted(scrapy.Spider):
    name = "planted"
    start_urls = [{url!r}]
"""
KEEPER = """
from crawler.archive.keeper import Keeper
def keep(self, batch, outcomes=()):
    raise RuntimeError("planted")
Keeper.keep = keep
"""
#: What another version of Scrapy or Twisted may do to the tape, and a tape may do by itself.
TAPES = {
    "a byte is lost": """
from crawler.archive import tape
read = tape.Take.read
tape.Take.read = lambda self, data: read(self, data.replace(b"etag", b"ETag"))
""",
    "nothing is taped": """
from crawler.archive import tape
tape.Take.read = lambda self, data: None
""",
    "what is sent is not taped": """
from crawler.archive import tape
tape.Take.write = lambda self, data: None
""",
    "a header is added behind the tape": """
from crawler.archive import connection
write = connection.TCP4ClientEndpoint.connect
def connect(self, factory):
    build = factory.buildProtocol
    def tidied(address):
        made = build(address)
        begin = made.makeConnection
        def makeConnection(transport):
            send = transport.write
            transport.write = lambda data: send(data.replace(b"\\r\\n", b"\\r\\nVia: x\\r\\n", 1))
            begin(transport)
        made.makeConnection = makeConnection
        return made
    factory.buildProtocol = tidied
    return write(self, factory)
connection.TCP4ClientEndpoint.connect = connect
""",
    "a name is gone": """
from crawler.archive import connection
def gone(self, *arguments):
    raise AttributeError("connect")
connection.TCP4ClientEndpoint.connect = gone
""",
    "a class is another's": """
from crawler.archive import download
del download.TapingHandler.close
""",
}


def run(folder: Path, planted: str) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run a spider with something planted; return how it ended and how many requests came."""
    spider = folder / "planted.py"
    with serve() as site:
        spider.write_text(SPIDER.format(url=site.url, planted=planted), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "runspider", str(spider)],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "ARCHIVE_URL": str(folder / "archive"), "DOWNLOAD_DELAY": "0",
                 "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8"},
        )  # fmt: skip
        return done, len(site.requests)


def test_a_failure_nobody_foresaw_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    done, _ = run(tmp_path, KEEPER)
    assert done.returncode == 1
    assert "the archive failed (RuntimeError('planted'))" in done.stderr


@pytest.mark.parametrize("fault", TAPES)
def test_a_run_whose_capture_is_not_true_does_not_begin(tmp_path: Path, fault: str) -> None:
    done, asked = run(tmp_path, TAPES[fault])
    assert done.returncode == 1
    assert "the wire capture does not work with the installed Scrapy and Twisted" in done.stderr
    assert "install the versions of the lock file" in done.stderr
    assert asked == 0
    assert not list((tmp_path / "archive").glob("*.warc.gz"))
