"""No page can make reading slow: four times the page takes some four times the time."""

from __future__ import annotations

import gc
import re
import time
from functools import lru_cache

import pytest

from parsers.memo import Memo
from parsers.report import read_page
from tests.parsers.hostile_pages import SHAPES, page
from tests.parsers.pages import LANGFANG, page_of

SIZE = 15_000
# Four times the page may take seven times the time: memos that are full, and clocks of 1 ms, are in
# it.
GROWTH, NOISE = 7.0, 0.02


def seconds(shape: str, size: int, rounds: int = 1) -> float:
    """Return the least processor time of reading a page of that shape and size, each time anew."""
    served, best = page_of(page(shape, size)), float("inf")
    for _ in range(rounds):
        forget()
        started = time.process_time()
        read_page(served, LANGFANG)
        best = min(best, time.process_time() - started)
    return best


def forget() -> None:
    """Empty what is remembered of texts: all of a small page may be, of a large one little."""
    for each in gc.get_objects():
        if type(each) is Memo:
            each.clear()
        elif type(each) is _REMEMBERING and each.cache_parameters()["maxsize"] is not None:
            each.cache_clear()  # one without an end is a lexicon


_REMEMBERING = type(lru_cache(seconds))


def is_linear(shape: str, size: int = SIZE) -> tuple[bool, float, float]:
    """Whether the time of a shape grows as its size does, and the two times."""
    small, large = seconds(shape, size, 2), seconds(shape, 4 * size, 2)
    return large <= GROWTH * small + NOISE, small, large


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_page_takes_some_four_times_the_time(shape):
    seconds(shape, 2_000)  # lexicons are read
    for attempt in range(4):
        # What only a long page is asked, or no memo holds, is a step between two sizes, no growth.
        linear, small, large = is_linear(shape, SIZE << attempt)
        if linear:
            return
        assert attempt < 3, f"{shape}: {small:.3f} s, then {large:.3f} s"


def test_a_reader_that_tries_each_place_of_a_text_to_its_end_would_be_seen(monkeypatch):
    slow = re.compile(r"[^ ]+[.]pdf")
    monkeypatch.setattr("parsers.report._file_named_in", slow.search)
    seconds("words of one link", 2_000)
    assert not is_linear("words of one link")[0]
