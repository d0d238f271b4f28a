"""Machines that know nothing of one another: their shards, put together, are the whole."""

from __future__ import annotations

import pytest

from crawler.engines.shards import Shard
from crawler.reparse import Options, reparse
from parsers.errors import ArchiveError
from tests.engines.archives import FILES, write
from tests.engines.runs import items, settings


def in_shards(folder, archive, count, **told):
    """What the run of the whole gives when shards were there before, and their summaries."""
    made = settings(folder / "none.jsonl")
    made.set("FEEDS", {}, priority="cmdline")
    before = [
        reparse(
            [str(archive)],
            made,
            Options(**{"workers": 1, "work": folder / "work", "shard": Shard(n, count), **told}),
        )
        for n in range(1, count + 1)
    ]
    return *items(folder, archive, **told), before


@pytest.mark.parametrize("name", [None, *FILES])
def test_shards_and_the_run_that_puts_them_together_give_the_whole(tmp_path, archive, name):
    if name is not None:
        (archive / "a.warc.gz").unlink()
        write(archive, FILES[name])
    whole, alone = items(tmp_path, archive)
    again, summary, shards = in_shards(tmp_path, archive, 3)
    assert again == whole
    assert summary.resumed == summary.units == alone.units
    assert sum(shard.bytes for shard in shards) == alone.bytes
    assert [shard.units for shard in shards] == [
        len(Shard(n, 3).own(alone.units)) for n in (1, 2, 3)
    ]
    assert list((tmp_path / "work").iterdir()) == []


def test_a_shard_that_never_ran_is_done_by_the_run_of_the_whole(tmp_path, archive, monkeypatch):
    whole, _ = items(tmp_path, archive)
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "1")
    made = settings(tmp_path / "none.jsonl")
    made.set("FEEDS", {}, priority="cmdline")
    shard = Shard.read("job/3")
    assert shard == Shard(2, 3)
    reparse([str(archive)], made, Options(workers=1, work=tmp_path / "work", shard=shard))
    again, summary = items(tmp_path, archive)
    assert again == whole
    assert 0 < summary.resumed < summary.units


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1/0", "job/2", "１/2"])
def test_a_shard_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.delenv("JOB_COMPLETION_INDEX", raising=False)
    with pytest.raises(ArchiveError, match=f"--shard {text}"):
        Shard.read(text)
