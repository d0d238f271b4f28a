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


@pytest.mark.parametrize(
    "above",
    [
        "渠县教育局 > 渠县水务局 > 渠县民政局",
        "» 渠县教育局\n» 渠县水务局",
        "通知 >> 渠县教育局\n您的位置：首页 > 信息公开 > 年报",
        "相关链接：渠县财政局 → 查看更多",
    ],
    ids=["menu", "list", "news", "links"],
)
def test_a_row_of_names_is_no_breadcrumb(above):
    assert organ(above, "我局") is None


@pytest.mark.parametrize(
    "above",
    [
        "首页 > 达州市人民政府 > 万源市 > 年报",
        "首页 > 达州市人民政府 > 万源市水务局 > 年报",
        "首页 > 达州市人民政府 > 部门公开 > 年报",
    ],
    ids=["place", "organ", "departments"],
)
def test_a_government_outside_of_another_organ_is_not_the_organ(above):
    assert organ(above, "我市") is None


def test_a_department_that_says_my_county_is_not_its_government():
    assert organ("首页 > 渠县人民政府 > 年报", "我县各单位、我单位") is None


def test_who_reports_on_several_bureaus_is_none_of_them():
    below = "其中县教育局收到申请3件，县公安局收到2件。"
    assert organ("首页 > 渠县教育局", "各单位", below) is None
    assert organ("首页 > 渠县教育局", "县人民政府", "县教育局收到3件。", QUXIAN) == "渠县人民政府"


@pytest.mark.parametrize("beside", ["县政府信息公开网站", "县人民政府网站", "县人民政府办公室"])
def test_a_bureau_that_names_the_governments_site_speaks_of_itself(beside):
    speaks = f"县民政局高度重视，{beside}"
    assert organ("首页 > 渠县民政局 > 年报", speaks, known=QUXIAN) == "渠县民政局"


def test_a_governments_office_and_a_builder_of_sites_run_those_of_others():
    office = "主办：渠县人民政府办公室"
    assert organ("", "我县、我办", office, QUXIAN) == "渠县人民政府"
    assert organ("", "我办", office) is None
    assert organ("", "我公司", "版权所有：成都市蜀光网络科技有限公司") is None


def test_a_town_is_not_completed_by_weather_links_or_where_it_has_a_county():
    for above, town, name in (
        ("图们市 - 天气预报", "长安镇", "长安镇人民政府"),
        ("首页 > 大竹县 > 年报", "渠县三汇镇", "渠县三汇镇人民政府"),
    ):
        text = REPORT.replace("2016年", f"{town}2016年").format(self="我镇")
        page = paragraphs(f"{above}\n{text}\n友情链接：图们市")
        assert read_page(page_of(page), None).agency.name == name


def test_a_bureau_of_a_city_is_not_completed_by_one_of_a_county():
    text = REPORT.replace("2016年", "市教育局2016年").format(self="我局")
    page = paragraphs(f"首页 > 渠县教育局 > 年报\n{text}")
    assert read_page(page_of(page), None).agency.name == "市教育局"


def test_a_line_that_leads_to_an_organ_is_no_heading():
    menu = "<p>首页</p><p><a href=/gaj/>渠县公安局</a></p><p>政务公开</p>"
    page = paragraphs(REPORT.format(self="我局")).replace("<body>", f"<body>{menu}")
    assert read_page(page_of(page), None).agency.name is None


def test_a_breadcrumb_that_says_so_stands_wherever_it_stands():
    banner = "欢迎访问渠县政务公开网，今天是2020年1月1日，祝您工作愉快、万事如意。"
    trail = "当前位置：首页 > 渠县水务局 > 年报"
    assert organ(f"{banner}\n{trail}", "我局") == "渠县水务局"
    assert organ("", "我局", trail) == "渠县水务局"


def test_a_town_of_a_breadcrumb_lies_in_the_place_of_its_host():
    above = "您的位置：首页 > 乡镇 > 土溪镇人民政府 > 年报"
    assert organ(above, "我镇", known=QUXIAN) == "渠县土溪镇人民政府"
    assert organ("首页 > 渠县 > 土溪镇 > 三汇镇 > 年报", "我镇") == "渠县三汇镇人民政府"
