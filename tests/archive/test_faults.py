"""An object storage that fails: nothing lost, no wrong byte accepted, nothing overwritten.

The matrix of its faults is a check of `make torture`: `tests/torture/r08_object_store.py`.
"""

import asyncio
import os

import pytest

from crawler.archive.bringing import BringIn
from crawler.archive.keeper import Keeper
from crawler.archive.place import Place
from crawler.archive.reader import read_captures
from parsers.errors import ArchiveError
from tests.archive.answers import answer
from tests.archive.test_store import kept
from tests.servers.s3_server import S3Server
from tests.servers.wire_server import WireServer
from tests.torture.r08_object_store import place_of, run, whole
from tests.torture.store_commands import LASTING, settings_of


@pytest.fixture
def s3(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "CANARY-secret")
    with S3Server(wait=1.0) as server:
        yield server


def test_a_byte_that_changed_at_rest_is_found_by_reading_back(s3, tmp_path):
    place = place_of(s3, tmp_path)
    s3.faults = {"put": ["rot"]}
    (sentence,), first = run(place, 1)
    assert "other bytes than were sent" in sentence
    assert whole(s3) == 0
    (still, *_), second = run(place, 2)
    assert "already holds another" in still
    del s3.objects[f"warcs/{first.ref.filename}"]  # what the sentence tells its reader to do
    troubles, third = run(place, 3)
    assert troubles == []
    assert whole(s3) == 3
    found = list(read_captures(["s3://reports/warcs"], settings_of(s3)))
    assert found == [first, second, third]


def test_with_fewer_checksums_a_byte_that_changed_is_found_all_the_same(s3, tmp_path):
    place = place_of(s3, tmp_path, S3_REQUEST_CHECKSUM="when_required")
    s3.faults = {"put": ["rot"]}
    (sentence,), _ = run(place, 1)
    assert "other bytes than were sent" in sentence
    assert whole(s3) == 0


def test_uploads_that_an_ended_run_left_are_given_up_and_no_others(s3, tmp_path):
    place = place_of(s3, tmp_path)
    run(place, 1)
    (name,) = [key for key in s3.objects if "/manifest/" not in key]
    s3.uploads = {"ours": (name, {1: b"x"}), "theirs": ("warcs/other.warc.gz", {1: b"x"})}
    run(place, 2)
    assert list(s3.uploads) == ["theirs"]


def test_a_store_that_is_away_is_asked_once_for_all_files(s3, tmp_path, monkeypatch):
    place = place_of(s3, tmp_path)
    keeper = Keeper(place, max_bytes=1)
    keeper.take_job("key")
    for number in range(3):
        keeper.keep([kept(number)])
    s3.faults = {"put": ["expired"] * LASTING}
    first, *others = keeper.close_files()
    keeper.close()
    assert "refuses the credentials (ExpiredToken)" in first
    assert all("waits in" in each and "credentials" not in each for each in others)
    assert (len(others), s3.asked["put"]) == (2, 1)
    assert "CANARY" not in first


def test_a_file_rolls_at_its_age(tmp_path):
    now = [0.0]
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    keeper = Keeper(place, max_seconds=60, clock=lambda: now[0])
    keeper.take_job("key")
    for number in range(6):
        keeper.keep([kept(number)])
        now[0] += 40
    assert len(keeper.rolled()) == 2
    keeper.close()


def test_a_full_file_is_tried_for_hours_while_the_crawl_goes_on(tmp_path, caplog):
    keeper = Keeper(Place.from_settings({"ARCHIVE_URL": str(tmp_path)}), max_bytes=1)
    keeper.take_job("key")
    keeper.keep([kept(1)])
    pauses, down = [], [12]
    bring_in = keeper.bring_in

    def away(file):
        if down[0]:
            down[0] -= 1
            raise ArchiveError("the store is away")
        return bring_in(file)

    async def sleep(seconds):
        pauses.append(seconds)

    async def crawl():
        files = BringIn(keeper, asyncio.Lock(), sleep)
        files.start(*keeper.rolled())
        await asyncio.gather(*files._under_way)
        await files.end()

    keeper.bring_in = away
    asyncio.run(crawl())
    assert pauses[:6] == [30, 60, 120, 240, 480, 900]
    assert sum(pauses) > 2 * 3600 - 600
    assert caplog.text.count("the store is away") == 1
    assert keeper.ledger.spooled() == []
    assert keeper.close_files() == []
    keeper.close()


def test_what_waits_when_the_crawl_ends_is_tried_a_last_time(s3, tmp_path):
    place = place_of(s3, tmp_path)
    keeper = Keeper(place, max_bytes=1)
    keeper.take_job("key")
    keeper.keep([kept(1)])

    async def crawl():
        paused = asyncio.Event()

        async def sleep(_):
            paused.set()
            await asyncio.Event().wait()

        files = BringIn(keeper, asyncio.Lock(), sleep)
        s3.faults = {"put": ["expired"]}
        files.start(*keeper.rolled())
        await paused.wait()
        await files.end()

    asyncio.run(crawl())
    assert keeper.close_files() == []
    keeper.close()
    assert whole(s3) == 1


def test_a_power_cut_costs_pages_only_where_it_was_allowed_to(tmp_path):
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    keeper = Keeper(place, sync="roll")
    keeper.take_job("key", "one")
    first = [keeper.keep([kept(number)])[0] for number in range(3)]
    keeper.close()
    os.ftruncate(keeper._file.fd, first[2].ref.offset + 5)  # what the disk had not written yet
    os.ftruncate(keeper._file.fd, keeper._file.size)  # a file system may fill it up with zeros
    os.close(keeper._file.fd)
    keeper = Keeper(place)
    keeper.take_job("key", "one")
    (sentence,) = keeper.recover()
    assert "lost its last 1 exchanges" in sentence
    asked = [keeper.answer(f"{number:040x}", 1) is None for number in range(3)]
    assert asked == [False, False, True]
    assert keeper.close_files() == []
    keeper.close()
    assert list(read_captures([str(tmp_path)])) == first[:2]


def test_a_crawl_whose_store_fails_says_so_and_the_next_brings_it_in(s3, crawl):
    own = {
        **settings_of(s3), "LEDGER_URL": f"sqlite:///{crawl.folder}/ledger.sqlite",
        "WARC_MAX_BYTES": "1",
    }  # fmt: skip
    pages = {f"/{n}": answer(b"%d" % n) for n in range(3)}
    links = b"".join(b'<a href="/%d">x</a>' % n for n in range(3))
    home = {"/": answer(links, b"Content-Type: text/html"), **pages}
    s3.faults = {"put": ["expired"] * LASTING}
    with WireServer(home) as server:
        log = crawl.run(f"{server.url}/", **own)
        assert log.count("the crawl goes on, the file waits and is tried again") == 1
        assert "refuses the credentials (ExpiredToken)" in log
        assert "the next run brings it in" in log
        assert "'finish_reason': 'finished'" in log
        assert whole(s3) == 0
        s3.faults = {}
        log = crawl.run(f"{server.url}/", **own)
    assert "refuses the credentials" not in log
    urls = {capture.url for capture in read_captures(["s3://reports/warcs"], settings_of(s3))}
    assert urls >= {f"{server.url}/{n}" for n in range(3)}
    assert whole(s3) >= 4
