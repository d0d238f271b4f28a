"""Titles and organs learnt from h151 to h206, each beside what looks like it and is none."""

from __future__ import annotations

import pytest

from parsers.items import KnownOrgan
from parsers.report import read_page
from parsers.titles import organ_in
from tests.parsers.lookalikes import BODY, drawn, item, report
from tests.parsers.pages import page_of


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["云泽市", "财政局"], "云泽市财政局"),
        (["四川省", "云泽市财政局"], "云泽市财政局"),
        (["云泽市", "首页", "财政局"], "财政局"),
        (["安澜县", "民政局", "财政局", "水务局"], ""),
    ],
)
def test_a_place_over_an_organ_over_the_title_is_its_part(lines, title):
    rest = "2014年政府信息公开工作年度报告"
    assert item(drawn(*lines, rest, BODY)).title == title + rest


@pytest.mark.parametrize(
    ("page_title", "name"),
    [
        ("延边朝鲜族自治州水利局", "延边朝鲜族自治州水利局"),
        ("延边朝鲜族自治州人民政府", "延边州水利局"),
        ("楚雄彝族自治州水利局", "延边州水利局"),
    ],
)
def test_an_autonomous_place_has_its_whole_name_where_the_page_says_it(page_title, name):
    found = report(
        head=f"<title>{page_title}</title>", title="延边州水利局2014年政府信息公开工作年度报告"
    )
    assert found.agency.name == name


def test_an_organ_of_the_registry_keeps_its_name():
    known = KnownOrgan(
        "yb", "延边州水利局", None, "222400", "吉林省延边州", "prefecture", "department"
    )
    head = "<meta charset=utf-8><title>延边朝鲜族自治州水利局</title>"
    text = f"<h1>延边州水利局2014年政府信息公开工作年度报告</h1>{drawn(BODY)}"
    agency = read_page(page_of(head + text), known).agency
    assert (agency.name, agency.evidence) == ("延边州水利局", "registry")


@pytest.mark.parametrize(
    ("above", "name"),
    [
        ("首页 &gt; 兰山区 &gt; 年报", "兰山区柳青街道办事处"),
        ("首页 &gt; 兰山区 &gt; 年报</p><p>临沂市兰山区人民政府", "临沂市兰山区柳青街道办事处"),
        ("首页 &gt; 兰山区 &gt; 年报</p><p>沂水县人民政府", "柳青街道办事处"),
    ],
)
def test_a_county_named_twice_is_one(above, name):
    found = item(f"<p>{above}</p><h1>柳青街道2014年政府信息公开年报</h1>{drawn(BODY)}")
    assert found.agency.name == name


def test_a_station_of_a_central_organ_bears_its_place_without_its_kind():
    text = BODY.replace("我局", "本站")
    footer = "<p>版权所有：鲅鱼圈出入境边防检查站</p>"
    found = item(f"<h1>2014年政府信息公开工作年度报告</h1>{drawn(text)}{footer}")
    assert found.agency.name == "鲅鱼圈出入境边防检查站"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("根据有关规定和要求，云泽市档案馆公布2014年度信息公开年报。", "云泽市档案馆"),
        ("云泽市档案馆现向社会公布2014年度政府信息公开工作年度报告。", "云泽市档案馆"),
        ("按照云泽市档案馆公布2014年度信息公开年报的做法，现公布本年报。", None),
        ("各部门公布2014年度信息公开年报，欢迎社会各界查阅并提出意见。", None),
        ("市档案馆公布2014年度信息公开年报，欢迎社会各界查阅并提出意见。", None),
        ("云泽市档案馆公布2014年馆藏档案目录，现公布2014年度信息公开年报。", None),
    ],
)
def test_who_hands_a_report_over_is_named_where_the_sentence_begins(sentence, name):
    text = drawn(sentence, BODY.replace("我局", ""))
    assert item(f"<h1>2014年度信息公开年报</h1>{text}").agency.name == name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("新疆生产建设兵团第二师二十九团2014年年报", "新疆生产建设兵团第二师二十九团"),
        ("新疆生产建设兵团第二师2014年年报", "新疆生产建设兵团第二师"),
        ("云泽市合唱团2014年年报", None),
        ("云泽市设计师2014年年报", None),
    ],
)
def test_a_division_or_regiment_of_the_corps_is_an_organ(title, name):
    assert organ_in(title.replace("年报", "政府信息公开年报")) == name
