"""Wordings that strangers' pages brought: each with sentences that only look like it."""

from __future__ import annotations

import pytest

from tests.parsers.prose import said

REQUESTS = "三、依申请公开情况"
PROACTIVE = "二、主动公开情况"
REMEDIES = "五、复议、诉讼情况"


@pytest.mark.parametrize("words", ["均未发生。", "没有发生。", "未出现。", "都没有。", "均无。"])
def test_a_heading_of_remedies_is_denied_in_a_word(words):
    assert said(REMEDIES, words) == {"review.total": 0, "litigation.total": 0}


@pytest.mark.parametrize(
    "words",
    [
        "均未发生败诉。",
        "没有发生违规收费。",
        "没有发生大的变化。",
        "未出现差错。",
        "均已办结。",
        "均没有超期。",
    ],
)
def test_what_denies_a_flaw_denies_no_remedy(words):
    assert said(REMEDIES, words) == {}


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("通过网站主动公开信息88条，通过宣传栏公开12条，共计100条。", 100),
        ("通过网站公开信息334条，微信公开信息512条，总计846条。", 846),
        ("通过网站主动公开信息88条，通过宣传栏公开12期。", 88),
        ("通过网站主动公开信息88条，解答咨询12人次，共计用时100小时。", 88),
        ("主动公开政府信息120条，其中网站公开88条，公开栏32条。", 120),
        ("通过网站主动公开信息88条，共计点击1200次。", 88),
        ("主动公开政府信息120条，受理申请2件，共计答复2件。", 120),
    ],
)
def test_the_sum_of_channels_is_the_total_and_no_other_sum(line, total):
    assert said(PROACTIVE, line).get("proactive.total") == total


@pytest.mark.parametrize(
    ("line", "in_person"),
    [
        ("收到公开申请3件，2件当面提出，1件以信函提出。", 2),
        ("收到公开申请3件，其中2件现场提交。", 2),
        ("收到公开申请3件，2件当面答复。", None),
        ("收到公开申请3件，2件当面解释后撤回。", None),
        ("收到公开申请3件，2件当面补正。", None),
        ("收到建议3件，2件当面提出。", None),
        ("收到行政许可申请3件，2件当面提出。", None),
        ("收到公开申请3件；受理信访5件，2件当面提出。", None),
        ("收到公开申请3件；接受咨询5次，2件当面提出。", None),
        ("收到依申请公开3件，收到投诉4件，2件当面提交。", None),
    ],
)
def test_a_way_behind_its_number_needs_a_word_of_handing_in(line, in_person):
    assert said(REQUESTS, line).get("requests.received.in_person") == in_person


@pytest.mark.parametrize(
    ("line", "staff"),
    [
        ("局办公室有2名工作人员兼职负责信息公开。", 2),
        ("由3名同志兼职从事政府信息公开工作。", 3),
        ("没有2名以上同志兼职负责信息公开。", None),
        ("有2名工作人员兼职负责档案管理。", None),
        ("有12名工作人员参加信息公开培训。", None),
        ("有2名工作人员专职负责信息公开。", None),
        ("有2个科室兼职负责信息公开。", None),
        ("各乡镇有2名同志兼职负责信息公开。", None),
        ("每个科室有1名同志兼职负责信息公开。", None),
        ("下属单位有3名同志兼职负责信息公开。", None),
        ("其中宝城镇有2名同志兼职负责信息公开。", None),
        ("原由2名同志兼职负责信息公开，现改为专职。", None),
        ("下一步将由2名同志兼职负责信息公开。", None),
        ("一些股室只有1名同志兼职负责信息公开。", None),
        ("至今还没有由1名同志兼职负责信息公开。", None),
    ],
)
def test_who_has_disclosure_as_a_second_duty_is_counted(line, staff):
    assert said("一、组织领导", line).get("institution.staff_part_time") == staff


@pytest.mark.parametrize(
    ("line", "fees"),
    [
        ("全市收取信息处理费0元。", 0),
        ("全年收取信息处理费1200元。", 0.12),
        ("收取水资源费1200元。", None),
        ("减免信息处理费1200元。", None),
        ("根据信息处理费管理办法，安排经费1200元。", None),
        ("收到信息处理费收取通知1件，涉及1200元。", None),
        ("全年信息处理费收取金额1200元。", 0.12),
        ("除信息处理费外，收取诉讼费1200元。", None),
        ("收取罚款1200元，信息处理费未收取。", None),
        ("信息处理费收费标准为每件收取10元。", None),
        ("按照信息处理费管理办法，每页收取10元。", None),
    ],
)
def test_the_fee_for_handling_information_is_that_of_the_statute(line, fees):
    assert said("六、其他需要报告的事项", line).get("fees.collected") == fees


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("全年收到公开申请2件，1件同意公开，1件不属于本部门掌握。", 1),
        ("全年收到公开申请2件，1件同意公开，1件由本部门答复。", None),
        ("全年收到公开申请2件，均属于本部门职责。", None),
        ("受理热线20次，不属于本部门受理范围的8次。", None),
    ],
)
def test_what_another_holds_is_not_this_agencys(line, count):
    assert said(REQUESTS, line).get("requests.answered.not_this_agency") == count


@pytest.mark.parametrize(
    ("line", "online"),
    [
        ("收到申请4件，均为网络申请，已全部答复。", 4),
        ("收到公开申请1件，为网络申请，已同意公开。", 1),
        ("收到公开申请1件，通过网上提交。", 1),
        ("收到申请4件，均为网络、信函申请。", None),
        ("收到申请4件，为网络申请和当面申请。", None),
        ("收到申请4件，均为网上公开信息的查询。", None),
        ("收到申请4件，均通过网络答复。", None),
        ("收到公开申请1件，为网上购房问题。", None),
        ("收到信访4件，均为网络申请。", None),
        ("收到公开申请1件，通过网络，已予答复。", None),
        ("收到公开申请4件，均通过在线平台，送达答复书。", None),
    ],
)
def test_all_came_by_one_way_only_where_it_is_said_of_all(line, online):
    assert said(REQUESTS, line).get("requests.received.online") == online


def test_one_that_came_by_a_way_was_granted():
    values = said(REQUESTS, "收到公开申请1件，为网络申请，已同意公开。")
    assert values["requests.answered.granted"] == 1
    assert "requests.answered.granted" not in said(REQUESTS, "收到申请2件，为网络申请，已公开。")


@pytest.mark.parametrize(
    ("line", "received"),
    [
        ("全年未收到政府信息公开申请，上年无结转。", 0),
        ("全年未收到政府信息公开申请，无上年结转。", 0),
        ("上年未收到政府信息公开申请。", None),
        ("未收到政府信息公开申请的情况与上年相同，去年亦然。", None),
        ("上年结转政府信息公开申请3件，本年未收到政府信息公开申请。", 0),
    ],
)
def test_what_was_carried_over_says_nothing_of_another_years_zero(line, received):
    assert said(REQUESTS, line).get("requests.received") == received


@pytest.mark.parametrize(
    "line",
    ["上年结转的申请未发生行政复议、行政诉讼。", "对上年结转的申请，未发生行政复议、行政诉讼。"],
)
def test_what_became_of_a_carried_application_is_no_zero_of_all(line):
    assert said(REMEDIES, line) == {}


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("网站公开信息10条，公开栏公开20条，合计30条。", 30),
        ("依申请公开信息10条，不予公开20条，合计30条。", None),
        ("计划公开信息10条，计划公开20条，合计30条。", None),
        ("网站公开信息10条，因故未公开20条，合计30条。", None),
    ],
)
def test_a_sum_is_of_what_was_published(line, total):
    assert said(PROACTIVE, line).get("proactive.total") == total
