"""A re-parse by a real dask cluster, and from a real object storage: one process's items.

All on loopback. With TORTURE=1 over some 1,300 captures, else over some 170.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import boto3
import pytest

from crawler.engines.cluster import Cluster as Dask
from crawler.engines.cluster import _connected
from parsers.errors import ArchiveError
from tests.conftest import ROOT
from tests.copies import generated, packed
from tests.servers.authority import certificate
from tests.servers.cluster import Cluster
from tests.servers.seaweed import ACCESS, SECRET, Seaweed

SECONDS = 600
ORGANS, UNIT_BYTES = (120, 20_000) if os.environ.get("TORTURE") else (16, 2500)
KEYS = {
    "AWS_ACCESS_KEY_ID": ACCESS,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    (folder / "a.warc.gz").write_bytes(packed(generated(ORGANS, 20232), 1))
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def command(archive, feed, *words):
    quiet = ("-s", f"REPARSE_UNIT_BYTES={UNIT_BYTES}", "-s", f"LOG_FILE={feed.parent / 'log.txt'}")
    how = ("--json", "--work", str(feed.parent / "work"), "-O", str(feed))
    start = (sys.executable, "-m", "scrapy", "reparse", str(archive))
    return [*start, *how, *quiet, *map(str, words)]


def reparsed(archive, feed, *words, **environment):
    feed.parent.mkdir(exist_ok=True)
    return subprocess.run(
        command(archive, feed, *words), cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def expected(archive, tmp_path_factory):
    """The items that one process gives."""
    feed = tmp_path_factory.mktemp("one") / "items.jsonl"
    done = reparsed(archive, feed, "--workers", "1")
    assert done.returncode == 0, done.stderr
    return feed.read_bytes()


def test_a_cluster_gives_the_items_of_one_process(archive, cluster, expected, tmp_path):
    feed = tmp_path / "items.jsonl"
    done = reparsed(archive, feed, *cluster.options)
    assert done.returncode == 0, done.stderr
    assert feed.read_bytes() == expected
    summary = json.loads(done.stdout)
    assert summary["errors"] == {}
    assert summary["duplicates"]["near"] > 0
    assert summary["items"] == len(expected.splitlines()) > 40


def units_done(work):
    for path in work.glob("*/manifest.sqlite"):
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as db:
            try:
                return db.execute("SELECT COUNT(*) FROM units").fetchone()[0]
            except sqlite3.OperationalError:  # its tables are not there yet
                pass
    return 0


class OverTooSoonError(Exception):
    """A run ended before one of its workers could be stopped."""


def wait_for_units(run, work, count):
    until = time.monotonic() + SECONDS
    while units_done(work) < count:
        if run.poll() is not None:
            raise OverTooSoonError
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture(scope="module")
def stored(archive):
    """The same file in an object storage: its prefix, and what a command needs to read it."""
    with Seaweed() as storage:
        client = boto3.client(
            "s3", endpoint_url=storage.url, aws_access_key_id=ACCESS,
            aws_secret_access_key=SECRET, region_name="us-east-1",
        )  # fmt: skip
        client.upload_file(str(archive / "a.warc.gz"), storage.bucket, "warcs/a.warc.gz")
        client.close()
        yield f"s3://{storage.bucket}/warcs", ("-s", f"S3_ENDPOINT_URL={storage.url}")


def with_a_kill(location, feed, words, victim_of, **environment):
    """Run to the end, with a worker killed in the midst of it; return the summary."""
    feed.parent.mkdir()
    for _ in range(5):  # on a busy machine a run may be over before it is looked at
        run = subprocess.Popen(
            command(location, feed, *words), cwd=ROOT, text=True,
            env={**os.environ, **KEYS, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        with suppress(OverTooSoonError, FileNotFoundError, ValueError):
            killed_half_way(run, feed.parent / "work", victim_of)
            break
        run.communicate(timeout=SECONDS)
    told, said = run.communicate(timeout=SECONDS)
    assert run.returncode == 0, said
    assert not list(feed.parent.rglob("*.warc.gz"))
    return json.loads(told)


def killed_half_way(run, work, victim_of):
    """Kill a worker that has a unit: stopped, it keeps what it is given while the other goes on."""
    wait_for_units(run, work, 1)
    victim = victim_of(run)
    os.kill(victim, signal.SIGSTOP)
    try:
        wait_for_units(run, work, units_done(work) + 6)
    except OverTooSoonError:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGCONT)
        raise
    os.kill(victim, signal.SIGKILL)


def worker_of(run):
    """The first worker of a pool: a child of the run."""
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text("ascii").split()
    lines = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return min(int(child) for child, line in lines.items() if b"crawler.engines.worker" in line)


def test_from_an_object_storage_a_killed_process_costs_no_item(stored, expected, tmp_path):
    location, words = stored
    feed = tmp_path / "run" / "items.jsonl"
    summary = with_a_kill(location, feed, (*words, "--workers", "2"), worker_of)
    assert feed.read_bytes() == expected
    assert summary["errors"] == {"worker lost": 1}


def test_from_an_object_storage_a_killed_worker_of_a_cluster_costs_no_item(
    stored, expected, tmp_path
):
    """Here dask's own configuration names the certificates."""
    location, words = stored
    feed = tmp_path / "run" / "items.jsonl"
    with Cluster(tmp_path / "cluster", environment=KEYS) as cluster:
        there = (*words, "--engine", "dask", "--scheduler", cluster.url)
        victim = cluster.workers[0].pid
        summary = with_a_kill(location, feed, there, lambda _: victim, **cluster.configuration)
    assert feed.read_bytes() == expected
    assert summary["errors"] == {"worker lost": 1}


def test_a_scheduler_that_does_not_answer_or_trust_is_one_sentence(archive, cluster, tmp_path):
    other, key = certificate(tmp_path, name="other")
    stranger = ("--tls-ca", other, "--tls-cert", other, "--tls-key", key)
    for url, words in (("tls://127.0.0.1:1", cluster.options[4:]), (cluster.url, stranger)):
        feed = tmp_path / "run" / "items.jsonl"
        quick = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}
        there = ("--engine", "dask", "--scheduler", url)
        done = reparsed(archive, feed, *there, *words, **quick)
        assert (done.returncode, done.stdout) == (1, "")
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"scrapy: no connection to the scheduler {url} (")
        assert not feed.exists()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Dask("tcp://127.0.0.1:1"), r"tcp://127\.0\.0\.1:1: write it as tls://host:8786"),
        (Dask("tls://127.0.0.1:1", ca="/nowhere.crt"), r"/nowhere\.crt.*check that it runs, and"),
    ],
)
def test_what_cannot_be_a_connection_is_refused_before_one_is_tried(told, said):
    with pytest.raises(ArchiveError, match=said):
        _connected(told)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ArchiveError, match=r"^--engine dask needs a client: install the extra"):
        _connected(Dask("tls://127.0.0.1:1"))
