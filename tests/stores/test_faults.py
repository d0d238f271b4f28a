"""Every place × every fault: a sentence, the batch kept, nothing half-written, `load` completes it.

Feeds go through the exporter of a crawl, batches through the command; a sample of the same by real
commands is in `tests/commands/test_stores.py`.
"""

from __future__ import annotations

import json
import os

import pytest

from crawler.feeds import kafka, keeping, opensearch
from crawler.feeds.export import UNCHANGED
from crawler.stores import engines, loading
from crawler.stores.addresses import shown
from tests.stores import faults
from tests.stores.places import FIRST, LINES, STORES, THEN, fed, held, loaded, place, undisturbed

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
    with place(kind, tmp_path, request) as target:
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
    with place("opensearch", tmp_path, request) as target:
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


def test_a_run_that_met_nothing_new_leaves_the_object_as_it_is(tmp_path, request, capsys):
    loads = tmp_path / "loads"
    with place("s3", tmp_path, request) as target:
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
