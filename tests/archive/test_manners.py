"""robots.txt is obeyed to the letter, private addresses are refused, delays are kept."""

import sqlite3
from itertools import pairwise

import pytest

from tests.archive.answers import PAGE, answer
from tests.archive.conftest import Crawl
from tests.servers.wire_server import CLOSE, WireServer

HTML = b"Content-Type: text/html"


@pytest.fixture
def crawl(tmp_path):
    return Crawl(tmp_path)


def home(count):
    links = "".join(f"<a href=/p{n}>x</a>" for n in range(count))
    return answer((PAGE % links).encode(), HTML)


def outcomes(crawl):
    ledger = sqlite3.connect(crawl.ledger)
    rows = ledger.execute("SELECT url, outcome, reason FROM outcomes").fetchall()
    ledger.close()
    return {url: (outcome, reason) for url, outcome, reason in rows}


def start_all(crawl, urls, **settings):
    """Crawl several start URLs at once with a spider of a user's own; return the log."""
    spider = crawl.folder / "starts.py"
    spider.write_text(
        "import scrapy\n"
        "class Starts(scrapy.Spider):\n"
        "    name = 'starts'\n"
        f"    start_urls = {urls!r}\n"
        "    def parse(self, response):\n"
        "        yield {'url': response.url}\n"
    )
    command = crawl.command("", **settings)
    return crawl.run_command(
        [str(spider) if part.endswith("walker.py") else part for part in command]
    )


def test_no_request_gets_past_a_robots_txt_that_is_under_way(crawl):
    rules = answer(b"User-agent: *\nDisallow: /\n", b"Content-Type: text/plain")
    with WireServer({"/robots.txt": [0.3, rules]}) as server:
        start_all(crawl, [f"{server.url}/p{n}" for n in range(10)])
        assert server.hits() == {"/robots.txt": 1}
    ended = outcomes(crawl)
    forbidden = [url for url, end in ended.items() if end == ("ignored", "robots_forbidden")]
    assert len(forbidden) == 10


@pytest.mark.parametrize("robots", [answer(b"", status=b"503 Down"), [CLOSE]])
def test_a_host_without_a_readable_robots_txt_is_not_asked(crawl, robots):
    with WireServer({"/robots.txt": robots, "/": home(0)}) as server:
        log = crawl.run(f"{server.url}/")
        assert server.hits("/") == 0
    assert "nothing is asked of" in log
    assert outcomes(crawl)[f"{server.url}/"] == ("ignored", "robots_unreachable")


def test_crawl_delay_is_kept(crawl):
    rules = answer(b"User-agent: *\nCrawl-delay: 0.4\n", b"Content-Type: text/plain")
    pages = {f"/p{n}": answer(b"x", HTML) for n in range(4)}
    with WireServer({"/robots.txt": rules, "/": home(4), **pages}) as server:
        crawl.run(f"{server.url}/")
        assert server.hits("/p3") == 1
    ledger = sqlite3.connect(crawl.ledger)
    started = [row[0] for row in ledger.execute("SELECT started FROM exchanges ORDER BY id")]
    ledger.close()
    seconds = [float(each[17:26]) + 60 * float(each[14:16]) for each in started]
    gaps = [(b - a) % 3600 for a, b in pairwise(seconds[1:])]
    assert min(gaps) > 0.35


def test_loopback_is_refused_unless_it_is_listed(crawl):
    with WireServer({"/": home(0)}) as server:
        names = (
            "127.0.0.1", "localhost", "localhost.", "2130706433", "127.1", "0x7f000001", "0",
            "１２７.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
        )  # fmt: skip
        urls = [f"http://{name}:{server.port}/" for name in names]
        log = start_all(crawl, urls, PRIVATE_NETWORKS_ALLOWED="", RETRY_TIMES="0")
        assert server.log == []
    # Two of the names are one host to Scrapy: full-width digits are digits to a URL.
    assert log.count("nothing is asked of") >= len(names) - 1
    assert "set PRIVATE_NETWORKS_ALLOWED=127.0.0.1/32" in log


def test_a_spider_without_robots_is_refused_as_well(crawl):
    with WireServer({"/": home(0)}) as server:
        off = {"PRIVATE_NETWORKS_ALLOWED": "10.0.0.0/8", "ROBOTSTXT_OBEY": "False"}
        log = crawl.run(f"{server.url}/", **off)
        assert server.log == []
    assert "set PRIVATE_NETWORKS_ALLOWED=127.0.0.1/32" in log
    assert outcomes(crawl)[f"{server.url}/"] == ("ignored", "refused_address")


def test_a_local_file_is_never_read(crawl):
    body = (PAGE % '<a href="file:///etc/hostname">x</a><a href="data:,x">x</a>').encode()
    with WireServer({"/": answer(body, HTML)}) as server:
        crawl.run(f"{server.url}/")
    assert [item["url"] for item in crawl.items()] == [f"{server.url}/"]
    assert outcomes(crawl)["file:///etc/hostname"][0] == "ignored"
