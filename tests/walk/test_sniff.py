"""Sniffing a portal prints a stanza that the registry can read, with evidence for each line."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from crawler.registry import Registry
from crawler.spiders.sniff import SniffSpider
from tests.site.pages import answer
from tests.walk.dry import SITE, Walk, walk

if TYPE_CHECKING:
    from pathlib import Path


def plain(path: str) -> bytes | int:
    """Answer as the demo portal, without its codings."""
    found = answer("GET", path, b"")
    return found.body if found.status == 200 and not found.coding else found.status


def sniffed(**pages: str) -> tuple[Walk, str]:
    done = walk(pages.get if pages else plain, spider_class=SniffSpider, url=f"{SITE}/")
    assert isinstance(done.spider, SniffSpider)
    return done, done.spider.seen.stanza()


def test_the_columns_of_a_portal_are_found_with_their_families() -> None:
    done, stanza = sniffed()
    told = tomllib.loads(stanza)["portal"][0]
    families = {section["url"].removeprefix(SITE): section["cms"] for section in told["section"]}
    assert families == {
        "/zfxxgk/bm/": "static",
        "/xq/c1001/zwgklist.shtml": "ucap",
        "/col/col2001/index.html": "hanweb_jpage",
        "/gkmlpt/index": "gkmlpt",
        "/jkq/gknb.htm": "vsb",
        "/col/col2107/index.html?area=11990100ML0001": "hanweb_xxgk",
        "/module/xxgk/xxgkAnnualReport.jsp?area=11990100ML0002&fbtime=2020": "hanweb_annual",
        "/col/col9a31/index.html": "jpaas",
        "/swj/col/col42/index.html": "ucap_query",
        "/lyj/c5001/fdzdgknr.shtml": "ucap_codeid",
        "/public/column/7071?type=4&action=list&catId=7051": "lonsun",
        "/zwgk/002005/002005002/002005002006/gov_list.html": "epoint",
        "/eportal/ui?pageId=3310": "eportal",
        "/gk/List.aspx?cid=19": "aspnet",
    }
    assert (told["name"], told["site_code"]) == ("云泽市人民政府", "9901000001")
    assert not [path for path in done.asked if "post_" in path or "art_" in path]


def test_each_section_says_what_spoke_for_it() -> None:
    _, stanza = sniffed()
    assert "# linked as 部门信息公开年报; named 信息公开年报; 2 of 4 rows are reports" in stanza


def test_a_list_that_a_script_asks_for_is_looked_at_too() -> None:
    evidence = "# linked as 统计局信息公开年报; named 信息公开年报; 2 of 2 rows are reports"
    assert evidence in sniffed()[1]


def test_a_column_of_years_is_one_section_and_no_year_is_asked_for() -> None:
    years = "".join(
        f'<li><a href="/nb/{year}/">{year}年</a></li>' for year in range(2023, 2007, -1)
    )
    done, stanza = sniffed(
        **{
            "/": '<a href="/nb/">政府信息公开年报</a>',
            "/nb/": f"<title>政府信息公开年报</title><ul>{years}</ul>",
        }
    )
    assert done.asked == ["/", "/nb/"]
    assert "its parts: 2023年, 2022年, 2021年 and 13 more" in stanza


def test_a_column_that_is_the_report_itself_says_so() -> None:
    report = (
        "<h1>云泽市2021年政府信息公开工作年度报告</h1>" + "<p>全年主动公开政府信息120条。</p>" * 40
    )
    _, stanza = sniffed(**{"/": '<a href="/nb/">政府信息公开年报</a>', "/nb/": report})
    assert "0 of 0 rows are reports; the page is a report itself" in stanza


@pytest.mark.parametrize(
    ("name", "code", "division", "level"),
    [
        ("淮安市人民政府", "", "320800", "prefecture"),
        ("渠县", "", "511725", "county"),
        ("鼓楼区人民政府", "3201060001", "320106", "county"),
        ("蓝田新城管委会", "6101220009", "610122", "county"),
    ],
)
def test_division_and_level_follow_from_the_name_or_the_site_code(
    name: str, code: str, division: str, level: str
) -> None:
    meta = f'<meta name="SiteName" content="{name}"><meta name="SiteIDCode" content="{code}">'
    rows = '<a href="/zfxxgk/bm/">政府信息公开年报</a>'
    _, stanza = sniffed(**{"/": meta + rows, "/zfxxgk/bm/": plain("/zfxxgk/bm/")})
    (told,) = tomllib.loads(stanza)["portal"]
    assert (told["division"], told["level"]) == (division, level)
    assert told["name"] == ("渠县人民政府" if name == "渠县" else name)


def test_every_line_of_a_stanza_says_what_it_rests_on() -> None:
    lines = sniffed()[1].splitlines()
    keys = [line for line in lines if " = " in line and not line.startswith(("#", "url"))]
    assert [line for line in keys if "  # " not in line] == []


def test_a_sniffed_stanza_can_be_used_once_filled_in(tmp_path: Path) -> None:
    _, stanza = sniffed()
    path = tmp_path / "r.toml"
    path.write_text(stanza.replace('region = ""', 'region = "示例省云泽市"'), encoding="utf-8")
    assert Registry.load(path).portal("yunze").sections


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("云泽市人民政府门户网站", "云泽市人民政府"),
        ("欢迎光临云泽市财政局 - 首页", "云泽市财政局"),
        ("国家互联网信息办公室", "国家互联网信息办公室"),
    ],
)
def test_a_portal_without_a_site_name_is_named_by_its_title(title: str, name: str) -> None:
    rows = "<a href='/zfxxgk/bm/'>政府信息公开年报</a>"
    _, stanza = sniffed(
        **{"/": f"<title>{title}</title>{rows}", "/zfxxgk/bm/": plain("/zfxxgk/bm/")}
    )
    assert f'name = "{name}"  # title of the home page' in stanza
    assert "verified" not in tomllib.loads(stanza)["portal"][0]


def test_a_portal_without_a_column_is_told() -> None:
    done, _ = sniffed(**{"/": "<p>空</p>"})
    assert done.failures == [f"no report column found from {SITE}/: name a page nearer to it"]
