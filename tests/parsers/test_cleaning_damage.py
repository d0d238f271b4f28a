"""Garbled script and damaged characters: what can be read in one way only is put right."""

# ruff: noqa: E501 (Chinese characters count for two columns)

from __future__ import annotations

import pytest

from parsers.cleaning import clean
from parsers.cleaning.characters import mend
from parsers.cleaning.damage import cut_lost_indents, mend_document_numbers, mend_site_names
from parsers.cleaning.lost_digits import mend_text, readings
from parsers.cleaning.script import to_simplified
from tests.parsers.pages import document, lines


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("政府信息公開(kāi)工作年度報（bào）告", "政府信息公开工作年度报告"),
        ("關 (guān)于可吸入顆粒物(PM10)、局域網(lan)的(試行)通知", "关于可吸入颗粒物(PM10)、局域网(lan)的(试行)通知"),
        ("綠(lǜ)化(huà)女(nǚ)干部", "绿化女干部"),
        ("第(a)項(xiàng)、(GDP)、(e)", "第(a)项、(GDP)、(e)"),
    ],
)  # fmt: skip
def test_pinyin_goes_and_the_script_becomes_simplified(written, plain):
    cleaned = clean(document(written), None)
    assert lines(cleaned) == [plain]
    assert cleaned.script == "obfuscated"


def test_pinyin_without_tones_needs_company():
    many = clean(document("文(wen)章(zhang)公開(kai)，年度報(bao)告"), None)
    assert lines(many) == ["文章公开，年度报告"]
    alone = clean(document("《现代汉语词典》中的字(zi)。"), None)
    assert alone.cuts == ()


def test_merely_traditional_text_is_converted_and_said_to_be_so():
    cleaned = clean(document("隨著網絡發展，沿著《著作權法》，蜀山區教育體育局主動公開"), None)
    assert lines(cleaned) == ["随着网络发展，沿着《著作权法》，蜀山区教育体育局主动公开"]
    assert (cleaned.script, cleaned.cuts) == ("traditional", ())


def test_one_to_many_slips_are_mended():
    mechanical = "隻有乾部瞭解製度，標準麵向群眾，復議後徵求意見，公佈齣臺檔案"
    assert (
        to_simplified(mechanical) == "只有干部了解制度，标准面向群众，复议后征求意见，公布出台档案"
    )


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("自201311日起至20131231日止", "自2013年1月1日起至2013年12月31日止"),
        ("202011日至20201231日", "2020年1月1日至2020年12月31日"),
        ("自20151月1日起至201512月31日止", "自2015年1月1日起至2015年12月31日止"),
        ("2018年11日—2018年1231日", "2018年1月1日—2018年12月31日"),
        ("在20103月的机构改革中", "在2010年3月的机构改革中"),
        ("20111224日上线", "2011年12月24日上线"),
        ("从201312月开始", "从2013年12月开始"),
        ("2013628日报告", "2013年6月28日报告"),
        ("编号2013628日志，合同20151月报表", "编号2013628日志，合同20151月报表"),
    ],
)
def test_lost_units_come_back_where_one_reading_is_left(written, whole):
    assert mend_text(written, 2013)[0] == whole


def test_a_date_with_two_readings_stays_and_is_flagged():
    text, cuts = mend_text("于2014111日召开", 2014)
    assert text == "于2014111日召开"
    assert [(cut.action, cut.quote) for cut in cuts] == [("flagged", "2014111日")]


@pytest.mark.parametrize(
    ("text", "mended", "quotes"),
    [
        (
            "自201411日至1231日，自201311日至1231日",
            "自2014年1月1日至12月31日，自2013年1月1日至12月31日",
            ["201411日", "201311日", "1231日", "1231日"],
        ),
        ("200099日-99日", "2000年9月9日-99日", ["200099日", "99日"]),
        ("2014年1月1日至3131日", "2014年1月1日至3131日", ["3131日"]),
    ],
)
def test_a_period_has_its_months_again_where_they_can_be_read(text, mended, quotes):
    made, cuts = mend_text(text, 2014)
    assert made == mended
    assert [cut.quote for cut in cuts] == quotes


@pytest.mark.parametrize(
    ("signed", "year", "whole"),
    [
        ("2014125", 2014, "2014年12月5日"),
        ("2016111", 2016, "2016年11月1日"),
        ("2015316", 2014, "2015年3月16日"),
        ("宁德市交通运输局 2016125", 2016, "宁德市交通运输局 2016年12月5日"),
        ("2015116", 2014, "2015116"),
        ("200125", 2014, "200125"),
    ],
)
def test_the_date_under_a_report_is_read_by_the_report(signed, year, whole):
    text = f"渠县水务局{year}年政府信息公开工作年度报告\n渠县水务局\n{signed}"
    assert lines(clean(document(text), None))[2] == whole


def test_the_date_that_the_page_states_decides_between_two_readings():
    text = "渠县水务局2014年政府信息公开年报\n发布时间：2015-01-19\n渠县水务局\n2015116"
    assert lines(clean(document(text), None))[3] == "2015年1月16日"


def test_digits_have_the_readings_that_the_calendar_allows():
    assert readings("131") == [(1, 31)]
    assert readings("111") == [(1, 11), (11, 1)]
    assert readings("31") == [(3, 1)]
    assert readings("0316") == [(3, 16)]
    assert readings("99") == [(9, 9)]
    assert readings("1331") == []


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("(宁政办2014213)", "(宁政办〔2014〕213号)"),
        ("(宁交办〔201431)", "(宁交办〔2014〕31号)"),
        ("(冀政办函2014〕51号)", "(冀政办函〔2014〕51号)"),
        ("〔20211号", "〔2021〕1号"),
        ("（廊政办发201645号）", "（廊政办发〔2016〕45号）"),
        ("(〔2014〕108号)", "(〔2014〕108号)"),
        ("(截至2014125)", "(截至2014125)"),
        ("办公室2014125", "办公室2014125"),
        ("廊政〔20141号，廊政〔20142号", "廊政〔2014〕1号，廊政〔2014〕2号"),
        ("〔20000", "〔2000〕0号"),
        ("2014〕12号", "2014〕12号"),
        ("(廊政办201412)", "(廊政办〔2014〕12号)"),
        ("(共计201412)", "(共计201412)"),
    ],
)
def test_document_numbers_get_their_brackets_back(written, whole):
    assert mend_document_numbers(written)[0] == whole


def test_digits_of_a_document_number_are_no_date():
    text = "渠县水务局2014年政府信息公开年报\n根据通知(宁政办2014125)要求。"
    assert "宁政办〔2014〕125号" in lines(clean(document(text), None))[1]


def test_only_a_sites_name_gets_its_dot_back():
    assert mend_site_names("“中国?渠县”政府门户网站")[0] == "“中国·渠县”政府门户网站"
    assert mend_site_names("通过中国?渠县政府门户网站")[0] == "通过中国·渠县政府门户网站"
    assert mend_site_names("你爱中国?我们爱")[0] == "你爱中国?我们爱"


def test_question_marks_go_only_where_white_space_stood():
    assert cut_lost_indents("???一、概述")[0] == "一、概述"
    assert cut_lost_indents("年報 ??其他 ?? 報告")[0] == "年報 其他 報告"
    assert cut_lost_indents("怎么办?? 请看")[0] == "怎么办?? 请看"


def test_radicals_and_wide_digits_become_plain():
    text, cuts = mend("⻓江２０１９年⾼\u200b级")
    assert text == "长江2019年高级"
    assert [(cut.quote, cut.replacement) for _, cut in cuts] == [("⻓", "长"), ("⾼", "高")]
