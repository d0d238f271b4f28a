"""Places of every kind, what is fed and loaded into them, and what they then hold."""

from __future__ import annotations

import asyncio
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
from crawler.feeds.export import FeedExporter
from crawler.run import failures, remarks
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


@contextmanager
def place(kind, tmp_path, request):
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
