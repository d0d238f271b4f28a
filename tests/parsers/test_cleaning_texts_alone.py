"""What a rule makes of a text hangs on this text alone: on no neighbour, on nothing between."""

from __future__ import annotations

import pytest

from parsers.cleaning import clean
from parsers.items import Block, Cell, Document, Link
from tests.parsers.pages import page_of


def cleaned(*blocks, title=None):
    return clean(Document(page_of(""), "text/html", "utf-8", title, (), blocks), None)


def texts(result):
    return [block.text for block in result.document.blocks]


@pytest.mark.parametrize(
    ("title", "left"),
    [("网|\uffff成人免费", ["网"]), ("熟妇\uffff|体", ["体"]), ("育_开奖结果\uffff", ["育"])],
)
def test_what_is_no_character_shields_no_farm_in_a_title(title, left):
    assert texts(cleaned(Block(title, tag="h1"))) == left


def test_what_is_no_character_is_told_and_stands_as_one_that_was_lost():
    result = cleaned(
        Block("主动\uffff公开12条"), Block("依申请公开", links=(Link("/1", "\uffff"),))
    )
    assert texts(result) == ["主动\ufffd公开12条", "依申请公开"]
    assert ("\ufffd", "flagged") in [(cut.quote, cut.action) for cut in result.cuts]


def test_a_page_title_holds_none_either():
    result = cleaned(Block("主动公开12条"), title="年度\uffff报告")
    assert result.document.page_title == "年度\ufffd报告"


def test_a_bracket_that_begins_a_text_is_no_gloss_of_the_line_above():
    lines = ("2014年公开文(wen)件工作", "章(zhang)程公开", "一、主动公开工作", "(zuò) 二")
    assert texts(cleaned(*map(Block, lines))) == [*lines]
    glossed = cleaned(*map(Block, (*lines[:2], "工作(zuò)二")))
    assert texts(glossed) == ["2014年公开文件工作", "章程公开", "工作二"]


@pytest.mark.parametrize(
    ("text", "brand"),
    [("sleyu365体育乐鱼体育", "乐鱼体育"), (".ck8体育官网fun88", "fun88")],
)
def test_a_brand_behind_words_that_only_look_like_one_is_found(text, brand):
    result = cleaned(Block(text))
    assert texts(result) == [text.removesuffix(brand)]
    assert [cut.quote for cut in result.cuts] == [brand]


def test_a_table_within_a_heading_is_no_title():
    table = Block(rows=((Cell("久久热 廊坊市"),),), tag="h1")
    empty = Block(rows=((),), tag="h1")
    result = cleaned(empty, Block("久久热 廊坊市"), table)
    assert [block.rows or block.text for block in result.document.blocks] == [
        ((),),
        "久久热 廊坊市",
        table.rows,
    ]
    assert not result.cuts


def test_a_paragraph_that_says_nothing_parts_no_list_of_links():
    def listed(first, last):
        return tuple(
            Block(f"久久{n}", links=(Link(f"http://www.a{n}.com/", f"久久{n}"),))
            for n in range(first, last)
        )

    whole = cleaned(*listed(0, 6))
    assert not whole.document.blocks
    parted = cleaned(
        *listed(0, 2), Block(""), *listed(2, 4), Block("365bet体育平台"), *listed(4, 6)
    )
    assert not parted.document.blocks
    again = clean(parted.document, None)
    assert (again.document, again.cuts) == (parted.document, ())


def test_brackets_that_begin_a_text_gloss_no_letter_of_the_one_before():
    """Two such would make with one honest help three glosses, and it would be cut."""
    lines = ["亳(bó)州市有关", "(guān)局域网(lan)公文", "(wén)广域网(wan)"]
    assert texts(cleaned(*map(Block, lines))) == lines
