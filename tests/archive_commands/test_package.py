"""The package: valid by its own checker, byte for byte the archive, read back in place."""

import gzip
import json
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest

from crawler.archive import package as packing
from crawler.archive.cdxj import index_lines
from crawler.archive.locations import archive_files
from crawler.archive.members import LocalFile
from crawler.archive.package import package
from crawler.archive.reader import read_captures
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive_commands.writing import PAGE, exchange, lone_file, write_archive

WHEN = datetime(2024, 3, 1, 12, 0, 0, tzinfo=UTC)


def packed(tmp_path, *locations):
    path = tmp_path / "reports.wacz"
    return path, package(list(map(str, locations)), path, {}, WHEN)


def lines_in(path, name):
    with zipfile.ZipFile(path) as held:
        return held.read(name).splitlines()


@pytest.fixture
def small(tmp_path):
    write_archive(tmp_path / "archive", [exchange(1), exchange(2, reason="x", truncated="time")])
    return packed(tmp_path, tmp_path / "archive")[0]


def test_the_package_of_the_demo_portal_is_valid(crawled_demo, tmp_path, tool):
    path, said = packed(tmp_path, crawled_demo)
    done = subprocess.run(
        [tool("wacz"), "validate", "-f", str(path)], capture_output=True, text=True, check=False
    )
    assert "passed WACZ is valid" in done.stdout
    assert done.returncode == 0
    assert said.captures > said.pages > 30
    assert list(verify([str(path)])) == []


def test_files_are_stored_byte_for_byte_and_not_compressed_again(crawled_demo, tmp_path):
    path, _ = packed(tmp_path, crawled_demo)
    (file,) = crawled_demo.glob("*.warc.gz")
    with zipfile.ZipFile(path) as held:
        info = held.getinfo(f"archive/{file.name}")
        assert info.compress_type == zipfile.ZIP_STORED
        assert held.read(info) == file.read_bytes()
        assert held.testzip() is None


def test_the_captures_of_a_package_are_those_of_its_archive(crawled_demo, tmp_path):
    path, _ = packed(tmp_path, crawled_demo)
    assert list(read_captures([str(path)])) == list(read_captures([str(crawled_demo)]))
    assert list(index_lines([str(path)])) == list(index_lines([str(crawled_demo)]))


def test_the_index_is_that_of_the_archive_in_members(small, tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "_LINES", 3)
    write_archive(tmp_path / "more", [exchange(number) for number in range(10)])
    path, _ = packed(tmp_path, tmp_path / "more")
    with zipfile.ZipFile(path) as held:
        index = held.read("indexes/index.cdx.gz")
        head, *second = held.read("indexes/index.idx").splitlines()
    assert gzip.decompress(index) == b"".join(index_lines([str(tmp_path / "more")]))
    assert head == b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert len(second) == 4
    for line in second:
        key, stamp, place = line.split(b" ", 2)
        at = json.loads(place)
        member = index[at["offset"] : at["offset"] + at["length"]]
        assert gzip.decompress(member).startswith(key + b" " + stamp + b" ")


def test_pages_are_whole_html_answers_with_their_titles(small):
    head, *pages = map(json.loads, lines_in(small, "pages/pages.jsonl"))
    assert head["format"] == "json-pages-1.0"
    (page,) = pages
    assert page["title"] == "某市年报"
    assert page["url"] == "http://www.a.gov.cn/xxgk/1.html?b=2&a=1"
    assert page["ts"] == "2024-01-31T08:30:00Z"


def test_two_packages_of_one_archive_are_the_same(tmp_path):
    write_archive(tmp_path / "archive", [exchange(1)])
    first = packed(tmp_path, tmp_path / "archive")[0].read_bytes()
    assert packed(tmp_path, tmp_path / "archive")[0].read_bytes() == first


def test_two_files_of_one_name_stay_two(tmp_path):
    for name in "ab":
        path = lone_file(tmp_path / name, [exchange(1)])
        path.rename(path.with_name("same.warc.gz"))
    path, said = packed(tmp_path, tmp_path / "a" / "away", tmp_path / "b" / "away")
    names = [file.name for file in archive_files([str(path)])]
    assert names == ["archive/2-same.warc.gz", "archive/same.warc.gz"]
    assert said.files == 2


def test_a_package_that_cannot_be_made_leaves_the_one_before(tmp_path):
    path = tmp_path / "reports.wacz"
    path.write_bytes(b"as it was")
    with pytest.raises(ArchiveError):
        package([str(tmp_path / "nowhere.warc.gz")], path, {}, WHEN)
    assert path.read_bytes() == b"as it was"
    assert list(tmp_path.iterdir()) == [path]


def rewritten(path, spoil, method=zipfile.ZIP_DEFLATED):
    """Write a package anew, each member's bytes by `spoil(name, data)`."""
    with zipfile.ZipFile(path) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    with zipfile.ZipFile(path, "w", method) as held:
        for name, data in parts.items():
            held.writestr(name, spoil(name, data))


def test_a_compressed_member_is_read_all_the_same(small):
    before = list(read_captures([str(small)]))
    rewritten(small, lambda _, data: data)
    assert list(read_captures([str(small)])) == before
    assert before[0].body == PAGE


@pytest.mark.parametrize("spoilt", ["pages/pages.jsonl", "datapackage.json"])
def test_a_member_that_was_changed_is_found(small, spoilt):
    rewritten(small, lambda name, data: data + b"\n" if name == spoilt else data)
    assert {finding.rule for finding in verify([str(small)])} == {"package"}


def test_a_package_within_a_folder_is_held_against_its_own_hashes(small, tmp_path):
    folder = tmp_path / "others" / "deep"
    folder.mkdir(parents=True)
    found = folder / "a.wacz"
    small.rename(found)
    assert list(verify([str(tmp_path / "others")])) == []
    rewritten(found, lambda name, data: data + b"\n" if name == "pages/pages.jsonl" else data)
    assert [str(finding) for finding in verify([str(tmp_path / "others")])] == [
        "a.wacz: pages/pages.jsonl is not what was packed"
    ]


def test_a_member_that_is_not_listed_is_found(small):
    with zipfile.ZipFile(small, "a") as held:
        held.writestr("archive/more.txt", b"x")
    assert [finding.reason for finding in verify([str(small)])] == [
        "archive/more.txt is not listed"
    ]


def test_a_torn_package_is_said_in_one_sentence(small):
    small.write_bytes(small.read_bytes()[:-30])
    with pytest.raises(ArchiveError, match="is no WACZ package"):
        list(read_captures([str(small)]))


def test_a_folder_of_other_tools_files_is_read_whole(tmp_path, small):
    """Packages, compressed and plain files, and one gzip member of many records."""
    folder = tmp_path / "others" / "deep"
    folder.mkdir(parents=True)
    small.rename(folder / "a.wacz")
    whole = lone_file(tmp_path, [exchange(7), exchange(8)])
    plain = gzip.decompress(whole.read_bytes())
    (folder / "b.warc.gz").write_bytes(gzip.compress(plain))
    (folder / "c.warc").write_bytes(plain)
    found = [capture.url for capture in read_captures([str(tmp_path / "others")])]
    assert [url[25:26] for url in found] == ["1", "2", "7", "8", "7", "8"]


def test_only_what_is_asked_for_is_read_of_a_stored_file(small, monkeypatch):
    asked = []
    whole = LocalFile.read_at

    def watched(self, offset, length):
        asked.append(length)
        return whole(self, offset, length)

    (file,) = archive_files([str(small)])
    monkeypatch.setattr(LocalFile, "read_at", watched)
    source = file.open()
    assert source.read_at(0, 4)[:2] == b"\x1f\x8b"
    assert source.read_at(source.size - 2, 100) == source.read_at(source.size - 2, 2)
    assert sum(asked) < 200


def test_memory_stays_flat_while_a_package_is_written(tmp_path):
    import tracemalloc  # noqa: PLC0415 (slow once imported and started)

    body = bytes(range(256)) * 4096
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: %d\r\n\r\n"
    large = head % len(body) + body
    peaks = []
    for count in (2, 12):
        folder = tmp_path / str(count)
        write_archive(folder, [exchange(n, large) for n in range(count)])
        tracemalloc.start()
        package([str(folder)], tmp_path / "a.wacz", {}, WHEN)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def test_a_folder_may_hold_more_packages_than_a_process_may_hold_files(small, tmp_path):
    import os  # noqa: PLC0415

    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        os.link(small, folder / f"{number}.wacz")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (no path of ours)
    files = archive_files([str(folder)])
    assert len(files) == 40
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_a_member_that_is_said_to_be_larger_than_its_package_is_damage(small):
    data = bytearray(small.read_bytes())
    at = data.index(b"PK\1\2")
    data[at + 20 : at + 28] = (2**31).to_bytes(4, "little") * 2
    small.write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged"):
        list(read_captures([str(small)]))


def test_a_list_of_files_that_is_said_to_have_gigabytes_costs_no_memory(small):
    rewritten(small, lambda _, data: data, zipfile.ZIP_STORED)
    data = bytearray(small.read_bytes())
    at = data.rindex(b"PK\1\2", 0, data.rindex(b"datapackage.json"))
    data[at + 20 : at + 28] = (2**31).to_bytes(4, "little") * 2
    small.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError, match="it ends early"):
            list(verify([str(small)]))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 256 << 20


def test_a_list_of_files_that_unpacks_to_no_list_is_damage(small):
    bomb = b" " * (33 << 20)
    rewritten(small, lambda name, data: bomb if name == "datapackage.json" else data)
    with pytest.raises(ArchiveError, match=r"datapackage\.json is over 32 MB"):
        list(verify([str(small)]))
