"""What is said of some applications, one field or one body is no figure of the whole."""

from __future__ import annotations

import pytest

from tests.parsers.prose import organ_values, paragraphs, said

ASKED = "(二)依申请公开政府信息情况"
PUBLISHED = "(一)主动公开政府信息情况"


@pytest.mark.parametrize(
    "said_of_some",
    [
        "涉及拆迁的信息已按条例全部予以公开",
        "属于主动公开范围的,均予以公开;其余已答复",
        "对可以公开的均予以公开,对不能公开的说明理由",
        "除涉密外,均予以公开",
        "并将申请内容涉及的文件全部予以公开",
        "并非均予以公开,部分不予公开",
        "未能全部予以公开",
        "公开办、业务科室均予以公开",
        "都同意公开,但申请人撤回",
    ],
)
def test_what_is_granted_of_some_is_not_granted_of_all(said_of_some: str) -> None:
    stated = said(ASKED, f"收到申请46件,{said_of_some}。")
    assert stated["requests.received"] == 46
    assert "requests.answered.granted" not in stated


@pytest.mark.parametrize(
    "all_granted",
    [",均在法定期限内答复,全部予以公开", ",均依法予以公开", "均予以公开", "全部同意公开"],
)
def test_all_are_granted_where_nothing_sets_some_apart(all_granted: str) -> None:
    assert said(ASKED, f"收到申请46件{all_granted}。")["requests.answered.granted"] == 46


@pytest.mark.parametrize(
    "of_one_field",
    [
        "公开财政信息20条,公开教育信息30条,公开环保信息40条。",
        "在饮用水方面主动公开水质、水价等信息20条;在防汛方面公开预警等信息60条。",
        "县教育局等部门公开教育信息400条。",
        "我市加强监测,公开环境信息400条。",
        "微博、微信共公开信息276条。",
        "每月公开各项财政信息20条。",
    ],
)
def test_one_field_is_no_total(of_one_field: str) -> None:
    assert "proactive.total" not in said(PUBLISHED, of_one_field)


@pytest.mark.parametrize(
    "whole",
    [
        "主动公开水质、水价等信息213条。",
        "我局公开水务信息213条,其中微博105条。",
        "各部门配合,我局全年公开水务信息213条。",
        "全年在各领域主动公开水质、水价等信息213条。",
    ],
)
def test_the_field_of_an_office_is_its_total(whole: str) -> None:
    assert said(PUBLISHED, whole)["proactive.total"] == 213


def test_a_field_does_not_stand_before_the_total() -> None:
    sentence = "重点领域方面,主动公开水质、水价等信息20条。全年公开信息520条。"
    assert said(PUBLISHED, sentence)["proactive.total"] == 520
    assert "proactive.website" not in said(PUBLISHED, "政府网站公开财政信息20条、环境信息10条。")


def test_money_for_other_works_is_no_budget_for_disclosure() -> None:
    for sentence, budget in (
        ("我局重视信息公开工作,保障经费,安排专项经费5万元。", 5),
        ("我局重视信息公开工作,保障经费,安排专项经费50万元用于水库加固。", None),
        ("推进政务公开,全年安排经费120万元改造水厂。", None),
    ):
        assert said("一、概述", sentence).get("institution.budget") == budget


def test_a_conference_attended_is_not_held() -> None:
    held = "response.press_conferences"
    assert said(PUBLISHED, "组织召开“放管服”等新闻发布会12场。")[held] == 12
    assert held not in said(PUBLISHED, "组织参加了省里“放管服”等新闻发布会12场。")


@pytest.mark.parametrize(
    ("heading", "total"), [("(一)市水务局", 382), ("(一)云泽市水务局", 382), ("(一)市教育局", None)]
)
def test_a_chapter_of_the_organ_itself_is_the_whole(heading: str, total: int | None) -> None:
    title = "云泽市水务局2014年政府信息公开年度报告"
    layout = paragraphs(title, "二、主动公开情况", heading, "主动公开政府信息382条。")
    assert organ_values(layout).get("proactive.total") == total


def test_a_chapter_of_another_organ_reaches_over_its_headings() -> None:
    layout = paragraphs(
        "云泽市人民政府2014年政府信息公开年度报告",
        "二、各单位情况",
        "(一)市教育局",
        "1.主动公开情况",
        "主动公开政府信息382条。",
        "2.依申请公开情况",
        "未收到申请。",
    )
    assert organ_values(layout) == {}


def test_an_interview_attended_is_counted_where_none_was_held() -> None:
    interviews = "response.interviews"
    assert said(PUBLISHED, "参加网络访谈3次,组织在线访谈2次。")[interviews] == 2
    assert said(PUBLISHED, "参加网络访谈3次。")[interviews] == 3


def test_a_reason_is_no_answer_where_it_was_not_done() -> None:
    told = said(ASKED, "收到申请46件,2件由于申请人未按要求补正视为撤回,40件因内容不明确补正。")
    assert told.get("requests.answered.amend") == 40
    told = said(ASKED, "收到申请46件,3件因涉及国家秘密不同意公开。")
    assert told.get("requests.answered.refused") == 3
    assert "requests.answered.granted" not in told
