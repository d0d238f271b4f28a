"""The six real pages that were saved show what a person read in them: rows, counts, ways on.

The pages are no part of the project; figures and addresses are. Where they are not at hand, these
tests are skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import cms, discovery
from crawler.cms import Fetch, Listing
from crawler.cms.files import files, pictures
from tests.cms import page

REAL = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "portals"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the saved real pages are not here")

GANSU = "http://jyt.gansu.gov.cn/jyt/c110634"
PROXY = "http://gxt.jiangsu.gov.cn/module/web/jpage/dataproxy.jsp?startrecord={}&endrecord={}&perpage=25"


def read(file: str, asked: Fetch) -> tuple[str, Listing]:
    saved = page((REAL / file).read_bytes(), asked.url)
    family = cms.family_of(saved)
    return family.NAME, family.read(saved, asked)


def test_the_education_department_of_gansu_lists_twenty_rows_of_two_hundred() -> None:
    name, listing = read("ucap-list-commented.html", Fetch(f"{GANSU}/zwgklist.shtml"))
    told = [(one.url.removeprefix(f"{GANSU}/"), one.date) for one in listing.entries]
    assert (name, len(told), len(set(told))) == ("ucap", 20, 20)
    assert (told[0], told[1], told[-1]) == (
        ("202511/174240943.shtml", "2025-11-17"),
        ("202511/174235671.shtml", "2025-11-05"),
        ("202506/174155064.shtml", "2025-06-09"),
    )
    assert listing.next == (Fetch(f"{GANSU}/zwgklist_2.shtml"),)
    assert not [one for one in listing.entries if discovery.is_report_title(one.title)]


@pytest.mark.parametrize(
    ("number", "start", "first", "last"),
    [
        (1, 1, ("2025/10/29", "11664839", "2025-10-29"), ("2022/10/24", "10724255", "2022-10-24")),
        (2, 26, ("2023/10/30", "11072765", "2023-10-30"), ("2022/3/10", "10378505", "2022-03-10")),
    ],
)
def test_an_answer_of_jiangsu_holds_seventy_six_rows(
    number: int, start: int, first: tuple[str, ...], last: tuple[str, ...]
) -> None:
    asked = Fetch(PROXY.format(start, start + 24), "POST", b"columnid=80179")
    name, listing = read(f"hanweb_dataproxy_jiangsu_page{number}.xml", asked)
    ends = [listing.entries[0], listing.entries[-1]]
    assert (name, len(listing.entries)) == ("hanweb_jpage", 76)
    assert [(one.url, one.date) for one in ends] == [
        (f"http://gxt.jiangsu.gov.cn/art/{day}/art_80179_{number}.html", date)
        for day, number, date in (first, last)
    ]
    assert [one.body for one in listing.next] == [b"columnid=80179"]
    assert f"startrecord={start + 76}&" in listing.next[0].url


def test_two_answers_of_jiangsu_share_what_overlaps() -> None:
    first, second = (
        {
            entry.url
            for entry in read(
                f"hanweb_dataproxy_jiangsu_page{number}.xml", Fetch(PROXY.format(start, 0), "POST")
            )[1].entries
        }
        for number, start in ((1, 1), (2, 26))
    )
    assert (len(first & second), len(first | second)) == (51, 101)


@pytest.mark.parametrize(
    ("file", "url", "family", "hubs"),
    [
        ("trs-article.html", "http://gsj.wuhan.gov.cn/a/t1.html", "trs", []),
        ("vsb-article.html", "http://a.edu.cn/info/1/2.htm", "vsb", []),
        ("hanweb-article.html", "http://fgw.zj.gov.cn/art/1.html", "static", ["政务公开"]),
    ],
)
def test_an_article_is_no_list_has_no_file_and_leads_to_no_column(
    file: str, url: str, family: str, hubs: list[str]
) -> None:
    assert read(file, Fetch(url)) == (family, Listing(()))
    saved = page((REAL / file).read_bytes(), url)
    assert (files(saved), pictures(saved)) == ({}, {})
    ways = discovery.sections(saved)
    assert [(one.text, one.leads) for one in ways] == [(name, "hub") for name in hubs]
