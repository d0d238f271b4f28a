"""Some captures of an archive only, with an index and without: the same items."""

from __future__ import annotations

import json

import pytest

from crawler.archive.cdxj import index_lines, write_index
from crawler.engines.selection import Selection
from parsers.errors import ArchiveError
from tests.engines.archives import FILES, packed, page, write
from tests.engines.runs import items


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(hosts=("mirror.example",)), [3, 4]),
        (Selection(hosts=("mirror.example", "nowhere.example")), [3, 4]),
        (Selection(since="2026-01-02T03:00:10"), [10, 11]),
        (Selection(until="2026-01-01"), []),
        (Selection(until="2026-01", statuses=(200,), hosts=("mirror.example",)), [3, 4]),
        (Selection(statuses=(404,)), []),
        (Selection(kinds=("list",)), []),
        (Selection(portals=("nowhere",)), []),
    ],
)
def test_some_captures_only(tmp_path, archive, selection, numbers):
    feed, summary = items(tmp_path, archive, selection=selection)
    urls = [json.loads(line)["url"] for line in feed.splitlines()]
    assert [int(url.rpartition("/")[2].removesuffix(".html")) for url in urls] == numbers
    assert summary.read.captures == 14


PLACED = [
    Selection(hosts=("mirror.example",)),
    Selection(since="2026-01-02T03:00:10"),
    Selection(until="2026-01", statuses=(200,), hosts=("mirror.example",)),
    Selection(statuses=(404,)),
    Selection(since="2026-01-02T03:00:20"),
]


def write_an_index(folder):
    return write_index(index_lines([str(folder)]), folder / "index.cdxj")


@pytest.mark.parametrize("name", [None, *FILES])
@pytest.mark.parametrize("size", [700, 1 << 20])
def test_by_an_index_the_same_items_come_from_fewer_records(tmp_path, archive, name, size):
    if name is not None:
        (archive / "a.warc.gz").unlink()
        write(archive, FILES[name])
    for number, selection in enumerate(PLACED):
        told = {"selection": selection, "size": size}
        (archive / "index.cdxj").unlink(missing_ok=True)
        whole, scanned = items(tmp_path, archive, **told)
        write_an_index(archive)
        again, indexed = items(tmp_path, archive, **told)
        assert again == whole, (number, indexed.notes)
        assert indexed.read.captures <= scanned.read.captures
        if name is None:
            assert (indexed.notes, indexed.indexed, scanned.indexed) == ([], 2, 0)
            assert indexed.read.captures == len(whole.splitlines())


def append(archive):
    (archive / "a.warc.gz").write_bytes(FILES["gzip"] + packed(page(13)))


def shift(archive):
    (archive / "a.warc.gz").write_bytes(packed(page(30)) + FILES["gzip"])


def cut(archive):
    (archive / "a.warc.gz").write_bytes(FILES["gzip"][:-3000])


def exchange_first(archive):
    """Another exchange of as many bytes in place of the first."""
    data = bytearray(FILES["gzip"])
    data[10:40] = bytes(30)
    (archive / "a.warc.gz").write_bytes(bytes(data))


def leave_out(archive):
    lines = (archive / "index.cdxj").read_bytes().splitlines(keepends=True)
    kept = (line for line in lines if b'"a.warc.gz"' not in line)
    (archive / "index.cdxj").write_bytes(b"".join(kept))


def move_one(archive):
    """The offset of one capture in the index is another's."""
    lines = (archive / "index.cdxj").read_bytes().splitlines(keepends=True)
    offsets = [json.loads(line.split(b" ", 2)[2])["offset"] for line in lines]
    lines[3] = lines[3].replace(offsets[3].encode(), offsets[5].encode())
    (archive / "index.cdxj").write_bytes(b"".join(lines))


@pytest.mark.parametrize("fault", [append, shift, cut, exchange_first, leave_out, move_one])
def test_an_index_that_is_stale_is_named_and_not_believed(tmp_path, archive, fault):
    write_an_index(archive)
    fault(archive)
    everything = Selection(since="2026")
    by_index, told = items(tmp_path, archive, selection=everything)
    (note,) = told.notes
    assert "a.warc.gz is read whole: " in note
    assert told.indexed == 1
    (archive / "index.cdxj").unlink()
    whole, scanned = items(tmp_path, archive, selection=everything)
    assert by_index == whole
    assert told.read.damages == scanned.read.damages


def test_what_is_no_index_is_one_sentence(tmp_path, archive):
    (archive / "index.cdxj").write_bytes(b"no index\n")
    with pytest.raises(ArchiveError, match=r"index\.cdxj is no CDXJ index: make it anew"):
        items(tmp_path, archive, selection=Selection(since="2026"))
