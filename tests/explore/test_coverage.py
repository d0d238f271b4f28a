"""The front page: what is there, what is missing, from the provinces down."""

import os
import re
import subprocess
import sys

import pytest

from crawler.explore.opening import store_file
from crawler.explore.places import owing, up
from crawler.explore.summary import summary_of
from parsers.items import Agency, Check, Cut, Source
from tests.explore.conftest import BUREAU, CITY, fact, of_year


def test_a_missing_year_is_counted_between_the_first_and_the_last_of_the_store(store, pages):
    site = pages(store(of_year(2019, 1), of_year(2021, 2), of_year(2020, 3, agency=BUREAU)))
    # The city lacks 2020, the bureau 2019 and 2021.
    assert "3 reports of 3 years; 3 missing." in site.text("/?place=990100")


def test_how_a_report_stands_is_said_in_words_not_by_colour_alone(store, pages):
    broken = Check("requests.balance", "total", "fail", "1 = 2")
    farm = Cut("link_farm", "某站群", "removed", "farm")
    slip = Cut("lost_digits_unit", "201211日", "restored", "period", "2012年1月1日")
    site = pages(
        store(
            of_year(2019, 1, checks=[broken]),
            of_year(2020, 2, spam=[farm]),
            of_year(2021, 3, spam=[slip]),
            of_year(2022, 4, source=Source(portal="a", official=False)),
        )
    )
    html = site.ask("/?place=990100").text
    said = dict(re.findall(r'aria-label="(\d{4}): ([^"]+)"', html))
    assert said == {
        "2019": "report, figures do not add up",
        "2020": "report, hacked or unofficial copy",
        "2021": "report",
        "2022": "report, hacked or unofficial copy",
    }


def test_the_whole_leads_to_the_province_the_city_and_the_organ(store, pages):
    county = Agency(name="甲县人民政府", region_code="320829", level="county", type="government")
    site = pages(store(of_year(2012, 1, agency=county)))
    for place, leads_to in (("", "320000"), ("320000", "320800"), ("320800", "320829")):
        assert f'href="/?place={leads_to}"' in site.ask(f"/?place={place}").text
    assert "甲县人民政府" in site.text("/?place=320829")


def test_a_division_of_which_nothing_was_found_owes_reports_of_its_years_only(store, pages):
    site = pages(store(of_year(2015, 1), of_year(2017, 2)))
    # 洪泽 was a county (320829) to 2016 and a district (320813) since.
    assert "1 missing" not in site.text("/?place=320829")
    assert "0 reports of 3 years; 2 missing." in site.text("/?place=320829")
    assert "0 reports of 3 years; 2 missing." in site.text("/?place=320813")


def test_an_organ_that_ended_in_a_merger_owes_nothing_after_it(store, pages):
    taxes = Agency(name="示例市地方税务局", region_code="990100", level="prefecture")
    site = pages(store(of_year(2017, 1, agency=taxes), of_year(2021, 2, agency=taxes)))
    html = site.ask("/?place=990100").text
    # 2018 is the year of the plan; 2019 and 2020 are none of its.
    assert html.count('class="cell none"><span aria-hidden="true">–</span>') == 2


def test_a_government_that_has_a_report_is_not_owed_once_more(store, pages):
    city = Agency(
        name="淮安市人民政府", region_code="320800", level="prefecture", type="government"
    )
    site = pages(store(of_year(2020, 1, agency=city)))
    assert "nothing found yet" not in site.text("/?place=320800")


def test_tallies_of_places_sum_to_the_whole(store, pages):
    site = pages(store(of_year(2019, 1), of_year(2020, 2, agency=BUREAU)))
    query = (
        "/summary.json?_shape=arrays&sql=select+(select+sum(missing)+from+tallies+where+place=''),"
        "(select+sum(missing)+from+tallies+join+places+using(place)+where+above=''),"
        "(select+sum(missing)+from+owing)"
    )
    whole, parts, organs = site.ask(query).json()["rows"][0]
    assert whole == parts == organs > 0


def test_a_long_list_of_organs_comes_in_parts(store, pages):
    many = [
        of_year(2020, number, agency=Agency(name=f"示例市第{number:03}局", region_code="990100"))
        for number in range(1, 131)
    ]
    site = pages(store(*many))
    first, second = site.text("/?place=990100"), site.text("/?place=990100&page=2")
    assert "示例市第001局" in first
    assert "示例市第130局" not in first
    assert "101–130 of 130" in second
    assert "示例市第130局" in second
    assert site.text("/?place=990100&page=99") == second


def test_an_organ_is_found_by_a_part_of_its_name_taken_as_it_stands(store, pages):
    site = pages(store(of_year(2020, 1), of_year(2020, 2, agency=BUREAU)))
    found = site.text("/?q=卫生")
    assert "示例市卫生健康委员会" in found or "示例市卫生局" in found
    assert "示例市人民政府" not in found
    assert "There is none." in site.text("/?q=%25")


def test_an_empty_store_says_how_it_is_filled(store, pages):
    assert "scrapy reparse ARCHIVE -O reports.sqlite" in pages(store()).text("/")


def test_one_report_is_a_heat_map_too(store, pages):
    assert "1 reports of 1 years; 0 missing." in pages(store(of_year(2020, 1))).text(
        "/?place=990100"
    )


def test_a_place_that_is_not_known_is_not_found(store, pages):
    assert "no place 999999 is known here" in pages(store(of_year(2020, 1))).text(
        "/?place=999999", status=404
    )


def test_a_report_of_a_year_before_the_regulation_is_shown_and_none_is_owed(store, pages):
    site = pages(store(of_year(2007, 1), of_year(2009, 2)))
    assert "1 reports of 1 years; 0 missing." in site.text("/?place=990100")
    assert "示例市人民政府2007年" in site.text(organ_page(site))


def organ_page(site):
    """The path of the first organ of the store."""
    return f"/organ/{site.ask('/store/organs.json?_shape=objects').json()['rows'][0]['organ_id']}"


def test_a_year_that_was_misread_makes_no_columns_up_to_it(store, pages):
    site = pages(store(of_year(2020, 1), of_year(2105, 2)))
    assert "1 reports of 1 years; 0 missing." in site.text("/?place=990100")
    assert "2105" in site.text(organ_page(site))


@pytest.mark.parametrize("one", owing()[::97], ids=lambda one: one.code)
def test_every_division_belongs_to_its_province_and_the_whole(one):
    ways = list(up(one.code))
    assert ways[-2:] == [f"{one.code[:2]}0000", ""]
    assert len(ways) == len(set(ways))


def test_a_figure_of_the_panel_is_that_of_the_store(store, pages):
    path = store(of_year(2020, 1, fact("requests.new.total", 12), fact("requests.received", 9)))
    site = pages(path)
    rows = [
        site.ask(f"/{name}/panel.json?_shape=objects&year=2020").json()["rows"]
        for name in ("store", "summary")
    ]
    for row in rows[1]:
        row.pop("rowid")
    assert rows[0] == rows[1]
    assert rows[0][0]["received"] == 12
    assert CITY.name == rows[0][0]["name"]


def test_what_a_summary_killed_while_it_was_written_left_goes_with_the_next(store, tmp_path):
    path, work = store(of_year(2020, 1)), tmp_path / "work"
    first = summary_of(store_file(str(path)), work)
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    left = first.with_suffix(f".{dead.pid}.part")
    written = first.with_suffix(f".{os.getppid()}.part")
    for part in (left, written):
        part.write_bytes(b"half")
    first.unlink()
    assert summary_of(store_file(str(path)), work) == first
    assert sorted(work.iterdir()) == sorted([first, written])
