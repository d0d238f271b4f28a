from __future__ import annotations

import asyncio
import errno
import gzip
import json
import os
from contextlib import contextmanager
from pathlib import Path
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
from scrapy.statscollectors import MemoryStatsCollector

from crawler.feeds.export import FeedExporter, Feeds
from crawler.feeds.kafka import KafkaStorage
from crawler.feeds.storages import JOB_STAT, WholeFileStorage
from crawler.reparse import _fill
from crawler.run import fail, failures
from parsers.errors import FeedError
from tests.conftest import a_report
from tests.servers.bulk_server import bulk_server
from tests.servers.kafka_broker import consumed, kafka_broker
from tests.stores.conftest import rows

APPEND = {"format": "jsonl", "overwrite": False}
REPLACE = {"format": "jsonl", "overwrite": True}


@pytest.fixture
def target(tmp_path):
    return tmp_path / "items.jsonl"


def spider_of(job):
    stats = SimpleNamespace(get_value={JOB_STAT: job}.get, set_value=lambda *_: None)
    return SimpleNamespace(crawler=SimpleNamespace(stats=stats))


def names(folder):
    """The files of a folder, without those that describe another or say who added to it."""
    found = sorted(path.name for path in folder.iterdir())
    return [name for name in found if not name.endswith((".datapackage.json", ".runs"))]


def written(target, content, job, options):
    """A storage whose run wrote `content` and died before its end."""
    storage = WholeFileStorage(str(target), feed_options=options)
    file = storage.open(spider_of(job))
    file.write(content)
    storage.store(file)
    return storage


def die(storage):
    storage.leave()


@pytest.mark.parametrize("options", [APPEND, REPLACE])
def test_the_target_changes_only_at_the_end(target, options):
    target.write_bytes(b"old\n")
    storage = written(target, b"new\n", "J1", options)
    assert target.read_bytes() == b"old\n"
    storage.mark_whole()
    assert target.read_bytes() == b"old\n"
    storage.commit()
    assert target.read_bytes() == (b"new\n" if options is REPLACE else b"old\nnew\n")
    assert names(target.parent) == [target.name]


def test_a_resumed_job_writes_its_part_anew(target):
    target.write_bytes(b"old\n")
    die(written(target, b"half", "J1", APPEND))
    resumed = written(target, b"whole\n", "J1", APPEND)
    resumed.mark_whole()
    resumed.commit()
    assert target.read_bytes() == b"old\nwhole\n"


def test_a_part_that_is_written_anew_begins_at_its_beginning(target):
    die(written(target, b"half", "J1", REPLACE))
    storage = WholeFileStorage(str(target), feed_options=REPLACE)
    assert storage.open(spider_of("J1")).tell() == 0  # a table has its head only there
    storage.leave()


@pytest.mark.parametrize("torn", [b"", b"ne", b"new\n"])
def test_an_append_that_died_is_finished_by_the_next_job(target, torn):
    target.write_bytes(b"old\n")
    storage = written(target, b"new\n", "J1", APPEND)
    storage.mark_whole()
    die(storage)
    with target.open("ab") as file:
        file.write(torn)
    following = written(target, b"next\n", "J2", APPEND)
    following.mark_whole()
    following.commit()
    assert target.read_bytes() == b"old\nnew\nnext\n"


@pytest.mark.parametrize("job", ["J1", None])
@pytest.mark.parametrize("torn", [b"", b"ne", b"new\n"])
def test_an_append_that_died_is_undone_by_its_own_job(target, torn, job):
    target.write_bytes(b"old\n")
    storage = written(target, b"new\n", job, APPEND)
    storage.mark_whole()
    die(storage)
    with target.open("ab") as file:
        file.write(torn)
    again = written(target, b"new\n", job, APPEND)
    again.mark_whole()
    again.commit()
    assert target.read_bytes() == b"old\nnew\n"


def test_a_replacement_that_died_after_its_job_is_done_by_the_next(target):
    storage = written(target, b"new\n", "J1", REPLACE)
    storage.mark_whole()
    die(storage)
    die(written(target, b"next\n", "J2", REPLACE))
    assert target.read_bytes() == b"new\n"


def test_a_note_whose_part_is_in_already_changes_nothing(target):
    storage = written(target, b"new\n", "J1", APPEND)
    storage.mark_whole()
    note = target.with_name("items.jsonl.part.ready").read_bytes()
    storage.commit()
    target.with_name("items.jsonl.part.ready").write_bytes(note)
    die(written(target, b"next\n", "J2", APPEND))
    assert target.read_bytes() == b"new\n"


def test_a_run_that_died_while_it_tried_to_write_leaves_nothing_after_the_next(target, monkeypatch):
    def killed(path, **_):
        path.write_bytes(b"")
        raise KeyboardInterrupt

    with monkeypatch.context() as death:
        death.setattr(Path, "touch", killed)
        with pytest.raises(KeyboardInterrupt):
            WholeFileStorage(str(target), feed_options=REPLACE)
    assert names(target.parent) != []
    monkeypatch.setattr(os, "getpid", lambda: 1)  # the next run is another process
    storage = written(target, b"new\n", "J1", REPLACE)
    storage.mark_whole()
    storage.commit()
    assert names(target.parent) == [target.name]


def test_two_runs_do_not_write_one_target(target):
    first = written(target, b"x", "J1", APPEND)
    second = WholeFileStorage(str(target), feed_options=APPEND)
    with pytest.raises(FeedError, match="another run is writing"):
        second.open(spider_of("J2"))
    first.leave()


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
        feeds.item_scraped(item, spider)
    if reason == "no host":
        fail(crawler, "the host does not answer")
        reason = "finished"
    asyncio.run(feeds.close_spider(spider, reason))
    feeds.settle()
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


@contextmanager
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


# --- a target that somebody changed while a note of a dead run waits ---


def left_by_a_dead_run(target, options, content=b"new\n"):
    storage = written(target, content, "J1", options)
    storage.mark_whole()
    die(storage)


@pytest.mark.parametrize(
    "changed", [b"ol", b"old\nmine\n", b"old\nne\nmine\n"], ids=["cut", "added to", "torn"]
)
@pytest.mark.parametrize("job", ["J1", "J2"])
def test_a_target_that_was_changed_after_a_death_is_told_of_and_stays(target, changed, job):
    target.write_bytes(b"old\n")
    left_by_a_dead_run(target, APPEND)
    target.write_bytes(changed)
    with pytest.raises(FeedError, match=r"was changed after a run was killed that has .*part for"):
        written(target, b"next\n", job, APPEND)
    assert target.read_bytes() == changed
    assert target.with_name("items.jsonl.part").read_bytes() == b"new\n"


def test_a_target_that_was_to_be_replaced_and_was_changed_is_told_of_and_stays(target):
    target.write_bytes(b"old\n")
    left_by_a_dead_run(target, REPLACE)
    target.write_bytes(b"mine, and longer\n")
    with pytest.raises(FeedError, match="was changed after a run was killed"):
        written(target, b"next\n", "J2", APPEND)
    assert target.read_bytes() == b"mine, and longer\n"


def test_what_was_added_behind_a_whole_append_stays_behind_it(target):
    target.write_bytes(b"old\n")
    left_by_a_dead_run(target, APPEND)
    target.write_bytes(b"old\nnew\nmine\n")
    again = written(target, b"newer\n", "J1", APPEND)
    again.mark_whole()
    again.commit()
    assert target.read_bytes() == b"old\nnewer\nmine\n"


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_target_that_was_removed_after_a_death_holds_what_was_for_it(tmp_path, form):
    target = tmp_path / f"items.{form}"
    target.write_bytes(b"head\nold\n")
    left_by_a_dead_run(target, {"format": form, "overwrite": False}, b"head\nnew\n")
    target.unlink()
    following = written(target, b"head\nnext\n", "J2", {"format": form, "overwrite": False})
    following.mark_whole()
    following.commit()
    second = b"next\n" if form == "csv" else b"head\nnext\n"
    assert target.read_bytes() == b"head\nnew\n" + second


def test_a_job_that_another_finished_too_early_finds_its_items_and_replaces_them(target):
    left_by_a_dead_run(target, APPEND)  # its job is not finished: it goes on below
    other = written(target, b"other\n", "J2", APPEND)
    other.mark_whole()
    other.commit()
    assert target.read_bytes() == b"new\nother\n"
    for content in (b"new and more\n", b"n\n"):
        again = written(target, content, "J1", APPEND)
        again.mark_whole()
        again.commit()
        assert target.read_bytes() == content + b"other\n"
    last = written(target, b"others\n", "J2", APPEND)  # it has moved, and is found
    last.mark_whole()
    last.commit()
    assert target.read_bytes() == b"n\nothers\n"


def test_a_feed_that_takes_other_items_of_the_same_job_is_added(target):
    for only in ("official", "copies"):
        storage = written(target, only.encode() + b"\n", "J1", {**APPEND, "only": [only]})
        storage.mark_whole()
        storage.commit()
    assert target.read_bytes() == b"official\ncopies\n"


def test_a_replaced_target_forgets_who_added_to_it(target):
    for content, options in ((b"a\n", APPEND), (b"b\n", REPLACE), (b"a\n", APPEND)):
        storage = written(target, content, "J1", options)
        storage.mark_whole()
        storage.commit()
    assert target.read_bytes() == b"b\na\n"
