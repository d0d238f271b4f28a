"""The day of publication is the one that the page states, be it years behind the signature."""

from __future__ import annotations

import pytest

from tests.parsers.pages import read

REPORT = """渠县卫生局2011年政府信息公开工作年度报告
{line}
主动公开政府信息173条，收到依申请公开1件，未收费，无行政复议。
存在的问题：更新不及时。
渠县卫生局
2012年3月8日"""
OPEN_GRAPH = '<meta property="article:{}_time" content="2021-06-30T17:20:11+08:00">'


@pytest.mark.parametrize(
    ("line", "head", "published"),
    [
        ("", OPEN_GRAPH.format("published"), "2021-06-30"),
        ("发布时间：2021-06-30 17:20", "", "2021-06-30"),
        ("发布时间：2012-03-09", OPEN_GRAPH.format("published"), "2012-03-09"),
        ("更新时间：2021-06-30 发布时间：2012-03-09", "", "2012-03-09"),
        ("成文日期：2012-03-08 发布日期：2021-06-30", "", "2021-06-30"),
        ("", OPEN_GRAPH.format("modified"), "2012-03-08"),
        ("", '<meta name="Maketime" content="2021-06-30">', "2012-03-08"),
        ("发布时间：", "", "2012-03-08"),
        ("今天是2021年6月30日", "", "2012-03-08"),
    ],
    ids=[
        *("republished", "said so", "label first", "updated", "made and published"),
        *("modified", "made anew", "empty label", "today"),
    ],
)
def test_a_page_is_published_when_it_says_so_else_when_it_was_signed(line, head, published):
    assert read(REPORT.format(line=line), head=head).published_on == published


def test_the_days_of_a_lists_rows_are_not_its_own():
    rows = "\n".join(f"渠县{y}年政府信息公开工作年度报告 {y + 1}-01-21" for y in range(2011, 2020))
    item = read(f"政府信息公开年报\n{rows}")
    assert (item.kind, item.published_on) == ("list", None)
