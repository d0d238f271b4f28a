"""Dates and periods are read as pages write them."""

from __future__ import annotations

import pytest

from parsers.dates import dates_in, first_date, iso, period_in
from parsers.extract import extract
from parsers.items import Period
from parsers.metadata import published_in, signed_in
from tests.parsers.pages import page_of, paragraphs


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2015年3月16日", "2015-03-16"),
        ("2015 年 3 月 16 日", "2015-03-16"),
        ("2015-03-16 09:30", "2015-03-16"),
        ("2015/3/6", "2015-03-06"),
        ("2015.03.16", "2015-03-16"),
        ("二〇一五年三月十六日", "2015-03-16"),
        ("二○一五年十二月二十一日", "2015-12-21"),
        ("二零二一年一月三十日", "2021-01-30"),
        ("2015年2月30日", None),
        ("2015年3月", None),
        ("10.2015.3.16", None),
    ],
)
def test_a_date_is_read_in_every_form(text, date):
    assert first_date(text) == date


def test_dates_come_with_their_places():
    assert list(dates_in("自2014年1月1日至2014-12-31")) == [
        (1, 10, "2014-01-01"),
        (11, 21, "2014-12-31"),
    ]


def test_the_calendar_decides():
    assert (iso(2016, 2, 29), iso(2015, 2, 29)) == ("2016-02-29", None)


@pytest.mark.parametrize(
    "text",
    [
        "本年报所列数据的统计期限自2013年1月1日起至2013年12月31日止。",
        "本报告统计时限为2013年1月1日—12月31日",
        "(统计时间：2013年1月1日至2013年12月31日)",
        "2013年1月1日至2013年12月31日，全县公开320条。",
    ],
)
def test_a_statistics_period_is_read(text):
    assert period_in(text) == Period("2013-01-01", "2013-12-31")


def test_another_span_is_no_statistics_period():
    assert period_in("2013年3月1日至2013年4月1日开展培训。") is None


def test_the_period_that_words_name_wins():
    text = "2012年1月1日至2012年12月31日试点。" + "甲" * 60
    assert period_in(f"{text}统计期限为2013年1月1日至2013年12月31日") == Period(
        "2013-01-01", "2013-12-31"
    )


def document(text, head=""):
    return extract(page_of(paragraphs(text, head)))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("发布时间:2015-03-16 录入:某办", "2015-03-16"),
        ("发文日期 2014-03-04 索引号 1", "2014-03-04"),
        ("发布日期：20150316", "2015-03-16"),
        ("发布日期\n2015-03-16", "2015-03-16"),
        ("发布时间：\n一、概述", None),
        ("成文日期：2015年3月1日 发布日期：2015年3月16日", "2015-03-16"),
    ],
)
def test_the_stated_date_of_publication_is_read(text, date):
    assert published_in(document(text)) == date


def test_meta_tells_the_date_where_no_label_does():
    head = "<meta name='pubdate' content='2016-11-22 09:53'>"
    assert published_in(document("一、概述", head)) == "2016-11-22"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("渠县水务局\n2015年3月16日", "2015-03-16"),
        ("渠县水务局 2015年3月16日", "2015-03-16"),
        ("联系电话:0818-7570191 2020年1月12日\n(撰稿人:某某)", "2020-01-12"),
        ("统计期限自2015年1月1日至2015年12月31日", None),
        ("会议于2015年3月16日召开。", None),
    ],
)
def test_the_date_of_signing_stands_alone_or_ends_a_line(text, date):
    assert signed_in(document(text)) == date


@pytest.mark.parametrize(
    "stated",
    [
        "统计期限为2014年1月至12月",
        "统计期限：2014年1-12月",
        "统计期限为2014年元月1日至12月31日",
        "统计期限为2014年度（1月1日至12月31日）",
        "统计期限自2014年1月1日至同年12月31日",
        "统计期限从二〇一四年一月一日起至二〇一四年十二月三十一日止",
        "统计期限自二○一四年一月一日至十二月三十一日",
    ],
)
def test_a_period_is_read_in_whole_months_and_in_numerals(stated):
    assert period_in(f"本报告{stated}。") == Period("2014-01-01", "2014-12-31")


def test_a_month_that_no_calendar_has_is_no_period():
    assert period_in("统计期限为2014年1月至13月。") is None
