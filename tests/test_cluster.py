"""A re-parse by a real dask cluster on loopback, over TLS: one process's items, byte for byte."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from crawler.engines.cluster import Cluster as Dask
from crawler.engines.cluster import _connected
from parsers.errors import ArchiveError
from tests.conftest import ROOT
from tests.copies import generated, packed
from tests.servers.authority import certificate
from tests.servers.cluster import Cluster

SECONDS = 240


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    (folder / "a.warc.gz").write_bytes(packed(generated(4, 20232), 1))
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def command(archive, feed, *words):
    quiet = ("-s", "REPARSE_UNIT_BYTES=2500", "-s", f"LOG_FILE={feed.parent / 'log.txt'}")
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
    assert summary["items"] == len(expected.splitlines()) > 40


def units_done(work):
    for path in work.glob("*/manifest.sqlite"):
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as db:
            try:
                return db.execute("SELECT COUNT(*) FROM units").fetchone()[0]
            except sqlite3.OperationalError:  # its tables are not there yet
                pass
    return 0


def wait_for_units(run, work, count):
    until = time.monotonic() + SECONDS
    while units_done(work) < count:
        assert run.poll() is None, "it was over before a worker could be killed"
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_killed_worker_costs_its_unit_and_no_item(archive, expected, tmp_path):
    """Here dask's own configuration names the certificates."""
    feed = tmp_path / "run" / "items.jsonl"
    feed.parent.mkdir()
    with Cluster(tmp_path / "cluster") as cluster:
        run = subprocess.Popen(
            command(archive, feed, "--engine", "dask", "--scheduler", cluster.url),
            env={**os.environ, **cluster.configuration}, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        work, victim = feed.parent / "work", cluster.workers[0]
        wait_for_units(run, work, 1)
        # Stopped, it keeps the units that it is given while the other goes on: then it has some.
        victim.send_signal(signal.SIGSTOP)
        wait_for_units(run, work, units_done(work) + 6)
        victim.kill()
        told, said = run.communicate(timeout=SECONDS)
    assert run.returncode == 0, said
    assert feed.read_bytes() == expected
    assert json.loads(told)["errors"] == {"worker lost": 1}


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


def test_without_the_extra_it_says_what_to_install(archive, cluster, tmp_path):
    hidden = tmp_path / "hidden" / "distributed"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError")
    done = reparsed(
        archive, tmp_path / "run" / "items.jsonl", *cluster.options, PYTHONPATH=str(hidden.parent)
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "scrapy: --engine dask needs a client: install the extra `dask`"
    ]
