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
        ("第1章 总则", 1, "第1章", "总则"),
        ("第三部分　依申请公开", 1, "第三部分", "依申请公开"),
        ("壹、概述", 2, "壹、", "概述"),
        ("一．概述", 2, "一．", "概述"),
        ("一 、概述", 2, "一 、", "概述"),
        ("一 概述", 2, "一", "概述"),
        ("十一、其他需要报告的事项", 2, "十一、", "其他需要报告的事项"),
        ("Ⅱ、主动公开", 2, "Ⅱ、", "主动公开"),
        ("(一)、主动公开", 3, "(一)、", "主动公开"),
        ("（ 二 ）主动公开", 3, "（ 二 ）", "主动公开"),
        ("㈡主动公开", 3, "㈡", "主动公开"),
        ("１、公开内容", 4, "１、", "公开内容"),
        ("1. 公开内容", 4, "1.", "公开内容"),
        ("⒈公开内容", 4, "⒈", "公开内容"),
        ("1 总体情况", 4, "1", "总体情况"),
        ("1.1 公开内容", 5, "1.1", "公开内容"),
        ("2.1.3公开内容", 5, "2.1.3", "公开内容"),
        ("3）公开内容", 5, "3）", "公开内容"),
        ("⑶公开内容", 5, "⑶", "公开内容"),
        ("⑩加强领导", 6, "⑩", "加强领导"),
        ("一、2014年情况：我局认真落实", 2, "一、", "2014年情况"),
        ("三、收到和处理申请情况（单位：件）", 2, "三、", "收到和处理申请情况（单位：件）"),
        ("　　二、主动公开情况", 2, "二、", "主动公开情况"),
    ],
)
def test_a_heading_keeps_its_printed_number(line: str, level: int, number: str, title: str) -> None:
    (section,) = outline(paragraphs(line))
    assert (section.level, section.number, section.title) == (level, number, title)


@pytest.mark.parametrize(
    "line",
    [
        "2014年主动公开政府信息162条。",
        "1.5万条信息",
        "1.5 亿元",
        "3. 5万元的经费",
        "一" * 70,
        "一、" + "长" * 70,
        "二〇一四年",
        "三十件实事",
        "一是加强领导。",
        "12 月份",
        "46 件",
        "第一条 为了规范公开工作",
        "1、公开信息3条；2、受理申请5件。",
        "一、",
    ],
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


def test_an_outline_of_many_numberings_is_kept_as_printed() -> None:
    lines = (
        "第一部分 概述", "一、组织领导", "（一）机构", "1.人员", "（1）专职", "①专班",
        "（三）制度", "三、公开情况", "1、数量", "1、形式", "一、其他", "第三部分 附则",
    )  # fmt: skip
    layout = paragraphs(*(part for line in lines for part in (line, "本年有所加强。")))
    sections = outline(layout)
    assert [f"{s.number} {s.title}" for s in sections] == [
        "第一部分 概述", "一、 组织领导", "（一） 机构", "1. 人员", "（1） 专职", "① 专班",
        "（三） 制度", "三、 公开情况", "1、 数量", "1、 形式", "一、 其他", "第三部分 附则",
    ]  # fmt: skip
    assert [s.level for s in sections] == [1, 2, 3, 4, 5, 6, 3, 2, 4, 4, 2, 1]
    for section in sections:
        assert layout.text[section.start :].startswith(section.number)
        inside = layout.text[section.start : section.end]
        assert inside.rstrip("\n").endswith("本年有所加强。")
    ends = [layout.text[s.end :].partition("\n")[0] for s in sections]
    assert ends[:4] == ["第三部分 附则", "三、公开情况", "（三）制度", "（三）制度"]
    assert ends[-1] == ""
