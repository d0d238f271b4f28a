"""Every place × every fault: a sentence, the batch kept, nothing half-written, `load` completes it.

Feeds go through the exporter of a crawl, batches through the command; a sample of the same by real
commands is in `tests/commands/test_stores.py`.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import random
import uuid
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import psycopg
import pyarrow.parquet as pq
import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.commands.load import Command
from crawler.feeds import kafka, keeping, opensearch
from crawler.feeds.export import UNCHANGED, FeedExporter
from crawler.feeds.storages import JOB_STAT
from crawler.run import failures, remarks
from crawler.stores import engines, loading
from crawler.stores.addresses import shown
from parsers.items import as_item
from tests.conftest import a_report
from tests.servers.bulk_server import bulk_server
from tests.servers.kafka_broker import consumed, kafka_broker
from tests.servers.postgres import database
from tests.servers.s3_server import S3Server
from tests.stores import faults
from tests.stores.conftest import contents

CHANCE = random.Random(20261122)
FIRST = [a_report(number) for number in range(5)]
#: Too much for a disk that has 400 KB left, however well it packs.
THEN = [
    a_report(number, text=f"收到申请12件{CHANCE.randbytes(20_000).hex()}", year=2008 + number % 9)
    for number in range(5, 65)
]

LINES = [orjson.dumps(as_item(each)) for each in FIRST + THEN]
STORES = ("sqlite", "duckdb", "postgresql")

READ_ONLY, FULL = "is read-only: allow writing", "is full: make room"
OLDER, NEWER = "has an older schema (0003): run `scrapy store upgrade", "a newer schema (9999)"
IN_USE, NO_DATABASE = "is in use by another process: wait for it", "is no database: name another"
AWAY, REFUSED = "cannot be reached: start it or correct", "refuses the name or password: correct"
TABLE = [
    ("sqlite", faults.read_only_disk, READ_ONLY),
    ("sqlite", faults.full, FULL),
    ("sqlite", faults.older, OLDER),
    ("sqlite", faults.newer, NEWER),
    ("sqlite", faults.held, IN_USE),
    ("sqlite", faults.overwritten, NO_DATABASE),
    ("duckdb", faults.read_only_disk, READ_ONLY),
    ("duckdb", faults.full, FULL),
    ("duckdb", faults.older, OLDER),
    ("duckdb", faults.newer, NEWER),
    ("duckdb", faults.held, IN_USE),
    ("duckdb", faults.overwritten, NO_DATABASE),
    ("postgresql", faults.read_only_sessions, READ_ONLY),
    ("postgresql", faults.full, FULL),
    ("postgresql", faults.older, OLDER),
    ("postgresql", faults.newer, NEWER),
    ("postgresql", faults.another_writer, IN_USE),
    ("postgresql", faults.down, AWAY),
    ("postgresql", faults.wrong_password, REFUSED),
    ("postgresql", faults.missing, "does not exist: create it"),
    ("postgresql", faults.no_connection_left, "has no connection left: try again later"),
    ("dataset", faults.read_only_disk, "cannot be written (Read-only file system): make room or"),
    ("dataset", faults.full, "cannot be written (No space left on device): make room or allow"),
    ("opensearch", faults.down, AWAY),
    ("opensearch", faults.busy, "has no room for more: load the rest later"),
    ("opensearch", faults.part_refused, "load the rest later (disk usage exceeded flood-stage"),
    ("opensearch", faults.other_key, REFUSED),
    ("kafka", faults.down, "start it or correct its address"),
    ("s3", faults.unreachable, "cannot be reached: start it or correct S3_ENDPOINT_URL"),
    ("s3", faults.denied, "refuses the credentials: renew what boto3 finds"),
    ("s3", faults.no_bucket, "does not exist: make the bucket or correct its name"),
    ("s3", faults.slow_down, "did not take the file: try again later (the store answers SlowDown)"),
]
CASES = [pytest.param(*row, id=f"{row[0]}-{row[1].__name__}") for row in TABLE]
if not os.environ.get("TORTURE"):
    CASES = CASES[1:28:6] + CASES[-3:-1]  # each database full, and others


@contextmanager
def _place(kind, tmp_path, request):
    """A target of a kind, on a small disk of its own where it has files."""
    if kind == "opensearch":
        with bulk_server() as (stub, address):
            yield faults.Target(address, tmp_path, stub)
        return
    if kind == "kafka":
        with kafka_broker() as broker:
            yield faults.Target(f"kafka://{broker}/reports", tmp_path)
        return
    if kind == "s3":
        with S3Server() as server:
            keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
            settings = {**keys, "AWS_REGION_NAME": "us-east-1", "S3_ENDPOINT_URL": server.url}
            address = f"s3://{server.bucket}/a.jsonl"
            yield faults.Target(address, tmp_path, server, settings=settings)
        return
    small = request.node.callspec.params.get("fault") in (faults.full, faults.read_only_disk)
    if kind == "postgresql":
        server = request.getfixturevalue("server")
        with _postgresql(server, small=small) as target:
            yield target
        return
    with faults.disk(tmp_path / "disk", "60m") if small else _folder(tmp_path / "disk") as folder:
        address = f"dataset:{folder / 'panel'}" if kind == "dataset" else f"{kind}:///{folder}/a.db"
        yield faults.Target(address, folder)


@contextmanager
def _folder(path):
    path.mkdir()
    yield path


@contextmanager
def _opened(folder):
    folder.chmod(0o755)
    yield


@contextmanager
def _postgresql(server, *, small):
    name = f"t{uuid.uuid4().hex}"
    if not small:
        with database(server, name) as address:
            yield faults.Target(address, Path(), more={"server": server})
        return
    if os.environ.get("DATABASE_URL"):
        pytest.skip("the disk of a server elsewhere is not ours to fill")
    with (
        TemporaryDirectory(prefix="disk-") as home,
        _opened(Path(home)),  # the server's user is another one
        faults.disk(Path(home, "disk"), "60m", "nobody") as folder,
        psycopg.connect(server, autocommit=True) as session,
    ):
        session.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        session.execute(f"CREATE DATABASE {name} TABLESPACE {name}")
        yield faults.Target(f"{server.rpartition('/')[0]}/{name}", folder, more={"server": server})
        session.execute(f"DROP DATABASE {name} WITH (FORCE)")
        session.execute(f"DROP TABLESPACE {name}")


def fed(target, reports, loads, *, dies=False, told=None, **stats):
    """Hand reports to the place as a crawl does; return what the run would tell.

    One that `dies` does so when its job is finished and no target has changed; `told` takes what
    is said that is no failure.
    """
    feeds = {target.address: {"format": "jsonlines", "overwrite": False}}
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict({**target.settings, "FEEDS": feeds, "LOADS": str(loads)}, priority="cmdline")
    crawler = Crawler(Spider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.stats.set_stats(dict(stats))
    crawler.spider = spider = Spider.from_crawler(crawler, name="x")
    exporter = FeedExporter.from_crawler(crawler)
    exporter.open_spider(spider)
    for report in reports:
        exporter.item_scraped(report, spider)
    asyncio.run(exporter.close_spider(spider, "finished"))
    if dies:
        for storage in exporter._closed:
            storage.leave()  # the kernel lets its locks go
        return []
    exporter.settle()
    if told is not None:
        told += remarks(crawler)
    return failures(crawler)


def loaded(target, kept, loads, capsys):
    """Run `scrapy load`; return its exit code and what it said."""
    command = Command()
    command.settings = Settings()
    command.settings.setmodule("crawler.settings")
    more = target.settings if target else {}
    command.settings.setdict({**more, "LOADS": str(loads)})
    command.run([target.address, str(kept)] if target else [], None)
    return command.exitcode, capsys.readouterr().err


def held(target, kind):
    """What the place holds, comparable between two of a kind."""
    if kind in STORES:
        # When it was loaded is the clock's; SQLite has 1 for true.
        return {
            name: [tuple(int(v) if isinstance(v, bool) else v for v in row) for row in rows]
            for name, rows in contents(target.address).items()
            if name != "runs"
        }
    if kind == "opensearch":
        return sorted(orjson.dumps(each) for each in target.stub.documents.values())
    if kind == "s3":
        return target.stub.objects["a.jsonl"].splitlines()
    if kind == "kafka":
        broker = target.address.split("/")[2]
        return sorted({each.value() for each in consumed(broker, "reports", len(FIRST + THEN))})
    folder = Path(target.address.partition(":")[2])
    assert list(folder.rglob(".*")) == []  # no draft is left
    return sorted(
        repr((part.parent.parent.name, row))
        for part in folder.rglob("*.parquet")
        for row in pq.ParquetFile(part).read().to_pylist()
    )


def undisturbed(kind, tmp_path):
    """What a place holds that had no fault."""
    if kind == "s3":  # an object is replaced, never added to
        return LINES[len(FIRST) :]
    if kind in ("opensearch", "kafka"):
        return sorted(LINES)
    address = f"sqlite:///{tmp_path}/b.db" if kind in STORES else f"dataset:{tmp_path / 'b'}"
    target = faults.Target(address, tmp_path)
    for reports in (FIRST, THEN):
        assert fed(target, reports, tmp_path / "other") == []
    return held(target, kind)


def is_whole(kind, before, now):
    """Whether a place that refused a batch holds whole transactions of it, or nothing."""
    if kind in STORES:
        added = len(now["reports"]) - len(before["reports"])
        figures = len(now["facts"]) - len(before["facts"])
        return added % (loading.BATCH * loading.BATCHES) == 0 and figures == added
    return set(before) <= set(now) if kind == "opensearch" else before == now


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.5)
    monkeypatch.setattr(loading, "BATCH", 4)
    monkeypatch.setattr(loading, "LARGER", {})
    monkeypatch.setattr(loading, "BATCHES", 2)
    monkeypatch.setattr(opensearch, "WAITS", (0.0, 0.0))
    monkeypatch.setattr(opensearch, "BULK", 10)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return monkeypatch


@pytest.mark.parametrize(("kind", "fault", "says"), CASES)
def test_a_fault_of_a_place_costs_nothing(kind, fault, says, tmp_path, request, capsys):
    loads, patience = tmp_path / "loads", request.getfixturevalue("impatient")
    with _place(kind, tmp_path, request) as target:
        assert fed(target, FIRST, loads) == []
        before = None if kind == "kafka" else held(target, kind)
        with fault(target), patience.context() as shorter:
            shorter.setattr(kafka, "PATIENCE", 2)
            (sentence,) = fed(target, THEN, loads)
            (kept,) = loads.glob("*.jsonl")
            assert says in sentence
            assert f"`scrapy load '{shown(target.address)}' {kept}`" in sentence
            assert "\n" not in sentence
            assert "not-a-secret" not in sentence
            assert kept.read_bytes().splitlines() == LINES[len(FIRST) :]
        assert before is None or is_whole(kind, before, held(target, kind))
        code, said = loaded(target, kept, loads, capsys)
        assert code == 0, said
        assert list(loads.iterdir()) == []
        assert held(target, kind) == undisturbed(kind, tmp_path)


def test_what_a_service_refuses_for_good_is_put_aside_until_it_takes_it(
    tmp_path, request, capsys, impatient
):
    loads = tmp_path / "loads"
    with _place("opensearch", tmp_path, request) as target:
        target.stub.refused = {"c7": "no date", "c9": "no date"}
        (sentence,) = fed(target, FIRST + THEN, loads)
        (kept,) = loads.glob("*.jsonl")
        assert f"`scrapy load '{target.address}' {kept}`" in sentence
        assert len(target.stub.documents) == len(FIRST + THEN) - 2
        for refused in ("c7", "c9"), ("c7",):
            target.stub.refused = dict.fromkeys(refused, "no date")
            code, said = loaded(target, kept, loads, capsys)
            assert (code, said.count("no date")) == (1, len(refused))
            (kept,) = loads.glob("*.jsonl")
            assert [
                json.loads(line)["capture_id"] for line in kept.read_bytes().splitlines()
            ] == list(refused)
            assert len(keeping.waiting(loads)) == 1
        target.stub.refused = {}
        assert loaded(target, kept, loads, capsys)[0] == 0
        assert list(loads.iterdir()) == []
        assert held(target, "opensearch") == undisturbed("opensearch", tmp_path)


@pytest.mark.parametrize("kind", ["s3", "sqlite", "dataset"])
def test_what_a_run_left_that_was_killed_before_it_handed_on_is_named(
    kind, tmp_path, request, capsys
):
    loads = tmp_path / "loads"
    with _place(kind, tmp_path, request) as target:
        fed(target, FIRST, loads, dies=True, **{JOB_STAT: "J1"})
        (kept,) = loads.glob("*.part")
        (waits,) = keeping.waiting(loads)
        assert waits.startswith(f"items for {target.address} wait on this disk: `scrapy load ")
        other = faults.Target(f"sqlite:///{tmp_path}/other.db", tmp_path)
        told = []
        assert fed(other, THEN[:1], loads, told=told) == []
        assert told == [waits]
        assert loaded(None, None, loads, capsys) == (1, f"scrapy: {waits}\n")
        assert loaded(target, kept, loads, capsys)[0] == 0
        assert list(loads.iterdir()) == []
        assert loaded(None, None, loads, capsys) == (0, "scrapy: nothing waits for its place\n")
        if kind == "s3":
            assert held(target, "s3") == LINES[: len(FIRST)]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_a_run_holds_is_neither_named_nor_loaded(kind, tmp_path, request, capsys):
    loads = tmp_path / "loads"
    with _place(kind, tmp_path, request) as target:
        fed(target, FIRST, loads, dies=True, **{JOB_STAT: "J1"})
        (part,) = loads.glob("*.part")
        for name, sentence in (("", "is handing on"), (".part", "is writing")):
            held_file = part.with_name(part.name.removesuffix(".part") + (name or ".lock"))
            with held_file.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                assert keeping.waiting(loads) == []
                code, said = loaded(target, part, loads, capsys)
                assert (code, said.count(sentence)) == (1, 1)
            assert part.exists()
        assert len(keeping.waiting(loads)) == 1
        assert loaded(target, part, loads, capsys)[0] == 0
        assert list(loads.iterdir()) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_kept_file_without_a_note_is_named_until_it_is_removed(kind, tmp_path, request, capsys):
    loads = tmp_path / "loads"
    loads.mkdir()
    old = loads / "0123456789abcdef.jsonl"
    old.write_bytes(LINES[0] + b"\n")
    with _place(kind, tmp_path, request) as target:
        code, said = loaded(None, None, loads, capsys)
        assert code == 1
        assert f"no note says for which place: `scrapy load PLACE {old}`, then remove it" in said
        assert loaded(target, old, loads, capsys)[0] == 0
        assert len(held(target, kind)["reports"]) == 1
        old.unlink()
        assert keeping.waiting(loads) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_and_its_part_wait_until_both_are_taken(kind, tmp_path, request, capsys):
    loads = tmp_path / "loads"
    with _place(kind, tmp_path, request) as target:
        fed(target, FIRST, loads, dies=True, **{JOB_STAT: "J1"})
        (part,) = loads.glob("*.part")
        file = part.with_name(part.name.removesuffix(".part"))
        file.write_bytes(part.read_bytes())
        assert len(keeping.waiting(loads)) == 2
        assert loaded(target, file, loads, capsys)[0] == 0
        assert len(keeping.waiting(loads)) == 1
        assert loaded(target, part, loads, capsys)[0] == 0
        assert list(loads.iterdir()) == []


@pytest.mark.parametrize("unchanged", [0, 3])
@pytest.mark.parametrize("kind", ["s3", "sqlite", "dataset"])
def test_the_next_run_for_the_place_hands_on_what_a_dead_one_left(
    kind, unchanged, tmp_path, request
):
    loads = tmp_path / "loads"
    with _place(kind, tmp_path, request) as target:
        fed(target, FIRST, loads, dies=True, **{JOB_STAT: "J1"})
        more = [] if unchanged else FIRST
        assert fed(target, more, loads, **{JOB_STAT: "J2", UNCHANGED: unchanged}) == []
        assert list(loads.iterdir()) == []
        if kind == "s3":
            assert held(target, "s3") == LINES[: len(FIRST)]
        elif kind == "sqlite":
            assert len(held(target, "sqlite")["reports"]) == len(FIRST)


def test_a_run_that_met_nothing_new_leaves_the_object_as_it_is(tmp_path, request, capsys):
    loads = tmp_path / "loads"
    with _place("s3", tmp_path, request) as target:
        assert fed(target, FIRST, loads) == []
        assert fed(target, [], loads, **{UNCHANGED: 3}) == []
        assert held(target, "s3") == LINES[: len(FIRST)]
        assert list(loads.iterdir()) == []
        feed = tmp_path / "feed.jsonl"
        feed.write_bytes(LINES[0])
        target.address = f"s3://{target.stub.bucket}"
        code, said = loaded(target, feed, loads, capsys)
    names_none = f"scrapy: {target.address} names no object: write s3://bucket/reports.jsonl\n"
    assert (code, said) == (1, names_none)
