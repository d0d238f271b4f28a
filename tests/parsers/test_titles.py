"""Titles of reports are told from look-alikes; organ and year are read in them."""

from __future__ import annotations

import pytest

from parsers.extract import extract
from parsers.opening_titles import opening_title
from parsers.titles import find_title, is_report_title, organ_in, tidy, year_in
from tests.parsers.pages import page_of, paragraphs, read


@pytest.mark.parametrize(
    ("title", "year", "organ"),
    [
        ("资阳市2014年政府信息公开工作年度报告", 2014, "资阳市人民政府"),
        ("2008年张义镇人民政府信息公开工作年度报告", 2008, "张义镇人民政府"),
        ("2022年上海市政府信息公开工作年度报告", 2022, "上海市人民政府"),
        ("2018年建新镇政府信息公开工作年度报告", 2018, "建新镇人民政府"),
        ("桂花坪街道2020年政府信息公开工作年度报告", 2020, "桂花坪街道办事处"),
        ("海关总署2010年海关信息公开工作年度报告", 2010, "海关总署"),
        ("宁德市交通运输局关于2014年度政府信息公开工作进展情况的报告", 2014, "宁德市交通运输局"),
        ("廊坊市2014年政府信息公开工作进展情况“成绩单”", 2014, "廊坊市人民政府"),
        ("2011年涵江区卫生局政府信息公开年报", 2011, "涵江区卫生局"),
        ("长春市民政局2012年度信息公开工作报告", 2012, "长春市民政局"),
        ("嵊泗县财政局2023年度政府信息公开工作年度报告(文字版)", 2023, "嵊泗县财政局"),
        ("达州市审计局2010年政府信息公开工作年度报告", 2010, "达州市审计局"),
        ("应急管理部2020年政府信息公开工作报告", 2020, "应急管理部"),
        ("渠县水务局二〇一三年政府信息公开年报", 2013, "渠县水务局"),
        ("渠县水务局政府信息公开工作年度报告（2016年度）", 2016, "渠县水务局"),
        ("政府信息公开工作年度报告", None, None),
    ],
)
def test_a_reports_title_names_year_and_organ(title, year, organ):
    assert is_report_title(title)
    assert (year_in(title), organ_in(title)) == (year, organ)


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2014年政府信息公开工作年度报告编制公布工作的通知",
        "政府信息公开指南",
        "渠县政府信息公开目录",
        "政府信息公开年度报告制度(试行)",
        "《廊坊市2020年政府信息公开工作年度报告》解读",
        "2018年政府网站工作年度报表",
        "渠县2019年第三季度政府信息公开自查报告",
        "2024年度政务公开工作总结及2025年工作计划",
        "廊坊市2020年法治政府建设年度报告",
        "2014年，我局政府信息公开工作年度报告已公布；",
        "政府信息公开",
    ],
)
def test_a_lookalike_is_no_title(title):
    assert not is_report_title(title)


def found(text, head=""):
    title = find_title(extract(page_of(paragraphs(text, head))))
    return title.text if title else None


def test_the_fullest_line_wins():
    text = (
        "政府信息公开工作年度报告\n2016年政府信息公开工作年度报告\n渠县水务局2016年政府信息公开年报"
    )
    assert found(text) == "渠县水务局2016年政府信息公开年报"


def test_labels_dates_and_counters_are_no_part_of_a_title():
    line = "名 称：渠县水务局 2016年政府信息公开年报 发布时间：2017-01-02 浏览次数：12"
    assert tidy(line) == "渠县水务局2016年政府信息公开年报"
    assert found(line) == "渠县水务局2016年政府信息公开年报"


def test_breadcrumbs_hold_no_title():
    assert found("当前位置：首页 > 渠县水务局2016年政府信息公开年报") is None


def test_links_to_other_years_reports_come_last():
    page = page_of(
        "<p>2016年政府信息公开工作年度报告</p>"
        "<p><a href='/b'>渠县水务局2014年政府信息公开工作年度报告</a></p>"
    )
    title = find_title(extract(page))
    assert title is not None
    assert title.year == 2016


def test_the_head_is_asked_where_no_line_is_a_title():
    head = "<title>渠县水务局2016年政府信息公开年报_渠县人民政府</title>"
    assert found("一、概述", head) == "渠县水务局2016年政府信息公开年报"


def test_an_opening_sentence_names_the_report_and_not_the_notice():
    text = (
        "根据《渠县人民政府办公室关于做好2019年政府信息公开工作年度报告编制公布工作的通知》要求，"
        "特向社会公布渠县宝城镇人民政府2019年政府信息公开工作年度报告。"
    )
    title = opening_title(extract(page_of(paragraphs(text))))
    assert title is not None
    assert title.text == "渠县宝城镇人民政府2019年政府信息公开工作年度报告"


OPENING = "根据《条例》要求，现公布勐海县交通运输局2010年度政府信息公开工作年度报告。\n一、概述"
NAMED = "勐海县交通运输局2010年度政府信息公开工作年度报告"


def test_an_opening_names_a_report_that_only_its_column_titles():
    assert read(OPENING, head="<title>信息公开年报</title>").title == NAMED


@pytest.mark.parametrize(
    ("text", "head", "title"),
    [
        ("政府信息公开工作年度报告\n" + OPENING, "", "政府信息公开工作年度报告"),
        (
            OPENING,
            "<title>勐海县2010年政府信息公开年报</title>",
            "勐海县2010年政府信息公开年报",
        ),
        (OPENING, "<title>2010年信息公开年报</title>", "2010年信息公开年报"),
        ("一、主动公开\n公开信息20条。", "<title>信息公开年报</title>", "信息公开年报"),
        (
            "我局按时公布了勐海县交通运输局2009年政府信息公开工作年度报告。\n一、主动公开",
            "<title>信息公开年报</title>",
            "信息公开年报",
        ),
        (
            "县政府公布了《关于做好2010年政府信息公开工作年度报告的通知》。\n一、主动公开",
            "<title>信息公开年报</title>",
            "信息公开年报",
        ),
    ],
    ids=["heading", "organ in the head", "year in the head", "no opening", "last year's", "notice"],
)
def test_a_title_that_stands_is_kept(text, head, title):
    body = f"{text}\n主动公开政府信息30条，收到依申请公开2件，未收费，无行政复议。存在的问题：慢。"
    assert read(body, head=head).title == title


def test_a_linked_title_gives_way_to_the_pages_own():
    row = "<li><a href=/b>渠县水务局2014年政府信息公开工作年度报告</a></li>"
    for head, own in (
        ("<title>渠县水务局2016年政府信息公开年报_渠县</title>", 2016),
        ("<title>政府信息公开年报</title>", 2014),
        ("<title>渠县水务局</title>", 2014),
        ('<meta name="ArticleTitle" content="2016年政府信息公开年报">', 2016),
        ("<title>渠县2016年政府信息公开年报解读</title>", 2014),
        ("<title>2014年政府信息公开年报</title>", 2014),
    ):
        title = find_title(extract(page_of(f"<meta charset=utf-8>{head}<ul>{row}</ul>")))
        assert title is not None
        assert title.year == own


def test_a_heading_that_links_to_itself_is_fuller_than_a_columns_name():
    page = page_of(
        "<meta charset=utf-8><p>政府信息公开年报</p>"
        "<h1><a href=/a.html>渠县水务局2016年政府信息公开工作年度报告</a></h1>"
    )
    title = find_title(extract(page))
    assert title is not None
    assert title.year == 2016


def test_a_title_that_links_to_its_own_page_is_the_pages():
    own, other = "渠县水务局2016年政府信息公开年度报告", "2015年政府信息公开年度报告"
    for address, title in (("a.html", own), ("b.html", other)):
        markup = f"<title>{other} - 渠县</title><p><a href={address}>{own}</a></p>"
        assert find_title(extract(page_of(f"<meta charset=utf-8>{markup}"))).text == title
