"""What sentences and tables state of the same thing, agreeing or not."""

from __future__ import annotations

import pytest

from parsers.formats import read_facts, template_of
from parsers.items import Block
from parsers.layout import lay_out
from tests.parsers import forms
from tests.parsers.prose import document_of, table

NEW = "一、本年新收政府信息公开申请数量 | 20 | 1 | 0 | 0 | 0 | 0 | 21"
REMEDIES = "3 | 1 | 0 | 0 | 4 | 2 | 0 | 0 | 0 | 2 | 1 | 0 | 0 | 0 | 1"


def warned(sentence, *rows, year=2023):
    layout = lay_out(document_of(Block(text=sentence), table(*rows)))
    facts, warnings = read_facts(layout, template_of(layout), year)
    return {fact.metric: (fact.value, fact.method) for fact in facts}, warnings


def test_a_sentence_that_contradicts_the_statistics_table_is_a_warning():
    rows = [forms.bars([a, u, v]) for a, u, v, _ in forms.STATISTICS]
    facts, warnings = warned("2016年主动公开政府信息4300条。", *rows, year=2016)
    assert facts["proactive.total"] == (4321, "table")
    assert warnings == ["the text states 4300 条 for proactive.total, the table 4321"]


@pytest.mark.parametrize(
    ("sentence", "warnings"),
    [
        ("2023年共收到政府信息公开申请21件。", []),
        (
            "2023年共收到政府信息公开申请27件。",
            ["the text states 27 件 for requests.received, the table 21"],
        ),
        ("2023年共收到政府信息公开申请20余件。", []),
        ("2022年共收到政府信息公开申请27件。", []),
        ("2023年共收到政府信息公开申请21件，其中予以公开9件。", []),
    ],
)
def test_only_the_same_figure_of_the_same_year_is_held_against_the_cell(sentence, warnings):
    assert warned(sentence, *forms.REQUEST_HEADER, NEW)[1] == warnings


@pytest.mark.parametrize(
    ("sentence", "warnings"),
    [
        ("2023年因政府信息公开被申请行政复议4件，被提起行政诉讼3件。", []),
        (
            "2023年因政府信息公开被申请行政复议4件，被提起行政诉讼2件。",
            ["the text states 2 件 for litigation.total, the table 3"],
        ),
        (
            "2023年未发生因政府信息公开被申请行政复议、提起行政诉讼的情况。",
            [
                "the text states 0 件 for litigation.total, the table 3",
                "the text states 0 件 for review.total, the table 4",
            ],
        ),
    ],
)
def test_suits_of_both_ways_are_one_figure_in_a_sentence(sentence, warnings):
    assert warned(sentence, *forms.REMEDIES, REMEDIES)[1] == warnings
