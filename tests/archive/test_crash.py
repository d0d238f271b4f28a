"""A killed crawl loses nothing and doubles nothing; each step of the disk is in `torture/`."""

import os
import signal
import sqlite3
import time
from collections import Counter

import pytest

from crawler.archive.members import LocalFile, records
from tests.archive.answers import PAGE, answer
from tests.servers.wire_server import WireServer

SEED = int(os.environ.get("SEED", "20261121"))
PAGES = 60


def tree():
    """A site of linked pages, one redirect and one page that is down, without robots.txt."""
    answers = {}
    for number in range(PAGES):
        # Page 20 is only a redirect to 41, 21 is down: their other children hang on page 19.
        children = [2 * number + 1, 2 * number + 2] + ([42, 43, 44] if number == 19 else [])
        links = "".join(f"<a href=/p{n}>x</a>" for n in children if n < PAGES)
        answers[f"/p{number}"] = answer((PAGE % links).encode(), b"Content-Type: text/html")
    moved = answer(b"", b"Location: /p41", status=b"302 Found")
    down = answer(b"down", status=b"503 Down")
    return answers | {"/p20": moved, "/p21": down}


def archived(files):
    """Count the response records of each URL."""
    found = Counter()
    for file in files:
        for record in records(LocalFile(file)):
            if record.header("WARC-Type") == "response":
                found[record.header("WARC-Target-URI")] += 1
    return found


@pytest.mark.parametrize("round_", [1, 2])
def test_a_killed_crawl_goes_on_where_it_was(crawl, round_):
    print(f"seed {SEED}")
    with WireServer(tree()) as server:
        url, kills = f"{server.url}/p0", 0
        for part in (12 + SEED % 7 + round_, 35 + round_ * 3):
            run = crawl.start(url, DOWNLOAD_DELAY="0.02", CONCURRENT_REQUESTS_PER_DOMAIN="4")
            until = time.monotonic() + 60
            while len(server.log) < part and run.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            run.send_signal(signal.SIGKILL if round_ == 1 or kills else signal.SIGTERM)
            run.wait(60)
            kills += 1
        log = crawl.run(url)
        hits = server.hits()
    found = archived(crawl.files())
    expected = {f"{server.url}/p{n}": 3 if n == 21 else 1 for n in range(PAGES)}
    assert found == expected | {f"{server.url}/robots.txt": 1}, log
    # What was under way at a kill is asked again, nothing else: four connections, two kills.
    assert sum(hits.values()) <= found.total() + 4 * kills
    items = [item["url"] for item in crawl.items()]
    assert sorted(items) == sorted(url for url in expected if not url.endswith(("/p20", "/p21")))
    assert jobs(crawl) == [("finished",)]


def jobs(crawl):
    ledger = sqlite3.connect(crawl.ledger)
    states = ledger.execute("SELECT state FROM jobs").fetchall()
    ledger.close()
    return states


def test_after_a_finished_job_the_same_command_begins_a_new_one(crawl):
    with WireServer({"/": answer(b"a", b"Content-Type: text/plain")}) as server:
        crawl.run(f"{server.url}/")
        crawl.run(f"{server.url}/")
        assert server.hits("/") == 2
    assert jobs(crawl) == [("finished",), ("finished",)]


def test_a_finished_job_that_is_named_again_asks_nothing_of_the_network(crawl):
    with WireServer({"/": answer(b"a", b"Content-Type: text/html")}) as server:
        crawl.run(f"{server.url}/", JOB="one")
        first = crawl.items()
        crawl.run(f"{server.url}/", JOB="one")
        assert server.hits("/") == server.hits("/robots.txt") == 1
    assert crawl.items() == first


def test_replayed_responses_are_what_the_network_gave(crawl):
    from tests.archive.answers import FAILED, WHOLE, site  # noqa: PLC0415

    settings = {
        "JOB": "one",
        "RETRY_TIMES": "1",
        "DOWNLOAD_TIMEOUT": "1",
        "ARCHIVE_MAXSIZE": "200000",
    }
    with WireServer(site(WHOLE | FAILED)) as server:
        first_log = crawl.run(f"{server.url}/", **settings)
        first, asked = crawl.items(), len(server.log)
        second_log = crawl.run(f"{server.url}/", **settings)
        assert len(server.log) == asked
    key = str
    assert sorted(crawl.items(), key=key) == sorted(first, key=key)

    def failed(log):
        return sorted(
            line.partition("failed ")[2] for line in log.splitlines() if "failed http" in line
        )

    assert failed(second_log) == failed(first_log)
    assert len(failed(first_log)) == len(FAILED)


def test_two_runs_of_one_job_do_not_meet(crawl):
    with WireServer({"/": [60.0, answer(b"a")]}) as server:
        slow = {"JOB": "one", "ROBOTSTXT_OBEY": "False", "DOWNLOAD_TIMEOUT": "60"}
        first = crawl.start(f"{server.url}/", **slow)
        until = time.monotonic() + 60
        while not server.log and time.monotonic() < until:
            time.sleep(0.02)
        log = crawl.run(f"{server.url}/", JOB="one")
        first.kill()
        first.wait(60)
        assert server.hits("/") == 1
    assert "another run is working on job one" in log
