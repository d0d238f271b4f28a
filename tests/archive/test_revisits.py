"""What did not change is archived as a revisit: complete by the standard, and without an item."""

import json
import sqlite3
from itertools import count

import pytest

from crawler.archive.capture import Drawing
from crawler.archive.keeper import Keeper, Kept
from crawler.archive.members import LocalFile, Record, records
from crawler.archive.place import Place
from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from tests.archive.answers import PAGE, answer, chunked, site
from tests.archive.test_records import exchange
from tests.servers.wire_server import WireServer

HTML = b"Content-Type: text/html; charset=utf-8"
PROFILES = "http://netpreserve.org/warc/1.1/revisit/"


#: A job of its own for each keeper: a second run of one command.
_JOBS = count(1)


def keeper_of(folder, **more):
    keeper = Keeper(Place.from_settings({"ARCHIVE_URL": str(folder)}), **more)
    keeper.take_job(f"job {next(_JOBS)}")
    assert keeper.recover() == []
    return keeper


def keep(keeper, number, body, url="http://a/1", **more):
    response = b"HTTP/1.1 200 OK\r\nX-N: %d\r\n\r\n%s" % (number, body)
    made = exchange(response, url, **more)
    return keeper.keep([Kept(made, f"{number:040x}", "GET", 1)])[0]


def end(keeper):
    assert keeper.close_files() == []
    keeper.finish_job()
    keeper.close()


def held(folder, kind):
    """Return the records of a type, in the order of files and bytes."""
    return [
        record
        for path in sorted(folder.glob("*.warc.gz"))
        for record in records(LocalFile(path))
        if isinstance(record, Record) and record.header("WARC-Type") == kind
    ]


def test_the_same_payload_of_a_url_is_a_revisit_with_all_that_the_standard_asks(tmp_path):
    for number in (1, 2, 3):
        keeper = keeper_of(tmp_path)
        capture = keep(keeper, number, b"same")
        end(keeper)
        assert (capture.record_type, capture.body) == (
            "response" if number == 1 else "revisit", b"same",
        )  # fmt: skip
    (first,) = held(tmp_path, "response")
    for number, revisit in enumerate(held(tmp_path, "revisit"), start=2):
        assert revisit.header("WARC-Profile") == PROFILES + "identical-payload-digest"
        assert revisit.header("WARC-Payload-Digest") == first.header("WARC-Payload-Digest")
        assert revisit.header("WARC-Refers-To") == first.header("WARC-Record-ID")
        assert revisit.header("WARC-Refers-To-Target-URI") == first.header("WARC-Target-URI")
        assert revisit.header("WARC-Refers-To-Date") == first.header("WARC-Date")
        assert revisit.header("WARC-Truncated") == "length"
        assert revisit.block == b"HTTP/1.1 200 OK\r\nX-N: %d\r\n\r\n" % number
    assert len(held(tmp_path, "revisit")) == 2
    assert list(verify([str(tmp_path)])) == []


@pytest.mark.parametrize(
    "second",
    [
        {"body": b"same", "url": "http://a/2"},
        {"body": b"other"},
        {"body": b"same", "reason": "data_loss", "truncated": "disconnect"},
        {"body": b"same", "drawn": Drawing(b"<p>drawn")},
    ],
)
def test_another_url_another_payload_a_broken_and_a_drawn_answer_are_archived_anew(
    tmp_path, second
):
    keeper = keeper_of(tmp_path)
    keep(keeper, 1, b"same")
    keep(keeper, 2, **second)
    end(keeper)
    assert len(held(tmp_path, "response")) == 2


def test_no_revisit_of_what_is_not_committed_or_was_cut_short(tmp_path):
    keeper = keeper_of(tmp_path)
    whole = exchange(b"HTTP/1.1 200 OK\r\n\r\nsame")
    cut = exchange(b"HTTP/1.1 200 OK\r\n\r\nsame", reason="timeout", truncated="time")
    keeper.keep([Kept(cut, "0", "GET", 1)])
    keeper.keep([Kept(whole, "1", "GET", 1), Kept(whole, "2", "GET", 1)])
    end(keeper)
    assert (len(held(tmp_path, "response")), held(tmp_path, "revisit")) == (3, [])


def test_switched_off_every_run_archives_anew(tmp_path):
    keeper = keeper_of(tmp_path, revisits=False)
    keep(keeper, 1, b"same")
    keep(keeper, 2, b"same")
    end(keeper)
    assert len(held(tmp_path, "response")) == 2


def test_a_reader_finds_the_body_of_a_revisit_in_whichever_location_has_it(tmp_path):
    keeper = keeper_of(tmp_path / "archive")
    keep(keeper, 1, b"same")
    end(keeper)
    keeper = keeper_of(tmp_path / "archive")
    live = keep(keeper, 2, b"same")
    end(keeper)
    first, second = sorted((tmp_path / "archive").glob("*.warc.gz"))
    (alone,) = read_captures([str(second)], resolve=True)
    assert (alone.record_type, alone.body) == ("revisit", b"")
    for order in ([first, second], [second, first]):
        found = list(read_captures(map(str, order), resolve=True))
        assert live in found
    assert [capture.body for capture in read_captures([str(second)])] == [b""]


def test_a_ledger_of_an_earlier_version_is_brought_up_to_date(tmp_path):
    keeper = keeper_of(tmp_path)
    keep(keeper, 1, b"same")
    end(keeper)
    ledger = sqlite3.connect(tmp_path / "spool" / "ledger.sqlite")
    for name in ("refers_to", "etag", "modified"):
        ledger.execute(f"ALTER TABLE exchanges DROP COLUMN {name}")
    ledger.close()
    keeper = keeper_of(tmp_path)
    assert keep(keeper, 2, b"same").record_type == "revisit"
    end(keeper)


def test_what_repeats_a_lost_record_is_fetched_again(tmp_path):
    keeper = keeper_of(tmp_path)
    keep(keeper, 1, b"same")
    end(keeper)
    keeper = keeper_of(tmp_path)
    keep(keeper, 2, b"same")
    keeper.ledger.forget_file(keeper.ledger.exchanges()[0].file)
    assert keeper.ledger.exchanges() == []
    keeper.close()


def asked_to_compare(server):
    return {
        each.path: [
            line
            for line in each.request.split(b"\r\n")
            if line.startswith((b"If-None-Match", b"If-Modified-Since"))
        ]
        for each in server.log
    }


def test_a_second_crawl_asks_what_changed_and_walks_on_all_the_same(crawl):
    links = '<a href="/deep">x</a><a href="/coded">x</a><a href="/new">x</a>'
    page = (PAGE % links).encode()
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "e1"\r\n\r\n'
    body = PAGE.replace("%s", "").encode()
    answers = {
        "/": {1: answer(page, HTML, b'ETag: "e1"'), 2: unchanged},
        "/deep": {
            1: answer(body, HTML, b"Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"),
            2: b"HTTP/1.1 304 Not Modified\r\n\r\n",
        },
        "/coded": answer(chunked(body), HTML, b"Transfer-Encoding: chunked", length=False),
        "/new": {1: answer(b"one", HTML), 2: answer(b"two", HTML)},
    }
    with WireServer(answers) as server:
        crawl.run(f"{server.url}/", ROBOTSTXT_OBEY="False")
        first = {item["url"]: item for item in crawl.items()}
        server.log.clear()
        log = crawl.run(f"{server.url}/", ROBOTSTXT_OBEY="False", JOB="second")
        second = {item["url"]: item for item in crawl.items()}
        asked = asked_to_compare(server)
        server.log.clear()
        crawl.run(f"{server.url}/", ROBOTSTXT_OBEY="False", JOB="second")
        assert server.log == []
    assert asked == {
        "/": [b'If-None-Match: "e1"'],
        "/deep": [b"If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT"],
        "/coded": [],
        "/new": [],
    }
    for url, item in second.items():
        same = {key: value for key, value in item.items() if key != "capture"}
        earlier = {key: value for key, value in first[url].items() if key != "capture"}
        assert (same == earlier) == (not url.endswith("/new")), url
    assert {item["url"]: item for item in crawl.items()} == second
    profiles = [record.header("WARC-Profile") for record in held(crawl.archive, "revisit")]
    assert sorted(profiles) == [
        PROFILES + "identical-payload-digest", *[PROFILES + "server-not-modified"] * 2,
    ]  # fmt: skip
    assert "3 pages are as an earlier run archived them" in log
    assert list(verify([str(crawl.archive)])) == []
    found = {repr(capture) for capture in read_captures([str(crawl.archive)], resolve=True)}
    assert {item["capture"] for item in second.values()} <= found


def test_a_304_that_we_did_not_ask_for_is_an_answer_like_any_other(crawl):
    answers = {"/same": answer(b"", b"ETag: 1", status=b"304 Not Modified", length=False)}
    with WireServer(site(answers)) as server:
        crawl.run(f"{server.url}/")
        crawl.run(f"{server.url}/")
    kinds = [record.header("WARC-Target-URI") for record in held(crawl.archive, "revisit")]
    assert kinds == [f"{server.url}/"]
    assert json.dumps(crawl.items()).count('"status": 304') == 1
