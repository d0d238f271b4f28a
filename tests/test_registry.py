"""The registry says whose host it is, and refuses a stanza that it cannot use in one sentence."""

from __future__ import annotations

import tomllib
from datetime import time
from typing import TYPE_CHECKING

import pytest
from scrapy.settings import Settings

from crawler.commands.portals import doubts
from crawler.registry import PORTALS, Registry, netloc
from crawler.traits import Hours, Tls
from parsers.errors import RegistryError

if TYPE_CHECKING:
    from pathlib import Path

STANZA = """
[[portal]]
id = "lantian"
name = "蓝田市人民政府"
division = "999900"
region = "示例省蓝田市"
level = "prefecture"
type = "government"
hosts = ["www.lantian.example", "*.xxgk.lantian.example"]
home = "http://www.lantian.example/"

[[portal.section]]
url = "http://www.lantian.example/nb/"
cms = "trs"
"""


def written(tmp_path: Path, text: str, name: str = "a.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RegistryError) as refused:
        Registry.load(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("host", "name", "division"),
    [
        ("www.ziyang.gov.cn", "资阳市人民政府", "512000"),
        ("www.suqian.gov.cn", "宿迁市人民政府", "321300"),
        ("www.lf.gov.cn", "廊坊市人民政府", "131000"),
        ("www.quxian.gov.cn", "渠县人民政府", "511725"),
        ("jtj.ningde.gov.cn", "宁德市交通运输局", "350900"),
    ],
)
def test_the_seeds_hosts_name_their_organs(host: str, name: str, division: str) -> None:
    organ = Registry.from_settings(Settings()).organ_of(f"http://{host}/x/2014.html")
    assert organ is not None
    assert (organ.name, organ.region_code) == (name, division)


def test_a_province_file_holds_its_own_divisions_only() -> None:
    for file in sorted(PORTALS.glob("*.toml")):
        portals = tomllib.loads(file.read_text("utf-8"))["portal"]
        assert len({portal.get("division", "")[:2] for portal in portals}) == 1, file.name


def test_every_province_and_prefecture_has_its_governments_portal() -> None:
    portals = Registry.load(PORTALS).portals
    governments = {one.organ.region_code for one in portals if one.organ.type == "government"}
    table = PORTALS.parents[1] / "parsers" / "data" / "divisions.tsv"
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines() if line[0] != "#"]
    above_county = {code for code, _, _, until in rows if code.endswith("00") and not until}
    assert above_county - governments == set()
    assert len(above_county) == 31 + 333


def test_nothing_never_seen_live_says_verified() -> None:
    assert not [portal.id for portal in Registry.load(PORTALS).portals if portal.verified]


def test_a_host_matches_with_its_port_and_a_subdomain_only_where_stated(tmp_path: Path) -> None:
    registry = Registry.load(written(tmp_path, STANZA))
    known = [
        "http://WWW.lantian.example:80/",
        "https://www.lantian.example/x?y",
        "http://edu.xxgk.lantian.example/",
        "http://lantian.example/",
    ]
    strange = [
        "http://www.lantian.example:8080/",
        "http://edu.lantian.example/",
        "http://www.lantian.example.evil.test/",
        "http://[broken/",
        "mailto:a@b",
    ]
    assert [registry.portal_of(url) is not None for url in known + strange] == [True] * 4 + [
        False
    ] * 5


def test_an_unknown_portal_is_told_its_nearest(tmp_path: Path) -> None:
    registry = Registry.load(written(tmp_path, STANZA))
    with pytest.raises(RegistryError, match=r"'lantan'.*nearest: lantian.*scrapy portals"):
        registry.portal("lantan")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('type = "government"', 'type = "king"'), "must be one of government"),
        (('region = "示例省蓝田市"', ""), "region is missing"),
        (('id = "lantian"', 'id = "../x"'), "64 lower-case letters, digits and hyphens at most"),
        (('id = "lantian"', 'id = "con"'), "no device's name"),
        (('id = "lantian"', f'id = "{"a" * 65}"'), "64 lower-case letters"),
        (('hosts = ["www', 'hosts = ["https://www'), "is on no host of its own"),
        (("id =", "idd ="), "key 'idd' is not known: write id"),
        (('division = "999900"', "division = 999900"), "division = 999900 must be a str"),
        (('cms = "trs"', 'cms = "tsr"'), "is none of"),
        (("[[portal]]", "[[portals]]"), "[[portal]]"),
        (('level = "prefecture"', "level = "), "is no TOML"),
        (("/nb/", '/nb/"\nlive = "yes'), "key 'live' is not known"),
        (("www.lantian.example/nb", "other.example/nb"), "add other.example to hosts"),
        (('level = "prefecture"', 'level = "central"'), "a central organ has none, remove it"),
        (("level =", 'hours = "22-6"\nlevel ='), "hours = '22-6' must be two times of the day"),
        (("level =", "tls = {verify = false}\nlevel ="), "reason is missing: add it"),
        (("level =", 'tls = {reason = "x", minimum = "3"}\nlevel ='), "must be one of 1.0, 1.1"),
        (("level =", 'tls = {reason = "x", ciphers = "9"}\nlevel ='), "OpenSSL knows"),
        (("level =", 'tls = {reason = "x", cipher = "9"}\nlevel ='), "not known: write ciphers"),
    ],
)
def test_a_stanza_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    told = refusal(written(tmp_path, STANZA.replace(*change, 1)))
    assert "a.toml" in told
    assert sentence in told
    assert "\n" not in told


def test_an_old_hosts_tls_and_its_hours_are_stated_with_a_reason(tmp_path: Path) -> None:
    traits = (
        'hours = "22:00-06:00"\n'
        'tls = {minimum = "1.0", verify = false, reason = "certificate expired in 2016"}\n'
    )
    stanza = STANZA.replace("level =", f"{traits}level =", 1)
    (portal,) = Registry.load(written(tmp_path, stanza)).portals
    assert portal.tls == Tls("certificate expired in 2016", minimum="1.0", verify=False)
    assert portal.hours == Hours(time(22), time(6))
    (plain,) = Registry.load(written(tmp_path, STANZA)).portals
    assert (plain.hours, plain.tls) == (None, None)


@pytest.mark.parametrize(
    ("stated", "asked", "held"),
    [
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("09:00-17:30", "17:29", True),
        ("09:00-17:30", "08:59", False),
    ],
)
def test_a_window_may_pass_midnight(stated: str, asked: str, *, held: bool) -> None:
    assert Hours.parse(stated).holds(time.fromisoformat(asked)) is held


def test_two_stanzas_may_not_claim_one_id_or_one_host(tmp_path: Path) -> None:
    written(tmp_path, STANZA, "a.toml")
    written(tmp_path, STANZA, "b.toml")
    assert "id 'lantian' is taken by" in refusal(tmp_path)
    written(tmp_path, STANZA.replace('id = "lantian"', 'id = "other"'), "b.toml")
    assert "host 'www.lantian.example' is taken by" in refusal(tmp_path)


def test_a_registry_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.toml")
    assert "holds no .toml file" in refusal(tmp_path)


def test_the_setting_names_the_registry(tmp_path: Path) -> None:
    path = written(tmp_path, STANZA)
    registry = Registry.from_settings(Settings({"REGISTRY": str(path)}))
    assert [portal.id for portal in registry.portals] == ["lantian"]


def test_netloc_drops_only_the_schemes_own_port() -> None:
    assert netloc("https://a.example:443/") == "a.example"
    assert netloc("https://a.example:80/") == "a.example:80"


def test_check_finds_nothing_against_the_projects_own_portals() -> None:
    assert [doubt for portal in Registry.load(PORTALS).portals for doubt in doubts(portal)] == []


@pytest.mark.parametrize(
    ("name", "division", "region", "level", "doubt"),
    [
        ("蓝田市人民政府", "999900", "示例省蓝田市", "prefecture", "is no code of GB/T 2260"),
        ("淮安市人民政府", "320800", "江苏省淮阴市", "prefecture", "320800 is 江苏省淮安市"),
        ("宿迁市人民政府", "320800", "江苏省淮安市", "prefecture", "江苏省宿迁市 (321300)"),
        ("淮安市人民政府", "320800", "江苏省淮安市", "county", "write prefecture"),
        ("淮安市财政局", "320800", "江苏省淮安市", "prefecture", None),
        ("淮安经济技术开发区管理委员会", "320800", "江苏省淮安市", "county", None),
        ("南京市鼓楼区人民政府", "320106", "江苏省南京市鼓楼区", "county", None),
    ],
)
def test_check_holds_a_stanza_against_the_table_of_divisions(
    tmp_path: Path, name: str, division: str, region: str, level: str, doubt: str | None
) -> None:
    stanza = STANZA.replace("蓝田市人民政府", name).replace("999900", division)
    stanza = stanza.replace("示例省蓝田市", region).replace('"prefecture"', f'"{level}"')
    (portal,) = Registry.load(written(tmp_path, stanza)).portals
    told = list(doubts(portal))
    assert len(told) == (doubt is not None)
    assert doubt is None or doubt in told[0]


def test_an_organ_of_the_centre_has_no_division(tmp_path: Path) -> None:
    stanza = STANZA.replace('"prefecture"', '"central"').replace('division = "999900"\n', "")
    (portal,) = Registry.load(
        written(tmp_path, stanza.replace('region = "示例省蓝田市"\n', ""))
    ).portals
    assert (portal.organ.region_code, portal.organ.region, list(doubts(portal))) == (None, None, [])
