"""How what a run wrote comes into its target, whoever died before and whoever changed it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from crawler.feeds import storages
from crawler.feeds.storages import WholeFileStorage
from parsers.errors import FeedError
from tests.feed_targets import APPEND, REPLACE, die, names, spider_of, written


@pytest.fixture
def target(tmp_path):
    return tmp_path / "items.jsonl"


@pytest.mark.parametrize("options", [APPEND, REPLACE])
def test_the_target_changes_only_at_the_end(target, options):
    target.write_bytes(b"old\n")
    storage = written(target, b"new\n", "J1", options)
    assert target.read_bytes() == b"old\n"
    storage.mark_whole()
    assert target.read_bytes() == b"old\n"
    storage.commit()
    assert target.read_bytes() == (b"new\n" if options is REPLACE else b"old\nnew\n")
    assert names(target.parent) == [target.name]


def test_a_resumed_job_writes_its_part_anew(target):
    target.write_bytes(b"old\n")
    die(written(target, b"half", "J1", APPEND))
    resumed = written(target, b"whole\n", "J1", APPEND)
    resumed.mark_whole()
    resumed.commit()
    assert target.read_bytes() == b"old\nwhole\n"


def test_a_part_that_is_written_anew_begins_at_its_beginning(target):
    die(written(target, b"half", "J1", REPLACE))
    storage = WholeFileStorage(str(target), feed_options=REPLACE)
    assert storage.open(spider_of("J1")).tell() == 0  # a table has its head only there
    storage.leave()


@pytest.mark.parametrize("torn", [b"", b"ne", b"new\n"])
def test_an_append_that_died_is_finished_by_the_next_job(target, torn):
    target.write_bytes(b"old\n")
    storage = written(target, b"new\n", "J1", APPEND)
    storage.mark_whole()
    die(storage)
    with target.open("ab") as file:
        file.write(torn)
    following = written(target, b"next\n", "J2", APPEND)
    following.mark_whole()
    following.commit()
    assert target.read_bytes() == b"old\nnew\nnext\n"


@pytest.mark.parametrize("job", ["J1", None])
@pytest.mark.parametrize("torn", [b"", b"ne", b"new\n"])
def test_an_append_that_died_is_undone_by_its_own_job(target, torn, job):
    target.write_bytes(b"old\n")
    storage = written(target, b"new\n", job, APPEND)
    storage.mark_whole()
    die(storage)
    with target.open("ab") as file:
        file.write(torn)
    again = written(target, b"new\n", job, APPEND)
    again.mark_whole()
    again.commit()
    assert target.read_bytes() == b"old\nnew\n"


def test_a_replacement_that_died_after_its_job_is_done_by_the_next(target):
    storage = written(target, b"new\n", "J1", REPLACE)
    storage.mark_whole()
    die(storage)
    die(written(target, b"next\n", "J2", REPLACE))
    assert target.read_bytes() == b"new\n"


def test_a_note_whose_part_is_in_already_changes_nothing(target):
    storage = written(target, b"new\n", "J1", APPEND)
    storage.mark_whole()
    note = target.with_name("items.jsonl.part.ready").read_bytes()
    storage.commit()
    target.with_name("items.jsonl.part.ready").write_bytes(note)
    die(written(target, b"next\n", "J2", APPEND))
    assert target.read_bytes() == b"new\n"


def test_a_run_that_died_while_it_tried_to_write_leaves_nothing_after_the_next(target, monkeypatch):
    def killed(path, **_):
        path.write_bytes(b"")
        raise KeyboardInterrupt

    with monkeypatch.context() as death:
        death.setattr(Path, "touch", killed)
        with pytest.raises(KeyboardInterrupt):
            WholeFileStorage(str(target), feed_options=REPLACE)
    assert names(target.parent) != []
    monkeypatch.setattr(os, "getpid", lambda: 1)  # the next run is another process
    storage = written(target, b"new\n", "J1", REPLACE)
    storage.mark_whole()
    storage.commit()
    assert names(target.parent) == [target.name]


def test_two_runs_do_not_write_one_target(target):
    first = written(target, b"x", "J1", APPEND)
    second = WholeFileStorage(str(target), feed_options=APPEND)
    with pytest.raises(FeedError, match="another run is writing"):
        second.open(spider_of("J2"))
    first.leave()


def test_a_run_that_has_not_opened_its_part_leaves_that_of_another(target):
    first = written(target, b"new\n", "J1", APPEND)
    WholeFileStorage(str(target), feed_options=APPEND).discard()
    first.mark_whole()
    first.commit()
    assert target.read_bytes() == b"new\n"


@pytest.mark.parametrize("options", [APPEND, REPLACE])
def test_no_run_opens_a_part_while_another_puts_its_own_in(target, options, monkeypatch):
    """The first removed in the end what the second had written: its part was a file by then."""
    first = written(target, b"new\n", "J1", options)
    first.mark_whole()
    second = WholeFileStorage(str(target), feed_options=options)
    second.waits_to_open = False  # else it would do so here

    def describe(*_):
        with pytest.raises(FeedError, match="another run"):
            second.open(spider_of("J2"))

    with monkeypatch.context() as patched:
        patched.setattr(storages, "describe", describe)
        first.commit()
    second.store(second.open(spider_of("J2")))
    second.mark_whole()
    second.commit()
    assert target.read_bytes() == (b"" if options is REPLACE else b"new\n")
    assert names(target.parent) == [target.name]


def test_a_part_that_its_run_discards_while_another_opens_it_is_begun_anew(target, monkeypatch):
    discarding = [written(target, b"new\n", "J1", APPEND)]
    part, lock = discarding[0].part, fcntl.flock

    def discarded_before(file, how):
        if discarding and file.name == str(part):
            discarding.pop().discard()
        lock(file, how)

    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", discarded_before)
        second = written(target, b"next\n", "J2", APPEND)
    second.mark_whole()
    second.commit()
    assert target.read_bytes() == b"next\n"


def test_a_part_that_somebody_removed_is_told_of(target):
    storage = written(target, b"new\n", "J1", APPEND)
    storage.mark_whole()
    storage.part.unlink()
    with pytest.raises(FeedError, match=r"items\.jsonl\.part was removed before its items were in"):
        storage.commit()
    storage.leave()


# --- a target that somebody changed while a note of a dead run waits ---


def left_by_a_dead_run(target, options, content=b"new\n"):
    storage = written(target, content, "J1", options)
    storage.mark_whole()
    die(storage)


@pytest.mark.parametrize(
    "changed", [b"ol", b"old\nmine\n", b"old\nne\nmine\n"], ids=["cut", "added to", "torn"]
)
@pytest.mark.parametrize("job", ["J1", "J2"])
def test_a_target_that_was_changed_after_a_death_is_told_of_and_stays(target, changed, job):
    target.write_bytes(b"old\n")
    left_by_a_dead_run(target, APPEND)
    target.write_bytes(changed)
    with pytest.raises(FeedError, match=r"was changed after a run was killed that has .*part for"):
        written(target, b"next\n", job, APPEND)
    assert target.read_bytes() == changed
    assert target.with_name("items.jsonl.part").read_bytes() == b"new\n"


def test_a_target_that_was_to_be_replaced_and_was_changed_is_told_of_and_stays(target):
    target.write_bytes(b"old\n")
    left_by_a_dead_run(target, REPLACE)
    target.write_bytes(b"mine, and longer\n")
    with pytest.raises(FeedError, match="was changed after a run was killed"):
        written(target, b"next\n", "J2", APPEND)
    assert target.read_bytes() == b"mine, and longer\n"


def test_what_was_added_behind_a_whole_append_stays_behind_it(target):
    target.write_bytes(b"old\n")
    left_by_a_dead_run(target, APPEND)
    target.write_bytes(b"old\nnew\nmine\n")
    again = written(target, b"newer\n", "J1", APPEND)
    again.mark_whole()
    again.commit()
    assert target.read_bytes() == b"old\nnewer\nmine\n"


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_target_that_was_removed_after_a_death_holds_what_was_for_it(tmp_path, form):
    target = tmp_path / f"items.{form}"
    target.write_bytes(b"head\nold\n")
    left_by_a_dead_run(target, {"format": form, "overwrite": False}, b"head\nnew\n")
    target.unlink()
    following = written(target, b"head\nnext\n", "J2", {"format": form, "overwrite": False})
    following.mark_whole()
    following.commit()
    second = b"next\n" if form == "csv" else b"head\nnext\n"
    assert target.read_bytes() == b"head\nnew\n" + second


def test_a_job_that_another_finished_too_early_finds_its_items_and_replaces_them(target):
    left_by_a_dead_run(target, APPEND)  # its job is not finished: it goes on below
    other = written(target, b"other\n", "J2", APPEND)
    other.mark_whole()
    other.commit()
    assert target.read_bytes() == b"new\nother\n"
    for content in (b"new and more\n", b"n\n"):
        again = written(target, content, "J1", APPEND)
        again.mark_whole()
        again.commit()
        assert target.read_bytes() == content + b"other\n"
    last = written(target, b"others\n", "J2", APPEND)  # it has moved, and is found
    last.mark_whole()
    last.commit()
    assert target.read_bytes() == b"n\nothers\n"


def test_a_feed_that_takes_other_items_of_the_same_job_is_added(target):
    for only in ("official", "copies"):
        storage = written(target, only.encode() + b"\n", "J1", {**APPEND, "only": [only]})
        storage.mark_whole()
        storage.commit()
    assert target.read_bytes() == b"official\ncopies\n"


def test_a_replaced_target_forgets_who_added_to_it(target):
    for content, options in ((b"a\n", APPEND), (b"b\n", REPLACE), (b"a\n", APPEND)):
        storage = written(target, content, "J1", options)
        storage.mark_whole()
        storage.commit()
    assert target.read_bytes() == b"b\na\n"


@pytest.mark.parametrize("note", ['{"job": "a", "size": 4}', "{", "[]"])
@pytest.mark.parametrize("name", ["items.jsonl.part.ready", "items.jsonl.runs"])
def test_a_note_of_another_version_is_told_of_and_nothing_is_touched(target, name, note):
    target.write_bytes(b"old\n")
    target.with_name("items.jsonl.part").write_bytes(b"new\n")
    target.with_name(name).write_text(note, "utf-8")
    with pytest.raises(FeedError, match=r"does not hold what this version notes there: (add|move)"):
        written(target, b"next\n", "job", APPEND)
    assert target.read_bytes() == b"old\n"
