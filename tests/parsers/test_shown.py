"""The lines that a person sees are found by their words, each once, and no other."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from parsers.cleaning.flat import Flat
from parsers.cleaning.shown_texts import ShownTexts
from parsers.dates import _SPANS, _found, _places
from parsers.items import Block, Cell, Document
from parsers.shown import shown
from tests.parsers.pages import page_of

SEED = 20235


def document(*blocks):
    return Document(page_of(""), "text/html", "utf-8", blocks=blocks)


ROWS = ((Cell("索引号"), Cell("")), (Cell("文号"), Cell("政发1号")))
PAGE = document(
    Block("索引号：A1"),
    Block("索", hidden="display:none"),
    Block(""),
    Block(rows=ROWS),
    Block("号"),
)


def test_lines_are_those_of_blocks_and_cells_that_are_not_hidden():
    assert shown(PAGE).lines == ["索引号：A1", "索引号", "", "文号", "政发1号", "号"]
    assert shown(PAGE).blocks == [0, 3, 3, 3, 3, 4]


def test_the_lines_that_hold_a_sign_are_found_each_once():
    lines = shown(PAGE)
    assert list(lines.holding(re.compile("索"))) == [0, 1]
    assert list(lines.holding(re.compile("号"))) == [0, 1, 3, 4, 5]
    assert list(shown(document()).holding(re.compile("号"))) == []


def test_what_stands_above_a_line_passes_over_blank_cells():
    assert shown(PAGE).above(3, 2) == ["索引号", "索引号：A1"]
    assert shown(PAGE).above(0, 2) == []


def test_what_stands_behind_a_line_may_be_a_blank_cell():
    assert [shown(PAGE).behind(n) for n in (0, 1, 4, 5)] == ["索引号", "", "号", None]


@pytest.mark.parametrize("hidden", [None, "display:none"])
def test_a_page_in_cleaning_has_the_lines_of_its_document(hidden):
    made = document(*PAGE.blocks, Block("日期"), Block("2014年", hidden=hidden), Block("报"))
    page = Flat(replace(made, page_title="索引号", meta=(("keywords", "号"),)))
    lines, texts = shown(made), ShownTexts(page)
    for sign in map(re.compile, ("索", "号", "日期|年", "报", "无")):
        there, found = [*lines.holding(sign)], [*texts.holding(sign)]
        assert [texts.lines[n] for n in found] == [lines.lines[n] for n in there]
        for ask in ("block_of", "behind"):
            assert [*map(getattr(texts, ask), found)] == [*map(getattr(lines, ask), there)]
        above = [
            [each.above(n, 2) for n in those] for each, those in ((lines, there), (texts, found))
        ]
        assert above[0] == above[1]


def test_a_changed_document_has_lines_of_its_own():
    assert shown(document(Block("一"))).lines == ["一"]
    assert shown(document(Block("二"))).lines == ["二"]


def test_where_a_period_may_open_every_period_is_found():
    draw = random.Random(SEED)
    named = "2013年 2014 年 1月 1日 至 12月31日 - 2014.1.1 12.31 起 到 元 度（ 31 20"
    parts = [*named.split(), "二〇一四年一月一日", "十二月三十一日", " "]
    for _ in range(3000):
        text = "".join(draw.choices(parts, k=14))
        for pattern in _SPANS:
            every = [found.span() for found in pattern.finditer(text)]
            found = [found.span() for found in _found(pattern, _places(text), text)]
            assert found == every, (SEED, text)
