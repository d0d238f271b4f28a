"""What an untitled page is told by; titled ones are in test_report."""

from __future__ import annotations

import pytest

from parsers.report import read_page
from tests.parsers.pages import NINGDE_TRANSPORT, page_of, read


def test_an_untitled_text_that_states_the_statutory_matters_is_a_report():
    report = read(
        "2014年，我局编制本年度报告。主动公开政府信息162条，依申请公开0件，行政复议0件，"
        "存在的问题是公开不及时，共计发布30条。",
        NINGDE_TRANSPORT,
    )
    assert (report.kind, report.year, report.agency.name) == (
        "annual_report", 2014, "宁德市交通运输局",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "本机关公开指南：主动公开、依申请公开、收费、行政复议、诉讼，申请表见附件。",
        "我市召开会议，通报重大项目320个，投资12亿元。",
        "首页\n政府信息公开\n政府信息公开指南\n政府信息公开年度报告",
    ],
)
def test_an_untitled_text_without_figures_is_none(text):
    assert read(text).kind == "other"


def test_a_regulation_is_none_though_it_names_all_matters():
    articles = "\n".join(
        f"第{n}条 主动公开、依申请公开、行政复议、收费，年度报告应当载明存在的问题共1条2件。"
        for n in "一二三四五"
    )
    assert read(articles).kind == "other"


ROWS = "".join(
    f"<li><a href={year}.html>渠县{year}年政府信息公开工作年度报告</a></li>"
    for year in (2019, 2020)
)


def kind_beside_rows(text):
    return read_page(page_of(f"<meta charset=utf-8><p>{text}</p><ul>{ROWS}</ul>"), None).kind


@pytest.mark.parametrize(
    "text",
    ["本栏目集中公开各部门的政府信息公开工作年度报告。", "欢迎您访问本专题，请选择年份查看。"],
)
def test_what_a_column_says_of_itself_leaves_it_a_list(text):
    assert kind_beside_rows(text) == "list"


@pytest.mark.parametrize(
    "text",
    [
        "我局在本栏目公开信息20条。",
        "本栏目公开了报告。2021年，我镇公开信息12条，没有收到申请。",
        "2021年，我镇公开信息12条，没有收到申请。",
        "我镇按照要求，在规定的时间内在本栏目公开了全部应当公开的信息。",
        "本年度我镇没有收到公开申请，没有复议、诉讼，存在的问题是公开不及时。",
    ],
    ids=["figure", "two sentences", "report", "late", "zeros"],
)
def test_a_short_text_beside_two_rows_is_no_list(text):
    assert kind_beside_rows(text) != "list"
