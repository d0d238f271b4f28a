"""Which links of a page lead to reports: by name, by path, by what stands around; never by one."""

from __future__ import annotations

import pytest

from crawler.discovery import is_column, is_report_title, judge, sections
from tests.cms import page

COLUMNS = [
    "政府信息公开年报", "信息公开年报", "政府信息公开年度报告", "信息公开工作年度报告",
    "公开年报",
    "年度报告", "部门信息公开年报", "部门公开年报", "【政府信息公开年报】",
    "历年年报",
    "乡镇信息公开年度报告",
]  # fmt: skip
NOT_OURS = [
    "政府信息公开指南", "政府信息公开目录", "政府信息公开制度", "依申请公开",
    "政府网站工作年度报表",
    "法治政府建设年度报告", "企业年报公示", "政府信息公开年报解读", "统计年鉴", "首页", "",
    "云泽市2014年政府信息公开工作年度报告",
]  # fmt: skip


@pytest.mark.parametrize("name", COLUMNS)
def test_a_report_column_is_known_by_any_of_its_names(name: str) -> None:
    candidate = judge("http://a.example/x/", name)
    assert candidate is not None
    assert candidate.leads == "reports"


@pytest.mark.parametrize("name", NOT_OURS)
def test_a_column_that_only_sounds_like_one_is_none(name: str) -> None:
    assert judge("http://a.example/zfxxgknb/", name) is None


@pytest.mark.parametrize(
    "token", ["zfxxgknb", "szfxxgkndbg", "xxgknb_5784164", "bmxxgknb", "gkndbg"]
)
def test_a_path_token_speaks_for_a_column_and_is_named_as_evidence(token: str) -> None:
    plain, told = (judge(f"http://a.example/{path}/", "年度报告") for path in ("x", token))
    assert plain is not None
    assert told is not None
    assert told.score > plain.score
    assert told.evidence == ("named 年度报告", "path of 公开年报")


def test_a_path_alone_makes_no_column() -> None:
    assert judge("http://a.example/zfxxgknb/", "市长信箱") is None


def test_columns_come_before_hubs_and_the_best_first() -> None:
    home = page(
        '<a href="/zwgk/">政务公开</a><a href="/gk/">政府信息公开</a><a href="/a/">年度报告</a>'
        '<a href="/zfxxgknb/">政府信息公开年报</a><a href="/zfxxgknb/">年报</a>'
    )
    assert [(one.leads, one.text) for one in sections(home)] == [
        ("reports", "政府信息公开年报"),
        ("reports", "年度报告"),
        ("hub", "政府信息公开"),
        ("hub", "政务公开"),
    ]


def test_inside_a_column_years_and_kinds_of_organ_are_its_parts() -> None:
    column = page(
        '<a href="2023/">2023年</a><a href="2022/">2022</a><a href="bm/">市政府部门</a>'
        '<a href="/gk/">政府信息公开</a><a href="/x/">2023年工作要点</a>'
    )
    assert [one.text for one in sections(column, inside=True)] == ["2023年", "2022", "市政府部门"]
    assert [one.leads for one in sections(column)] == ["hub"]


def test_a_home_page_that_quotes_one_report_is_no_column() -> None:
    titles = ("云泽市2021年政府信息公开工作年度报告", "市长调研", "要闻一则", "要闻两则")
    assert not is_column(page("<title>云泽市人民政府</title>"), titles)
    assert is_column(page("<title>云泽市人民政府</title>"), titles[:2])
    assert is_column(page("<title>公开年报-云泽市人民政府</title>"), titles)


@pytest.mark.parametrize(
    ("title", "is_one"),
    [
        ("云泽市2021年政府信息公开工作年度报告", True),
        ("政府信息公开年度报告（2019年度）", True),
        ("2018年政府网站工作年度报表", False),
        ("2020年法治政府建设年度报告", False),
        ("政府信息公开指南（2018年修订）", False),
        ("2021年政府工作报告", False),
    ],
)
def test_a_title_of_a_report_is_told_from_its_neighbours(title: str, *, is_one: bool) -> None:
    assert is_report_title(title) is is_one
