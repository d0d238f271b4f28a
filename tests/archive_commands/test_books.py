"""Ledger, manifest, indexes and records of an archive of ours: where they differ, it is found."""

import fcntl
import json
import os
import sqlite3
from collections import Counter

import pytest

from crawler.archive.cdxj import index_lines, write_index
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive_commands.writing import (
    as_it_was,
    exchange,
    member,
    read,
    record_id,
    revisit_of,
    rewrite,
    write_archive,
)


def found(location):
    return list(verify([str(location)]))


def rules(location):
    return Counter(finding.rule for finding in found(location))


@pytest.fixture
def archive(tmp_path):
    """An archive of ours of two files, three exchanges each."""
    folder = tmp_path / "archive"
    write_archive(folder, [exchange(number) for number in range(3)], max_bytes=10**9)
    write_archive(folder, [exchange(number) for number in range(3, 6)])
    assert found(folder) == []
    return folder


@pytest.fixture
def path(archive):
    return min(archive.glob("*.warc.gz"))


def entry(path):
    return path.parent / "manifest" / f"{path.name}.json"


def on_ledger(archive, statement, *values):
    db = sqlite3.connect(archive / "spool" / "ledger.sqlite")
    with db:
        assert db.execute(statement, values).rowcount
    db.close()


def test_a_lost_file_is_found(archive, path):
    path.unlink()
    assert rules(archive) == {"manifest": 1}


def test_a_file_that_the_manifest_does_not_list_is_found(archive, path):
    entry(path).unlink()
    assert rules(archive) == {"manifest": 1, "ledger": 1}


def test_a_flipped_byte_in_a_listed_file_is_found_twice(archive, path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert {"damage", "manifest"} <= rules(archive).keys()


def test_a_cut_file_is_found_by_its_size(archive, path):
    path.write_bytes(path.read_bytes()[: read(path)[-1].offset])
    assert {"manifest", "ledger"} <= rules(archive).keys()


@pytest.mark.parametrize("name", ["size", "sha256", "records"])
def test_a_false_manifest_entry_is_found(archive, path, name):
    fields = json.loads(entry(path).read_bytes())
    fields[name] = "0" * 64 if name == "sha256" else fields[name] + 1
    entry(path).write_text(json.dumps(fields))
    assert "manifest" in rules(archive)


def test_an_exchange_without_its_record_is_found(archive, path):
    on_ledger(
        archive, "UPDATE exchanges SET offset = offset + 1 WHERE file = ? AND id = 1", path.name
    )
    assert rules(archive)["ledger"] >= 1


def test_an_exchange_of_another_record_is_found(archive):
    on_ledger(archive, "UPDATE exchanges SET record_id = ? WHERE id = 2", record_id())
    assert rules(archive) == {"ledger": 1}


def test_an_exchange_of_another_payload_is_found(archive):
    digest = "sha256:" + "0" * 64
    on_ledger(archive, "UPDATE exchanges SET payload_digest = ? WHERE id = 2", digest)
    assert rules(archive) == {"ledger": 1}


def test_records_that_the_ledger_does_not_know_are_found(archive):
    on_ledger(archive, "DELETE FROM exchanges WHERE id = 2")
    assert rules(archive) == {"ledger": 3}


def test_a_file_that_the_ledger_forgot_is_found(archive, path):
    on_ledger(archive, "DELETE FROM files WHERE name = ?", path.name)
    assert rules(archive) == {"ledger": 1}


def test_a_ledger_that_differs_from_the_manifest_is_found(archive, path):
    on_ledger(archive, "UPDATE files SET sha256 = 'x' WHERE name = ?", path.name)
    assert rules(archive) == {"ledger": 1}


def test_a_ledger_that_is_none_is_said_in_one_sentence(archive):
    (archive / "spool" / "ledger.sqlite").write_bytes(b"no database, but long enough" * 100)
    for journal in archive.glob("spool/ledger.sqlite-*"):
        journal.unlink()
    with pytest.raises(ArchiveError, match="cannot read the ledger"):
        found(archive)


def test_an_archive_without_its_ledger_is_held_against_its_manifest(archive, path):
    for part in archive.glob("spool/ledger*"):
        part.unlink()
    assert found(archive) == []
    path.unlink()
    assert rules(archive) == {"manifest": 1}


def test_verify_writes_nothing(archive):
    before = {each: each.stat().st_mtime_ns for each in archive.rglob("*") if each.is_file()}
    found(archive)
    after = {each: each.stat().st_mtime_ns for each in archive.rglob("*") if each.is_file()}
    kept = {each: when for each, when in after.items() if "ledger.sqlite-" not in each.name}
    assert kept == {each: when for each, when in before.items() if each in kept}


def test_what_a_killed_run_left_open_is_named(archive):
    write_archive(archive, [exchange(7)], finish=False)
    assert rules(archive) == {"spool": 1}


def test_what_a_running_crawl_writes_is_no_finding(archive):
    write_archive(archive, [exchange(7)], finish=False)
    (left,) = archive.glob("spool/*.open")
    fd = os.open(left, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_EX)
    assert found(archive) == []
    os.close(fd)


def test_what_a_broken_write_left_is_named(archive):
    (archive / ".a.warc.gz.part").write_bytes(b"half")
    assert rules(archive) == {"orphan": 1}


def test_a_file_that_begins_with_no_warcinfo_is_found(archive, path):
    rewrite(path, lambda number, each: b"" if number == 0 else as_it_was(each))
    assert "warcinfo" in rules(archive)


def test_a_revisit_of_a_record_that_is_nowhere_is_found(archive, path):
    elsewhere = read(path)[1]
    with path.open("ab") as stream:
        stream.writelines(revisit_of(elsewhere, WARC_Refers_To=record_id()))
    assert rules(archive)["refers-missing"] == 1


def test_a_revisit_of_a_record_in_another_file_is_good(archive, path):
    other = max(archive.glob("*.warc.gz"))
    with path.open("ab") as stream:
        stream.writelines(revisit_of(read(other)[1]))
    assert not any(rule.startswith(("refers", "revisit")) for rule in rules(archive))


@pytest.fixture
def index(archive):
    path = archive / "index.cdxj"
    write_index(index_lines([str(archive)]), path)
    assert found(archive) == []
    return path


def test_an_index_that_lacks_a_capture_is_found(archive, index):
    index.write_bytes(b"".join(index.read_bytes().splitlines(keepends=True)[1:]))
    assert rules(archive) == {"index": 1}


def test_a_line_that_leads_nowhere_is_found(archive, index):
    index.write_bytes(index.read_bytes().replace(b'"offset": "', b'"offset": "1', 1))
    assert rules(archive) == {"index": 2}


def test_lines_out_of_order_are_found(archive, index):
    index.write_bytes(b"".join(reversed(index.read_bytes().splitlines(keepends=True))))
    assert rules(archive)["index"] == 5


def test_a_line_that_is_none_is_found(archive, index):
    index.write_bytes(index.read_bytes() + b"zz) 2024 {}\n")
    assert rules(archive) == {"index": 1}


def test_a_record_changed_with_right_digests_is_found_by_its_books(archive, path):
    """An edit that is consistent in itself: only manifest and ledger can tell."""

    def edited(number, record):
        if number != 1:
            return as_it_was(record)
        block = record.block.replace(b"12", b"99", 1)
        return member([], b"") if block == record.block else _sealed(record, block)

    rewrite(path, edited)
    assert {"manifest", "ledger"} <= rules(archive).keys()
    assert not {"block-digest", "payload-digest"} & rules(archive).keys()


def _sealed(record, block):
    from tests.archive_commands.writing import fields_of, sha256  # noqa: PLC0415

    body = block.partition(b"\r\n\r\n")[2]
    digests = {"WARC-Block-Digest": sha256(block), "WARC-Payload-Digest": sha256(body)}
    return member([(name, digests.get(name, value)) for name, value in fields_of(record)], block)
