from __future__ import annotations

import random

import jsonschema
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from crawler.stores.correcting import correct
from crawler.stores.dictionary import FOLDER, json_schema, written
from crawler.stores.engines import engine_of
from crawler.stores.findings import note_findings
from crawler.stores.loading import load
from crawler.stores.migrating import make_ready, upgrade
from crawler.stores.organs import _endings, _mergers, latest_name, organ_id, succession
from crawler.stores.schema import METADATA
from crawler.stores.searching import find
from crawler.stores.views import MEANINGS, VIEWS
from parsers.carry import carried_over, columns
from parsers.errors import StoreError
from parsers.items import Agency, Check, Fact, Source, as_item
from tests.conftest import a_report
from tests.stores.conftest import contents, rows


def figure(metric, value, scope="organ"):
    return Fact(metric, float(value), "件", scope, "", "table", 4, 6)


def of_year(year, number, *facts, name="某市卫生局", **other):
    return a_report(
        number,
        report_id=f"r{number}",
        year=year,
        agency=Agency(name=name),
        facts=list(facts),
        **other,
    )


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


def test_the_organs_own_page_goes_before_a_copy_and_figures_before_none(store, feed):
    copy = Source(portal=None, official=False, mirror_of="www.a.gov.cn")
    load(store, feed(
        a_report(1, report_id="r", source=copy, fetched_at="2025-01-01T00:00:00Z"),
        a_report(2, report_id="r", facts=[], fetched_at="2025-01-01T00:00:00Z"),
        a_report(3, report_id="r"),
    ))  # fmt: skip
    assert rows(store, "SELECT capture_id FROM documents") == [("c3",)]
    assert rows(store, "SELECT official, facts FROM coverage") == [(True, 1)]


def test_a_broken_check_leads_to_its_page(store, feed):
    check = Check("requests.balance", "total", "fail", "20+1 = 22+1")
    load(store, feed(a_report(checks=[check])))
    assert rows(store, "SELECT rule, detail, url FROM broken_checks") == [
        ("requests.balance", "20+1 = 22+1", "http://a.example/1.html")
    ]


def test_a_correction_lies_over_what_was_read_and_survives_a_better_parser(store, feed):
    load(store, feed(a_report(1)))
    with engine_of(store).begin() as connection:
        correct(connection, "r1", "requests.received", 21.0, who="某人", why="表格为21件")
        correct(connection, "r1", "requests.answered", 3.0, who="某人", why="正文写明")
    query = "SELECT metric, value, parsed_value, corrected_by FROM facts_current ORDER BY metric"
    laid = [("requests.answered", 3, None, "某人"), ("requests.received", 21, 12, "某人")]
    assert rows(store, query) == laid
    load(store, feed(a_report(1, parser_version="9.0.0"), name="better.jsonl"))
    assert rows(store, query) == laid
    assert rows(store, "SELECT received, answered FROM panel") == [(21, 3)]
    assert rows(store, "SELECT DISTINCT value FROM facts") == [(12,)]


@pytest.mark.parametrize(
    ("report", "metric", "who", "says"),
    [
        ("r9", "requests.received", "某人", "no report r9"),
        ("r1", "requests.sum", "某人", "requests.sum is no metric"),
        ("r1", "requests.received", " ", "names who makes it and why"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(tmp_path, feed, report, metric, who, says):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    load(store, feed(a_report(1)))
    with pytest.raises(StoreError, match=says), engine_of(store).begin() as connection:
        correct(connection, report, metric, 1.0, who=who, why="因为")


def test_findings_have_both_sides(store, feed):
    load(store, feed(
        of_year(2021, 1, figure("requests.carried_out.total", 3), figure("requests.new.total", 20)),
        of_year(2022, 2, figure("requests.carried_in.total", 4), figure("requests.new.total", 400)),
        of_year(2022, 3, figure("requests.new.total", 401), fetched_at="2023-01-01T00:00:00Z"),
        of_year(2024, 4, figure("requests.carried_in.total", 9)),
    ))  # fmt: skip
    counts = note_findings(engine_of(store))
    assert counts == {"carry.year_to_year": 1, "twins": 1, "magnitude": 1}
    assert rows(store, "SELECT rule, left_value, right_value FROM findings ORDER BY rule") == [
        ("carry.year_to_year", 3, 4), ("magnitude", 20, 400), ("twins", 400, 401),
    ]  # fmt: skip
    assert note_findings(engine_of(store)) == counts
    sides = ", ".join(f"{side}_{name}" for side in ("left", "right") for name in SIDE)
    assert rows(store, f"SELECT {sides} FROM findings ORDER BY rule") == [  # noqa: S608
        (2021, "12", "http://a.example/1.html", "c1", 2022, "12", "http://a.example/2.html", "c2"),
        (2021, "12", "http://a.example/1.html", "c1", 2022, "12", "http://a.example/2.html", "c2"),
        (2022, "12", "http://a.example/2.html", "c2", 2022, "12", "http://a.example/3.html", "c3"),
    ]
    linked = """
        SELECT count(*) FROM findings
        JOIN captures AS l ON l.capture_id = left_capture_id AND l.final_url = left_url
        JOIN captures AS r ON r.capture_id = right_capture_id AND r.final_url = right_url
    """
    assert rows(store, linked) == [(3,)]


SIDE = ("year", "evidence", "url", "capture_id")


def test_a_side_that_a_person_corrected_has_no_evidence(store, feed):
    load(store, feed(
        of_year(2021, 1, figure("requests.new.total", 20)),
        of_year(2022, 2, figure("requests.new.total", 30)),
    ))  # fmt: skip
    with engine_of(store).begin() as connection:
        correct(connection, "r2", "requests.new.total", 3000.0, who="某人", why="表格如此")
    note_findings(engine_of(store))
    side = "SELECT left_evidence, right_value, right_evidence FROM findings"
    assert rows(store, side) == [("12", 3000, None)]


def test_findings_are_there_again_after_an_upgrade(store, feed):
    load(store, feed(
        of_year(2021, 1, figure("requests.new.total", 20)),
        of_year(2022, 2, figure("requests.new.total", 400)),
    ))  # fmt: skip
    upgrade(engine_of(store))
    assert rows(store, "SELECT count(*) FROM findings") == [(0,)]  # nobody asked for a check
    note_findings(engine_of(store))
    before = contents(store)["findings"]
    with engine_of(store).begin() as connection:
        connection.execute(text("UPDATE reports SET organ_id = 'registry:old'"))
        connection.execute(text("UPDATE findings SET organ_id = 'registry:old'"))
    upgrade(engine_of(store))
    assert len(before) == 1
    assert contents(store)["findings"] == before


@pytest.mark.parametrize("seed", range(4))
def test_carried_figures_are_found_as_the_parsers_find_them(tmp_path, feed, seed):
    dice = random.Random(seed)
    print(f"seed {seed}")
    codes = [f"requests.carried_{way}.{column}" for way in ("in", "out") for column in columns()]
    reports = [
        of_year(
            dice.randrange(2019, 2023),
            number,
            *(figure(code, dice.randrange(2)) for code in codes if dice.random() < 0.8),
            name=dice.choice(["某市卫生局", "某市财政局"]),
        )
        for number in range(14)
    ]
    store = f"sqlite:///{tmp_path / 'store.db'}"
    load(store, feed(*reports))
    note_findings(engine_of(store))
    found = rows(store, """
        SELECT l.agency_name, l.year, l.capture_id, r.capture_id, metric
        FROM findings JOIN reports AS l ON l.reading_id = left_reading_id
        JOIN reports AS r ON r.reading_id = right_reading_id
        WHERE rule = 'carry.year_to_year'
    """)  # fmt: skip
    wanted = [
        (each.organ, each.year, each.earlier, each.later,
         f"requests.carried_out.{each.check.where.partition('.')[2]}")
        for each in carried_over(map(as_item, reports))
        if each.check.status == "fail"
    ]  # fmt: skip
    assert wanted
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("words", ["指南", "公开指南", "100%", "a_b", '"引', "'"])
def test_words_are_found_as_they_stand(store, feed, words):
    load(store, feed(a_report(1, text=f"本机关{words}已经发布"), a_report(2, text="axb 1000 引")))
    with engine_of(store, writes=False).connect() as connection:
        assert [row.report_id for row in find(connection, words)] == ["r1"]


def test_the_dictionary_says_how_short_words_are_found_in_sql(tmp_path, feed):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    load(store, feed(a_report(1, text="本机关公开指南已经发布"), a_report(2)))
    assert "`reports WHERE text LIKE '%公开指南%'`" in written()["DICTIONARY.md"]
    for short, long in (("公开", "公开指南"), ("关", "本机关")):
        match = f"SELECT count(*) FROM search WHERE search MATCH '\"{long}\"'"  # noqa: S608
        like = f"SELECT count(*) FROM reports WHERE text LIKE '%{short}%'"  # noqa: S608
        assert rows(store, match) == rows(store, like) == [(1,)]


def test_the_steps_lead_to_the_schema_that_the_code_describes(store):
    engine = engine_of(store)
    make_ready(engine, store)
    if engine.dialect.name == "duckdb":
        found = {table for (table,) in rows(store, "SELECT table_name FROM duckdb_tables()")}
        assert found - {"alembic_version"} == set(METADATA.tables)
        return
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _of_ours})
        assert compare_metadata(context, METADATA) == []


def _of_ours(_, name, kind, *__):
    """The search index is no table of the metadata: FTS5 makes its own."""
    return not (kind in {"table", "index"} and name.startswith("search"))


@pytest.mark.parametrize("name", sorted(written()))
def test_what_consumers_read_is_not_stale(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == written()[name], (
        "run `python -m crawler.stores.dictionary`"
    )


def test_every_view_is_in_the_dictionary():
    assert list(MEANINGS) == list(VIEWS)


def test_an_item_is_as_its_json_schema_says(report):
    import json  # noqa: PLC0415

    plain = json.loads(json.dumps(as_item(report)))
    jsonschema.validate(plain, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "year": "2023"}, json_schema())


def test_a_copy_is_linked_to_its_original_whichever_was_loaded_first(store, feed):
    text, other = "政府信息公开年度报告。" * 30, "另一份政府信息公开年度报告。" * 30
    mirror = Source(None, official=False)
    load(store, feed(
        a_report(1, report_id="copy", text=text, source=mirror, duplicate_of=None),
        a_report(2, report_id="lone", text=other, source=mirror, duplicate_of=None),
        a_report(3, report_id="short", text="短", source=mirror, duplicate_of=None),
    ))  # fmt: skip
    later = feed(
        a_report(4, report_id="original", text=text, duplicate_of=None),
        a_report(5, report_id="again", text=text, duplicate_of=None),
        a_report(6, report_id="brief", text="短", duplicate_of=None),
        name="later.jsonl",
    )
    load(store, later)
    query = "SELECT report_id, original_report_id FROM copies"
    assert rows(store, query) == [("copy", "original")]
