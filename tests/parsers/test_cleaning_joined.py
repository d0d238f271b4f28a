"""Texts looked at, joined and changed together come out as each would alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from parsers.cleaning import blocks, lost_digits
from parsers.cleaning.flat import Flat
from parsers.cleaning.joined import PART, joined, of_each
from parsers.items import Block, Cut, Link
from parsers.patterns import bounded
from tests.parsers.test_cleaning_parts import any_block, document, outside

SEED = 20261122
WORDS = ("甲", "乙", "\n", "？", "丙", "")


def words_of(chance, most=6):
    return "".join(chance.choices(WORDS, k=chance.randint(0, most)))


@pytest.mark.parametrize("parting", ["", PART], ids=["texts", "with what parts them"])
def test_texts_of_several_lines_are_told_by_their_own_numbers(parting):
    print(f"seed {SEED}")
    for seed in range(SEED, SEED + 100):
        chance = random.Random(seed)
        page = Flat(document(*(Block(words_of(chance) + parting) for _ in range(12))))
        for _ in range(3):
            expected = [n for n, text in enumerate(page.texts) if "甲" in text or "丙" in text]
            assert page.concerned(bounded("甲"), bounded("丙"))[0] == expected
            for words in (("甲",), ("乙", "甲"), ("乙", "丙甲", "丙")):
                hold = [
                    n for n, text in enumerate(page.texts) if any(map(text.__contains__, words))
                ]
                assert page.lines_with(*words) == hold
            assert page.whole == "\n".join(page.lines)
            page = page.with_changed({chance.randint(1, 12): words_of(chance)}, {})


def test_links_that_their_blocks_hold_no_more_are_told_after_every_change():
    print(f"seed {SEED}")
    for seed in range(SEED, SEED + 100):
        chance = random.Random(seed)
        page = Flat(document(Block("甲" * 1_000), *(any_block(chance) for _ in range(20))))
        for _ in range(6):
            assert page.lines[len(page.texts) :] == outside(page.document)
            texts = {chance.randrange(2, len(page.texts)): chance.choice(("第1条", "久久", ""))}
            links = {chance.randrange(len(page.links)): "久久"} if page.links else {}
            page = page.with_changed(texts, links)


def test_a_rule_is_not_asked_again_of_what_it_left_and_tells_of_it_again():
    asked = []

    def rule(whole):
        texts = whole.split(PART)
        asked.append(texts)
        told = [(n, Cut("meta_injection", "乙", "flagged", "")) for n, t in enumerate(texts)]
        return PART.join(text.replace("甲", "") for text in texts), told

    left = {}
    made, told = of_each(rule, ["乙", "甲乙", "乙乙"], left)
    assert (made, [n for n, _ in told]) == (["乙", "乙", "乙乙"], [0, 1, 2])
    made, told = of_each(rule, ["丙", "乙乙", "甲", "乙"], left)
    assert (made, [n for n, _ in told]) == (["丙", "乙乙", "", "乙"], [0, 1, 2, 3])
    assert asked == [["乙", "甲乙", "乙乙"], ["丙", "甲"]]


def test_of_texts_that_come_again_a_rule_is_asked_once_and_tells_of_each():
    asked = []

    def rule(whole):
        texts = whole.split(PART)
        asked.append(texts)
        told = [(n, Cut("meta_injection", t, "removed", "")) for n, t in enumerate(texts) if t]
        return PART.join("" for _ in texts), told

    made, told = of_each(rule, ["甲", "", "乙", "甲", "甲", ""], {})
    assert asked == [["甲", "", "乙"]]
    assert made == [""] * 6
    assert [(n, cut.quote) for n, cut in told] == [(0, "甲"), (2, "乙"), (3, "甲"), (4, "甲")]


def test_labelled_dates_of_joined_texts_are_mended_as_those_of_each():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    pieces = ["发布日期：", "成文时间: ", "201431", "2014125", " ", "\n", "号", "日期", "20141"]
    texts = ["".join(chance.choices(pieces, k=chance.randint(1, 6))) for _ in range(3_000)]

    def mend(whole):
        return lost_digits._mend_labelled(whole, lambda: 2013)

    made, told = of_each(mend, texts, {})
    assert made == [mend(text)[0] for text in texts]
    assert [cut for _, cut in told] == [cut for text in texts for _, cut in mend(text)[1]]
    assert {cut.action for _, cut in told} == {"restored", "flagged"}


def test_texts_joined_in_pieces_are_joined():
    for count in (0, 1, 1023, 1024, 1025, 5000):
        texts = [str(n) for n in range(count)]
        assert joined(texts) == PART.join(texts)


def test_blocks_that_are_given_words_together_are_else_the_same():
    made = [
        Block("甲", links=(Link("http://a.cn/", "甲"),), tag="h1", hidden="display:none"),
        Block("乙", main=False),
    ]
    given = blocks.each_with(made, text=["丙", ""])
    assert given == [replace(made[0], text="丙"), replace(made[1], text="")]
    assert blocks.each_with([], text=[]) == []
