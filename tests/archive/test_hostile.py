"""Thousands of exchanges as no server should give them, sixteen at a time: each archived, exact.

A seeded tenth of them: `make torture` (R15) has 2,000 over HTTP and 2,000 over HTTPS.
"""

import gzip
import json
import os
import random
import sqlite3
import sys
from collections import Counter
from typing import NamedTuple

import pytest

from crawler.archive.verify import verify
from tests.archive.answers import CODED, HTML, answer, chunked
from tests.archive.test_wire import exchanges
from tests.servers.authority import certificate
from tests.servers.wire_server import CLOSE, RESET, WireServer

COUNT = 2000 if os.environ.get("TORTURE") else 200
#: For 2,000 exchanges on a machine that has more to do.
SECONDS = 1200
SEED = int(os.environ.get("SEED", "20261122"))
SPIDER = """
import json, scrapy
class Hostile(scrapy.Spider):
    name = "hostile"
    handle_httpstatus_all = True
    def __init__(self, url="", **kwargs):
        super().__init__(**kwargs)
        self.url = url
    async def start(self):
        for asked in json.load(open(__file__.replace("hostile.py", "asked.json"))):
            headers = {name: value.encode("latin-1") for name, value in asked["headers"].items()}
            yield scrapy.Request(
                self.url.rstrip("/") + asked["path"], method=asked["method"], headers=headers,
                body=asked["body"].encode("latin-1"), errback=self.failed, dont_filter=True,
                meta={"handle_httpstatus_all": asked["stay"]})
    def parse(self, response):
        yield {"url": response.url, "capture": bool(response.meta.get("capture"))}
    def failed(self, failure):
        yield {"url": failure.request.url, "capture": False}
"""
CHUNKED = b"Transfer-Encoding: chunked"
#: What a server answers, and the outcome that the ledger must name; a seed chooses among them.
KINDS = {
    "plain": (lambda body: answer(body, HTML), None),
    "empty": (lambda _: answer(b"", HTML), None),
    "gzip": (lambda body: answer(gzip.compress(body, mtime=0), b"Content-Encoding: gzip"), None),
    "chunked": (lambda body: answer(chunked(body, 9, b";a=1"), CHUNKED, length=False), None),
    "trailers": (
        lambda body: answer(chunked(body, 5), CHUNKED, b"Trailer: X-Trailer", length=False),
        None,
    ),
    "line feeds": (lambda body: answer(body, HTML).replace(b"\r\n", b"\n", 4), None),
    "twice": (lambda body: answer(body, b"Set-Cookie: a=1", b"set-cookie: b=2", b"X: 1"), None),
    "no UTF-8": (lambda body: answer(body, b"X-Name: \xc4\xea\xb1\xa8 \xff"), None),
    "folded": (lambda body: answer(body, b"X-A: a,\r\n\t b,\r\n c"), None),
    "blank names": (lambda body: answer(body, b"Cache-Control : no-cache", b"X Y: 1"), None),
    "reason": (lambda body: answer(body, HTML, status=b"200 \xb3\xc9\xb9\xa6"), None),
    "no reason": (lambda body: answer(body, HTML, status=b"404"), None),
    "odd status": (lambda body: answer(body, HTML, status=b"799 Nobody knows"), None),
    "until the end": (lambda body: [answer(body, HTML, length=False), CLOSE], None),
    "closes": (lambda body: [answer(body, HTML, b"Connection: close"), CLOSE], None),
    "1.0": (lambda body: [answer(body, HTML).replace(b"/1.1", b"/1.0", 1), CLOSE], None),
    "slow pieces": (lambda body: [answer(body, HTML)[:20], 0.03, answer(body, HTML)[20:]], None),
    "204 with body": (lambda body: answer(body, status=b"204 No Content"), None),
    "304 with body": (lambda body: answer(body, status=b"304 Not Modified"), None),
    "elsewhere": (
        lambda _: answer(b"", b"Location: {elsewhere}/plain-end", status=b"302 Found"),
        None,
    ),
    "interim": (lambda body: b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + answer(body, HTML), None),
    "longer than said": (lambda body: [answer(body + b"!", b"X: 1")[:-1] + b"!more", CLOSE], None),
    "shorter than said": (
        lambda body: [answer(body, b"Content-Length: 40000", length=False), CLOSE],
        "data_loss",
    ),
    "cut chunk": (
        lambda body: [answer(b"ff\r\n" + body[:9], CHUNKED, length=False), CLOSE],
        "data_loss",
    ),
    "broken chunk": (
        lambda body: [answer(b"zz\r\n" + body, CHUNKED, length=False), CLOSE],
        "data_loss",
    ),
    "two lengths": (lambda body: [answer(body, b"Content-Length: 1"), CLOSE], "bad_http"),
    "endless length": (
        lambda body: [answer(body, b"Content-Length: " + b"9" * 5000, length=False), CLOSE],
        "bad_http",
    ),
    "endless status": (
        lambda body: [answer(body, status=b"2" * 5000 + b" OK"), CLOSE],
        "bad_http",
    ),
    "no HTTP": (lambda body: [b"220 ftp ready\r\n\r\n" + body, CLOSE], "bad_http"),
    "silent": (lambda _: [CLOSE], "bad_http"),
    "half a head": (lambda _: [b"HTTP/1.1 200 OK\r\nContent-Le", CLOSE], "bad_http"),
    "reset": (lambda _: [b"HTTP/1.1 200 OK\r\nContent-Le", 0.1, RESET], "bad_http"),
    "too slow": (
        lambda body: [answer(body, b"Content-Length: 9999", length=False), 60.0],
        "timeout",
    ),
    "too large": (lambda _: [answer(b"x" * 90_000, HTML), CLOSE], "too_big"),
    "coded badly": (lambda _: answer(CODED[:40], HTML, b"Content-Encoding: gzip"), "bad_coding"),
}
#: What is given up before its end, by us or by the network.
CUT = {"too large", "reset"}
#: Of these few: each holds its connection until the time-out, which a busy machine must not reach.
RARE = {"too slow": 0.01, "too large": 0.02}
ASKED = (
    {"method": "GET"},
    {"method": "GET", "headers": {"Cookie": "a=1; b=\xc4\xea", "X-A": "\xff"}},
    {"method": "POST", "body": "\xc4\xea=1&b=2"},
    {"method": "POST", "body": "x" * 70_000, "headers": {"Expect": "100-continue"}},
    {"method": "HEAD"},
    {"method": "PUT", "body": "\x00\x01"},
)


def questions(other, count, seed):
    """Return what is asked and what is answered, by path; the seed decides."""
    dice = random.Random(seed)
    kinds = [name for name in KINDS if name not in RARE]
    asked, answers = [], {"/plain-end": answer(b"end")}
    for number in range(count):
        name = next((rare for rare, share in RARE.items() if dice.random() < share), None)
        name = name or kinds[number % len(kinds)]
        path = f"/{name.replace(' ', '-')}/{number}?q={dice.choice(['', '%E5%B9%B4', 'a=1&b=2'])}"
        steps = KINDS[name][0](dice.randbytes(dice.choice([0, 7, 300, 9000])))
        steps = steps if isinstance(steps, list) else [steps]
        answers[path] = [
            step.replace(b"{elsewhere}", other.encode()) if isinstance(step, bytes) else step
            for step in steps
        ]
        how = ASKED[0] if dice.random() < 0.6 else dice.choice(ASKED)
        if how["method"] == "HEAD":  # answered as HEAD is: by a head
            answers[path] = [answers[path][0], CLOSE] if steps[0] is not CLOSE else [CLOSE]
        stay = name != "elsewhere"
        asked.append({"path": path, "headers": {}, "body": "", "stay": stay, **how})
    return asked, answers


def kind_of(path):
    return path[1:].partition("/")[0].replace("-", " ")


class Outcome(NamedTuple):
    """What came of a hostile crawl: its exchanges, those that were cut rightly, what is wrong."""

    crossed: int
    cut: int
    wrong: list[str]


def tried(crawl, scheme, count, seed, plant=None):
    """Crawl a hostile server, sixteen connections at a time; hold the archive against its log."""
    tls = certificate(crawl.folder) if scheme == "https" else None
    env = {"SSL_CERT_FILE": tls[0]} if tls else None
    spider = crawl.folder / "hostile.py"
    spider.write_text(SPIDER)
    with WireServer({"/plain-end": answer(b"there")}) as elsewhere:
        asked, answers = questions(elsewhere.url, count, seed)
        (crawl.folder / "asked.json").write_text(json.dumps(asked))
        with WireServer(answers, tls) as server:
            command = crawl.command(
                f"{server.url}/", ROBOTSTXT_OBEY="False", RETRY_TIMES="0",
                ARCHIVE_MAXSIZE="50000", DOWNLOAD_TIMEOUT="8", REVISITS="False",
            )  # fmt: skip
            words = [str(spider) if part.endswith("walker.py") else part for part in command]
            crawl.run_command(words, env, plant, SECONDS)
            wire = [*server.log, *elsewhere.log]
    held = Counter(exchanges(crawl.files()))
    cut, wrong = differences(wire, held, answers)
    wrong += never_tried(asked, wire, held)
    wrong += reasons_that_differ(crawl, {each.path for each in wire})
    wrong += map(str, verify([str(crawl.archive)]))
    return Outcome(len(wire), cut, wrong)


def never_tried(asked, wire, held):
    """Return a sentence for each that was asked for and neither reached a server nor is archived.

    What left for a connection that was closed meanwhile no server saw; the archive has it,
    unanswered. (A GET leaves again for another connection; a POST may not.)
    """
    seen = {each.path for each in wire} | {path for path, _, got in held if not got}
    return [f"{each['path']} never left" for each in asked if each["path"] not in seen]


def differences(wire, held, answers):
    """Return how many exchanges were cut, rightly, and a sentence for each that is not exact."""
    sent = Counter()
    for each in wire:
        got = each.response.removeprefix(b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n")
        sent[each.path, each.request, got] += 1
    missing = list((sent - held).elements())
    wrong = [f"{path} is not as it was sent" for path, *_ in missing if kind_of(path) not in CUT]
    # What else the archive holds was cut, by us or by the network, or no server read it: a request
    # that left for a connection which was closed meanwhile, and left again for another.
    for path, _, got in held - sent:
        whole = b"".join(step for step in answers[path] if isinstance(step, bytes))
        if got and not (kind_of(path) in CUT and whole.startswith(got)):
            wrong.append(f"{path} was never sent so")
    return sum(kind_of(path) in CUT for path, *_ in missing), wrong


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_exchange_is_archived_byte_for_byte_failures_included(crawl, scheme):
    found = tried(crawl, scheme, COUNT, SEED)
    sys.stderr.write(
        f"{scheme}: {found.crossed - found.cut} of {found.crossed} exact, {found.cut} cut\n"
    )
    assert found.wrong == [], f"seed {SEED}"


def reasons_that_differ(crawl, read):
    """Return a sentence for each exchange whose reason is not that of its kind."""
    ledger = sqlite3.connect(crawl.ledger)
    rows = ledger.execute(
        "SELECT url, method, reason FROM exchanges WHERE occurrence IS NOT NULL"
    ).fetchall()
    ledger.close()
    found = []
    for url, method, reason in rows:
        path = "/" + url.split("/", 3)[3]
        known = kind_of(path) in KINDS and path in read
        if known and method != "HEAD" and reason != KINDS[kind_of(path)][1]:
            found.append(f"{path} has the reason {reason}")
    return found
