from __future__ import annotations

import errno
import json
import resource
import subprocess
import sys
from contextlib import contextmanager

import orjson
import pyarrow.dataset as ds
import pytest
from scrapy.settings import Settings

from crawler.commands.load import Command
from crawler.feeds import kafka, opensearch
from crawler.feeds.batches import DatasetStorage, batch_file, folder_of
from crawler.feeds.kafka import KafkaStorage
from crawler.feeds.keeping import held, note_of, waiting, write_note
from crawler.feeds.opensearch import OpenSearchStorage
from crawler.feeds.refused import NAMED, Refused
from crawler.stores.addresses import shown, takes_items
from parsers.errors import FeedError, ItemsRefused, StoreError
from parsers.items import as_item
from tests.conftest import a_report
from tests.servers.bulk_server import bulk_server
from tests.servers.kafka_broker import consumed, kafka_broker


@pytest.fixture
def feed(tmp_path):
    def written(*reports):
        path = tmp_path / "feed.jsonl"
        path.write_bytes(b"".join(orjson.dumps(as_item(each)) + b"\n" for each in reports))
        return path

    return written


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setattr(opensearch, "WAITS", (0.0, 0.0))
    with bulk_server() as running:
        yield running


def storage(address, tmp_path):
    return OpenSearchStorage(address, folder=tmp_path / "loads")


def test_a_feed_goes_into_an_index_with_a_mapping_for_chinese(stub, feed, tmp_path, monkeypatch):
    monkeypatch.setattr(opensearch, "BULK", 2)
    server, address = stub
    path = feed(*(a_report(number) for number in range(5)))
    for _ in range(2):
        storage(address, tmp_path).take(path)
    assert server.mapping["mappings"]["properties"]["text"]["analyzer"] == "cjk"
    wanted = sorted(path.read_bytes().splitlines())
    assert sorted(orjson.dumps(document) for document in server.documents.values()) == wanted
    assert (server.requests, server.broken) == (6, [])


def test_what_a_busy_server_refused_is_sent_again(stub, feed, tmp_path):
    server, address = stub
    server.busy_requests = 1
    server.busy_documents = {"c1"}
    storage(address, tmp_path).take(feed(a_report(1), a_report(2)))
    assert {document["capture_id"] for document in server.documents.values()} == {"c1", "c2"}
    assert server.requests == 3


def test_a_server_that_stays_busy_is_told(stub, feed, tmp_path):
    server, address = stub
    server.busy_requests = 9
    with pytest.raises(StoreError, match="has no room for more: load the rest later"):
        storage(address, tmp_path).take(feed(a_report()))


def aside(tmp_path):
    """The items that were put aside, by the number of their capture; and their one file."""
    (file,) = (tmp_path / "loads").glob("*.refused.jsonl")
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    return sorted(line["capture_id"] for line in lines), file


def test_a_document_that_is_refused_keeps_none_behind_it_out(stub, feed, tmp_path, monkeypatch):
    monkeypatch.setattr(opensearch, "BULK", 2)
    server, address = stub
    server.refused = {"c1": "year is no number", "c4": "no date"}
    server.busy_documents = {"c0"}
    with pytest.raises(ItemsRefused) as told:
        storage(address, tmp_path).take(feed(*(a_report(number) for number in range(7))))
    found = {document["capture_id"] for document in server.documents.values()}
    assert found == {"c0", "c2", "c3", "c5", "c6"}
    names, file = aside(tmp_path)
    assert names == ["c1", "c4"]
    sentence = str(told.value)
    assert sentence.startswith(f"{address} refuses 2 documents for good: ")
    assert sentence.count("year is no number") == sentence.count("no date") == 1
    assert sentence.endswith(
        f"`scrapy load '{address}' {file}` once it takes them, or remove the file"
    )
    assert waiting(tmp_path / "loads") == [
        f"items for {address} wait on this disk: `scrapy load '{address}' {file}`"
    ]


def test_of_many_that_are_refused_some_are_named_and_all_are_kept(stub, feed, tmp_path):
    server, address = stub
    server.refused = {f"c{number}": "no date" for number in range(30)}
    with pytest.raises(ItemsRefused, match=r"refuses 30 documents .* \(and 20 more\)") as told:
        storage(address, tmp_path).take(feed(*(a_report(number) for number in range(31))))
    assert str(told.value).count("no date") == NAMED
    assert len(aside(tmp_path)[0]) == 30


@contextmanager
def room_for(size):
    """Let no file of ours grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("count", [1, 60])  # the last write fails, or one of the many
def test_no_room_for_what_is_refused_is_told_and_leaves_nothing(stub, feed, tmp_path, count):
    server, address = stub
    server.refused = {f"c{number}": "no date" for number in range(count)}
    path = feed(*(a_report(number) for number in range(count)))
    with room_for(100), pytest.raises(StoreError, match=r"refuses some of it \(File too") as told:
        storage(address, tmp_path).take(path)
    assert not isinstance(told.value, ItemsRefused)
    assert list((tmp_path / "loads").iterdir()) == []


def settled(refused):
    """The file into which refused items went."""
    with pytest.raises(ItemsRefused) as told:
        refused.settle()
    return told.value.file


def test_two_loads_at_once_into_one_place_keep_what_is_theirs(tmp_path):
    address = "opensearch://h:9200/reports"
    with Refused(tmp_path, address) as one, Refused(tmp_path, address) as other:
        one.add("d1", "no date", b'{"of": 1}')
        with Refused(tmp_path, address):  # it sweeps what loads left that died
            other.add("d2", "no date", b'{"of": 2}')
        found = settled(one), settled(other)
    assert [file.read_bytes() for file in found] == [b'{"of": 1}\n', b'{"of": 2}\n']
    assert not list(tmp_path.glob("*.part"))


def test_a_load_that_was_killed_leaves_no_draft_after_the_next_which_names_it(tmp_path, caplog):
    killed = (
        "import os, sys; from pathlib import Path; from crawler.feeds.refused import Refused\n"
        "Refused(Path(sys.argv[1]), 'opensearch://h:9200/i').add('d', 'no date', b'{}')\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, tmp_path], check=False)
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(".refused.part")
    caplog.set_level("INFO", "crawler.feeds.refused")
    with Refused(tmp_path, "kafka://h:9092/other"):
        assert not left.exists()
    assert caplog.messages == [f"{left} is removed: its load died, and its feed is still whole"]


def test_a_load_that_the_machine_refuses_is_one_sentence(tmp_path, feed, monkeypatch, capsys):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "somewhere")

    monkeypatch.setattr(Command, "_load", refuse)
    command = Command()
    command.settings = Settings()
    command.settings.setmodule("crawler.settings")
    command.settings.setdict({"LOADS": str(tmp_path / "loads")})
    command.run(["opensearch://h:9200/i", str(feed(a_report()))], None)
    assert command.exitcode == 1
    assert capsys.readouterr().err == (
        "scrapy: somewhere: No space left on device; free space and run the same command again\n"
    )


def test_a_server_that_is_closed_to_writing_refuses_no_document(stub, feed, tmp_path):
    server, address = stub
    server.refused, server.refusal = {"c1": "index is read-only: its disk is full"}, 403
    with pytest.raises(StoreError, match=r"load the rest later \(index is read-only") as told:
        storage(address, tmp_path).take(feed(a_report(1), a_report(2)))
    assert not isinstance(told.value, ItemsRefused)
    assert not list((tmp_path / "loads").glob("*refused*"))


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (400, "index_closed_exception", "closed"),
        (400, "illegal_argument_exception", "no write index is defined for alias [reports]"),
        (400, "validation_exception", "this cluster has [1000]/[1000] maximum shards open"),
        (503, "unavailable_shards_exception", "primary shard is not active"),
    ],
)
def test_what_a_server_says_of_all_documents_alike_refuses_none(
    status, kind, reason, stub, feed, tmp_path
):
    server, address = stub
    server.refused, server.refusal, server.refused_as = {"c1": reason}, status, kind
    with pytest.raises(StoreError) as told:
        storage(address, tmp_path).take(feed(a_report(1), a_report(2)))
    assert not isinstance(told.value, ItemsRefused)
    assert str(told.value) == f"{address} takes no more now: load the rest later ({reason})"
    assert not list((tmp_path / "loads").glob("*refused*"))


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (400, "document_parsing_exception", "failed to parse field [year]"),
        (400, "strict_dynamic_mapping_exception", "dynamic introduction of [kind] is not allowed"),
        (400, "illegal_argument_exception", "Limit of total fields [9] has been exceeded"),
        (400, "illegal_argument_exception", 'at least one immense term in field="text"'),
        (413, "es_rejected_execution_exception", "too large"),
    ],
)
def test_what_a_server_says_of_a_document_puts_it_aside(status, kind, reason, stub, feed, tmp_path):
    server, address = stub
    server.refused, server.refusal, server.refused_as = {"c1": reason}, status, kind
    with pytest.raises(ItemsRefused):
        storage(address, tmp_path).take(feed(a_report(1), a_report(2)))
    assert aside(tmp_path)[0] == ["c1"]


def test_a_request_that_is_too_large_goes_in_halves(stub, feed, tmp_path):
    server, address = stub
    path = feed(*(a_report(number) for number in range(7)), a_report(7, text="文" * 20_000))
    longest = max(map(len, path.read_bytes().splitlines()[:7]))
    server.largest = 3 * longest
    with pytest.raises(ItemsRefused, match=r"document for good: \w+: its \d+ bytes are too many"):
        storage(address, tmp_path).take(path)
    found = {document["capture_id"] for document in server.documents.values()}
    assert found == {f"c{number}" for number in range(7)}
    assert aside(tmp_path)[0] == ["c7"]


def test_a_wrong_password_is_told_without_it(stub, feed, tmp_path):
    server, address = stub
    server.key = "Basic other"
    named = address.replace("//", "//reader:secret@")
    with pytest.raises(StoreError) as told:
        storage(named, tmp_path).take(feed(a_report()))
    assert "refuses the name or password" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_server_that_is_down_is_told(feed, tmp_path):
    with pytest.raises(StoreError, match="cannot be reached"):
        storage("opensearch://127.0.0.1:1/reports", tmp_path).take(feed(a_report()))
    with pytest.raises(FeedError, match="names no index"):
        storage("opensearch://127.0.0.1:1", tmp_path)


def test_a_feed_goes_to_a_topic_of_a_real_broker(feed, tmp_path):
    path = feed(*(a_report(number) for number in range(40)))
    with kafka_broker() as broker:
        KafkaStorage(f"kafka://{broker}/reports", folder=tmp_path / "loads").take(path)
        messages = consumed(broker, "reports", 40)
    assert sorted(message.value() for message in messages) == sorted(path.read_bytes().splitlines())
    assert {message.key().decode() for message in messages} == {f"r{n}" for n in range(40)}
    assert all(dict(message.headers())["reading"] for message in messages)


def test_a_broker_that_is_down_is_told(feed, tmp_path, monkeypatch):
    monkeypatch.setattr(kafka, "PATIENCE", 1)
    with pytest.raises(StoreError, match=r"did not take 2 items .*: start it"):
        KafkaStorage("kafka://127.0.0.1:1/reports", folder=tmp_path).take(
            feed(a_report(1), a_report(2))
        )
    with pytest.raises(FeedError, match="names no topic"):
        KafkaStorage("kafka://127.0.0.1:1", folder=tmp_path)


def test_a_dataset_lies_by_year_and_describes_itself(feed, tmp_path):
    folder = tmp_path / "panel"
    path = feed(a_report(1), a_report(2, year=2022, period=None), a_report(3, year=None))
    for _ in range(2):  # the same feed twice gives the same files
        DatasetStorage(f"dataset:{folder}", folder=tmp_path / "loads").take(path)
    years = sorted(each.name for each in (folder / "facts").iterdir())
    assert years == ["year=2022", "year=2023", "year=none"]
    facts = ds.dataset(folder / "facts", partitioning="hive").to_table().to_pylist()
    assert [row["value"] for row in facts] == [12.0] * 3
    reports = ds.dataset(folder / "reports", partitioning="hive").to_table().to_pylist()
    assert {row["capture_id"]: row["year"] for row in reports} == {
        "c1": "2023", "c2": "2022", "c3": "none",
    }  # fmt: skip
    described = json.loads((folder / "datapackage.json").read_text())
    assert [resource["name"] for resource in described["resources"]] == ["reports", "facts"]
    named = [name for resource in described["resources"] for name in resource["path"]]
    assert sorted(named) == sorted(
        str(each.relative_to(folder)) for each in folder.rglob("*.parquet")
    )


def test_a_dataset_cannot_be_a_file(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(FeedError, match="is a file: name a folder"):
        DatasetStorage(f"dataset:{tmp_path / 'a'}", folder=tmp_path)


def test_addresses_of_places():
    assert all(map(takes_items, ("dataset:panel", "duckdb:///a", "opensearch://h:9200/i")))
    assert not any(map(takes_items, ("a.csv", "s3://b/k", "file:///x", "dataset", "C:\\x.csv")))
    assert str(folder_of("dataset:///srv/x")) == "/srv/x"
    assert batch_file(folder_of("dataset:x"), "postgresql://a:b@c/d") == batch_file(
        folder_of("dataset:x"), "postgresql://a:z@c/d"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://db:5432/a?user=me@corp", "postgresql://db:5432/b?user=me@corp"),
        ("opensearch://h:9200/x@2024", "opensearch://h:9201/y@2024"),
        ("opensearch://u:a?b@h/x", "opensearch://u:c?d@h/x"),  # they look alike
    ],
)
def test_what_waits_for_a_place_is_never_taken_for_anothers(one, other, tmp_path):
    kept = batch_file(tmp_path, one)
    assert kept != batch_file(tmp_path, other)
    kept.write_bytes(b"{}\n")
    write_note(kept, one)
    with held(kept, other):
        pass
    assert kept.exists()
    assert waiting(tmp_path) == [
        f"items for {shown(one)} wait on this disk: `scrapy load '{shown(one)}' {kept}`"
    ]
    with held(kept, one):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_an_earlier_run_left_is_known_by_its_note_of_one_line(tmp_path):
    kept = tmp_path / "kept.jsonl"
    for address, stays in (("kafka://h/other", True), ("kafka://a:new@h/topic", False)):
        kept.write_bytes(b"{}\n")
        note_of(kept).write_text("kafka://a:***@h/topic")
        with held(kept, address):
            assert len(waiting(tmp_path)) == (1 if stays else 0)  # who holds it names it
        assert kept.exists() == stays


def test_a_feed_without_an_item_makes_a_dataset_that_says_so(feed, tmp_path):
    DatasetStorage(f"dataset:{tmp_path / 'panel'}", folder=tmp_path / "loads").take(feed())
    described = json.loads((tmp_path / "panel" / "datapackage.json").read_text())
    assert described["resources"] == []
