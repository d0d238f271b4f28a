"""From the store alone a ledger is rebuilt that a crawl can go on with, and verify finds whole."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest

from crawler.archive.ledger import Ledger
from crawler.archive.place import Place
from crawler.archive.replay import fingerprint_of
from crawler.archive.restore import restore
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive.answers import answer
from tests.archive_commands.writing import CHUNKED, exchange, write_archive
from tests.conftest import ROOT
from tests.servers.wire_server import WireServer

#: What the records do not hold, or hold in another form: seconds as whole milliseconds, the words
#: of an error, the rows without a record.
APART = ("seconds", "error")


def rows(path):
    with closing(Ledger(path)) as ledger:
        return [
            {name: value for name, value in row._asdict().items() if name not in APART}
            for row in ledger.exchanges()
            if row.file
        ]


@pytest.fixture
def lost(demo):
    """The demo portal's archive without its spool: the ledger of before lies aside."""
    before = demo.parent / "before.sqlite"
    shutil.move(demo / "spool" / "ledger.sqlite", before)
    shutil.rmtree(demo / "spool")
    return demo, before


def test_a_restored_ledger_has_every_exchange_of_the_one_that_was_lost(lost):
    folder, before = lost
    place = Place.from_settings({"ARCHIVE_URL": str(folder)})
    restored = restore(place, fingerprint_of)
    expected = sorted(rows(before), key=lambda row: (row["file"], row["offset"]))
    assert rows(place.ledger) == expected
    assert restored.exchanges == len(expected) > 90
    assert list(verify([str(folder)])) == []


def test_a_second_restore_changes_nothing(lost):
    place = Place.from_settings({"ARCHIVE_URL": str(lost[0])})
    restore(place, fingerprint_of)
    before = rows(place.ledger)
    again = restore(place, fingerprint_of)
    assert (again.files, again.exchanges, again.jobs) == (0, 0, [])
    assert rows(place.ledger) == before


def test_a_restore_that_was_killed_between_exchanges_and_file_is_done_again(lost):
    place = Place.from_settings({"ARCHIVE_URL": str(lost[0])})
    restore(place, fingerprint_of)
    whole = rows(place.ledger)
    with closing(sqlite3.connect(place.ledger)) as db, db:
        db.execute("DELETE FROM files")
    restore(place, fingerprint_of)
    assert rows(place.ledger) == whole


def test_a_file_that_is_cut_is_named_and_not_entered(tmp_path):
    place = write_archive(tmp_path / "a", [exchange(1), exchange(2, CHUNKED)])
    shutil.rmtree(place.spool)
    (file,) = (tmp_path / "a").glob("*.warc.gz")
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ArchiveError, match="its manifest says"):
        restore(place, fingerprint_of)
    assert rows(place.ledger) == []


def test_only_the_files_of_one_prefix_are_entered(tmp_path):
    place = write_archive(tmp_path / "a", [exchange(1)])
    shutil.rmtree(place.spool)
    assert restore(place, fingerprint_of, "other-").files == 0
    assert restore(place, fingerprint_of, "reports-").files == 1


def captured(folder, urls, *more):
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "capture", *urls, "-O", f"{folder}/items.jsonl", *more],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "ARCHIVE_URL": str(folder / "archive"), "DOWNLOAD_DELAY": "0",
             "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return (folder / "items.jsonl").read_bytes()


def test_another_machine_goes_on_with_a_job_and_asks_for_nothing_twice(tmp_path, archive):
    page = answer(
        "<h1>某县2023年政府信息公开工作年度报告</h1>".encode() * 9, b"Content-Type: text/html"
    )
    with WireServer({f"/{n}.html": page for n in range(4)}) as server:
        urls = [f"{server.url}/{n}.html" for n in range(4)]
        first = captured(tmp_path, urls[:3], "-s", "JOB=portal-1")
        shutil.rmtree(tmp_path / "archive" / "spool")
        done = archive("restore", tmp_path / "archive", "--json")
        assert json.loads(done.stdout)["jobs"] == ["portal-1"]
        (tmp_path / "items.jsonl").unlink()
        second = captured(tmp_path, urls, "-s", "JOB=portal-1")
        asked = Counter(each.path for each in server.log)
    assert all(count == 1 for count in asked.values()), asked
    assert set(first.splitlines()) < set(second.splitlines())
    assert len(second.splitlines()) == 4


def test_an_empty_store_is_told(tmp_path, archive):
    (tmp_path / "a").mkdir()
    done = archive("restore", tmp_path / "a")
    assert (done.returncode, done.stderr.count("holds no finished file")) == (1, 1)
