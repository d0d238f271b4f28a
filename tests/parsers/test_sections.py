"""Headings as numbered as printed."""

from __future__ import annotations

import pytest

from parsers.sections import outline
from tests.parsers.prose import paragraphs


@pytest.mark.parametrize(
    ("line", "level", "number", "title"),
    [
        ("第一部分 概述", 1, "第一部分", "概述"),
        ("一、总体情况", 2, "一、", "总体情况"),
        ("二. 总体情况", 2, "二.", "总体情况"),
        ("（二）依申请公开情况", 3, "（二）", "依申请公开情况"),
        ("(三)规范。为此做了很多工作。", 3, "(三)", "规范"),
        ("1﹒公开内容: 全市主动公开政府信息114057条", 4, "1﹒", "公开内容"),
        ("2、公开形式", 4, "2、", "公开形式"),
        ("(4)政府公报", 5, "(4)", "政府公报"),
        ("①加强领导", 6, "①", "加强领导"),
    ],
)
def test_a_heading_keeps_its_printed_number(line: str, level: int, number: str, title: str) -> None:
    (section,) = outline(paragraphs(line))
    assert (section.level, section.number, section.title) == (level, number, title)


@pytest.mark.parametrize(
    "line",
    ["2014年主动公开政府信息162条。", "1.5万条信息", "一" * 70, "一、" + "长" * 70, "二〇一四年"],
)
def test_a_sentence_is_no_heading(line: str) -> None:
    assert outline(paragraphs(line)) == []


def test_a_section_ends_where_one_that_is_not_inside_it_begins() -> None:
    layout = paragraphs("一、甲", "(一)乙", "文", "(三)丙", "三、丁", "文")
    spans = [(s.number, layout.text[s.start : s.end]) for s in outline(layout)]
    assert spans == [
        ("一、", "一、甲\n(一)乙\n文\n(三)丙\n"),
        ("(一)", "(一)乙\n文\n"),
        ("(三)", "(三)丙\n"),
        ("三、", "三、丁\n文"),
    ]


def test_numbering_that_repeats_is_kept_as_printed() -> None:
    sections = outline(paragraphs("一、甲", "一、乙", "一、丙"))
    assert [s.number for s in sections] == ["一、", "一、", "一、"]
