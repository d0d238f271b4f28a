"""A run that dies at any step of its end, and is given again: each item is in its feed, once."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import pytest

from tests.archive.answers import answer
from tests.conftest import ROOT
from tests.jobs.runs import scrapy
from tests.jobs.settling import Walk
from tests.servers.wire_server import WireServer

PAGES = {
    f"/{number}.html": answer(b"<title>x</title><p>text", b"Content-Type: text/html")
    for number in range(3)
}
#: Every way in which a part comes into its target, and a place that takes items.
WALKS = [
    Walk("a.jsonl", old=True, other=True),
    Walk("a.json"),
    Walk("a.csv", "-O", old=True),
    Walk("sqlite:///a.db"),
]
#: The end of a re-parse: one without a name has ended behind its last step.
REPARSES = [
    Walk("a.jsonl", named=False, other=True),
    Walk("a.jsonl", old=True, other=True),
]
if os.environ.get("TORTURE"):
    REPARSES += [
        Walk("a.csv", old=True),
        Walk("a.json"),
        Walk("a.parquet", "-O", named=False),
        Walk("sqlite:///a.db"),
        Walk("a-%(batch_id)d.gz", batches=True),
    ]
    WALKS += [
        Walk("a.jsonl", old=True, named=False),
        Walk("a.csv", old=True, other=True),
        Walk("a.xml"),
        Walk("a.parquet"),
        Walk("a.parquet", "-O", named=False),
        Walk("a.sqlite", "-O"),
        Walk("a-%(batch_id)d.gz", batches=True),
    ]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: f"{walk.how} {walk.name}")
def test_a_run_that_dies_at_any_step_of_its_end_puts_each_item_in_once(tmp_path, walk):
    found = walked("tests.jobs.settling", tmp_path, walk)
    assert {"fsync", "UPDATE", "COMMIT"} <= set(found["steps"])
    assert found["wrong"] == [], found["steps"]


def walked(module, folder, walk):
    """Walk over an end; return the steps and what was wrong."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(folder), json.dumps(asdict(walk))],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "walk", REPARSES, ids=lambda walk: f"{walk.how} {walk.name} {'named' if walk.named else ''}"
)
def test_a_reparse_that_dies_at_any_step_of_its_end_puts_each_item_in_once(tmp_path, walk):
    found = walked("tests.jobs.reparse_ends", tmp_path, walk)
    steps = found["steps"]
    assert {"fsync", "replace", "rmdir"} <= set(steps)
    adds_anew = walk.how == "-o" and not walk.named and "//" not in walk.name
    ended = [len(steps) + 1] if adds_anew else []
    assert [at for at, *_ in found["wrong"]] == ended, found


def die_when_settled(_: Any) -> None:
    """Let a run be killed when its feeds are settled and before it is recorded."""
    from crawler.feeds.export import FeedExporter  # noqa: PLC0415 (settings are read in a run)

    settle = FeedExporter.settle

    def settled(self: Any) -> None:
        settle(self)
        os.kill(os.getpid(), signal.SIGKILL)

    FeedExporter.settle = settled  # type: ignore[method-assign]


def test_a_named_job_that_was_killed_before_its_record_adds_nothing_twice(tmp_path):
    feed = tmp_path / "items.jsonl"
    feed.write_bytes(b"old\n")
    with WireServer(PAGES) as server:
        urls = [server.url + path for path in PAGES]
        told = ("capture", *urls, "-o", str(feed), "-s", "JOB=one")
        code, _, _ = scrapy(tmp_path, *told, plant=[__name__, "die_when_settled", None])
        assert code == -signal.SIGKILL
        code, lines, said = scrapy(tmp_path, *told)
        asked = len(server.log)
        assert (code, lines[-1]["outcome"]) == (0, "done"), said
        assert len(feed.read_bytes().splitlines()) == 1 + len(PAGES)
        # The same job with another command has other items, which are added.
        scrapy(tmp_path, "capture", urls[0], "-o", str(feed), "-s", "JOB=one")
    assert asked == len(server.log)
    assert len(feed.read_bytes().splitlines()) == 2 + len(PAGES)


def fill_when_settling(_: Any) -> None:
    """Let the disk hold no more when a part is to come into its target."""
    from crawler.feeds.settling import Settling  # noqa: PLC0415 (as above)

    def put_in(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    Settling.put_in = put_in  # type: ignore[method-assign]


@pytest.mark.parametrize("named", [True, False])
def test_a_feed_for_which_there_is_no_room_is_told_as_a_full_disk_and_filled_later(tmp_path, named):
    feed = tmp_path / "items.jsonl"
    with WireServer(PAGES) as server:
        told = ("capture", *(server.url + path for path in PAGES), "-o", str(feed))
        told += ("-s", "JOB=one") if named else ()
        code, lines, said = scrapy(tmp_path, *told, plant=[__name__, "fill_when_settling", None])
        assert (code, lines[-1]["outcome"]) == (5, "disk_full"), said
        assert said.count("No space left on device") == 1
        assert not feed.exists()
        code, lines, said = scrapy(tmp_path, *told)
        assert (code, lines[-1]["outcome"]) == (0, "done"), said
    assert len(feed.read_bytes().splitlines()) == len(PAGES)


def test_a_feed_that_somebody_changed_is_told_of_before_anything_is_fetched(tmp_path):
    feed = tmp_path / "items.jsonl"
    with WireServer(PAGES) as server:
        told = ("capture", f"{server.url}/0.html", "-o", str(feed), "-s", "JOB=one")
        scrapy(tmp_path, *told)
        asked = len(server.log)
        feed.write_bytes(b"mine\n")
        code, lines, said = scrapy(tmp_path, *told)
        assert (code, lines[-1]["outcome"]) == (2, "bad_settings")
        assert f"{feed} was changed since this very job had added its items: name another" in said
        assert feed.read_bytes() == b"mine\n"
        assert len(server.log) == asked


def test_a_feed_that_somebody_removed_begins_anew_and_that_is_told(tmp_path):
    feed = tmp_path / "items.jsonl"
    with WireServer(PAGES) as server:
        told = ("capture", f"{server.url}/0.html", "-o", str(feed), "-s", "JOB=one")
        scrapy(tmp_path, *told)
        feed.unlink()
        code, _, said = scrapy(tmp_path, *told)
    assert code == 0, said
    assert f"{feed} was removed after a run had added to it: it begins anew" in said
    assert len(feed.read_bytes().splitlines()) == 1


def test_a_reparse_that_was_killed_and_is_given_again_adds_nothing_twice(tmp_path):
    feed = tmp_path / "again.jsonl"
    with WireServer(PAGES) as server:
        scrapy(tmp_path, "capture", *(server.url + path for path in PAGES))
    told = ("reparse", str(tmp_path / "archive"), "-o", str(feed), "--work", str(tmp_path / "work"))
    told += ("--workers", "1")
    code, _, _ = scrapy(tmp_path, *told, plant=[__name__, "die_when_settled", None])
    assert code == -signal.SIGKILL
    code, _, said = scrapy(tmp_path, *told)
    assert code == 0, said
    assert len(feed.read_bytes().splitlines()) == len(PAGES)


def test_a_reparse_with_a_name_that_ended_and_is_given_again_adds_nothing_twice(tmp_path):
    feed = tmp_path / "again.jsonl"
    with WireServer(PAGES) as server:
        scrapy(tmp_path, "capture", *(server.url + path for path in PAGES))
    told = ("reparse", str(tmp_path / "archive"), "-o", str(feed), "--work", str(tmp_path / "work"))
    for name, times in (("one", 1), ("one", 1), ("two", 2)):
        code, _, said = scrapy(tmp_path, *told, "--workers", "1", "-s", f"JOB={name}")
        assert code == 0, said
        assert len(feed.read_bytes().splitlines()) == times * len(PAGES)
