"""Dates of publication and signing, periods and numbers in the forms that portals print them."""

from __future__ import annotations

import pytest

from tests.parsers.pages import read

TITLE = "安澜市环保局2014年政府信息公开工作年度报告"
BODY = """一、概述
2014年主动公开政府信息100条，收到申请2件。
二、复议诉讼
没有复议诉讼，未收费。
三、存在问题
少。"""

HEADS = (
    "发布时间：2015-03-16",
    "发布日期:2015/3/16 10:00",
    "2015-03-16 10:22:31",
    "2015年3月16日 来源：安澜市政府",
    "来源：安澜市政府办 2015-03-16 字号：大",
    "日期：2015.03.16",
    "[2015-03-16]",
    "发布时间：20150316",
    "访问量：22 发表时间：2015-03-16",
    "更新：2015-03-16",
    "发布于 2015-03-16",
    "信息来源：办公室 | 2015-03-16 | 浏览：3",
    "公布日期：2015-03-16",
    "安澜市环保局　2015-03-16",
)


@pytest.mark.parametrize("line", HEADS)
def test_the_head_dates_a_report(line):
    report = read(f"{TITLE}\n{line}\n{BODY}\n安澜市环保局\n2015年2月2日")
    assert report.published_on == "2015-03-16"


@pytest.mark.parametrize("line", ["发布时间：", "今天是：2018年6月1日", "生效日期：2015-04-01"])
def test_other_days_are_not_publication(line):
    report = read(f"{TITLE}\n{line}\n{BODY}\n安澜市环保局\n2015年2月2日")
    assert report.published_on == "2015-02-02"


@pytest.mark.parametrize("form", ["2014.1.1-2014.12.31", "2014-01-01至2014-12-31"])
def test_a_period_in_digits_is_read(form):
    period = read(f"{TITLE}\n本报告统计期限为{form}。\n{BODY}").period
    assert (period.start, period.end) == ("2014-01-01", "2014-12-31")


def test_a_line_that_is_a_document_number_is_the_documents():
    assert read(f"{TITLE}\n安环〔2015〕3号\n{BODY}").document_number == "安环〔2015〕3号"
