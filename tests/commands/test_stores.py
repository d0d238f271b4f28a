from __future__ import annotations

import csv

import pytest

from tests.stores.conftest import rows
from tests.stores.conftest import server as server  # noqa: PLC0414 (the fixture)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("server")
    return f"{request.param}:///{tmp_path / 'reports.db'}"


def loads(folder):
    return ("-s", f"LOADS={folder / 'loads'}")


def test_a_reparse_goes_into_a_store(crawled, store, tmp_path):
    done = crawled.run("reparse", crawled.archive, "-o", store, *loads(tmp_path))
    assert done.returncode == 0
    (count,) = rows(store, "SELECT count(*) FROM reports")[0]
    assert count == len(crawled.lines("live.jsonl"))
    assert rows(store, "SELECT count(*) FROM panel")[0][0] > 40
    assert list((tmp_path / "loads").iterdir()) == []


def test_items_for_a_store_that_is_down_are_kept_and_loaded_later(crawled, tmp_path):
    address = "postgresql://reader:secret@127.0.0.1:1/reports"
    done = crawled.run("reparse", crawled.archive, "-o", address, *loads(tmp_path))
    assert done.returncode == 1
    assert "postgresql://reader:***@127.0.0.1:1/reports cannot be reached" in done.stderr
    assert "scrapy load 'postgresql://reader:***@127.0.0.1:1/reports'" in done.stderr
    assert "secret" not in done.stderr
    (kept,) = (tmp_path / "loads").iterdir()
    later = f"sqlite:///{tmp_path / 'later.db'}"
    done = crawled.run("load", later, kept)
    assert (done.returncode, done.stderr.count("new or changed")) == (0, 1)
    (count,) = rows(later, "SELECT count(*) FROM reports")[0]
    assert count == len(crawled.lines("live.jsonl"))


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        (("-O", "sqlite:///a.db"), "is added to, never replaced: use -o"),
        (("-o", "sqlite:////no/folder/a.db"), "is no folder: make it"),
        (("-o", "x.jsonl", "-s", "FEED_ONLY=good"), "a feed cannot have 'good' only"),
    ],
)
def test_a_feed_that_cannot_be_is_told_before_anything_is_read(crawled, tmp_path, feed, says):
    done = crawled.run("reparse", crawled.archive, *feed, *loads(tmp_path))
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_flat_tables_hold_what_was_asked_for(crawled, tmp_path):
    reports, facts = tmp_path / "reports.csv", tmp_path / "facts.csv"
    for _ in range(2):
        done = crawled.run(
            "reparse", crawled.archive, "-o", reports, "-o", facts,
            "-s", "FEED_ONLY=annual_report official unique",
        )  # fmt: skip
        assert done.returncode == 0
    with reports.open(newline="") as file:
        table = list(csv.DictReader(file))
    assert {row["kind"] for row in table} == {"annual_report"}  # the head stands once
    assert len(table) % 2 == 0
    with facts.open(newline="") as file:
        metrics = {row["metric"] for row in csv.DictReader(file)}
    assert "requests.new.total" in metrics


def test_a_store_is_searched_compared_and_written_out(crawled, tmp_path):
    store = f"sqlite:///{tmp_path / 'reports.db'}"
    assert crawled.run("load", store, crawled.folder / "live.jsonl").returncode == 0
    done = crawled.run("store", "check", store)
    assert done.returncode == 0
    assert "in the table findings" in done.stderr
    assert crawled.run("store", "find", store, "政府信息公开").returncode == 0
    done = crawled.run("store", "correct", store, "--report", "none", "--metric", "review.total",
                       "--value", "1", "--who", "a", "--why", "b")  # fmt: skip
    assert (done.returncode, "no report none" in done.stderr) == (1, True)
    assert crawled.run("store", "find", "sqlite:///no/such.db", "x").returncode == 1
