"""Organs in a store: one id through each renaming, and where a merger leads."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from crawler.stores.engines import engine_of
from crawler.stores.loading import load
from crawler.stores.migrating import upgrade
from crawler.stores.organs import _endings, _mergers, latest_name, organ_id, succession
from tests.stores.conftest import contents, rows
from tests.stores.figures import figure, of_year


def test_a_renamed_organ_has_one_row_a_year_under_one_id(store, feed):
    load(store, feed(
        of_year(2012, 1, figure("requests.received", 5)),
        of_year(2020, 2, figure("requests.new.total", 9), name="某市卫生健康委员会"),
    ))  # fmt: skip
    assert rows(store, "SELECT year, received FROM panel ORDER BY year") == [(2012, 5), (2020, 9)]
    assert rows(store, "SELECT count(DISTINCT organ_id), min(name) FROM panel") == [
        (1, "某市卫生健康委员会")
    ]
    names = "SELECT name, first_year, last_year FROM organ_names ORDER BY first_year"
    assert rows(store, names) == [("某市卫生局", 2012, 2012), ("某市卫生健康委员会", 2020, 2020)]


ONE_ORGAN = [
    (
        "卫生局",
        "卫生和计划生育委员会",
        "卫生和计划生育局",
        "卫生健康委员会",
        "卫生健康局",
        "卫健委",
    ),
    ("国土资源局", "国土资源和规划局", "自然资源和规划局", "规划和自然资源局", "自然资源局"),
    ("环境保护局", "环保局", "生态环境局"),
    ("安全生产监督管理局", "应急管理局"),
    ("农业局", "农业委员会", "农牧局", "农业农村局"),
    ("市场监管局", "市场监督管理局"),
    ("司法局",),
    ("民政局",),
    ("退役军人事务局",),
    ("医疗保障局", "医保局"),
    ("文化和旅游局", "文化广电和旅游局", "文化和旅游发展委员会"),
    ("金融办", "人民政府金融工作办公室", "金融工作局", "地方金融监督管理局", "地方金融管理局"),
    ("建设局", "住房和城乡建设局", "住建局"),
    ("经济和信息化委员会", "工业和信息化局"),
    ("工商行政管理局", "工商局"),
    ("质量技术监督局", "质监局"),
    ("食品药品监督管理局", "食药监局"),
    ("药品监督管理局",),
    ("地方税务局", "地税局"),
    ("国家税务局", "国税局"),
    ("税务局",),
    ("文化局",),
    ("旅游局", "旅游发展委员会"),
    ("规划局", "城乡规划局"),
    ("人民政府法制办公室", "法制办"),
    ("人口和计划生育委员会", "计划生育局"),
    ("扶贫开发办公室", "扶贫办", "乡村振兴局"),
]
LED_ON = {
    "工商局": "市场监督管理局", "质量技术监督局": "市场监督管理局",
    "食品药品监督管理局": "市场监督管理局", "地税局": "税务局", "国家税务局": "税务局",
    "文化局": "文化和旅游局", "旅游发展委员会": "文化和旅游局", "城乡规划局": "自然资源局",
    "法制办": "司法局", "计划生育局": "卫生健康委员会", "扶贫办": "农业农村局",
    "乡村振兴局": "农业农村局", "物价局": "发展和改革委员会",
}  # fmt: skip


def of_the_city(ending):
    return organ_id({"id": None, "name": f"某市{ending}", "region_code": None})


def test_the_names_of_one_organ_have_one_id_and_no_other_has_it():
    ids = [{of_the_city(name) for name in names} for names in ONE_ORGAN]
    assert [len(each) for each in ids] == [1] * len(ONE_ORGAN)
    assert len(set().union(*ids)) == len(ONE_ORGAN)


@pytest.mark.parametrize("ended", LED_ON)
def test_what_ended_in_a_merger_leads_to_the_organ_that_goes_on(ended):
    became = succession({"id": None, "name": f"某市{ended}", "region_code": None})
    assert became.successor == f"某市{LED_ON[ended]}"
    assert became.successor_id == of_the_city(LED_ON[ended])


def test_a_former_name_leads_to_one_name_of_today_and_that_to_no_other():
    former = [ending for ending, _ in _endings()]
    assert len(former) == len(set(former))
    for ending, today in _endings():
        assert latest_name(f"某市{ending}") == latest_name(f"某市{today}") == f"某市{today}"


def test_a_merger_is_told_the_same_way_in_any_order_of_names(store, feed):
    older, newer = (
        of_year(2016, 1, name="某县扶贫办"), of_year(2021, 2, name="某县乡村振兴局"),
    )  # fmt: skip
    load(store, feed(newer, name="newer.jsonl"))
    load(store, feed(older, name="older.jsonl"))
    found = rows(store, "SELECT name, successor, year FROM successions")
    assert found == [("某县乡村振兴局", "某县农业农村局", 2023)]


def test_an_organ_is_the_same_with_and_without_a_registry_id():
    agency = {"id": None, "name": "淮安市卫生健康委员会", "region_code": "320800"}
    known = organ_id({**agency, "id": "huaian-wjw"})
    assert known == organ_id(agency) == organ_id({**agency, "name": "淮安市卫生局"})
    assert known == organ_id({**agency, "region_code": None})
    assert organ_id({**agency, "name": None, "id": "x"}) == "registry:x"


@pytest.mark.parametrize("name", ["鼓楼区民政局", "财政局", "城关镇人民政府"])
def test_namesakes_in_two_places_are_two_organs(name):
    here, there = ({"id": None, "name": name, "region_code": code} for code in ("320106", "410204"))
    assert organ_id(here) != organ_id(there)


def test_the_parts_of_a_merger_stay_apart_and_lead_to_what_goes_on(store, feed):
    load(store, feed(
        of_year(2017, 1, figure("requests.new.total", 5), name="某市工商行政管理局"),
        of_year(2017, 2, figure("requests.new.total", 7), name="某市质量技术监督局"),
        of_year(2019, 3, figure("requests.new.total", 9), name="某市市场监管局"),
    ))  # fmt: skip
    line = "SELECT year, received FROM panel ORDER BY year, received"
    assert rows(store, line) == [(2017, 5), (2017, 7), (2019, 9)]
    assert rows(store, "SELECT count(DISTINCT organ_id) FROM panel") == [(3,)]
    assert rows(store, "SELECT count(DISTINCT successor_id) FROM panel") == [(1,)]
    parts = "SELECT name, merged_in, last_year FROM lineage WHERE successor_id IN "
    parts += "(SELECT organ_id FROM panel WHERE year = 2019) ORDER BY last_year, name"
    assert rows(store, parts) == [
        ("某市工商行政管理局", 2018, 2017),
        ("某市质量技术监督局", 2018, 2017),
        ("某市市场监管局", None, 2019),
    ]


@pytest.mark.parametrize(
    "name",
    ["某市文化和旅游局", "某市文化体育和旅游局", "某市税务局", "某市自然资源和规划局", "旅游局"],
)
def test_an_organ_that_did_not_end_has_no_successor(name):
    assert succession({"id": None, "name": name, "region_code": None}) is None


def test_no_organ_that_goes_on_after_a_merger_has_ended_in_another():
    for _, successor, _, reform in _mergers():
        assert reform
        assert succession({"id": None, "name": f"某市{successor}", "region_code": None}) is None
        assert latest_name(f"某市{successor}") == f"某市{successor}"


def test_what_the_code_learns_of_organs_reaches_old_rows_by_an_upgrade(store, feed):
    load(store, feed(of_year(2012, 1), of_year(2016, 2, name="某市地方税务局")))
    before = contents(store)
    with engine_of(store).begin() as connection:
        connection.execute(text("UPDATE reports SET organ_id = 'registry:old'"))
        connection.execute(text("DELETE FROM successions"))
    upgrade(engine_of(store))
    assert contents(store) == before
