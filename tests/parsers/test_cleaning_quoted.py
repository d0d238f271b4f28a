from __future__ import annotations

import random
import time

import pytest

from parsers.cleaning.joined import PART
from parsers.cleaning.quoted import Allowance, Quoted

SEED = 20261123


def test_a_quote_is_found_in_each_text_that_holds_it_at_its_first_place():
    page = Quoted(["甲乙", "", "乙甲乙甲", "丙"], Allowance(10**9))
    assert [*page.holders("乙")] == [(0, 1), (2, 0)]
    assert [*page.holders("丁")] == []


def test_no_text_holds_an_empty_quote():
    page = Quoted(["甲", ""], Allowance(10**9))
    assert [*page.holders("")] == []
    assert page.next_holder("") is None


def test_a_quote_lies_in_one_text_though_texts_may_hold_what_parts_them():
    page = Quoted(["甲", "乙", f"甲{PART}乙", PART], Allowance(10**9))
    assert [*page.holders(f"甲{PART}乙")] == [(2, 0)]
    assert [*page.holders(PART)] == [(2, 1), (3, 0)]
    assert [*page.holders(PART * 3)] == []


@pytest.mark.parametrize(
    ("text", "repeats"),
    [("甲乙甲乙", True), ("甲乙甲", False), ("甲乙", False), ("甲乙丙丙丙甲乙", True)],
)
def test_a_text_repeats_a_quote_if_it_stands_there_twice(text, repeats):
    page = Quoted(["丁", text, "甲乙"], Allowance(10**9))
    assert page.repeats("甲乙", 1, 0) is repeats


def test_quotes_are_found_where_python_finds_them_in_each_text_alone():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(300):
        texts = ["".join(chance.choices("ab乙", k=chance.randrange(12))) for _ in range(20)]
        quote = "".join(chance.choices("ab乙", k=chance.randrange(1, 5)))
        page = Quoted(texts, Allowance(10**9))
        held = [(n, text.find(quote)) for n, text in enumerate(texts) if quote in text]
        assert [*page.holders(quote)] == held
        assert [page.next_holder(quote) for _ in range(2)] == (held[:1] or [None]) * 2
        for n, start in held:
            assert page.repeats(quote, n, start) is (texts[n].count(quote) > 1)


def test_few_texts_of_one_letter_are_searched_faster_than_by_in():
    quotes = ["a" * (45 + n % 9) + "b" + "a" * (45 + n % 7) for n in range(63)]
    text = "a" * 29_000
    page = Quoted([text], Allowance(10**9))
    started = time.process_time()
    assert not any(next(page.holders(quote), None) for quote in quotes)
    ours = time.process_time()
    assert not any(quote in text for quote in quotes)
    peer = time.process_time() - ours
    print(f"searching took {(ours - started) / peer:.2f} of `in`")
    assert ours - started < peer / 2


def test_the_next_holder_is_sought_from_the_last_one_on_and_then_from_the_first():
    page = Quoted(["甲", "乙", "甲乙", "丙"], Allowance(10**9))
    assert [page.next_holder(quote) for quote in "乙甲丁丙甲"] == [
        (1, 0),
        (2, 0),
        None,
        (3, 0),
        (0, 0),
    ]


def test_what_is_gone_through_is_taken_off_the_allowance():
    allowance = Allowance(100_000)
    page = Quoted(["甲" * 20_000, "乙"], allowance)
    assert page.next_holder("乙") == (1, 0)
    assert allowance.has(0.5)
    assert 70_000 < allowance.left < 80_000
    assert page.next_holder("丙") is None
    assert not allowance.has(0.5)
