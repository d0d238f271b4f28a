"""Pages on which a rule of untitled reports must not fire: quotes, half words, joint names."""

from __future__ import annotations

import pytest

from parsers.organs import is_section
from tests.parsers.test_untitled import BUREAU, OFFICE, PENGXI, SITE, organ, titled

OFFICES_NAME = "渠县人民政府办公室"
SIGNED = "渠县水务局\n2017年3月1日"
BOX = "来源：渠县民政局"


@pytest.mark.parametrize(
    ("speaks", "above", "signed"),
    [
        ("县水务局称“我局未制作该信息”，我县", BUREAU, ""),
        ("县水务局称“我局未制作该信息”，我县", "", SIGNED),
        ("我县健全镇村公开网络，", "首页 > 宝城镇 > 年报", ""),
        ("我县健全乡镇公开网络，", "", "渠县石门乡人民政府\n2017年3月1日"),
        ("我县从成本所需费用中列支，", "首页 > 渠县卫生监督所 > 年报", ""),
        ("我县将样本处理结果公开，", "首页 > 渠县招商引资处 > 年报", ""),
        ("县水务局称「我局将改进」，我县", "", SIGNED),
        ("据我所知，我县所述如本所述，", "首页 > 渠县卫生监督所 > 年报", ""),
        ("我县给予本处分，我处于中游，", "首页 > 渠县招商引资处 > 年报", ""),
        ("我县建成本局域网，", BUREAU, ""),
        ("我县与本社区居民座谈，", "首页 > 渠县供销合作社 > 年报", ""),
        ("我县要求提交本委托书，", "首页 > 渠县发展和改革委员会 > 年报", ""),
        ("我县", "首页 > 渠县气象站 > 年报", "本站由渠县建设"),
    ],
    ids=[
        *("quoted in a trail", "quoted and signed", "健全镇", "健全乡", "成本所", "样本处"),
        *("other quotes", "我所知", "本处分", "本局域网", "本社区", "本委托", "the site"),
    ],
)
def test_half_a_word_or_anothers_word_is_no_organs_own(speaks, above, signed):
    assert organ(OFFICE, speaks, signed, above=above) == OFFICES_NAME


@pytest.mark.parametrize(
    ("speaks", "above", "signed"),
    [
        ("依照本办法，各单位", f"首页 > {OFFICES_NAME} > 年报", ""),
        ("为群众办好我办理的事，各单位", "", f"{OFFICES_NAME}\n2017年3月1日"),
        ("在全镇推广，各单位", "首页 > 宝城镇 > 年报", ""),
        ("我院公开栏等三种，各单位", "首页 > 渠县人民医院 > 年报", ""),
        ("我校公开栏等三种，各单位", "", "版权所有 渠县第一中学"),
        ("我委", "", "渠县发展和改革委员会\n2017年3月1日"),
    ],
)
def test_a_bureaus_box_hands_in_no_report_of_others(speaks, above, signed):
    assert organ(BOX, speaks, signed, above=above) == "渠县民政局"


@pytest.mark.parametrize("speaks", ["我办", "我办事处", "我街道"])
def test_a_streets_own_box_stands_over_the_countys_office(speaks):
    source = "来源：渠县东城街道办事处"
    signed = f"{OFFICES_NAME}\n2017年3月1日"
    assert organ(source, speaks, signed) == "渠县东城街道办事处"


def test_a_report_appended_below_the_operators_own_is_not_the_pages():
    signed = f"{OFFICES_NAME}\n2017年3月1日\n附件：部门总结\n我局召开会议2次。\n{SIGNED}"
    assert organ(OFFICE, "我县", signed) == OFFICES_NAME


@pytest.mark.parametrize("between", ["", "　", " "])
def test_two_organs_that_sign_on_one_line_are_not_one(between):
    signed = f"渠县文化局{between}渠县旅游局\n2017年3月1日"
    assert organ(OFFICE, "我局", signed) == OFFICES_NAME
    assert organ("", "我局", signed) is None


@pytest.mark.parametrize(
    "name",
    [
        *("武汉住房公积金管理中心", "财政部驻福建专员办", "环保部华南督查中心", "浙江能源监管办"),
        *("宁夏扶贫办", "广西外事办公室", "北京急救中心", "内蒙古信息中心"),
        *("清华大学校长办公室", "审计署昆明特派办"),
    ],
)
def test_what_begins_with_a_province_a_city_or_a_ministry_is_no_section(name):
    assert not is_section(name)
    assert organ(f"来源：{name}", "各单位") == name


@pytest.mark.parametrize(
    "name", ["合作交流处", "建设处", "和平办公室", "市场部", "公司办公室", "财务部"]
)
def test_words_that_are_some_countys_name_too_make_a_section_no_organ(name):
    assert is_section(name)


@pytest.mark.parametrize(
    "name",
    [
        *("渠县城镇综合开发办公室", "渠县村镇综合建设办公室", "渠县小城镇综合改革办公室"),
        *("渠县古镇综合保护办公室", "渠县城乡综合治理办公室", "渠县撤乡并镇综合协调办公室"),
    ],
)
def test_an_office_for_towns_is_no_towns_office(name):
    assert organ(f"来源：{name}", "各单位") == name


CITY = SITE.format("资阳市人民政府")


@pytest.mark.parametrize(
    ("name", "speaks", "head"),
    [
        ("市场监督管理局", "我局", CITY),
        ("市政管理局", "我局", CITY),
        ("市容环境卫生管理局", "我局", CITY),
        ("市局", "我局", CITY),
        ("县局", "我局", PENGXI),
        ("县委", "我委", PENGXI),
    ],
)
def test_a_name_that_begins_like_a_short_one_is_not_put_behind_a_place(name, speaks, head):
    meta = f'<meta name="ContentSource" content="{name}">'
    assert organ("", speaks, head=head + meta) is None


@pytest.mark.parametrize("place", ["资阳市", "渠县"])
def test_a_titles_market_bureau_is_that_of_any_place(place):
    above = f"首页 > {place} > 年报"
    assert titled("市场监管局", above=above) == "市场监管局"


CITYS_MENU = "通川区 达川区 万源市 宣汉县 大竹县 渠县 开江县\n首页 > 年报"


def test_a_citys_menu_of_its_counties_tells_no_place():
    assert organ("来源：市水务局", above=CITYS_MENU) is None
    assert organ("来源：县水务局", above="通川区 达川区 渠县\n首页 > 年报") is None
    assert titled("市教育局", above=CITYS_MENU) == "市教育局"
    head = SITE.format("达州市人民政府")
    assert organ("来源：市水务局", head=head, above=CITYS_MENU) == "达州市水务局"


@pytest.mark.parametrize("line", ["对口支援 渠县", "帮扶 渠县", "友好城市 渠县"])
def test_a_county_that_is_helped_is_not_where_a_report_is_from(line):
    assert organ("来源：县水务局", above=f"{line}\n首页 > 年报") is None


@pytest.mark.parametrize("name", ["市北区教育局", "市中区教育局", "区县协作局", "省市共建局"])
def test_a_name_that_has_its_place_gets_no_other_before_it(name):
    for site in ("青岛市人民政府", "四川省人民政府", "长沙市望城区人民政府"):
        assert titled(name, SITE.format(site)) == name
        assert organ(f"来源：{name}", head=SITE.format(site)) in (None, name)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("来源：渠县审核批准局", "渠县审核批准局"),
        ("来源：渠县打印管理局", "渠县打印管理局"),
        ("来源：渠县水务局作者：办公室", "渠县水务局"),
        ("来源：渠县水务局责任编辑阅读次数：3", "渠县水务局"),
        ("来源：渠县水务局字号大中小", "渠县水务局"),
    ],
)
def test_a_label_behind_a_name_is_cut_and_none_within_it(source, name):
    assert organ(source, "各单位") == name


def test_a_zone_is_no_county_of_a_street():
    site = SITE.format("渠县经济开发区")
    assert organ("来源：东城街道办事处", "我街道", head=site) == "东城街道办事处"
    assert organ("来源：区财政局", head=SITE.format("阿克苏地区")) is None
