"""Places of archives: folders and buckets, what they refuse, what an outage does."""

import hashlib
import json
import os
import socket
import subprocess
from dataclasses import replace

import boto3
import pytest

from crawler.archive.bucket import BucketStore
from crawler.archive.filing import DiskFull
from crawler.archive.folder import FolderStore
from crawler.archive.keeper import Keeper, Kept
from crawler.archive.ledger import Ledger
from crawler.archive.place import Place, preflight
from crawler.archive.reader import Counts, read_capture, read_captures
from crawler.archive.secrets import redact
from crawler.archive.store import Entry
from parsers.errors import ArchiveError
from tests.archive.answers import WHOLE, answer, site
from tests.archive.test_records import exchange
from tests.servers.moto_server import moto_server
from tests.servers.wire_server import WireServer


@pytest.fixture(scope="module")
def endpoint():
    with moto_server() as address:
        yield address


@pytest.fixture
def bucket(endpoint, monkeypatch):
    """An empty bucket's settings; credentials are in the environment, where boto3 looks."""
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "CANARY-secret"}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    name = f"b{os.urandom(6).hex()}"
    client.create_bucket(Bucket=name)
    yield {"ARCHIVE_URL": f"s3://{name}/some/where", "S3_ENDPOINT_URL": endpoint}, client, name
    client.close()


def kept(number):
    return Kept(exchange(url=f"http://a/{number}"), f"{number:040x}", "GET", 1)


def keeper_of(place, **more):
    keeper = Keeper(place, **more)
    keeper.take_job("key")
    return keeper


def run(place, numbers=range(3)):
    """One run that keeps some exchanges; return its troubles."""
    keeper = keeper_of(place)
    troubles = keeper.recover()
    captures = [keeper.keep([kept(number)])[0] for number in numbers]
    troubles += keeper.close_files()
    keeper.finish_job()
    keeper.close()
    return troubles, captures


def test_a_bucket_holds_what_a_folder_would(bucket, tmp_path):
    settings, client, name = bucket
    place = Place.from_settings(settings)
    place = Place(place.store, tmp_path / "spool", tmp_path / "spool" / "l.sqlite")
    troubles, live = run(place)
    assert troubles == []
    keys = [item["Key"] for item in client.list_objects_v2(Bucket=name)["Contents"]]
    file = live[0].ref.filename
    assert keys == [f"some/where/manifest/{file}.json", f"some/where/{file}"]
    url = settings["ARCHIVE_URL"]
    assert list(read_captures([url], settings)) == live
    assert read_capture(live[1].ref, url, settings).body == live[1].body
    assert [p.name for p in (tmp_path / "spool").glob("*.warc*")] == []


def test_a_crawl_into_a_bucket(bucket, crawl):
    settings, _, _ = bucket
    own = {**settings, "LEDGER_URL": f"sqlite:///{crawl.folder}/ledger.sqlite"}
    with WireServer(site(WHOLE)) as server:
        log = crawl.run(f"{server.url}/", RETRY_TIMES="0", **own)
    found = {repr(capture) for capture in read_captures([settings["ARCHIVE_URL"]], settings)}
    live = {item["capture"] for item in crawl.items()}
    assert live <= found
    assert len(found) == len(server.log), log
    assert "CANARY" not in log


def test_an_outage_delays_and_never_loses(bucket, tmp_path, monkeypatch):
    settings, _, _ = bucket
    store = Place.from_settings(settings).store
    place = Place(store, tmp_path / "spool", tmp_path / "l.sqlite")

    def down(*_):
        raise ArchiveError("cannot write to s3://: the store answers 503")

    with monkeypatch.context() as outage:
        outage.setattr(BucketStore, "put_file", down)
        (sentence,), first = run(place)
    assert "the next run brings it in" in sentence
    assert len(list((tmp_path / "spool").glob("*.warc.gz"))) == 1
    troubles, second = run(place)
    assert troubles == []
    read = list(read_captures([settings["ARCHIVE_URL"]], settings, resolve=True))
    assert [capture.record_type for capture in second] == ["revisit"] * 3
    assert sorted(map(repr, read)) == sorted(map(repr, first + second))


def test_a_finished_file_is_never_overwritten(bucket, tmp_path):
    settings, _, _ = bucket
    for store in (Place.from_settings(settings).store, FolderStore(tmp_path / "folder")):
        (tmp_path / "one").write_bytes(b"one")
        (tmp_path / "two").write_bytes(b"two")
        store.put_file(tmp_path / "one", "x.warc.gz", _sha(b"one"))
        store.put_file(tmp_path / "one", "x.warc.gz", _sha(b"one"))
        with pytest.raises(ArchiveError, match="never overwritten"):
            store.put_file(tmp_path / "two", "x.warc.gz", _sha(b"two"))
        assert store.digest("x.warc.gz") == (3, _sha(b"one"))


def _sha(data):
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(data).hexdigest()


def test_a_manifest_entry_is_never_overwritten(bucket, tmp_path):
    settings, _, _ = bucket
    one = Entry("a.warc.gz", 3, "ab" * 32, 1, "job", "2024-01-31T08:30:00Z")
    for store in (Place.from_settings(settings).store, FolderStore(tmp_path / "folder")):
        store.put_entry(one)
        store.put_entry(replace(one, closed="2025-01-31T08:30:00Z"))
        with pytest.raises(ArchiveError, match="never overwritten"):
            store.put_entry(replace(one, sha256="cd" * 32))
        assert list(store.entries()) == [one]
    assert [path.name for path in (tmp_path / "folder").rglob("*.part")] == []


def test_what_a_life_left_behind_its_link_is_swept_by_the_next(tmp_path):
    store, file = FolderStore(tmp_path / "folder"), tmp_path / "one"
    file.write_bytes(b"one")
    digest = hashlib.sha256(b"one").hexdigest()
    entry = Entry("a.warc.gz", 3, digest, 1, "job", "2024-01-31T08:30:00Z")
    for _ in range(2):
        store.put_file(file, "a.warc.gz", digest)
        store.put_entry(entry)
        (tmp_path / "folder" / ".a.warc.gz.part").write_bytes(b"one")
        (tmp_path / "folder" / "manifest" / ".a.warc.gz.json.part").write_bytes(b"{")
    store.put_file(file, "a.warc.gz", digest)
    store.put_entry(entry)
    assert [path.name for path in (tmp_path / "folder").rglob(".*")] == []


def test_what_cannot_be_an_archive_is_refused_in_one_sentence(endpoint, tmp_path, bucket):
    (tmp_path / "file").write_text("")
    refused = {
        f"{tmp_path}/file/archive": "cannot write to the archive folder",
        "ftp://host/x": "unknown kind",
        "s3://key:secret@bucket/x": "holds credentials",
        "s3://no-such-bucket/x": "does not exist",
    }
    for url, words in refused.items():
        with pytest.raises(ArchiveError, match=words) as told:
            preflight({"ARCHIVE_URL": url, "S3_ENDPOINT_URL": endpoint})
        assert "secret" not in str(told.value)
        assert "\n" not in str(told.value)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(ArchiveError, match="does not answer"):
            preflight({"ARCHIVE_URL": "s3://b/x", "S3_ENDPOINT_URL": dead, "S3_ATTEMPTS": "1"})
    with pytest.raises(ArchiveError, match="LEDGER_URL"):
        preflight({"ARCHIVE_URL": str(tmp_path / "a"), "LEDGER_URL": "mysql://x"})
    with pytest.raises(ArchiveError, match="PRIVATE_NETWORKS_ALLOWED"):
        preflight({"ARCHIVE_URL": str(tmp_path / "a"), "PRIVATE_NETWORKS_ALLOWED": "lan"})


def test_a_run_that_was_not_asked_first_refuses_as_well(crawl):
    (crawl.folder / "archive").write_text("in the way")
    log = crawl.run("http://127.0.0.1:9/")
    assert "cannot write to the archive folder" in log
    assert not crawl.feed.exists()


def test_a_full_disk_takes_nothing_back_that_was_kept(tmp_path, monkeypatch):
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    keeper = keeper_of(place)
    first = keeper.keep([kept(1)])

    def full(fd, data, at):
        write(fd, data[: len(data) // 2], at)
        raise OSError(28, "No space left on device")

    write = os.pwrite
    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        with pytest.raises(DiskFull, match="free space and run the same command again"):
            keeper.keep([kept(2)])
    second = keeper.keep([kept(2)])
    assert keeper.close_files() == []
    keeper.close()
    assert list(read_captures([str(tmp_path)])) == first + second


def test_a_tail_that_the_ledger_does_not_vouch_for_is_cut(tmp_path):
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    keeper = keeper_of(place)
    first = keeper.keep([kept(1)])
    name = first[0].ref.filename
    keeper.close()
    os.close(keeper._file.fd)
    with (place.spool / f"{name}.open").open("ab") as stream:
        stream.write(b"\x1f\x8b\x08torn")
    assert run(place, [])[0] == []
    assert list(read_captures([str(tmp_path)])) == first


def test_a_file_of_another_ledger_is_left_alone(tmp_path):
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    keeper = keeper_of(place)
    keeper.keep([kept(1)])
    keeper.close()
    os.close(keeper._file.fd)
    other = Place(place.store, place.spool, tmp_path / "other.sqlite")
    (sentence,), _ = run(other, [])
    assert "under another ledger" in sentence
    assert run(place, [])[0] == []
    assert len(list(read_captures([str(tmp_path)]))) == 1


def test_a_lost_file_is_fetched_again(tmp_path):
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    keeper = keeper_of(place)
    keeper.keep([kept(1)])
    keeper.close()
    os.close(keeper._file.fd)
    next(place.spool.glob("*.open")).unlink()
    (sentence,), _ = run(place, [])
    assert "its 1 exchanges are fetched again" in sentence
    ledger = Ledger(place.ledger)
    assert ledger.exchanges() == []
    ledger.close()


def test_a_file_beside_the_manifest_is_read_with_a_warning(tmp_path, caplog):
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    run(place)
    (manifest,) = (tmp_path / "manifest").iterdir()
    told = json.loads(manifest.read_text())
    run(place, [])
    (tmp_path / "stranger.warc.gz").write_bytes((tmp_path / told["filename"]).read_bytes())
    counts = Counts()
    assert len(list(read_captures([str(tmp_path)], counts=counts))) == 6
    assert counts.unlisted == ["stranger.warc.gz"]
    (tmp_path / told["filename"]).unlink()
    with pytest.raises(ArchiveError, match="which its manifest lists"):
        list(read_captures([str(tmp_path)]))


def test_files_roll_between_exchanges(tmp_path):
    place = Place.from_settings({"ARCHIVE_URL": str(tmp_path)})
    keeper = keeper_of(place, max_bytes=3000)
    live = []
    for number in range(9):
        live += keeper.keep([kept(number)])
        for file in keeper.rolled():
            keeper.brought_in(keeper.bring_in(file))
    assert keeper.close_files() == []
    keeper.close()
    files = sorted(tmp_path.glob("*.warc.gz"))
    assert len(files) > 2
    assert list(read_captures([str(tmp_path)])) == live


def test_secrets_are_taken_out_of_the_log(crawl):
    with WireServer({"/": answer(b"a")}) as server:
        secrets = {"AWS_SECRET_ACCESS_KEY": "CANARY1", "HTTPAUTH_PASS": "CANARY2"}
        log = crawl.run(f"{server.url}/", **secrets)
    assert "Overridden settings" in log
    assert "CANARY" not in log
    assert (
        redact("at postgresql://u@h/d?password=CANARY&x=1")
        == "at postgresql://u@h/d?password=***&x=1"
    )
    assert redact("{'FEEDS': {'s3://k:CANARY@b/x': {}}}") == "{'FEEDS': {'s3://***@b/x': {}}}"


def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(crawl):
    disk = crawl.folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        body = os.urandom(60_000).hex().encode()
        paths = {f"/p{n}": answer(body, b"Content-Type: text/html") for n in range(40)}
        own = {"ARCHIVE_URL": str(disk / "archive"), "JOB": "one"}
        with WireServer(site(paths)) as server:
            log = crawl.run(f"{server.url}/", **own)
            assert "disk_full" in log
            assert "free space and run the same command again" in log
            subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
            log = crawl.run(f"{server.url}/", **own)
        assert "'finish_reason': 'finished'" in log
        held = [capture.url for capture in read_captures([str(disk / "archive")])]
        assert len(held) == len(set(held))
        assert {url for url in held if "/p" in url} >= {f"{server.url}{path}" for path in paths}
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
