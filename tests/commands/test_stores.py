from __future__ import annotations

import csv
import io
import json
import os
import random
import signal
import time
import uuid
from contextlib import suppress

import pyarrow.parquet as pq
import pytest

from crawler.feeds.flat import REPORT_COLUMNS
from tests.servers.postgres import database
from tests.stores.conftest import rows
from tests.stores.conftest import server as server  # noqa: PLC0414 (the fixture)
from tests.test_feeds import READERS


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
    (kept,) = (tmp_path / "loads").glob("*.jsonl")
    waits = f"items for {address.replace('secret', '***')} wait on this disk: `scrapy load "
    done = crawled.run("load", *loads(tmp_path))
    assert (done.returncode, done.stderr.count(waits)) == (1, 1)
    runs = f"RUNS_URL=sqlite:///{tmp_path / 'runs.db'}"
    assert crawled.run("status", "-s", runs, *loads(tmp_path)).stderr.count(waits) == 1
    later = f"sqlite:///{tmp_path / 'later.db'}"
    done = crawled.run("load", later, kept)
    assert (done.returncode, done.stderr.count("new or changed")) == (0, 1)
    (count,) = rows(later, "SELECT count(*) FROM reports")[0]
    assert count == len(crawled.lines("live.jsonl"))


def test_reparses_of_other_captures_wait_apart(crawled, tmp_path):
    feed = ("-o", "postgresql://reader@127.0.0.1:1/reports", *loads(tmp_path))
    for kind in ("list", "annual_report", "list"):
        done = crawled.run("reparse", crawled.archive, "--kind", kind, *feed)
        assert done.returncode == 1
    kept = (tmp_path / "loads").glob("*.jsonl")
    kinds = [{json.loads(line)["kind"] for line in path.read_bytes().splitlines()} for path in kept]
    assert sorted(kinds, key=repr) == [{"annual_report"}, {"list"}]


def test_batches_of_a_reparse_are_the_feed_in_parts(crawled, tmp_path):
    feeds = ("-o", tmp_path / "part-%(batch_id)d.jsonl", "-o", f"sqlite:///{tmp_path / 'a.db'}")
    done = crawled.run("reparse", crawled.archive, *feeds, *loads(tmp_path),
                       "-s", "FEED_EXPORT_BATCH_ITEM_COUNT=20")  # fmt: skip
    assert (done.returncode, done.stderr.count("cannot")) == (0, 0)
    parts = sorted(tmp_path.glob("part-*.jsonl"), key=lambda path: int(path.stem.split("-")[1]))
    counts = [len(path.read_bytes().splitlines()) for path in parts]
    assert set(counts[:-1]) == {20}
    assert sum(counts) == len(crawled.lines("live.jsonl"))
    assert rows(f"sqlite:///{tmp_path / 'a.db'}", "SELECT count(*) FROM reports") == [
        (sum(counts),)
    ]


#: Format → how many of its rows are one report's, of a file or of all.
FORMS = {
    "jsonl": READERS["jsonl"], "jsonl.gz": READERS["gz"], "jsonl.zst": READERS["zst"],
    "csv": lambda path: len(_table(path)),
    "parquet": READERS["parquet"], "xlsx": READERS["xlsx"], "sqlite": READERS["sqlite"],
}  # fmt: skip
A_BATCH = 15


@pytest.mark.parametrize("kills", [0, 5 if os.environ.get("TORTURE") else 1])
def test_a_crawl_in_batches_gives_every_format_and_store_all_items(crawled, site, bench, kills):
    bench.registry = crawled.registry
    names = [bench.folder / f"part-%(batch_id)d.{form}" for form in FORMS]
    facts = [bench.folder / f"figures-%(batch_id)d.facts.{form}" for form in ("csv", "parquet")]
    places = [f"{kind}:///{bench.folder / kind}.db" for kind in ("sqlite", "duckdb")]
    places.append(f"dataset:{bench.folder / 'panel'}")
    feeds = [word for feed in (*names, *facts, *places) for word in ("-o", feed)]
    command = ("crawl", "sections", "-a", f"url={site.url}", *feeds, *loads(bench.folder),
               "-s", f"FEED_EXPORT_BATCH_ITEM_COUNT={A_BATCH}")  # fmt: skip
    seed = f"{SEED} batches {kills}"
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(kills):
        number = chance.randrange(1, 3)
        part = bench.folder / f"part-{number}.jsonl.part"
        _kill(bench.start(*command), part, chance.randrange(A_BATCH // 2))
    done = bench.run(*command)
    assert (done.returncode, done.stderr) == (0, "")
    lines = len(crawled.lines("live.jsonl"))
    whole, rest = divmod(lines, A_BATCH)
    for form, count in FORMS.items():
        counts = [count(path) for path in _numbered(bench.folder, "part", form)]
        assert counts == [A_BATCH] * whole + [rest] * (rest > 0), form
    figures = [pq.read_metadata(path).num_rows for path in _numbered(bench.folder, "figures",
                                                                      "facts.parquet")]  # fmt: skip
    for place in places[:2]:
        assert rows(place, "SELECT count(*) FROM reports") == [(lines,)]
        assert rows(place, "SELECT count(*) FROM facts") == [(sum(figures),)]
    assert pq.ParquetDataset(bench.folder / "panel" / "reports").read().num_rows == lines
    assert list((bench.folder / "loads").iterdir()) == []
    assert not list(bench.folder.glob("*.part*"))


def _table(path):
    """The rows of a file that begins with its columns."""
    head, *table = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
    assert head == list(REPORT_COLUMNS)
    return table


def _numbered(folder, name, form):
    """The files of a feed in batches, in their order."""
    found = folder.glob(f"{name}-*.{form}")
    own = [path for path in found if path.name.partition(".")[2] == form]
    return sorted(own, key=lambda path: int(path.name.partition(".")[0].split("-")[1]))


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


@pytest.mark.parametrize("kills", [5 if os.environ.get("TORTURE") else 1])
def test_a_killed_crawl_fills_every_feed_as_one_that_was_not(crawled, site, server, bench, kills):
    seed = f"{SEED} {kills}"
    print(f"seed {seed}")
    chance = random.Random(seed)
    bench.registry = crawled.registry
    files = [bench.folder / name for name in ("a.jsonl", "a.parquet")]
    with database(server, f"t{uuid.uuid4().hex}") as address:
        stores = [f"sqlite:///{bench.folder / 'a.db'}", address]
        feeds = [word for feed in (*files, *stores) for word in ("-o", feed)]
        command = ("crawl", "sections", "-a", f"url={site.url}", *feeds, *loads(bench.folder))
        for _ in range(kills):
            _kill(bench.start(*command), files[0].with_name("a.jsonl.part"), chance.randrange(30))
            assert not files[0].exists()
        done = bench.run(*command)
        assert (done.returncode, done.stderr) == (0, "")
        lines = [json.loads(line) for line in bench.lines("a.jsonl")]
        undisturbed = [json.loads(line) for line in crawled.lines("live.jsonl")]
        assert sorted(_lasting(each) for each in lines) == sorted(map(_lasting, undisturbed))
        captures = sorted((each["capture_id"], len(each["facts"])) for each in lines)
        table = pq.read_table(files[1], columns=["capture_id", "facts"]).to_pylist()
        assert sorted((row["capture_id"], len(row["facts"])) for row in table) == captures
        for store in stores:
            assert rows(store, "SELECT count(*) FROM runs") == [(1,)]
            assert sorted(rows(store, _COUNTED)) == captures
    assert list((bench.folder / "loads").iterdir()) == []


SEED = 20261122
_COUNTED = """
    SELECT capture_id, (SELECT count(*) FROM facts WHERE facts.reading_id = reports.reading_id)
    FROM reports
"""


def _lasting(item):
    """What is the same in two crawls of one portal."""
    return item["final_url"], item["capture_id"], item["title"] or "", len(item["facts"])


def _kill(run, part, items):
    """Kill a crawl as soon as its feed holds more than so many items."""
    with run:
        while run.poll() is None:
            with suppress(FileNotFoundError):  # not yet there, or whole and in its place
                if part.read_bytes().count(b"\n") > items:
                    run.kill()
                    break
            time.sleep(0.01)
        run.communicate()
    assert run.returncode == -signal.SIGKILL
