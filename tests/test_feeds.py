from __future__ import annotations

import asyncio
import contextlib
import errno
import gzip
import json
import os
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from backports import zstd
from lxml import etree
from python_calamine import CalamineWorkbook
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings
from scrapy.settings.default_settings import FEED_EXPORTERS_BASE
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.misc import load_object

from crawler.feeds.export import FeedExporter, Feeds
from crawler.feeds.kafka import KafkaStorage
from crawler.feeds.storages import WholeFileStorage
from crawler.reparse import _fill
from crawler.run import fail, failures, told_failures
from crawler.settings import FEED_EXPORTERS
from parsers.errors import FeedError
from tests.conftest import a_report
from tests.feed_targets import REPLACE, names, written
from tests.servers.bulk_server import bulk_server
from tests.servers.kafka_broker import consumed, kafka_broker
from tests.stores.conftest import rows


@pytest.fixture
def target(tmp_path):
    return tmp_path / "items.jsonl"


@pytest.mark.parametrize("form", ["parquet", "sqlite", "json", "xml"])
def test_what_cannot_be_appended_to_is_refused_before_the_run(tmp_path, form):
    target = tmp_path / f"items.{form}"
    options = {"format": form, "overwrite": False}
    WholeFileStorage(str(target), feed_options=options)
    target.write_bytes(b"")
    with pytest.raises(FeedError, match="use -O"):
        WholeFileStorage(str(target), feed_options=options)
    WholeFileStorage(str(target), feed_options={**options, "overwrite": True})


def test_a_folder_or_a_file_on_the_way_is_refused_before_the_run(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FeedError, match="is a folder"):
        WholeFileStorage(str(tmp_path))
    with pytest.raises(FeedError, match="cannot be written"):
        WholeFileStorage(str(tmp_path / "file" / "items.jsonl"))


def test_a_link_keeps_pointing_to_its_file(tmp_path, target):
    link = tmp_path / "link.jsonl"
    link.symlink_to(target)
    storage = written(link, b"new\n", "J1", REPLACE)
    storage.mark_whole()
    storage.commit()
    assert link.is_symlink()
    assert target.read_bytes() == b"new\n"


def test_a_device_is_never_replaced():
    storage = WholeFileStorage.from_crawler(SimpleNamespace(), os.devnull, feed_options=REPLACE)
    assert not isinstance(storage, WholeFileStorage)


# --- the exporter: Scrapy's, told how the run ended ---


def run_of(
    *feeds,
    reason="finished",
    items=(),
    broken=(),
    overwrite=False,
    unchanged=0,
    places=(),
    loads="loads",
    outcomes=None,
):
    """Write `items` to `feeds` as a crawl does; return the sentences that the run would tell."""
    options = {place: {"format": "jsonl"} for place in places}
    options |= {str(feed): {"format": feed.suffix[1:], "overwrite": overwrite} for feed in feeds}
    settings = Settings({"FEEDS": options, "FEED_EXPORT_ENCODING": "utf-8"})
    settings.setmodule("crawler.settings")
    settings.setdict({"FEEDS": options, "LOADS": str(loads)})
    crawler = Crawler(Spider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.stats.set_value("archive/revisits", unchanged)
    spider = Spider.from_crawler(crawler, name="x")
    feeds = FeedExporter.from_crawler(crawler)
    feeds.open_spider(spider)
    for item in items:
        feeds.item_scraped(item, spider)
    for item in broken:
        with contextlib.suppress(OSError):  # Scrapy's signals log it
            feeds.item_scraped(item, spider)
    if reason == "no host":
        fail(crawler, "the host does not answer")
        reason = "finished"
    asyncio.run(feeds.close_spider(spider, reason))
    feeds.settle()
    if outcomes is not None:
        outcomes += [one.outcome for one in told_failures(crawler)]
    return failures(crawler)


def test_a_finished_run_gives_every_feed(tmp_path):
    feeds = [tmp_path / name for name in ("a.jsonl", "a.parquet", "a.sqlite")]
    assert run_of(*feeds, items=[a_report(1), a_report(2)]) == []
    assert names(tmp_path) == ["a.jsonl", "a.parquet", "a.sqlite"]
    described = json.loads((tmp_path / "a.jsonl.datapackage.json").read_text(encoding="utf-8"))
    assert described["resources"][0]["path"] == "a.jsonl"
    assert len(feeds[0].read_text(encoding="utf-8").splitlines()) == 2


def test_a_place_without_room_keeps_no_feed_behind_it_from_its_target(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(KafkaStorage, "take", refuse)
    target, loads = tmp_path / "items.jsonl", tmp_path / "loads"
    places = ["kafka://127.0.0.1:1/reports"]
    (sentence,) = run_of(target, items=[a_report()], places=places, loads=loads)
    (kept,) = loads.glob("*.jsonl")
    assert sentence.startswith(f"{kept} cannot be written (No space left on device): make room")
    assert kept.read_bytes() == target.read_bytes()


FULL = OSError(errno.ENOSPC, "No space left on device")


def failing(of, step, error):
    """A step of an exporter's that does its work and raises."""
    done = getattr(of, step)

    def refused(*given):
        done(*given)
        raise error

    return refused


@pytest.mark.parametrize("form", ["jsonl", "csv", "xml", "sqlite", "xlsx", "parquet"])
@pytest.mark.parametrize("step", ["export_item", "finish_exporting"])
def test_a_disk_that_is_full_while_items_are_written_is_told_as_such(
    tmp_path, form, step, monkeypatch
):
    target, outcomes = tmp_path / f"items.{form}", []
    exporter = load_object({**FEED_EXPORTERS_BASE, **FEED_EXPORTERS}[form])
    monkeypatch.setattr(exporter, step, failing(exporter, step, FULL))
    (sentence,) = run_of(target, broken=[a_report()], outcomes=outcomes)
    assert "(No space left on device): free space and run the same command again" in sentence
    assert outcomes == ["disk_full"]
    assert not target.exists()


def test_a_feed_that_cannot_be_closed_is_told_of_whatever_the_cause(target, monkeypatch):
    exporter = load_object(FEED_EXPORTERS_BASE["jsonl"])
    error = RuntimeError("of no kind that is known")
    monkeypatch.setattr(exporter, "finish_exporting", failing(exporter, "finish_exporting", error))
    (sentence,) = run_of(target, items=[a_report()])
    assert sentence.endswith("could not be stored (the log says why); run the same command again")
    assert not target.exists()


@pytest.mark.parametrize("reason", ["shutdown", "disk_full", "cancelled"])
def test_an_interrupted_run_leaves_the_target_and_says_how_to_finish(target, reason):
    target.write_text("old\n", encoding="utf-8")
    (sentence,) = run_of(target, reason=reason, items=[a_report()], overwrite=True)
    assert target.read_text(encoding="utf-8") == "old\n"
    assert "run the same command again to finish it" in sentence
    part = target.with_name("items.jsonl.part")
    assert str(part) in sentence
    assert json.loads(part.read_text(encoding="utf-8"))["report_id"] == "r1"


def test_an_item_that_could_not_be_written_keeps_the_target_as_it_was(tmp_path):
    target = tmp_path / "a.parquet"
    (sentence,) = run_of(target, items=[a_report()], broken=[{"no": "report"}])
    assert "items not written: 1, since a parquet feed holds reports" in sentence
    assert "write .jsonl or .csv" in sentence
    assert not target.exists()


def test_a_run_that_failed_and_gave_nothing_does_not_empty_the_target(target):
    target.write_text("old\n", encoding="utf-8")
    assert run_of(target, reason="no host", overwrite=True) == ["the host does not answer"]
    assert names(target.parent) == [target.name]
    assert target.read_text(encoding="utf-8") == "old\n"


def test_a_run_that_found_everything_unchanged_makes_an_empty_feed_where_there_was_none(target):
    assert run_of(target, unchanged=3, overwrite=True) == []
    assert target.read_bytes() == b""
    assert not target.with_name(target.name + ".part").exists()


def test_a_run_that_found_everything_unchanged_leaves_the_target_without_a_failure(target):
    target.write_text("old\n", encoding="utf-8")
    assert run_of(target, unchanged=3, overwrite=True) == []
    assert names(target.parent) == [target.name]
    assert target.read_text(encoding="utf-8") == "old\n"
    assert run_of(target, unchanged=3, items=[a_report()], overwrite=True) == []
    assert json.loads(target.read_text(encoding="utf-8"))["report_id"] == "r1"


def test_a_name_that_no_file_can_have_is_refused_before_the_run(tmp_path):
    with pytest.raises(FeedError, match="cannot be written"):
        WholeFileStorage(str(tmp_path / ("a" * 250 + ".jsonl")))
    assert names(tmp_path) == []


def test_a_run_that_found_nothing_without_fault_gives_an_empty_feed(target):
    assert run_of(target) == []
    assert target.read_bytes() == b""


def test_a_run_that_was_stopped_before_its_first_item_leaves_nothing(target):
    assert run_of(target, reason="shutdown") == []
    assert names(target.parent) == []


READERS = {
    "jsonl": lambda path: len(path.read_bytes().splitlines()),
    "gz": lambda path: len(gzip.decompress(path.read_bytes()).splitlines()),
    "zst": lambda path: len(zstd.decompress(path.read_bytes()).splitlines()),
    "json": lambda path: len(json.loads(path.read_bytes())),
    "xml": lambda path: len(etree.parse(path).getroot()),
    "csv": lambda path: len(path.read_bytes().splitlines()) - 1,
    "facts-csv": lambda path: len(path.read_bytes().splitlines()) - 1,
    "parquet": lambda path: pq.read_metadata(path).num_rows,
    "facts-parquet": lambda path: pq.read_metadata(path).num_rows,
    "xlsx": lambda path: len(_sheet(path)) - 1,
    "sqlite": lambda path: in_store(f"sqlite:///{path}"),
}


def _sheet(path):
    return CalamineWorkbook.from_path(path).get_sheet_by_name("reports").to_python()


def in_store(address):
    ((count,),) = rows(address, "SELECT count(*) FROM reports")
    return count


@pytest.mark.parametrize("inside", [True, False], ids=["crawl", "reparse"])
@pytest.mark.parametrize("form", sorted(READERS))
def test_a_feed_goes_out_in_batches_of_any_format(tmp_path, form, inside):
    target = tmp_path / f"reports-%(batch_id)d.{form}"
    reports = [a_report(number) for number in range(5)]
    in_batches(str(target), form, reports, tmp_path, inside=inside)
    files = [tmp_path / f"reports-{number}.{form}" for number in (1, 2, 3)]
    assert [READERS[form](path) for path in files] == [2, 2, 1]
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("inside", [True, False], ids=["crawl", "reparse"])
@pytest.mark.parametrize("place", ["sqlite:///", "duckdb:///", "dataset:", "opensearch:", "kafka:"])
def test_a_place_that_takes_items_is_fed_in_batches(tmp_path, place, inside):
    reports = [a_report(number) for number in range(5)]
    with _place(place, tmp_path) as (address, held):
        in_batches(address, "jsonlines", reports, tmp_path, inside=inside)
        assert held() == 5
    assert list((tmp_path / "loads").iterdir()) == []


@contextlib.contextmanager
def _place(kind, tmp_path):
    address = f"{kind}{tmp_path / 'place'}"
    if kind == "opensearch:":
        with bulk_server() as (stub, there):
            yield there, lambda: len(stub.documents)
    elif kind == "kafka:":
        with kafka_broker() as broker:
            yield f"kafka://{broker}/reports", lambda: len(consumed(broker, "reports", 5))
    elif kind == "dataset:":
        yield address, lambda: pq.ParquetDataset(tmp_path / "place" / "reports").read().num_rows
    else:
        yield address, lambda: in_store(address)


def in_batches(target, form, reports, folder, *, inside, overwrite=None):
    """Feed in batches of two; `inside` of a running loop as a crawl, or without as a re-parse."""
    overwrite = form != "jsonlines" if overwrite is None else overwrite
    options = {target: {"format": form, "overwrite": overwrite}}
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict({"FEEDS": options, "LOADS": str(folder / "loads")}, priority="cmdline")
    settings.set("FEED_EXPORT_BATCH_ITEM_COUNT", 2, priority="cmdline")
    crawler = Crawler(Spider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    spider = Spider.from_crawler(crawler, name="x")
    feeds = FeedExporter.from_crawler(crawler)
    feeds.open_spider(spider)

    async def crawl():
        for report in reports:
            feeds.item_scraped(report, spider)
        await feeds.close_spider(spider)

    if inside:
        asyncio.run(crawl())
    else:
        asyncio.run(_fill(feeds, spider, iter(reports)))
        asyncio.run(feeds.close_spider(spider))
    feeds.settle()
    assert failures(crawler) == []


@pytest.mark.parametrize("form", ["jsonl", "jl"])
def test_json_lines_by_another_name_go_where_items_go(tmp_path, form):
    address = f"sqlite:///{tmp_path / 'a.db'}"
    in_batches(address, form, [a_report(1), a_report(2)], tmp_path, inside=True, overwrite=False)
    assert in_store(address) == 2


#: Every kind of place that takes items; none is asked for before a feed is refused.
ITEM_PLACES = (
    "sqlite:///a.db", "duckdb:///a.db", "postgresql://a/b", "dataset:a", "opensearch://a/b",
    "opensearch+https://a/b", "kafka://a/b",
)  # fmt: skip


@pytest.mark.parametrize("place", ITEM_PLACES)
def test_a_place_that_takes_items_refuses_any_other_feed_in_a_sentence(place, tmp_path):
    others = {*READERS, "pickle"} - {"jsonl"}
    asked = [
        ({"format": form}, "takes a feed of format 'jsonlines' and no other") for form in others
    ]
    asked += [
        ({"format": "jsonlines", name: ["year"]}, f"leave out '{name}' of its feed")
        for name in ("fields", "postprocessing")
    ]
    asked.append(({"format": "jsonlines", "overwrite": True}, "never replaced: use -o"))
    for options, says in asked:
        settings = Settings()
        settings.setmodule("crawler.settings")
        feeds = {place: {"overwrite": False, **options}}
        settings.setdict({"FEEDS": feeds, "LOADS": str(tmp_path)}, priority="cmdline")
        crawler = Crawler(Spider, settings)
        crawler.stats = MemoryStatsCollector(crawler)
        with pytest.raises(FeedError, match=says):
            FeedExporter.from_crawler(crawler)


def test_a_file_in_batches_needs_a_name_for_each(tmp_path):
    with pytest.raises(FeedError, match=r"in batches: put %\(batch_id\)d or"):
        in_batches(str(tmp_path / "reports.jsonl"), "jsonl", [], tmp_path, inside=True)


def test_an_unknown_format_is_one_sentence(tmp_path):
    with pytest.raises(FeedError, match=r"known formats are .*parquet.*; known places"):
        run_of(tmp_path / "a.docx")
    with pytest.raises(FeedError, match=r"known formats are .*json, jsonl"):
        run_of(tmp_path / "a.marshal")  # Scrapy's, which can hold no report


def test_a_run_without_feeds_has_no_exporter():
    with pytest.raises(NotConfigured):
        run_of()


def test_one_endpoint_holds_for_archive_and_feeds():
    settings = Settings({"S3_ENDPOINT_URL": "http://127.0.0.1:9000"})
    Feeds.update_pre_crawler_settings(settings)
    assert settings["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9000"
