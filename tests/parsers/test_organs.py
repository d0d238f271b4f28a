"""Organs are known by their names: level, type, place, division."""

from __future__ import annotations

import pytest

from parsers.organs import in_full, is_generic, is_organ, level_of, place_of, type_of
from parsers.regions import region_named, region_of


@pytest.mark.parametrize(
    ("name", "level", "kind", "code"),
    [
        ("海关总署", "central", "department", None),
        ("国务院办公厅", "central", "office", None),
        ("上海市财政局", "province", "department", "310000"),
        ("广西壮族自治区统计局", "province", "department", "450000"),
        ("宿迁市人民政府办公室", "prefecture", "office", "321300"),
        ("延边朝鲜族自治州教育局", "prefecture", "department", "222400"),
        ("平度市人民政府办公室", "county", "office", "370283"),
        ("北京市门头沟区财政局", "county", "department", "110109"),
        ("渠县人民政府", "county", "government", "511725"),
        ("渠县宝城镇人民政府", "township", "government", "511725"),
        ("广州市荔湾区人民政府南源街道办事处", "township", "government", "440103"),
        ("付垅乡人民政府", "township", "government", None),
    ],
)
def test_a_name_tells_level_type_and_division(name, level, kind, code):
    region = region_of(name)
    assert is_organ(name)
    assert (level_of(name), type_of(name), region and region.code) == (level, kind, code)


@pytest.mark.parametrize(
    "name", ["政府信息公开", "首页", "主动公开工作", "365bet体育平台", "某网站"]
)
def test_other_words_are_no_organs(name):
    assert not is_organ(name)


@pytest.mark.parametrize("name", ["我局", "市政府", "区教育局", "本机关", "县卫生局"])
def test_a_name_without_its_place_is_generic(name):
    assert is_generic(name)


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("资阳市", "资阳市人民政府"),
        ("衡阳市政府", "衡阳市人民政府"),
        ("宿迁市政府办公室", "宿迁市人民政府办公室"),
        ("前进街道", "前进街道办事处"),
        ("渠县水务局", "渠县水务局"),
    ],
)
def test_a_short_form_is_completed(short, whole):
    assert in_full(short) == whole


def test_places_stand_before_the_organ():
    assert place_of("渠县宝城镇人民政府") == "渠县宝城镇"
    assert place_of("海关总署") is None


def test_a_name_that_several_divisions_bear_gives_none():
    assert region_of("鼓楼区民政局") is None
    whole = region_of("南京市鼓楼区民政局")
    assert whole is not None
    assert whole.code == "320106"


def test_a_code_has_its_region():
    assert region_named("512000") == "四川省资阳市"
    assert region_named("310000") == "上海市"
    assert region_named("999999") is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("惠州市公安局惠阳区分局", "441303"),
        ("南阳市生态环境局卧龙分局", "411303"),
        ("北京市公安局西城分局", "110102"),
        ("南京市公安局鼓楼分局", "320106"),
    ],
)
def test_a_branch_lies_in_its_district(name, code):
    here = region_of(name)
    assert here is not None
    assert here.code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("惠州市公安局", "441300"),
        ("大庆市公安局东风分局", "230600"),
        ("襄阳市公安局高新技术产业开发区分局", "420600"),
        ("惠州市公安局直属分局", "441300"),
        ("惠州市税务局第一税务分局", "441300"),
        ("惠州市惠阳区公安局城区分局", "441303"),
        ("惠州市惠阳区公安局", "441303"),
    ],
)
def test_a_branch_of_no_division_lies_in_the_city(name, code):
    here = region_of(name)
    assert here is not None
    assert here.code == code
