"""Every family reads its saved listings as a person reads them."""

from __future__ import annotations

import json
import os
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from crawler import cms
from crawler.cms import Fetch, epoint, hanweb_jpage, static, truecms, ucap
from tests.cms import page
from tests.site.portals import families

HERE = Path(__file__).parent
#: Damaged copies of each page; every family reads every one.
DAMAGES = 400 if os.environ.get("TORTURE") else 15
ASKED = json.loads((HERE / "asked.json").read_text(encoding="utf-8"))


def fetch(asked: dict[str, Any]) -> Fetch:
    return Fetch(**asked | {"body": asked.get("body", "").encode()})


def as_json(listing: cms.Listing) -> str:
    told = asdict(listing)
    for following in told["next"]:
        following["body"] = following["body"].decode("ascii")
        for name in ("carried", "again"):  # few families need them
            if not following[name]:
                del following[name]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("case", ASKED)
def test_a_listing_is_as_a_person_read_it(case: str) -> None:
    asked = fetch(ASKED[case])
    saved = page((HERE / case).read_bytes(), asked.url)
    family = cms.family_of(saved)
    assert case.partition("/")[0] == family.NAME
    read = as_json(family.read(saved, asked))
    golden = (HERE / case).with_suffix(".listing.json")
    if not golden.exists():
        golden.write_text(read, encoding="utf-8")
        pytest.fail(f"{golden.name} was missing and is written: read it and commit it")
    assert read == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "record",
    [
        "<![CDATA[{row}]]>", " {row}\n", "<![CDATA[<script>if (a[b[0]]>1) {{}}</script>{row}]]>\n",
        "<![CDATA[{row}]]]]><![CDATA[>", "<![CDATA[{row}<!-- a ]]> b -->]]>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("family", [hanweb_jpage, truecms])
def test_a_record_is_read_whatever_marks_of_cdata_it_holds(family, record) -> None:
    rows = [f'<li><a href="/{number}.html">公开年报{number}</a></li>' for number in (1, 2)]
    held = "".join(f"<record>{record.format(row=row)}</record>" for row in rows)
    saved = page(f"<datastore><record>{held}</datastore>".encode(), "http://a.example/index.html")
    listing = family.read(saved, Fetch("http://a.example/index.html"))
    assert [entry.url[-6:] for entry in listing.entries] == ["1.html", "2.html"]


@pytest.mark.parametrize("mark", ["<!-- of the rows", "<!--"])
@pytest.mark.parametrize("space", ["", " " * 9])
def test_a_comment_that_is_opened_again_within_itself_is_one(mark, space) -> None:
    rows = [
        f'<li><a href="/{number}.html">公开年报{number}</a>2024-01-0{number}</li>'
        for number in (1, 2)
    ]
    call = f"createPageHTML{space}('page_div', 3, 1, 'index', 'html')"
    text = f"<p><!-- other --><!-- {rows[0]}{mark}{rows[1]}<script>{call}</script>{mark} --></p>"
    listing = ucap.read(page(text.encode(), "http://a.example/index.html"), Fetch(""))
    assert [entry.url[-6:] for entry in listing.entries] == ["1.html", "2.html"]
    assert [following.url[-12:] for following in listing.next] == ["index_2.html"]


def test_every_family_has_two_saved_listings() -> None:
    saved = [case.partition("/")[0] for case in ASKED]
    assert {name: saved.count(name) for name in cms.NAMES} == dict.fromkeys(cms.NAMES, 2)


def test_the_plain_family_is_asked_last_and_knows_every_page() -> None:
    assert cms.NAMES[-1] == "static"
    assert cms.family_of(page(b"")).NAME == "static"
    assert cms.family("trs").first("http://a.example/nb/") == Fetch("http://a.example/nb/")


@pytest.mark.parametrize(
    "words",
    ["下一页", "下页", "后一页", "下一頁", "[下一页]", "下一页>>", ">", "›", "»", "Next"],
)
def test_the_next_page_has_many_names(words: str) -> None:
    saved = page(f'<a href="p1.html">上一页</a><a href="p3.html">{words}</a>')
    assert static.read(saved, Fetch(saved.url)).next == (
        Fetch("http://www.yunze.example/nb/p3.html"),
    )


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="javascript:go(2)">下一页</a>',
        '<a href="./">下一页</a>',
        '<a href="#">下一页</a>',
        '<a href="1.html">上一页</a><span>下一页</span>',
        '<a href="x.html">下一页是什么意思</a>',
    ],
)
def test_a_list_without_a_way_on_ends(pager: str) -> None:
    saved = page(pager)
    assert static.read(saved, Fetch(saved.url)).next == ()


def test_a_menu_is_no_list() -> None:
    menu = "".join(f'<li><a href="/{n}/">栏目{n}</a></li>' for n in range(9))
    assert static.read(page(f"<ul>{menu}</ul>"), Fetch("x")).entries == ()


def test_an_answer_in_javascript_is_read_like_one_in_xml() -> None:
    rows = ['<li><a href="/art/1.html">安澜县2013年年度报告</a>2014-01-02</li>']
    saved = page(
        f"var total = 1; var data = {json.dumps(rows)};",
        "http://www.yunze.example/module/jpage/dataproxy.jsp?startrecord=1",
    )
    listing = hanweb_jpage.read(saved, Fetch(saved.url, "POST"))
    assert [(entry.url, entry.date) for entry in listing.entries] == [
        ("http://www.yunze.example/art/1.html", "2014-01-02")
    ]


@pytest.mark.parametrize("name", cms.NAMES)
@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"<html", b"[1,2", b'{"articles": 3}'])
def test_a_page_without_a_list_gives_none(name: str, body: bytes) -> None:
    url = "http://www.yunze.example/gkmlpt/api/all/1?page=1"
    assert cms.family(name).read(page(body, url), Fetch(url)).entries == ()


@pytest.mark.parametrize("case", ASKED)
def test_damage_anywhere_in_a_page_breaks_no_reader(case: str) -> None:
    dice, whole, asked = random.Random(case), (HERE / case).read_bytes(), fetch(ASKED[case])
    for _ in range(DAMAGES):
        body = bytearray(whole)
        for _ in range(dice.randrange(1, 6)):
            at, size = dice.randrange(len(body)), dice.randrange(1, 40)
            body[at : at + size] = dice.choice(
                [b"", b"\xff", b"9" * 5000, b"[", b'"', b"//[", b"{}"]
            )
        for family in cms.FAMILIES:
            for entry in family.read(page(bytes(body), asked.url), asked).entries:
                assert entry.url.startswith("http")


def test_a_farm_of_ten_thousand_links_is_read_in_a_moment() -> None:
    farm = "".join(f'<a href="http://farm{n}.example/">樱花影院{n}</a>|' for n in range(10_000))
    assert static.read(page(f"<div>{farm}</div>"), Fetch("x")).entries == ()


def test_a_sealed_next_group_is_followed_as_it_stands() -> None:
    row = "<record><![CDATA[<li><a href='/art/{}.html'>安澜县{}年年度报告</a></li>]]></record>"
    store = (
        "<datastore><totalrecord>3</totalrecord><nextgroup><![CDATA["
        '<a href="/module/web/jpage/dataproxy.jsp?page=1&amp;sealed=9f2c"></a>]]></nextgroup>'
        f"<recordset>{row.format(1, 2013)}{row.format(2, 2012)}</recordset></datastore>"
    )
    column = page(f'<script type="text/xml">{store}</script>')
    (following,) = hanweb_jpage.read(column, Fetch(column.url)).next
    assert following == Fetch(
        "http://www.yunze.example/module/web/jpage/dataproxy.jsp?page=1&sealed=9f2c"
    )
    answer = page(f"<recordset>{row.format(3, 2011)}</recordset>", following.url)
    listing = hanweb_jpage.read(answer, following)
    assert ([entry.title for entry in listing.entries], listing.next) == (
        ["安澜县2011年年度报告"],
        (),
    )


@pytest.mark.parametrize(
    "pager",
    [
        '<td id="fanye134388"><a href="?a134388t=3&amp;a134388p=2&amp;a134388c=10">下页</a></td>',
        '<a href="?PAGENUM=2&amp;urltype=tree.TreeTempUrl&amp;wbtreeid=1" class="Next">下页</a>',
        '<span class="p_pages"><span class="p_next"><a href="gknb/30.htm">下页</a></span></span>',
    ],
)
def test_an_old_pager_of_vsb_is_followed_too(pager: str) -> None:
    saved = page(f"<ul><li><a href='/info/1.htm'>安澜县2013年年度报告</a></li></ul>{pager}")
    family = cms.family_of(saved)
    assert (family.NAME, len(family.read(saved, Fetch(saved.url)).next)) == ("vsb", 1)


def test_a_menu_that_leads_to_another_family_makes_no_page_of_it() -> None:
    menu = (
        '<a href="/module/xxgk/xxgkAnnualReport.jsp?area=1&amp;fbtime=2020">审计局公开年报</a>'
        '<a href="/eportal/ui?pageId=1">司法局公开年报</a>'
        '<a href="/gkmlpt/index">公开年报</a>'
    )
    assert cms.family_of(page(menu)).NAME == "static"


@pytest.mark.parametrize("case", ASKED)
def test_a_page_of_one_family_is_claimed_by_no_other(case: str) -> None:
    saved = page((HERE / case).read_bytes(), ASKED[case]["url"])
    claimed = [family.NAME for family in cms.FAMILIES if family.recognises(saved)]
    assert claimed in ([case.partition("/")[0], "static"], ["static"])


def test_no_family_claims_a_page_of_anothers_portal() -> None:
    for portal in families():
        for path, answer in portal.pages.items():
            saved = page(answer.body, f"http://www.yunze.example{path}")
            assert cms.family_of(saved).NAME in (portal.name, "static"), (portal.name, path)


def test_an_epoint_column_may_name_its_category_in_its_query() -> None:
    url = "http://www.yunze.example/dynamic/zwgk/govInfoPub.html?categorynum=003001003&deptcode=17"
    column = page('<script src="/js/webBuilderCommon.js"></script>', url)
    (key,) = epoint.read(column, Fetch(url)).next
    script = page('var siteInfo = {projectName: "/EWB-FRONT", siteGuid: "7eb5"};', key.url)
    (call,) = epoint.read(script, key).next
    assert call.url == "http://www.yunze.example/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
    asked = json.loads(call.body)
    assert (asked["categorynum"], asked["deptcode"]) == ("003001003", "17")
    assert (asked["siteGuid"], asked["pageIndex"]) == ("7eb5", 0)


def test_a_proxy_that_goes_by_page_alone_is_told_the_page() -> None:
    row = "<record><![CDATA[<li><a href='/art/{0}.html'>安澜县{0}年年度报告</a></li>]]></record>"
    rows = "".join(row.format(year) for year in range(2000, 2015))
    store = f"<datastore><totalrecord>40</totalrecord><recordset>{rows}</recordset></datastore>"
    proxy = "http://www.yunze.example/module/web/jpage/dataproxy.jsp?startrecord=1&perpage=15"
    (following,) = hanweb_jpage.read(page(store, proxy), Fetch(proxy, "POST", b"columnid=1")).next
    assert following.url.endswith("startrecord=16&perpage=15&endrecord=60&page=2")


def test_a_list_that_truecms_hides_is_all_there_where_nothing_names_a_call() -> None:
    hidden = '<div id="initData"><ul><li><a href="/1.html">安澜县2013年年度报告</a></li></ul></div>'
    said = "<script>jpage({proxyUrl: '/TrueCMS/messageController/getMessage.do'})</script>"
    listing = truecms.read(page(hidden + said), Fetch("http://www.yunze.example/nb.html"))
    assert ([one.title for one in listing.entries], listing.next) == (["安澜县2013年年度报告"], ())
