from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event, text

from crawler.stores import engines, loading
from crawler.stores.addresses import identity, is_store, shown
from crawler.stores.engines import engine_of, told
from crawler.stores.loading import load
from crawler.stores.migrating import upgrade
from crawler.stores.views import VIEWS
from parsers.errors import StoreError
from tests.conftest import a_report
from tests.stores.conftest import rows

NOBODY = "postgresql://someone:secret@127.0.0.1:1/reports"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mysql://a/b", "is no store's address: write sqlite:///reports.sqlite"),
        ("sqlite://", "names no file"),
        ("sqlite:////nowhere/at/all.db", "is no folder: make it"),
        ("sqlite:////tmp", "is a folder: name a file in it"),
        ("duckdb://host/x", "names no file"),
        (NOBODY, "cannot be reached: start it or correct its address"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_a_sentence(address, says, feed):
    with pytest.raises(StoreError) as told:
        load(address, feed(a_report()))
    assert says in str(told.value)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_wrong_password_and_a_missing_database_are_told_apart(server, feed):
    with pytest.raises(StoreError, match="refuses the name or password"):
        load(server.replace("not-a-secret", "guessed"), feed(a_report()))
    with pytest.raises(StoreError, match="does not exist: create it"):
        load(f"{server}s", feed(a_report()))


def test_no_database_at_all_is_left_as_it_is(tmp_path, feed):
    path = tmp_path / "notes.txt"
    path.write_text("no database, but somebody's notes\n" * 100)
    for scheme in ("sqlite", "duckdb"):
        with pytest.raises(StoreError, match="is no database: name another file"):
            load(f"{scheme}:///{path}", feed(a_report()))
    assert path.read_text() == "no database, but somebody's notes\n" * 100


def test_somebody_elses_database_is_left_as_it_is(tmp_path, feed):
    path = tmp_path / "other.db"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE mine (x)")
    base.commit()
    base.close()
    with pytest.raises(StoreError, match="holds tables, and none of a store of ours"):
        load(f"sqlite:///{path}", feed(a_report()))


def test_an_older_schema_is_upgraded_only_when_asked(store, feed):
    load(store, feed(a_report(1)))
    _set_version(store, "0001")
    _run(store, *(f'DROP VIEW "{name}"' for name in reversed(VIEWS)), "DROP TABLE successions")
    if engine_of(store).dialect.name == "sqlite":
        _run(store, "DROP TABLE search", *(f"DROP TRIGGER search_{name}" for name in _TRIGGERS))
    if engine_of(store).dialect.name == "postgresql":
        _run(store, "DROP INDEX search_text", "DROP INDEX search_title")
    with pytest.raises(StoreError, match=r"older schema \(0001\): run `scrapy store upgrade"):
        load(store, feed(a_report(2)))
    upgrade(engine_of(store))
    load(store, feed(a_report(2)))
    assert rows(store, "SELECT count(*) FROM documents") == [(2,)]


_TRIGGERS = ("added", "removed", "changed")


def test_a_newer_schema_is_refused(store, feed):
    load(store, feed(a_report(1)))
    _set_version(store, "9999")
    with pytest.raises(StoreError, match=r"a newer schema \(9999\) than this software knows"):
        load(store, feed(a_report(2)))


def test_a_full_store_keeps_whole_batches(tmp_path, feed, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 10)
    store = f"sqlite:///{tmp_path / 'small.db'}"
    monkeypatch.setattr(loading, "engine_of", _small)
    with pytest.raises(StoreError, match="is full: make room"):
        load(store, feed(*(a_report(number, text="文" * 3000) for number in range(200))))
    monkeypatch.undo()
    (count,) = rows(store, "SELECT count(*) FROM reports")[0]
    assert count % 10 == 0
    assert rows(store, "SELECT count(DISTINCT reading_id) FROM facts") == [(count,)]


def test_a_duckdb_of_too_little_memory_is_told_how_to_get_more(tmp_path, feed):
    with pytest.raises(StoreError, match=r"give it more, as in .*\?memory_limit=4GB \(Out of Mem"):
        load(f"duckdb:///{tmp_path / 'small.duckdb'}?memory_limit=1MB", feed(a_report()))


@pytest.mark.parametrize("lacks", ["could not allocate block", "failed to pin block"])
def test_a_commit_that_finds_no_memory_is_told_alike(lacks, tmp_path):
    address = f"duckdb:///{tmp_path / 'small.duckdb'}?memory_limit=16MB"
    error = engine_of(address).dialect.dbapi.Error
    with pytest.raises(StoreError, match="has too little memory: give it more"), told(address):
        raise error(f"TransactionContext Error: Failed to commit: {lacks} of size 256.0 KiB")


def _small(address):
    engine = engine_of(address)

    def limit(connection, _):
        connection.execute("PRAGMA max_page_count = 300")

    event.listen(engine, "connect", limit)
    return engine


def _set_version(store, version):
    with engine_of(store).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def _run(store, *statements):
    with engine_of(store).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_password_is_never_shown():
    assert shown("postgresql://reader:se/cret@db/x") == "postgresql://reader:***@db/x"
    assert shown("postgresql://reader@db/x") == "postgresql://reader@db/x"


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("postgresql://reader@server:CANARY@db/x", "postgresql://reader@server:***@db/x"),
        ("opensearch://a@corp:CANARY@h:9200/i@2024", "opensearch://a@corp:***@h:9200/i@2024"),
        ("postgresql:///reader:CANARY@db/x", "postgresql:///reader:***@db/x"),
        ("postgresql//reader:CANARY@db/x", "postgresql//reader:***@db/x"),
        ("postgresql:reader:CANARY@db/x", "postgresql:***@db/x"),
        ("postgresql://u:CAN@ARY@db/x", "postgresql://u:***@db/x"),
        ("postgresql://u:12/CANARY@db/x", "postgresql://u:***@db/x"),
        ("postgresql://u:CANARY?@db/x", "postgresql://u:***@db/x"),
        ("postgresql://u:CANARY@db?user=a@b/c", "postgresql://u:***@db?user=a@b/c"),
        ("s3://KEY:CAN/ARY@bucket/a.jsonl", "s3://KEY:***@bucket/a.jsonl"),
        ("postgresql://u@db/x?sslpassword=CANARY&a=b", "postgresql://u@db/x?sslpassword=***&a=b"),
    ],
)
def test_a_password_is_hidden_wherever_it_stands(address, seen):
    assert shown(address) == seen


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://db:5432/a?user=me@corp",
        "opensearch://h:9200/reports@2024",
        "kafka://h:9092,other:9092/topic@a",
        "opensearch+https://[::1]:9200/reports",
        "s3://bucket/a:b@c/d.jsonl",
        "sqlite:///a:b@c/d.db",
        "dataset:x:a@y/z",
    ],
)
def test_an_address_without_a_password_is_shown_whole(address):
    assert shown(address) == identity(address) == address


def test_only_addresses_with_a_stores_scheme_are_stores():
    assert is_store("sqlite:///a.db")
    assert not any(map(is_store, ("a.sqlite", "sqlite", "s3://b/k.sqlite", "file:///a.sqlite")))


@pytest.mark.parametrize("reason", ["readonly database", 'file "a.duckdb": Read-only file system'])
def test_a_read_only_place_is_told_as_such(reason):
    match = "is read-only: allow writing or name another"
    with pytest.raises(StoreError, match=match), engines.told("duckdb:///a.duckdb"):
        raise OSError(reason)
