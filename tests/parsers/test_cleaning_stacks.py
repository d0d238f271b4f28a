"""What is injected over and over, one behind or within another, comes out to its end at once."""

from __future__ import annotations

import random

import pytest

from parsers import cleaning
from parsers.cleaning import FEW_ROUNDS, MAX_ROUNDS, changes, clean
from parsers.items import Block, Cell, Document, Link
from tests.parsers.hostile import AROUND, UNITS, endless
from tests.parsers.hostile_mixtures import mixture
from tests.parsers.pages import LANGFANG, page_of

SEED = 20261123


# What leaves another injection behind where it is cut, one at a time.
HUNG = (
    "65t体育平台",
    "bet65",
    "xbt",
    "新葡京",
    "必威",
    "a.com",
    "bet.com",
    "蜘蛛池模板",
    "(guān)",
    "關",
)
MARKS = (*"-_|>·,?《》【】（） ", "，，", "??", "( ", "公报", "2014年政府信息公开年报")


def page_with(*blocks, title=None, meta=()):
    return Document(page_of(""), "text/html", "utf-8", page_title=title, blocks=blocks, meta=meta)


def lines(document):
    return [block.text for block in document.blocks]


@pytest.mark.parametrize("count", range(1, 13))
@pytest.mark.parametrize(
    ("unit", "rest", "left"),
    [
        ("65t体育平台-", "甲", "甲"),
        ("bet65-", "廊坊市", "廊坊市"),
        ("主站蜘蛛池模板。", "", None),
        ("【bet365】", "甲", "甲"),
        ("关(guān)", "于", None),
        ("關(guān)(guān)(guān)", "于", None),
    ],
    ids=str,
)
def test_a_stack_of_one_injection_comes_out_to_its_end(unit, rest, left, count):
    once = clean(page_with(Block(unit * count + rest)), LANGFANG).document
    assert clean(once, LANGFANG).document == once
    if left is not None:
        assert lines(once) == [left]
    assert "蜘蛛池" not in "".join(lines(once))


@pytest.mark.parametrize("depth", range(1, 13))
def test_a_signature_within_a_signature_comes_out_with_all_around_it(depth):
    text = f"一、概述。{'蜘蛛' * depth}{'池模板' * depth}。"
    assert lines(clean(page_with(Block(text)), LANGFANG).document) == ["一、概述。"]


NESTED = Block(f"一、概述。{'蜘蛛' * 40}{'池模板' * 40}。")


def rounds(document):
    return 1 + max(change.round for change in changes(document, None))


def test_the_larger_a_page_the_fewer_times_it_is_gone_through():
    assert rounds(page_with(Block("一、概述"))) == 1
    assert rounds(page_with(NESTED)) == MAX_ROUNDS
    middling = page_with(*endless(UNITS["honest"], 500_000).blocks, NESTED)
    assert FEW_ROUNDS < rounds(middling) < MAX_ROUNDS
    assert rounds(page_with(NESTED, *endless(UNITS["honest"], 8_000_000).blocks)) == FEW_ROUNDS


def test_a_line_of_megabytes_that_changes_is_gone_through_once():
    stack = "关(guān)(guān)(guān)(guān)(guān)于"
    assert rounds(page_with(Block(f"{stack * 3}{'甲' * 2_600_000}"))) == 1
    beside = page_with(Block(f"{stack * 3}第1号"), Block("甲" * 2_600_000))
    assert rounds(beside) == FEW_ROUNDS


def test_a_page_that_is_not_cleaned_to_its_end_is_told():
    told = clean(page_with(NESTED), LANGFANG).document.warnings
    assert told == (
        "the page is not cleaned to its end: it is too large for what lies within one another",
    )
    assert clean(page_with(Block("一、概述")), LANGFANG).document.warnings == ()


@pytest.mark.parametrize(
    ("before", "cleaned"),
    [
        ([Block("一、概述。" * 19)], True),
        ([Block("一、概述。" * 20)], False),
        ([Block("一")] * 9, True),
        ([Block("一")] * 10, False),
        ([Block(rows=((Cell("一"),) * 10,), tag="table")], False),
        ([Block("一", links=(Link("/", "一"),))], True),
        ([Block("一", links=(Link("/", "一"),))] * 2, False),
    ],
)
def test_what_lies_behind_ten_times_what_a_report_has_stays_as_it_is(monkeypatch, before, cleaned):
    monkeypatch.setattr(cleaning, "MOST_CLEANED", 110)
    document = page_with(*before, Block("365bet体育平台2014年政府信息公开年报"))
    made = clean(document, LANGFANG).document
    assert made.blocks[:-1] == document.blocks[:-1]
    assert (made.blocks[-1] != document.blocks[-1]) == cleaned
    assert any("ten times as long" in each for each in made.warnings) != cleaned
    assert clean(made, LANGFANG).document == made


def test_a_page_of_thousands_of_brands_is_gone_through_a_few_times():
    brands = [Block(f"查处bet{n}体育平台{n % 7}的案件。") for n in range(1_900)]
    assert FEW_ROUNDS < rounds(page_with(*brands, NESTED)) < MAX_ROUNDS // 2


def stacked(chance):
    """Return a small page of injections, each repeated or wrapped in another, in any element."""
    pieces = [*UNITS.values(), *AROUND, *HUNG, *MARKS]
    pieces = chance.sample(pieces, chance.choice((2, 3, 4, 8, len(pieces))))
    blocks, heads = [], []
    for n in range(chance.randint(1, 3)):
        text = "".join(
            "".join(chance.choices(pieces, k=chance.randint(1, 3))) * chance.randint(1, 12)
            for _ in range(chance.randint(1, 4))
        )
        if chance.random() < 0.3:
            left, right = chance.choices(pieces, k=2)
            depth = chance.randint(1, 12)
            text = left * depth + text + right * depth
        heads.append(text)
        link = Link(f"http://a{n}.top/", text)
        blocks += chance.choice(
            (
                [Block(text)],
                [Block(text, tag="h2")],
                [Block(text, links=(link,))],
                [Block(rows=((Cell(text), Cell("12")),), tag="table")],
            )
        )
    title = heads[0] if chance.random() < 0.3 else None
    meta = (("keywords", heads[-1]),) if chance.random() < 0.3 else ()
    return page_with(*blocks, title=title, meta=meta)


def test_cleaning_what_is_stacked_twice_changes_nothing_more():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for number in range(300):
        document = stacked(chance)
        once = clean(document, LANGFANG).document
        assert clean(once, LANGFANG).document == once, (number, lines(document))


def test_cleaning_what_is_mixed_at_random_twice_changes_nothing_more():
    print(f"seeds 1 to {MIXTURES}")
    for seed in range(1, MIXTURES + 1):
        words, document = mixture(seed, 5_000)
        once = clean(document, LANGFANG).document
        assert clean(once, LANGFANG).document == once, (seed, words)


MIXTURES = 300
