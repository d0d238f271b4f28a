"""What a run left that was killed before it handed on: named, kept for it, and handed on once."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager

import pytest

from crawler.feeds import keeping
from crawler.feeds.export import UNCHANGED
from crawler.feeds.storages import JOB_STAT
from tests.stores import faults
from tests.stores.places import FIRST, LINES, THEN, fed, held, loaded, place


@contextmanager
def left(kind, tmp_path, request):
    """A place, the folder of what waits, and in it the part that a killed run left."""
    loads = tmp_path / "loads"
    with place(kind, tmp_path, request) as target:
        fed(target, FIRST, loads, dies=True, **{JOB_STAT: "J1"})
        (part,) = loads.glob("*.part")
        yield target, loads, part


@pytest.mark.parametrize("kind", ["s3", "sqlite", "dataset"])
def test_what_a_run_left_that_was_killed_before_it_handed_on_is_named(
    kind, tmp_path, request, capsys
):
    with left(kind, tmp_path, request) as (target, loads, kept):
        (waits,) = keeping.waiting(loads)
        assert waits.startswith(f"items for {target.address} wait on this disk: `scrapy load ")
        other = faults.Target(f"sqlite:///{tmp_path}/other.db", tmp_path)
        told = []
        assert fed(other, THEN[:1], loads, told=told) == []
        assert told == [waits]
        assert loaded(None, None, loads, capsys) == (1, f"scrapy: {waits}\n")
        assert loaded(target, kept, loads, capsys)[0] == 0
        assert list(loads.iterdir()) == []
        assert loaded(None, None, loads, capsys) == (0, "scrapy: nothing waits for its place\n")
        if kind == "s3":
            assert held(target, "s3") == LINES[: len(FIRST)]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_a_run_holds_is_neither_named_nor_loaded(kind, tmp_path, request, capsys):
    with left(kind, tmp_path, request) as (target, loads, part):
        for name, sentence in (("", "is handing on"), (".part", "is writing")):
            held_file = part.with_name(part.name.removesuffix(".part") + (name or ".lock"))
            with held_file.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                assert keeping.waiting(loads) == []
                code, said = loaded(target, part, loads, capsys)
                assert (code, said.count(sentence)) == (1, 1)
            assert part.exists()
        assert len(keeping.waiting(loads)) == 1
        assert loaded(target, part, loads, capsys)[0] == 0
        assert list(loads.iterdir()) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_kept_file_without_a_note_is_named_until_it_is_removed(kind, tmp_path, request, capsys):
    loads = tmp_path / "loads"
    loads.mkdir()
    old = loads / "0123456789abcdef.jsonl"
    old.write_bytes(LINES[0] + b"\n")
    with place(kind, tmp_path, request) as target:
        code, said = loaded(None, None, loads, capsys)
        assert code == 1
        assert f"no note says for which place: `scrapy load PLACE {old}`, then remove it" in said
        assert loaded(target, old, loads, capsys)[0] == 0
        assert len(held(target, kind)["reports"]) == 1
        old.unlink()
        assert keeping.waiting(loads) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_and_its_part_wait_until_both_are_taken(kind, tmp_path, request, capsys):
    with left(kind, tmp_path, request) as (target, loads, part):
        file = part.with_name(part.name.removesuffix(".part"))
        file.write_bytes(part.read_bytes())
        assert len(keeping.waiting(loads)) == 2
        assert loaded(target, file, loads, capsys)[0] == 0
        assert len(keeping.waiting(loads)) == 1
        assert loaded(target, part, loads, capsys)[0] == 0
        assert list(loads.iterdir()) == []


@pytest.mark.parametrize("unchanged", [0, 3])
@pytest.mark.parametrize("kind", ["s3", "sqlite", "dataset"])
def test_the_next_run_for_the_place_hands_on_what_a_dead_one_left(
    kind, unchanged, tmp_path, request
):
    with left(kind, tmp_path, request) as (target, loads, _):
        more = [] if unchanged else FIRST
        assert fed(target, more, loads, **{JOB_STAT: "J2", UNCHANGED: unchanged}) == []
        assert list(loads.iterdir()) == []
        if kind == "s3":
            assert held(target, "s3") == LINES[: len(FIRST)]
        elif kind == "sqlite":
            assert len(held(target, "sqlite")["reports"]) == len(FIRST)
