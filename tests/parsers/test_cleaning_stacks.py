"""What is injected over and over, one behind or within another, comes out to its end at once."""

from __future__ import annotations

import random

import pytest

from parsers.cleaning import MAX_ROUNDS, MIN_ROUNDS, _rounds_of, changes, clean
from parsers.cleaning.flat import Flat
from parsers.items import Block, Cell, Document, Link
from tests.parsers.hostile import AROUND, UNITS, endless
from tests.parsers.pages import LANGFANG, page_of

SEED = 20261123


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


def test_a_huge_page_is_gone_through_as_few_times_as_before():
    huge = endless(UNITS["honest"], 8_000_000)
    assert _rounds_of(Flat(huge)) == MIN_ROUNDS
    assert _rounds_of(Flat(page_with(Block("一、概述")))) == MAX_ROUNDS
    assert {change.round for change in changes(page_with(Block("一、概述")), None)} == {0}


def stacked(chance):
    """Return a small page of injections, each repeated or wrapped in another, in any element."""
    pieces = [*UNITS.values(), *AROUND]
    blocks, heads = [], []
    for n in range(chance.randint(1, 4)):
        text = "".join(
            chance.choice(pieces) * chance.randint(1, 12) for _ in range(chance.randint(1, 4))
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
