"""Archive and feeds in an object storage, by the same commands and one endpoint setting."""

from __future__ import annotations

import json
import shlex

import boto3
import pytest

from tests.demo import without_duplicate_of
from tests.servers.moto_server import moto_server

KEYS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(scope="module")
def storage():
    with moto_server() as endpoint:
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            region_name=KEYS["AWS_DEFAULT_REGION"],
        )
        client.create_bucket(Bucket="reports")
        yield client
        client.close()


def body(storage, key):
    return storage.get_object(Bucket="reports", Key=key)["Body"].read()


def test_a_crawl_and_its_reparse_live_in_an_object_storage(bench, site, storage):
    bench.registry = site.registry(bench.folder)
    there = {**KEYS, "ARCHIVE_URL": "s3://reports/warcs"}
    endpoint = ("-s", f"S3_ENDPOINT_URL={storage.meta.endpoint_url}")
    ledger = ("-s", f"LEDGER_URL=sqlite:///{bench.folder / 'ledger.sqlite'}")
    feeds = ("-O", "s3://reports/live.jsonl", "-O", "s3://reports/live.sqlite")
    start = ("crawl", "sections", "-a", f"url={site.url}")
    done = bench.run(*start, *feeds, *endpoint, *ledger, **there)
    assert (done.returncode, done.stderr) == (0, "")
    again = ("reparse", "s3://reports/warcs", "-O", "s3://reports/again.jsonl", *endpoint)
    done = bench.run(*again, **there)
    assert done.returncode == 0, done.stderr
    live, twice = (body(storage, f"{name}.jsonl").splitlines() for name in ("live", "again"))
    assert len(live) > 20
    assert sorted(map(without_duplicate_of, live)) == sorted(map(without_duplicate_of, twice))
    assert body(storage, "live.sqlite").startswith(b"SQLite format 3")


def test_an_object_storage_that_does_not_answer_is_one_sentence(bench, crawled):
    closed = ("-s", "S3_ENDPOINT_URL=http://127.0.0.1:1", "-s", "S3_ATTEMPTS=1")
    done = bench.run("reparse", "s3://reports/warcs", *closed, **KEYS)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "s3://reports/warcs" in line


def test_a_feed_that_cannot_be_uploaded_is_kept_for_the_named_command(bench, crawled, storage):
    closed = ("-s", "S3_ENDPOINT_URL=http://127.0.0.1:1")
    quick = {**KEYS, "AWS_MAX_ATTEMPTS": "1", "REGISTRY": str(crawled.registry)}
    local = crawled.folder / "beside.jsonl"
    feeds = ("-O", "s3://reports/x.jsonl", "-O", local)
    done = bench.run("reparse", crawled.archive, *feeds, *closed, **quick)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "cannot be reached: start it or correct S3_ENDPOINT_URL" in line
    command, place, kept = shlex.split(line.split("`")[1].removeprefix("scrapy "))
    assert place == "s3://reports/x.jsonl"
    endpoint = ("-s", f"S3_ENDPOINT_URL={storage.meta.endpoint_url}")
    done = bench.run(command, place, kept, *closed, **quick)
    assert (done.returncode, "cannot be reached" in done.stderr) == (1, True)
    done = bench.run(command, place, kept, *endpoint, **quick)
    assert done.returncode == 0, done.stderr
    assert body(storage, "x.jsonl") == local.read_bytes()
    assert json.loads(crawled.lines("live.jsonl")[0])
