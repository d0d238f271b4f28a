"""What a comparison of reports finds in a store: both sides, and where each figure stands."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from crawler.stores.correcting import correct
from crawler.stores.engines import engine_of
from crawler.stores.findings import note_findings
from crawler.stores.loading import load
from crawler.stores.migrating import upgrade
from parsers.carry import carried_over, columns
from parsers.items import as_item
from tests.stores.conftest import contents, rows
from tests.stores.figures import figure, of_year


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
