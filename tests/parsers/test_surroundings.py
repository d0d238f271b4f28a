"""Around a report stands who made it, and who runs the portal; only the former is its organ."""

from __future__ import annotations

import pytest

from tests.parsers.pages import QUXIAN, page_of, paragraphs, read, read_page

REPORT = """2016年政府信息公开年度报告
一、概述
{self}明确专人负责，现将2016年度政府信息公开情况公布如下。
二、主动公开情况
{self}主动公开政府信息382条。
三、依申请公开情况
未收到政府信息公开申请，未发生行政复议、行政诉讼。
四、存在的主要问题
公开不够及时。"""


def organ(above, speaks, below="", known=None, head=""):
    text = "\n".join((above, REPORT.format(self=speaks), below))
    return read(text, known, head=head).agency.name


@pytest.mark.parametrize(
    ("above", "speaks", "name"),
    [
        ("您的位置：首页 > 云泽市柳溪镇人民政府 > 年度报告", "我镇", "云泽市柳溪镇人民政府"),
        ("首页 - 云泽市民政局 - 信息公开年报", "我局", "云泽市民政局"),
        ("首页 > 渠县人民政府 > 年度报告", "我县", "渠县人民政府"),
        ("首页 > 渠县人民政府 > 渠县民政局 > 年报", "县民政局", "渠县民政局"),
    ],
)
def test_a_breadcrumb_names_the_organ_as_which_the_report_speaks(above, speaks, name):
    assert organ(above, speaks) == name


@pytest.mark.parametrize(
    ("above", "speaks"),
    [
        ("首页 > 渠县人民政府 > 年度报告", "我局"),
        ("首页 > 渠县教育局 > 年度报告", "我镇"),
        ("首页 > 渠县教育局 > 年度报告", "各单位"),
    ],
)
def test_a_breadcrumb_of_another_organ_names_none(above, speaks):
    assert organ(above, speaks) is None


def test_the_owner_of_a_site_is_its_organ_only_where_the_report_speaks_as_it():
    owner = "版权所有：平凉市崆峒区水务局 陇ICP备10001234号"
    assert organ("", "我局", owner) == "平凉市崆峒区水务局"
    assert organ("", "我县", "主办：渠县人民政府") is None
    assert organ("", "我局", "主办：渠县大数据管理局") is None


def test_a_site_or_a_pages_title_names_the_organ():
    assert organ("", "我局", head="<title>年报_渠县水务局</title>") == "渠县水务局"
    assert organ("", "我局", head='<meta name="SiteName" content="渠县水务局">') == "渠县水务局"


def test_a_town_that_may_lie_anywhere_is_completed():
    text = REPORT.replace("2016年", "长安镇2016年").format(self="我镇")
    page = paragraphs(f"{text}\nCopyright © 图们市长安镇人民政府")
    assert read_page(page_of(page), None).agency.name == "图们市长安镇人民政府"


def test_a_governments_host_carries_the_report_of_a_town_named_above_it():
    above = "当前位置：首页 > 渠县宝城镇人民政府 > 年报"
    assert organ(above, "我镇", known=QUXIAN) == "渠县宝城镇人民政府"
    assert organ(above, "我县", known=QUXIAN) == "渠县人民政府"


def test_whose_text_says_my_school_is_no_education_bureaus():
    owner = "版权所有：渠县教育局"
    assert organ("", "我校按照县教育局要求", owner) is None
    assert organ("", "县教育局", owner) == "渠县教育局"


def test_a_town_under_several_counties_is_not_completed():
    text = REPORT.replace("2016年", "长安镇2016年").format(self="我镇")
    for above, name in (
        ("首页 > 图们市 > 长安镇 > 年报", "图们市长安镇人民政府"),
        ("图们市 珲春市 龙井市", "长安镇人民政府"),
        ("首页 > 图们市月晴镇人民政府 > 年报", "长安镇人民政府"),
    ):
        assert read_page(page_of(paragraphs(f"{above}\n{text}")), None).agency.name == name


def test_a_town_by_its_place_alone_is_named_with_its_county():
    above = "您现在所在的位置 >> 阜南县人民政府 >> 王家坝镇 >> 信息公开年报"
    assert organ(above, "全镇") == "阜南县王家坝镇人民政府"
    assert organ(above, "全县") is None


def test_an_organ_that_heads_the_page_is_its_organ_where_no_other_may_be():
    assert organ("三原县水务局\n首页 机构职能 信息公开年报", "我局") == "三原县水务局"
    assert organ("三原县水务局\n三原县教育局\n更多", "我局") is None
