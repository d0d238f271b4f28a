"""What a run has met stays true and small, however much it is."""

from __future__ import annotations

import random
import sqlite3
import sys

import crawler.seen
from crawler.pipelines import MarkSeenPayload
from crawler.seen import Firsts, Seen


def test_a_key_is_new_once_in_any_order():
    chance = random.Random(7)
    keys = [chance.choice(("url", b"another", ("portal", "url"))) for _ in range(50)]
    keys += [str(chance.randrange(3000)) for _ in range(5000)]
    seen, known = Seen(), set()
    for key in keys:
        assert (key in seen) == (key in known)
        assert seen.enter(key) == (key not in known)
        known.add(key)
    assert len(seen) == len(known)


def test_a_hundred_thousand_keys_take_nine_bytes_each():
    seen = Seen()
    for number in range(100_000):
        seen.enter(f"https://www.a.example/{number}.html")
    assert sum(map(sys.getsizeof, seen._shelves)) < 9.5 * 100_000


def test_what_was_said_first_of_a_key_stands():
    firsts = Firsts()
    for number in range(3000):
        firsts.enter(number, number.to_bytes(16))
    assert [firsts.enter(number, b"later") for number in (0, 1500, 2999)] == [
        number.to_bytes(16) for number in (0, 1500, 2999)
    ]
    firsts.close()


def test_what_was_said_first_is_held_by_the_disk():
    firsts = Firsts()
    held = f"-{crawler.seen._HELD}"
    assert firsts._db.execute("PRAGMA cache_size").fetchone() == (int(held),)
    assert firsts._db.execute("PRAGMA database_list").fetchone()[2] == ""  # a temporary file
    firsts.close()


def test_without_room_for_a_temporary_file_repeats_are_marked_from_then_on(caplog):
    firsts = Firsts()
    firsts.enter("a", b"1")
    firsts._db.execute("DROP TABLE firsts")  # as good as lost
    assert firsts.enter("a", b"2") == b"2"
    assert firsts.enter("a", b"3") == b"2"
    assert "free space for temporary files" in caplog.text
    firsts.close()


def test_a_closed_stage_gives_its_file_back():
    stage = MarkSeenPayload()
    stage.close_spider()
    try:
        stage._first._db.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return
    raise AssertionError("the table is still open")
