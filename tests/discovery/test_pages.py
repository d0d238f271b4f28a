"""Home pages, hubs and columns of many shapes, all written for this test: the ways a person takes.

`truth.json` says of each page of `pages/` which of its links are report columns, and which hub a
person would try first.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler import discovery
from tests.cms import page

HERE = Path(__file__).parent
TRUTH = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))
REAL = HERE.parents[2] / "shared" / "corpus" / "portals"


def ways(name: str) -> tuple[discovery.Candidate, ...]:
    told = TRUTH[name]
    saved = page((HERE / "pages" / f"{name}.html").read_bytes(), told["url"])
    return discovery.sections(saved, inside=told["inside"])


def test_every_page_has_its_truth() -> None:
    assert {path.stem for path in HERE.glob("pages/*.html")} == set(TRUTH)


@pytest.mark.parametrize("name", TRUTH)
def test_a_page_leads_where_a_person_would_go(name: str) -> None:
    found = ways(name)
    columns = [one.url for one in found if one.leads == "reports"]
    hubs = [one.url for one in found if one.leads == "hub"]
    assert sorted(columns) == sorted(TRUTH[name]["columns"])
    assert (hubs or [None])[0] == TRUTH[name]["hub"]


@pytest.mark.parametrize("name", TRUTH)
def test_each_way_says_what_speaks_for_it(name: str) -> None:
    assert all(one.evidence and one.text for one in ways(name))


def test_a_year_counts_by_the_heading_that_it_stands_under() -> None:
    found = {one.url.rsplit("/", 2)[1]: one.evidence for one in ways("hub-heading-years")}
    assert found == dict.fromkeys(["c24", "c23", "c22"], ("under the heading 政府信息公开年报",))


def test_a_page_of_ten_thousand_years_is_judged_in_a_moment() -> None:
    years = "".join(f'<li><a href="/{n}/">2023</a></li>' for n in range(10_000))
    assert discovery.sections(page(f"<p>{'字' * 100_000}</p><ul>{years}</ul>")) == ()


@pytest.mark.skipif(not REAL.is_dir(), reason="the saved real pages are not here")
def test_a_real_menu_of_years_under_its_heading_is_seventeen_columns() -> None:
    url = "http://jyt.gansu.gov.cn/jyt/c110634/zwgklist.shtml"
    saved = page((REAL / "ucap-list-commented.html").read_bytes(), url)
    columns = [one for one in discovery.sections(saved) if one.leads == "reports"]
    assert [one.text for one in columns] == [str(year) for year in range(2024, 2007, -1)]
    by_year = {one.text: one.url.split("/")[4] for one in columns}
    assert (by_year["2024"], by_year["2018"], by_year["2008"]) == ("c250121", "c110270", "c110280")
