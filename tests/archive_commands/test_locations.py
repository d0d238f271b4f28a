"""What can be named as an archive: one object, one file of the web, a folder with junk in it."""

import boto3
import pytest

from crawler.archive.cdxj import index_lines
from crawler.archive.locations import Counts, archive_files
from crawler.archive.package import package
from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive_commands.conftest import summary
from tests.archive_commands.test_package import WHEN
from tests.archive_commands.writing import exchange, lone_file, revisit_of, write_archive
from tests.servers.file_server import FileServer
from tests.servers.moto_server import moto_server


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """An archive of two files, in a folder and in a bucket."""
    write_archive(tmp_path / "a", [exchange(1), exchange(2)], max_bytes=1)
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    with moto_server() as endpoint:
        client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        client.create_bucket(Bucket="reports")
        for path in [*(tmp_path / "a").glob("*.warc.gz"), *(tmp_path / "a").glob("manifest/*")]:
            key = f"warcs/{path.relative_to(tmp_path / 'a')}"
            client.put_object(Bucket="reports", Key=key, Body=path.read_bytes())
        yield tmp_path / "a", client, {"S3_ENDPOINT_URL": endpoint}
        client.close()


def test_one_object_of_a_bucket_is_an_archive(stored, archive):
    folder, client, settings = stored
    path = min(folder.glob("*.warc.gz"))
    url = f"s3://reports/warcs/{path.name}"
    assert list(read_captures([url], settings)) == list(read_captures([str(path)]))
    assert list(index_lines([url], settings)) == list(index_lines([str(path)]))
    assert list(verify([url], settings)) == []
    (file,) = archive_files([url], settings)
    assert file.entry.filename == path.name
    endpoint = ("-s", f"S3_ENDPOINT_URL={settings['S3_ENDPOINT_URL']}")
    assert summary(archive("stats", url, "--json", *endpoint))["files"] == 1
    with path.open("ab") as stream:
        stream.write(b"more")
    client.upload_file(str(path), "reports", f"warcs/{path.name}")
    assert {finding.rule for finding in verify([url], settings)} >= {"manifest"}


def test_an_object_that_is_not_there_is_one_sentence(stored, archive):
    endpoint = ("-s", f"S3_ENDPOINT_URL={stored[2]['S3_ENDPOINT_URL']}")
    done = archive("verify", "s3://reports/warcs/none.warc.gz", *endpoint)
    assert done.returncode == 1
    said = "scrapy: there is no none.warc.gz in s3://reports/warcs; check the name\n"
    assert done.stderr == said


@pytest.fixture
def web(tmp_path):
    """One file of ours and one package of it on a web server."""
    path = lone_file(tmp_path, [exchange(1), exchange(2)])
    package([str(path)], tmp_path / "a.wacz", {}, WHEN)
    files = {f"/of/{path.name}": path.read_bytes(), "/a.wacz": (tmp_path / "a.wacz").read_bytes()}
    with FileServer({**files, "/none.warc.gz": b"<html>"}) as server:
        yield server, path


def test_one_file_of_the_web_is_an_archive(web):
    server, path = web
    for url in (f"{server.url}/of/{path.name}", f"{server.url}/of/{path.name}?Signature=CANARY"):
        assert list(read_captures([url])) == list(read_captures([str(path)]))
        assert list(index_lines([url])) == list(index_lines([str(path)]))
        assert list(verify([url])) == []


def test_a_package_of_the_web_is_read_by_ranges(web):
    server, path = web
    url = f"{server.url}/a.wacz?Signature=CANARY"
    assert list(read_captures([url])) == list(read_captures([str(path)]))
    assert list(verify([url])) == []
    assert None not in server.asked


REFUSED = {
    "/none": "cannot be searched for archives",
    "/gone.warc.gz": "answers 404 for gone.warc.gz",
    "/gone.wacz": "answers 404 for gone.wacz",
    "/none.warc.gz": "no WARC file",
}


@pytest.mark.parametrize("path", REFUSED)
def test_what_the_web_does_not_hold_is_one_sentence(web, archive, path):
    server, _ = web
    done = archive("stats", f"{server.url}{path}?Signature=CANARY")
    assert done.returncode == 1
    assert REFUSED[path] in done.stderr
    assert done.stderr.count("\n") == 1
    assert "CANARY" not in done.stderr


def test_a_server_without_ranges_or_none_at_all_is_one_sentence(web):
    server, path = web
    server.ranges = False
    with pytest.raises(ArchiveError, match="as a whole only; download the file first"):
        list(read_captures([f"{server.url}/of/{path.name}"]))
    with pytest.raises(ArchiveError, match=r"cannot read a\.warc\.gz from http://127"):
        list(read_captures(["http://127.0.0.1:9/a.warc.gz"]))


@pytest.fixture
def mixed(tmp_path):
    """A folder of another tool: a page, its revisit, and two files that only look like archives."""
    path = lone_file(tmp_path, [exchange(1)])
    with path.open("ab") as stream:
        stream.writelines(revisit_of(next(iter(_responses(path)))))
    (path.parent / "a-junk.warc.gz").write_bytes(b"PK\3\4 is no WARC")
    (path.parent / "b-junk.wacz").write_bytes(b"neither is this")
    (path.parent / "empty.warc").write_bytes(b"")
    return path


def _responses(path):
    from tests.archive_commands.writing import read  # noqa: PLC0415

    return (each for each in read(path) if each.header("WARC-Type") == "response")


JUNK = ("a-junk.warc.gz", "b-junk.wacz", "empty.warc")


@pytest.mark.parametrize("resolve", [False, True])
def test_junk_in_a_folder_is_named_and_the_rest_is_read(mixed, resolve):
    counts = Counts()
    found = list(read_captures([str(mixed.parent)], counts=counts, resolve=resolve))
    assert [capture.record_type for capture in found] == ["response", "revisit"]
    assert all(found[1].body for _ in [resolve] if resolve)
    for name in JUNK:
        assert sum(name in damage for damage in counts.damages) == 1


@pytest.mark.parametrize("task", ["index", "stats", "package"])
def test_every_task_names_junk_reads_the_rest_and_exits_with_one(mixed, archive, tmp_path, task):
    where = {"package": ("-o", tmp_path / "a.wacz"), "index": ("-o", tmp_path / "a.cdxj")}
    done = archive(task, mixed.parent, *where.get(task, ()))
    assert done.returncode == 1
    assert all(done.stderr.count(name) == 1 for name in JUNK)
    if task == "package":
        assert len(list(read_captures([str(tmp_path / "a.wacz")]))) == 2
        assert [each for each in verify([str(tmp_path / "a.wacz")]) if each.rule == "package"] == []
    elif task == "index":
        assert len((tmp_path / "a.cdxj").read_bytes().splitlines()) == 2


def test_verify_names_junk_in_a_folder(mixed, archive):
    done = archive("verify", mixed.parent)
    assert done.returncode == 1
    assert all(name in done.stdout + done.stderr for name in JUNK)
