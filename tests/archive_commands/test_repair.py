"""Repair cuts a torn tail and nothing else, and says what it cut."""

import fcntl
import gzip
import os

import pytest

from crawler.archive.repair import repair
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive_commands.writing import CHUNKED, exchange, lone_file, read, write_archive


@pytest.fixture
def whole(tmp_path):
    return lone_file(tmp_path, [exchange(1), exchange(2, CHUNKED)])


def test_a_file_cut_anywhere_in_its_last_two_records_keeps_every_whole_record(whole, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: None)  # seven hundred repairs, no power cut
    data, records = whole.read_bytes(), read(whole)
    ends = [record.offset + record.length for record in records]
    for size in range(records[-2].offset, len(data)):
        whole.write_bytes(data[:size])
        done = repair(whole)
        kept = max(end for end in ends if end <= size)
        assert whole.read_bytes() == data[:kept]
        if kept == size:
            assert done.tear is None
            continue
        assert (done.tear.offset, done.tear.cut) == (kept, size - kept)
        assert done.tear.records == ends.index(kept) + 1
        assert done.copy.read_bytes() == data[:size]
        done.copy.unlink()
        assert not [each for each in verify([str(whole)]) if each.rule == "damage"]


def test_an_uncompressed_file_is_cut_too(whole):
    plain = whole.with_suffix("")
    data = gzip.decompress(whole.read_bytes())
    plain.write_bytes(data)
    start = read(plain)[-1].offset
    for size in (start + 1, start + 20, len(data) - 5, len(data) - 1):
        plain.write_bytes(data[:size])
        assert repair(plain).tear.offset == start
        assert plain.read_bytes() == data[:start]


def test_a_whole_file_is_left_alone(whole):
    before = whole.read_bytes(), whole.stat().st_ino
    assert str(repair(whole)) == f"{whole}: nothing to repair"
    assert (whole.read_bytes(), whole.stat().st_ino) == before
    assert [each.name for each in whole.parent.iterdir()] == [whole.name]


def test_zeros_behind_the_last_record_are_cut(whole):
    data = whole.read_bytes()
    whole.write_bytes(data + bytes(100))
    assert repair(whole).tear.cut == 100
    assert whole.read_bytes() == data


def test_a_copy_that_is_there_is_never_overwritten(whole):
    data = whole.read_bytes()
    for number in (1, 2, 3):
        whole.write_bytes(data[: -number - 1])
        repair(whole)
    copies = {each.name.removeprefix(whole.name): each.stat().st_size
              for each in whole.parent.iterdir() if each != whole}  # fmt: skip
    assert copies == {
        ".torn": len(data) - 2,
        ".torn.2": len(data) - 3,
        ".torn.3": len(data) - 4,
    }


def test_it_says_what_was_cut_and_that_the_manifest_knew_the_file_whole(tmp_path):
    write_archive(tmp_path, [exchange(1)])
    (path,) = tmp_path.glob("*.warc.gz")
    start = read(path)[-1].offset
    path.write_bytes(path.read_bytes()[: start + 7])
    said = str(repair(path))
    assert f"cut 7 bytes at byte {start}, kept 3 whole records" in said
    assert f"as it was: {path.name}.torn" in said
    assert "manifest entry" in said


def test_damage_that_whole_records_follow_is_not_cut(whole):
    data = bytearray(whole.read_bytes())
    data[read(whole)[1].offset + 30] ^= 0xFF
    whole.write_bytes(data)
    with pytest.raises(ArchiveError, match="whole records follow"):
        repair(whole)
    assert whole.read_bytes() == data


def test_a_file_with_no_whole_record_is_not_cut(whole):
    whole.write_bytes(whole.read_bytes()[:50])
    with pytest.raises(ArchiveError, match="no whole record"):
        repair(whole)
    assert whole.stat().st_size == 50


def test_a_file_that_a_crawl_writes_is_not_touched(whole):
    whole.write_bytes(whole.read_bytes()[:-1])
    fd = os.open(whole, os.O_RDWR)
    fcntl.flock(fd, fcntl.LOCK_EX)
    with pytest.raises(ArchiveError, match="a running crawl writes"):
        repair(whole)
    os.close(fd)
    assert repair(whole).tear is not None


def test_one_member_of_many_records_cannot_be_cut(whole):
    whole.write_bytes(gzip.compress(gzip.decompress(whole.read_bytes()), mtime=0)[:-20])
    with pytest.raises(ArchiveError, match="one gzip member"):
        repair(whole)


def test_what_is_no_warc_is_not_touched(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"PK\3\4")
    with pytest.raises(ArchiveError, match="no WARC file"):
        repair(path)
    with pytest.raises(ArchiveError, match="cannot read"):
        repair(tmp_path / "nowhere.warc.gz")
