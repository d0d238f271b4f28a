from __future__ import annotations

import json
import random
from itertools import chain

import pyarrow.parquet as pq
import pytest

from crawler.archive.reader import read_captures
from crawler.exporters import json_line
from crawler.registry import Registry
from crawler.reparse import WHOLE, Shard, Summary, reports
from crawler.stores.engines import engine_of
from crawler.stores.reading import items
from tests.demo import without_duplicate_of


def as_set(lines):
    """Lines in any order, without what depends on the order."""
    return sorted(map(without_duplicate_of, lines))


def read_again(crawled, captures, shard=WHOLE):
    registry = Registry.load(crawled.registry)
    return [json_line(each).rstrip() for each in reports(captures, registry, Summary(), shard)]


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


@pytest.mark.parametrize("of", [2, 3, 7])
def test_shards_part_the_items_and_lose_none(crawled, of):
    captures = list(read_captures([str(crawled.archive)]))
    parts = [read_again(crawled, captures, Shard(number, of)) for number in range(1, of + 1)]
    assert all(parts)
    assert as_set(chain.from_iterable(parts)) == as_set(crawled.lines("live.jsonl"))


def test_a_shard_by_command_is_a_part(crawled):
    feed = crawled.folder / "part.jsonl"
    done = crawled.run("reparse", crawled.archive, "--shard", "2/3", "-O", feed)
    assert done.returncode == 0
    captures = read_captures([str(crawled.archive)])
    assert as_set(crawled.lines("part.jsonl")) == as_set(read_again(crawled, captures, Shard(2, 3)))


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
