"""Figures learnt from h151 to h206, each beside what looks like it and is another."""

from __future__ import annotations

import pytest

from tests.parsers.lookalikes import BODY, TITLE, drawn, item, prose, report, table, values

BOX = table(["索引号", "A-1/2015", "时效性", "现行有效"])

IN_FORCE = table(["信息内容", "现行有效"], ["规章", "0"], ["规范性文件", "3"])

HEADED = table(
    ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
    ["规范性文件", "1", "1", "9"],
)


@pytest.mark.parametrize(
    ("under", "template"),
    [
        (BOX, "narrative"),
        (IN_FORCE, "tables_2021"),
        (BOX + HEADED, "tables_2019"),
        (BOX.replace("现行有效", "现行有效件数"), "tables_2021"),
    ],
    ids=["box", "header cut short", "box and table", "header"],
)
def test_a_box_that_says_what_is_in_force_is_no_table_of_disclosure(under, template):
    assert report(under=under).template == template


HEAD = ("指标", "数值", "单位")

STATISTICS = table(
    HEAD,
    ("主动公开政府信息数", 300, "条"),
    ("主动公开规范性文件数", 3, "条"),
    ("制发规范性文件总数", 3, "件"),
    ("政府公报公开政府信息数", 0, "条"),
    ("政府网站公开政府信息数", 200, "条"),
    ("政务微博公开政府信息数", 0, "条"),
    ("政务微信公开政府信息数", 0, "条"),
    ("收到申请数", 4, "件"),
)


@pytest.mark.parametrize(
    ("part", "complaints"),
    [
        (table(HEAD, ("举报投诉数量", 2, "件")), 2),
        (table(("指标", "2012年", "2013年"), ("举报投诉数量", 2, 5)), None),
        (table(("举报投诉数量", 2, "件")), None),
    ],
    ids=["part", "other years", "no header"],
)
def test_a_part_of_the_statistics_table_is_headed_as_the_others_are(part, complaints):
    assert values(report(STATISTICS + part)).get("complaints.total") == complaints
    assert values(report(part)).get("complaints.total") is None


ENDS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


REVIEW, SUITS = ["1", "0", "0", "0", "1"], ["0", "2", "0", "0", "2", "0", "0", "3", "0", "3"]


def test_reviews_and_suits_may_have_tables_of_their_own():
    one = table(["行政复议"], ENDS, REVIEW)
    two = table(["行政诉讼"], ["未经复议直接起诉", "复议后起诉"], ENDS * 2, SUITS)
    found = values(report(one, two))
    assert found["remedies.review.total"] == 1
    assert found["remedies.litigation_direct.corrected"] == 2
    assert found["remedies.litigation_after_review.other"] == 3


@pytest.mark.parametrize(
    "rows",
    [
        [ENDS, REVIEW],
        [["行政复议", "行政诉讼"], ENDS * 2, SUITS],
        [["行政诉讼"], ENDS, REVIEW],
        [["行政复议", "复议后起诉"], ENDS, REVIEW],
    ],
    ids=["no remedy", "one of two", "suits of some kind", "two of one"],
)
def test_outcomes_without_their_remedy_are_nobodys(rows):
    assert not [name for name in values(report(table(*rows))) if name.startswith("remedies")]


@pytest.mark.parametrize(
    ("sentence", "total"),
    [
        ("截至2014年底，全县主动公开政府信息4127条。2014年当年主动公开政府信息2318条。", 2318),
        ("2013年当年主动公开政府信息2000条。2014年主动公开政府信息300条。", 300),
        ("主动公开政府信息300条，其中县卫生局当年公开信息20条。", 300),
        ("当年主动公开目录20条，主动公开政府信息300条。", 300),
    ],
)
def test_what_came_in_the_year_says_so(sentence, total):
    assert prose(sentence, "二、主动公开情况")["proactive.total"] == total


@pytest.mark.parametrize(
    ("sentence", "website"),
    [
        ("主动公开政府信息共386条，其中：学校网站271条，微信公众号83条。", 271),
        ("主动公开政府信息500条，其中县政府网站200条，学校网站150条。", None),
        ("主动公开政府信息386条，其中各学校网站271条。", None),
        ("全年发布招聘信息30条，其中学校网站20条。", None),
    ],
)
def test_a_schools_site_is_the_organs_where_it_is_the_only_one(sentence, website):
    assert prose(sentence, "二、主动公开情况").get("proactive.website") == website


@pytest.mark.parametrize(
    ("sentence", "complaints"),
    [
        ("没有行政复议、行政诉讼和举报发生。", 0),
        ("没有发生行政复议、行政诉讼和消费投诉。", None),
        ("没有发生行政复议、行政诉讼和信访投诉。", None),
        ("没有接到投诉。", None),
    ],
)
def test_complaints_beside_remedies_are_about_disclosure(sentence, complaints):
    found = prose(sentence, "四、复议、诉讼、举报情况")
    assert found.get("complaints.total") == complaints


@pytest.mark.parametrize(
    ("sentence", "metric"),
    [
        ("收到政府信息公开申请1件，已按期答复，属于已主动公开范围。", "already_public"),
        ("收到政府信息公开申请1件，信息不存在。", "not_exist"),
        ("收到政府信息公开申请1件，不属于本机关公开范围。", "not_this_agency"),
        ("收到政府信息公开申请1件，不属于主动公开范围。", None),
        ("收到政府信息公开申请1件，属于主动公开范围的，告知获取方式。", None),
        ("收到政府信息公开申请3件，其中1件，信息不存在。", None),
        ("收到政府信息公开申请2件，属于主动公开范围。", None),
        ("收到举报1件，信息不存在。", None),
    ],
)
def test_one_application_has_one_answer(sentence, metric):
    found = prose(sentence, "三、依申请公开情况")
    names = ("already_public", "not_exist", "not_this_agency")
    assert [n for n in names if found.get(f"requests.answered.{n}") == 1] == [metric] * bool(metric)


def test_a_body_that_reports_set_up_is_no_leading_group():
    heading = "五、机构和人员"
    for sentence, offices in (
        ("全市设立政府信息公开工作机构86个。", 86),
        ("成立政府信息公开工作领导机构1个。", None),
        ("设立信息公开机构查阅点3个。", None),
    ):
        assert prose(sentence, heading).get("institution.offices") == offices


@pytest.mark.parametrize(
    ("sentence", "website"),
    [
        ("主动公开政府信息1255条（2013年：1022条；增22%），其中网站公开906条。", 906),
        ("主动公开政府信息1255条（2013年1022条，其中网站公开906条）。", None),
        ("2013年主动公开政府信息1255条（2014年：1022条），其中网站公开906条。", None),
        ("主动公开政府信息1255条，2013年为1022条，其中网站公开906条。", None),
        ("2013年公开1022条，本年度（2014年）主动公开信息1255条，其中网站公开906条。", 906),
        ("去年（2013年）主动公开信息1255条，其中网站公开906条。", None),
    ],
)
def test_another_year_in_brackets_holds_within_them(sentence, website):
    found = prose(sentence, "二、主动公开情况")
    assert found.get("proactive.website") == website


@pytest.mark.parametrize(
    ("sentence", "received"),
    [
        ("2014年收到书面申请3件。", 3),
        ("2014年收到书面申请3件，网上申请5件。", None),
        ("2014年收到申请8件，其中书面申请3件。", 8),
        ("2014年收到低保书面申请3件。", None),
    ],
)
def test_a_written_application_is_all_where_no_other_way_is_told(sentence, received):
    assert prose(sentence, "三、依申请公开情况").get("requests.received") == received


@pytest.mark.parametrize(
    ("words", "count"), [("均为零。", 0), ("均为0件。", 0), ("均为零星案件。", None)]
)
def test_nothing_of_what_a_heading_names_is_zero(words, count):
    found = prose(words, "四、复议、诉讼、举报情况")
    names = ("review.total", "litigation.total", "complaints.total")
    assert [found.get(name) for name in names] == [count] * 3


PRINTED = """2014年，我局主动公开政府信息1872条，其中通过门
户网站公开1640条，通过政务微博公开151条，以及其
他方式公开81条，收到政府信息公开申请的数量为9件，
其中网上申请5件，现场申请4件，没有收取任何费用。"""


def test_lines_that_print_has_cut_are_one_sentence():
    found = values(item(drawn(TITLE, "二、主动公开情况", PRINTED)))
    assert (found["proactive.website"], found["requests.received"]) == (1640, 9)


def test_short_lines_are_not_put_together():
    lines = "二、主动公开情况\n主动公开政府信息1872条\n门户网\n站公开1640条"
    assert values(item(drawn(TITLE, lines))).get("proactive.website") is None


def columns(*names):
    """Return a statistics table with these columns of numbers: n, 2n, 3n and so on."""
    labels = ("主动公开政府信息数", "政府网站公开政府信息数", "收到申请数", "当面申请数")
    lines = ([label, *(100 * n + 100 for n, _ in enumerate(names))] for label in labels)
    return table(["统计指标", *names], *lines)


@pytest.mark.parametrize(
    ("names", "total"),
    [
        (["县本级", "乡镇", "合计"], 300),
        (["合计", "县本级", "乡镇"], 100),
        (["全县合计", "县直部门"], 100),
        (["县本级", "乡镇"], 100),
        (["数量"], 100),
        (["2013年合计", "合计"], 200),
        (["合计", "总计"], 100),
    ],
)
def test_a_column_of_sums_is_the_whole_beside_its_parts(names, total):
    assert values(report(columns(*names)))["proactive.total"] == total


@pytest.mark.parametrize(
    ("sentence", "metrics"),
    [
        (
            "收到政府信息公开申请1件（信函申请），已在法定期限内予以公开。",
            {"requests.received.letter", "requests.answered.granted"},
        ),
        ("收到政府信息公开申请4件（均为网络申请）。", {"requests.received.online"}),
        ("收到政府信息公开申请4件（信函申请）。", set()),
        ("收到政府信息公开申请1件（通过网络答复），在法定期限内办结。", set()),
        ("收到政府信息公开申请1件（网络平台转来的信访），未予以公开。", set()),
    ],
)
def test_brackets_behind_a_number_say_how_it_came(sentence, metrics):
    found = prose(sentence, "三、依申请公开情况")
    told = ("requests.received.", "requests.answered.granted")
    assert {name for name in found if name.startswith(told)} == metrics


@pytest.mark.parametrize(
    ("sentence", "upheld"),
    [
        ("行政复议1宗，市政府维持我局答复。", 1),
        ("行政复议1宗，市政府法制办办理，维持秩序。", None),
        ("行政复议2宗，市政府维持我局答复。", None),
    ],
)
def test_a_government_upholds_what_was_decided(sentence, upheld):
    assert prose(sentence, "四、复议、诉讼情况").get("review.upheld") == upheld


@pytest.mark.parametrize(
    ("sentence", "total"),
    [
        ("我局共主动公开信息五十六（56）条，其中其他12条。", 56),
        ("我局共主动公开信息一千二百零五（1205）条。", 1205),
        ("我局共主动公开信息五十六（65）条。", None),
        ("我局共主动公开信息（56）条。", None),
        ("按照《条例》第五十六（56）条，我局共主动公开信息12条。", 12),
    ],
)
def test_a_number_in_words_and_in_digits_is_one(sentence, total):
    found = item(drawn(TITLE, BODY.splitlines()[1], "二、主动公开情况", sentence))
    assert values(found).get("proactive.total") == total
    spans = [found.text[f.start : f.end] for f in found.facts if f.metric == "proactive.total"]
    assert all(str(total) in span for span in spans)
