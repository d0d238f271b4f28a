"""Archives in an object storage: the same commands, by ranges."""

import boto3
import pytest

from crawler.archive.cdxj import index_lines
from crawler.archive.reader import read_captures
from tests.archive_commands.conftest import summary
from tests.servers.moto_server import moto_server


@pytest.fixture(scope="module")
def storage():
    with moto_server() as endpoint:
        client = boto3.client(
            "s3", endpoint_url=endpoint, region_name="us-east-1",
            aws_access_key_id="testing", aws_secret_access_key="testing",
        )  # fmt: skip
        client.create_bucket(Bucket="reports")
        yield client
        client.close()


@pytest.fixture
def endpoint(storage, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return ("-s", f"S3_ENDPOINT_URL={storage.meta.endpoint_url}")


@pytest.fixture
def bucket(storage, crawled_demo):
    """The demo portal's archive, file by file, in the bucket."""
    for path in [*crawled_demo.glob("*.warc.gz"), *crawled_demo.glob("manifest/*.json")]:
        key = f"warcs/{path.relative_to(crawled_demo)}"
        storage.put_object(Bucket="reports", Key=key, Body=path.read_bytes())
    return "s3://reports/warcs"


def test_an_archive_in_a_bucket_is_verified(archive, bucket, endpoint):
    said = summary(archive("verify", bucket, "--json", *endpoint))
    assert said["findings"] == []
    assert said["records"] > 100


def test_a_byte_that_flipped_in_the_bucket_is_named(archive, storage, bucket, endpoint):
    (key,) = (
        each["Key"]
        for each in storage.list_objects_v2(Bucket="reports", Prefix="warcs/")["Contents"]
        if each["Key"].endswith(".warc.gz")
    )
    data = bytearray(storage.get_object(Bucket="reports", Key=key)["Body"].read())
    data[4] ^= 1  # the time in a gzip head: nothing reads it, its sha256 knows
    storage.put_object(Bucket="reports", Key=key, Body=bytes(data))
    done = archive("verify", bucket, *endpoint)
    assert done.returncode == 1
    name = key.rpartition("/")[2]
    assert f"{name}: its sha256 is not that of its manifest entry" in done.stdout


def test_a_package_of_a_bucket_is_that_of_the_folder(
    archive, bucket, endpoint, crawled_demo, storage, tmp_path
):
    target = tmp_path / "a.wacz"
    assert archive("package", bucket, "-o", target, *endpoint).returncode == 0
    assert list(read_captures([str(target)])) == list(read_captures([str(crawled_demo)]))
    storage.upload_file(str(target), "reports", "packages/a.wacz")
    settings = {"S3_ENDPOINT_URL": storage.meta.endpoint_url}
    there = list(index_lines(["s3://reports/packages/a.wacz"], settings))
    assert there == list(index_lines([str(crawled_demo)]))


def test_a_bucket_that_does_not_answer_is_one_sentence(archive, endpoint):
    done = archive("verify", "s3://reports/warcs", "-s", "S3_ENDPOINT_URL=http://127.0.0.1:9",
                   "-s", "S3_ATTEMPTS=1")  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
