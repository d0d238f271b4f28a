from __future__ import annotations

import json
import random
from itertools import chain

import pyarrow.parquet as pq

from crawler.archive.reader import read_captures
from crawler.feeds.exporters import json_line
from crawler.pages import from_record, gives_item
from crawler.pipelines import run_stages, stages_of_one
from crawler.registry import Registry
from crawler.stores.engines import engine_of
from crawler.stores.reading import items
from tests.commands.conftest import SECONDS
from tests.demo import without_duplicate_of


def as_set(lines):
    """Lines in any order, without what depends on the order."""
    return sorted(map(without_duplicate_of, lines))


def read_again(crawled, captures):
    pages = filter(gives_item, map(from_record, captures))
    line = stages_of_one(Registry.load(crawled.registry))
    return [json_line(each).rstrip() for each in run_stages(pages, line)]


def test_a_reparse_gives_the_items_of_the_crawl_byte_for_byte(crawled):
    done = crawled.run("reparse", crawled.archive, "-O", crawled.folder / "again.jsonl")
    assert done.returncode == 0
    live = crawled.lines("live.jsonl")
    assert len(live) > 20
    assert as_set(crawled.lines("again.jsonl")) == as_set(live)
    assert f"{len(live)} items" in done.stderr


def test_any_order_of_captures_gives_the_same_items(crawled):
    captures = list(read_captures([str(crawled.archive)]))
    for seed in range(3):
        random.Random(seed).shuffle(captures)
        assert as_set(read_again(crawled, captures)) == as_set(crawled.lines("live.jsonl"))


def test_shards_part_the_items_and_lose_none(crawled):
    small = ("-s", "REPARSE_UNIT_BYTES=9000")
    parts = []
    for number in (1, 2):
        feed = crawled.folder / "part.jsonl"
        shard = ("--shard", f"{number}/2", "--workers", "1")
        done = crawled.run("reparse", crawled.archive, *shard, *small, "-O", feed)
        assert done.returncode == 0, done.stderr
        parts.append(crawled.lines("part.jsonl"))
    assert all(parts)
    assert as_set(chain.from_iterable(parts)) == as_set(crawled.lines("live.jsonl"))


def test_the_pods_of_an_indexed_job_leave_what_one_run_puts_together(crawled):
    work = ("--work", crawled.folder / "shared", "-s", "REPARSE_UNIT_BYTES=9000")
    feed = crawled.folder / "together.jsonl"
    pods = [
        crawled.start(
            "reparse", crawled.archive, *work, "--shard", "job/2", JOB_COMPLETION_INDEX=str(number)
        )
        for number in range(2)
    ]
    for pod in pods:
        _, said = pod.communicate(timeout=SECONDS)
        assert pod.returncode == 0, said
    done = crawled.run("reparse", crawled.archive, *work, "--json", "-O", feed)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["read"]["units_of_an_earlier_run"] == told["read"]["units"] > 2
    assert as_set(crawled.lines("together.jsonl")) == as_set(crawled.lines("live.jsonl"))
    assert list((crawled.folder / "shared").iterdir()) == []


def test_two_workers_write_what_one_writes_byte_for_byte(crawled):
    told = []
    for workers in (1, 2):
        feed = crawled.folder / f"by-{workers}.jsonl"
        how = ("--workers", workers, "-s", "REPARSE_UNIT_BYTES=9000", "--json")
        done = crawled.run("reparse", crawled.archive, *how, "-O", feed)
        assert done.returncode == 0, done.stderr
        told.append(json.loads(done.stdout))
    assert crawled.lines("by-1.jsonl") == crawled.lines("by-2.jsonl")
    for summary in told:
        assert set(summary["seconds"]) == {
            *("read", "extract", "clean", "parse", "check", "write", "duplicates"),
        }
        del summary["seconds"], summary["elapsed"]
    assert told[0] == told[1]
    assert told[0]["items"] == sum(told[0]["kinds"].values()) == len(crawled.lines("by-1.jsonl"))


def test_parquet_holds_what_json_lines_hold(crawled):
    rows = pq.read_table(crawled.folder / "live.parquet").to_pylist()
    assert rows == [json.loads(line) for line in crawled.lines("live.jsonl")]


def test_sqlite_holds_what_json_lines_hold(crawled):
    engine = engine_of(f"sqlite:///{crawled.folder / 'live.sqlite'}", writes=False)
    with engine.connect() as connection:
        held = sorted(items(connection), key=lambda item: item["capture_id"])
    lines = map(json.loads, crawled.lines("live.jsonl"))
    assert held == sorted(lines, key=lambda item: item["capture_id"])


def test_files_and_folders_are_archives_alike(crawled):
    files = sorted(crawled.archive.glob("*.warc.gz"))
    done = crawled.run("reparse", *files, "-O", crawled.folder / "files.jsonl")
    assert done.returncode == 0
    assert as_set(crawled.lines("files.jsonl")) == as_set(crawled.lines("live.jsonl"))


def test_a_reparse_appends_whole_runs(crawled):
    feed = crawled.folder / "twice.jsonl"
    for _ in range(2):
        assert crawled.run("reparse", crawled.archive, "-o", feed).returncode == 0
    assert len(crawled.lines("twice.jsonl")) == 2 * len(crawled.lines("live.jsonl"))


def test_without_a_feed_it_only_counts(crawled):
    done = crawled.run("reparse", crawled.archive)
    assert done.returncode == 0
    assert "captures read" in done.stderr
