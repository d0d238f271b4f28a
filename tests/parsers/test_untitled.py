"""A report whose title names no organ: who speaks in it, and who only stands on its page."""

from __future__ import annotations

import pytest

from parsers.organs import is_section
from tests.parsers.pages import page_of, paragraphs, read, read_page

REPORT = """2016年政府信息公开年度报告
{source}
一、概述
{self}明确专人负责，现将2016年度政府信息公开情况公布如下。
二、主动公开情况
{self}主动公开政府信息382条。
三、依申请公开情况
未收到政府信息公开申请，未发生行政复议、行政诉讼。
四、存在的主要问题
公开不够及时。
{signed}"""
SITE = '<meta name="SiteName" content="{}">'


def organ(source="", speaks="我局", signed="", head="", above=""):
    text = REPORT.format(source=source, self=speaks, signed=signed)
    return read(f"{above}\n{text}", head=head).agency.name


@pytest.mark.parametrize(
    ("source", "speaks", "signed", "name"),
    [
        ("来源：渠县人民政府办公室", "我局", "渠县水务局\n2017年3月1日", "渠县水务局"),
        ("来源：渠县人民政府办公室", "本局", "渠县水务局\n二〇一七年三月一日", "渠县水务局"),
        (
            "发布机构：渠县人民政府",
            "我镇",
            "渠县宝城镇人民政府\n2017年3月1日",
            "渠县宝城镇人民政府",
        ),
    ],
)
def test_who_signs_speaks_where_the_box_names_the_portals_operator(source, speaks, signed, name):
    assert organ(source, speaks, signed) == name


@pytest.mark.parametrize(
    ("source", "speaks", "signed", "name"),
    [
        ("来源：渠县水务局", "我局", "渠县人民政府\n2017年3月1日", "渠县水务局"),
        ("来源：渠县水务局", "我局", "渠县民政局\n2017年3月1日", "渠县水务局"),
        (
            "来源：渠县人民政府办公室",
            "我县",
            "渠县水务局\n2017年3月1日",
            "渠县人民政府办公室",
        ),
        ("来源：渠县人民政府办公室", "我办", "渠县水务局\n2017年3月1日", "渠县人民政府办公室"),
        ("来源：渠县人民政府办公室", "我镇", "渠县水务局\n2017年3月1日", "渠县人民政府办公室"),
    ],
    ids=["government", "two bureaus", "county", "office", "town"],
)
def test_a_box_stands_where_no_one_else_speaks(source, speaks, signed, name):
    assert organ(source, speaks, signed) == name


def test_a_date_signs_however_its_numerals_are_written():
    assert organ(speaks="我乡", signed="威宁县石门乡人民政府\n二00九年三月三十日") == (
        "威宁县石门乡人民政府"
    )


@pytest.mark.parametrize(
    "signed",
    [
        "威宁县石门乡人民政府\n二00九年三月三十日\n现将报告全文公布如下，请社会各界监督。",
        "二00九年三月三十日\n威宁县石门乡人民政府",
        "威宁县石门乡人民政府\n联系电话：0857-6222222\n二00九年三月三十日",
        "威宁县石门乡人民政府\n截至二00九年三月三十日的数据",
        "威宁县石门乡人民政府2008年工作总结\n二00九年三月三十日",
    ],
    ids=["letter", "below", "apart", "sentence", "no organ"],
)
def test_a_name_over_no_date_at_the_end_signs_nothing(signed):
    assert organ(speaks="各单位", signed=signed) is None


@pytest.mark.parametrize(
    ("source", "head", "above", "name"),
    [
        ("来源：县水务局", SITE.format("蓬溪县人民政府"), "", "蓬溪县水务局"),
        ("发布机构：县水务局", SITE.format("蓬溪县政府信息公开网"), "", "蓬溪县水务局"),
        ("来源：区水务局", SITE.format("长沙市望城区人民政府"), "", "长沙市望城区水务局"),
        ("来源：市水务局", SITE.format("资阳市人民政府"), "", "资阳市水务局"),
        ("来源：县水务局", "", "首页 > 蓬溪县 > 信息公开年报", "蓬溪县水务局"),
        ("信息来源：县水务局浏览次数：3", SITE.format("蓬溪县人民政府"), "", "蓬溪县水务局"),
    ],
)
def test_a_bureau_of_the_box_is_the_one_of_the_place_around(source, head, above, name):
    assert organ(source, head=head, above=above) == name


PENGXI = SITE.format("蓬溪县人民政府")


@pytest.mark.parametrize(
    ("source", "speaks", "head", "above"),
    [
        ("来源：县水务局", "我镇", PENGXI, ""),
        ("来源：县水务局", "县教育局", PENGXI, ""),
        ("来源：县水务局", "各单位", PENGXI, ""),
        ("来源：县政府办公室", "我局", PENGXI, ""),
        ("来源：县大数据局", "我局", PENGXI, ""),
        ("来源：县委宣传部", "我局", PENGXI, ""),
        ("来源：县水务局", "我局", SITE.format("资阳市人民政府"), ""),
        ("来源：县水务局", "我局", SITE.format("水利信息网"), ""),
        ("来源：县水务局", "我局", "", "首页 > 蓬溪县 > 射洪县 > 年报"),
        ("来源：县水务局\n发布机构：县民政局", "我局", PENGXI, ""),
    ],
    ids=[
        *("town", "another acts", "nobody speaks", "office", "operator", "party"),
        *("city", "no place", "two counties", "two bureaus"),
    ],
)
def test_a_bureau_of_the_box_is_not_completed_by_guess(source, speaks, head, above):
    assert organ(source, speaks, head=head, above=above) is None


@pytest.mark.parametrize(
    ("site", "name"),
    [
        ("吴忠市利通区人民政府", "吴忠市利通区古城镇人民政府"),
        ("利通区政府门户网站", "利通区古城镇人民政府"),
        ("吴忠市人民政府", "古城镇人民政府"),
        ("古城镇人民政府", "古城镇人民政府"),
        ("利通区教育局", "古城镇人民政府"),
        ("城区信息网", "古城镇人民政府"),
        ("西北地区", "古城镇人民政府"),
        ("开发区", "古城镇人民政府"),
    ],
)
def test_a_town_lies_in_the_county_whose_site_it_is(site, name):
    assert organ("来源：古城镇人民政府", "我镇", head=SITE.format(site)) == name


@pytest.mark.parametrize(
    ("speaks", "owner", "name"),
    [
        ("我校", "武威第十五中学", "武威第十五中学"),
        ("本院", "东莞市人民医院", "东莞市人民医院"),
        ("我院", "东莞人民医院", "东莞人民医院"),
        ("我校", "希望中学", None),
        ("我局", "武威第十五中学", None),
        ("我校", "武威图书大厦", None),
        ("我公司", "武威华天软件有限公司", None),
        ("我公司", "武威市华天科技有限公司", None),
        ("我局", "大通证券公司", None),
        ("我公司", "武威自来水公司", "武威自来水公司"),
    ],
)
def test_a_school_or_company_may_bear_its_place_without_its_kind(speaks, owner, name):
    assert organ(speaks=speaks, signed=f"版权所有 {owner} 陇ICP备16000666号") == name


@pytest.mark.parametrize(
    "name", ["综合处", "企业管理部", "党政办公室", "信息中心", "公开办", "校长办公室"]
)
def test_a_section_names_no_organ(name):
    assert is_section(name)
    assert organ(f"来源：{name}", "各单位") is None


@pytest.mark.parametrize(
    "name",
    [
        *("交通运输部", "国务院办公厅", "海关总署", "莫高窟管理处", "昆明铁路公安处"),
        *("云泽市信息中心", "渠县人民政府办公室", "中央编办", "国家信息中心", "东岭街道办事处"),
        *("湛江海关办公室", "昆明铁路局办公室", "人民银行办公室"),
    ],
)
def test_an_organ_is_no_section_of_one(name):
    assert not is_section(name)


def test_a_list_of_organs_beside_the_article_is_no_part_of_its_title():
    menu = "\n".join(f"渠县{name}局" for name in ("发展和改革", "教育", "民政", "司法"))
    item = read(f"{menu}\n{REPORT.format(source='', self='我局', signed='')}")
    assert (item.title, item.agency.name) == ("2016年政府信息公开年度报告", None)


@pytest.mark.parametrize(
    "above",
    [
        "渠县水务局",
        "渠县人民政府\n渠县水务局",
        "首页\n政务公开\n渠县水务局",
        "渠县水务局\n渠县水务局\n渠县水务局",
        "云泽市人民政府\n渠县人民政府\n渠县水务局",
        "渠县人民政府\n渠县民政局\n渠县水务局",
    ],
    ids=["one", "two", "menu of pages", "repeated", "several places", "below its government"],
)
def test_an_organ_over_the_title_is_its_part(above):
    report = REPORT.format(source="", self="我局", signed="")
    item = read_page(page_of(paragraphs(f"{above}\n{report}")), None)
    assert item.title == "渠县水务局2016年政府信息公开年度报告"


def test_a_street_of_the_breadcrumb_lies_in_the_county_whose_site_it_is():
    above = "当前位置：首页>街道办>东关街道>信息公开年报"
    site = SITE.format("运城市盐湖区人民政府")
    assert organ(speaks="本街道", head=site, above=above) == "运城市盐湖区东关街道办事处"
    assert organ(speaks="本街道", above=above) == "东关街道办事处"
    assert organ(speaks="我局", head=site, above=above) is None


def titled(name, head="", above=""):
    text = REPORT.format(source="", self="我局", signed="").replace(
        "2016年政", f"{name}2016年政", 1
    )
    return read(f"{above}\n{text}", head=head).agency.name


@pytest.mark.parametrize(
    ("name", "head", "above", "whole"),
    [
        ("县司法局", SITE.format("德化县人民政府"), "", "德化县司法局"),
        ("县政府办公室", SITE.format("德化县人民政府"), "", "德化县人民政府办公室"),
        ("市教育局", "", "首页 > 资阳市人民政府 > 年报", "资阳市教育局"),
        ("区教育局", SITE.format("德化县人民政府"), "", "区教育局"),
        ("县司法局", SITE.format("泉州市人民政府"), "", "县司法局"),
        ("县司法局", SITE.format("德化县司法局"), "", "德化县司法局"),
        ("市教育局", "", "首页 > 达州市 > 万源市 > 年报", "市教育局"),
        ("县司法局", "", "首页 > 德化县 > 永春县 > 年报", "县司法局"),
        ("县司法局", SITE.format("全县政务公开网"), "", "县司法局"),
        ("我局", SITE.format("德化县人民政府"), "", "我局"),
        ("县司法局", "", "友情链接 德化县", "县司法局"),
    ],
)
def test_a_title_without_its_place_is_completed_by_the_one_around(name, head, above, whole):
    assert titled(name, head, above) == whole


OFFICE = "来源：渠县人民政府办公室"
BUREAU = "首页 > 渠县水务局 > 年报"


@pytest.mark.parametrize(
    ("source", "speaks", "above", "name"),
    [
        (OFFICE, "我局", BUREAU, "渠县水务局"),
        ("来源：渠县融媒体中心", "本局", BUREAU, "渠县水务局"),
        (
            "发布机构：渠县人民政府",
            "我镇",
            "首页 > 渠县三汇镇人民政府 > 年报",
            "渠县三汇镇人民政府",
        ),
        (OFFICE, "我县", BUREAU, "渠县人民政府办公室"),
        (OFFICE, "各单位", BUREAU, "渠县人民政府办公室"),
        (OFFICE, "我办", BUREAU, "渠县人民政府办公室"),
        (OFFICE, "我镇", BUREAU, "渠县人民政府办公室"),
        (OFFICE, "我局", "首页 > 渠县水务局 > 渠县民政局", "渠县人民政府办公室"),
        ("来源：渠县民政局", "我局", BUREAU, "渠县民政局"),
        (OFFICE, "我局", "首页 > 年报", "渠县人民政府办公室"),
    ],
    ids=[
        *("bureau", "media", "town", "county", "nobody", "office", "another kind", "menu"),
        *("a bureau's box", "none around"),
    ],
)
def test_a_box_gives_way_to_whom_the_breadcrumb_names_and_the_report_speaks_as(
    source, speaks, above, name
):
    assert organ(source, speaks, above=above) == name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("来源：渠县三汇镇党政办", "渠县三汇镇人民政府"),
        ("来源：利通区金积镇党政综合办公室", "利通区金积镇人民政府"),
        ("来源：渠县水务局党政办公室", "渠县水务局党政办公室"),
        ("来源：渠县人民政府办公室", "渠县人民政府办公室"),
        ("来源：渠县三汇镇财政所", "渠县三汇镇财政所"),
        ("来源：渠县三汇镇人民政府", "渠县三汇镇人民政府"),
        ("来源：渠县乡镇综合执法办公室", "渠县乡镇综合执法办公室"),
    ],
)
def test_a_towns_office_hands_in_the_report_of_the_town(source, name):
    assert organ(source, "各单位") == name
