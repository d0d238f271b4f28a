"""Lists of strange links, pages of thousands of brands, periods whose second date is torn."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from parsers.cleaning import clean, link_lists
from parsers.cleaning.lost_digits import mend_text
from parsers.cleaning.masses import SUSPECT
from parsers.extract import extract
from parsers.patterns import holding, registered
from tests.parsers.cleaning_set.measure import measure
from tests.parsers.cleaning_set.written import written
from tests.parsers.pages import LANGFANG, page_of, paragraphs

STRANGE = [page for page in written() if page.name.startswith("fourth-strange")]
HONEST_LISTS = [
    page
    for page in written()
    if page.name.startswith("fourth-honest") or page.name == "honest-links"
]
PHRASES = [
    "凌晨三点的出租屋",
    "她的秘密第七集",
    "高手心水论坛资料",
    "一夜之间回本",
    "重口味老司机带路",
    "寂寞难耐的夜晚",
    "稳赚不赔小技巧",
    "单双大小怎么看",
]


def linked(words, host="http://www.{}.com/", label=""):
    names = ["qzkmd", "bvtrx", "wplog", "nfkqe", "tyzzd", "ubcra", "oepki", "lkwsa"]
    links = " ".join(
        f'<a href="{host.format(name)}">{word}</a>' for name, word in zip(names, words, strict=True)
    )
    text = "廊坊市2014年政府信息公开工作年度报告\n全年主动公开信息1203条。"
    return extract(
        page_of(f"{paragraphs(text)}<div>{label}{links}</div>", "http://www.lf.gov.cn/a")
    )


# --- anchor texts unlike the page ---


@pytest.mark.parametrize("page", STRANGE, ids=lambda page: page.name)
def test_anchors_unlike_the_page_come_out_and_nothing_else_would_see_them(page, monkeypatch):
    assert measure([page]).recall == 1.0
    monkeypatch.setattr(link_lists, "is_strange", lambda *_: False)
    assert measure([page]).recall == 0.0


@pytest.mark.parametrize("page", HONEST_LISTS, ids=lambda page: page.name)
def test_honest_lists_of_links_stay(page):
    assert clean(extract(page.page(page.served())), page.known).cuts == ()


def cuts_of(document):
    return clean(document, LANGFANG).cuts


def test_a_strange_list_is_cut_by_its_own_rule():
    assert [cut.rule for cut in cuts_of(linked(PHRASES))] == ["list of anchors unlike the page"]


def test_under_a_label_of_the_portals_own_it_is_flagged_and_stays():
    document = linked(PHRASES, label="友情链接：")
    (cut,) = cuts_of(document)
    assert (cut.kind, cut.action) == ("link_farm", "flagged")
    assert clean(document, LANGFANG).document == document


@pytest.mark.parametrize(
    "document",
    [
        linked(PHRASES, host="http://www.one.com/{}"),
        linked(PHRASES, host="http://{}.lf.gov.cn/"),
        linked([f"廊坊信息公开{word}" for word in PHRASES]),
        linked([f"{word}集团" for word in PHRASES]),
        linked(
            [
                "China Railway",
                "Bank of China",
                "Air China",
                "Sinopec",
                "Haier",
                "Gree",
                "Midea",
                "Lenovo",
            ]
        ),
    ],
    ids=["one host", "government hosts", "words of the page", "organisations", "Latin names"],
)
def test_one_sign_alone_does_not_make_a_list_strange(document):
    assert cuts_of(document) == ()


def test_seven_strange_links_are_too_few():
    document = linked(PHRASES)
    blocks = [b for b in document.blocks if b.links]
    assert len(blocks[0].links) == link_lists.MIN_STRANGERS
    fewer = replace(
        blocks[0], links=blocks[0].links[:-1], text=blocks[0].text.replace(PHRASES[-1], "")
    )
    others = [b for b in document.blocks if not b.links]
    assert cuts_of(replace(document, blocks=(*others, fewer))) == ()


# --- thousands of brands ---

SENTENCE = "全市加强政务公开平台建设，回应群众关切。"
TITLE = "廊坊市2014年政府信息公开工作年度报告"


def page(body):
    lines = [TITLE, "本报告由廊坊市人民政府编制。", *body, "廊坊市人民政府", "2015年3月1日"]
    return extract(page_of(paragraphs("\n".join(lines)), "http://www.copied.example/a"))


def text_of(cleaned):
    return "\n".join(block.text for block in cleaned.document.blocks)


def test_a_farm_of_thousands_of_brands_goes_and_the_report_stays():
    cleaned = clean(
        page([SENTENCE, "365bet体育平台 澳门新葡京官网 必威体育 " * 1500, SENTENCE]), None
    )
    assert text_of(cleaned).split("\n") == [
        TITLE, "本报告由廊坊市人民政府编制。", SENTENCE, SENTENCE, "廊坊市人民政府", "2015年3月1日",
    ]  # fmt: skip
    assert sum(cut.count for cut in cleaned.cuts if cut.action == "removed") >= 4000


def test_where_thousands_stand_for_a_name_gaps_are_marked_and_sentences_stay():
    body = [
        f"第{n}项：由乐鱼体育官网负责落实并公开办理结果，按期反馈群众。" * 3 for n in range(900)
    ]
    cleaned = clean(page([SENTENCE, *body]), None)
    assert "乐鱼体育" not in text_of(cleaned)
    assert "第450项：由□负责落实并公开办理结果" in text_of(cleaned)
    assert TITLE in text_of(cleaned)


def test_brands_that_differ_by_their_number_are_one():
    body = [f"bet{n}体育平台在此公布2013年数据若干，供各界查阅使用。" for n in range(3000)]
    assert "体育平台" not in text_of(clean(page(body), None))


def test_brands_glued_to_one_word_by_the_thousand_leave_no_page_uncleaned():
    """No pattern of such a word can be proved to be bounded: it is none of the common ones."""
    body = ["公开bet365必威体育办理"] * 2_000
    for word in ("bet365必威体育" * 3_000, "必威体育" * 31):
        cleaned = clean(page([*body[:100], SENTENCE, f"{word}。", SENTENCE, *body]), None)
        assert "bet365必威体育办理" not in text_of(cleaned)
        assert text_of(cleaned).count(SENTENCE) == 2
    glued = ["bet365必威体育" * 30 + "。"] * 3_000
    assert "必威" not in text_of(clean(page([SENTENCE, *glued, SENTENCE]), None))


def test_thousands_of_ever_new_brands_go_by_the_sentence():
    names = ["".join(four) + "体育官网" for four in product("qxzvwkj", repeat=4)]
    cleaned = clean(page([SENTENCE, *(f"欢迎来到{name}。" for name in names), SENTENCE]), None)
    assert "体育官网" not in text_of(cleaned).replace("\n", "")[200:]
    assert text_of(cleaned).count(SENTENCE) == 2
    quoted = "".join(cut.quote * cut.count for cut in cleaned.cuts)
    assert len(quoted) >= len(names) * len("体育官网")


def test_a_list_of_sites_that_were_shut_down_stays():
    line = "依法关停“365bet体育平台”“澳门新葡京官网”“乐鱼体育官网”等涉赌网站，打击跨境赌博。"
    cleaned = clean(page([line] * 900), LANGFANG)
    assert text_of(cleaned).count(line) == 900


def test_of_texts_on_enforcement_each_sentence_is_judged_by_itself():
    honest = "查处第{n}起诈骗，涉案的是365bet体育平台。"
    others = ("由365bet体育平台负责落实第{n}项工作。", "365bet体育平台365bet体育平台。", SENTENCE)
    lines = ["".join((others[n % 3], honest, others[n // 3 % 3])) for n in range(1500)]
    body = [line.replace("{n}", str(n)) for n, line in enumerate(lines)]
    cleaned = clean(page([SENTENCE, *body, SENTENCE]), None)
    kept = text_of(cleaned).split("\n")
    for n in (300, 301, 302, 303, 304, 305, 306, 307, 308):
        (line,) = (each for each in kept if f"查处第{n}起" in each)
        marked = body[n].replace("由365bet体育平台", "由□")
        assert line == marked.replace("365bet体育平台365bet体育平台。", "")


def test_a_second_mass_below_the_first_goes_as_well():
    """The words of the first leave its lines as they are: those of the second do not."""
    first = [f"由365bet体育平台负责落实第{n}项工作。" for n in range(1100)]
    second = [f"由乐鱼体育官网负责落实第{n}项工作。" for n in range(2300)]
    cleaned = clean(page([SENTENCE, *first, *second, SENTENCE]), None)
    assert "体育" not in text_of(cleaned)
    assert text_of(cleaned).count("由□负责落实") > len(second)


def test_clearing_a_mass_is_clearing_it_twice():
    once = clean(page(["必威体育平台、亚博体育官网。" * 1400, SENTENCE]), None)
    twice = clean(once.document, None)
    assert twice.document == once.document


def test_words_of_a_page_are_not_listed_as_patterns_of_ours():
    before = len(registered())
    clean(page([f"由365bet体育平台{n}号负责。" for n in range(2500)]), None)
    clean(page([f"由必威体育官网{n}号负责。" for n in range(2500)]), None)
    assert len(registered()) == before


def test_texts_that_hold_a_pattern_are_told_from_all_at_once():
    texts = ["甲", "365bet", "", "乙\n乙", "x.com", "bet365体育", "甲"]
    assert holding("乙|bet", ignore_case=True)(texts) == {"365bet", "乙\n乙", "bet365体育"}
    assert holding(SUSPECT, ignore_case=True)(["年报", "www.688365.com公报"]) == {
        "www.688365.com公报"
    }


# --- the second date of a period ---


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("自201411日至1231日止", "自2014年1月1日至12月31日止"),
        ("自2014年1月1日起，至1231日", "自2014年1月1日起，至12月31日"),
        ("201411日—1231止", "2014年1月1日—12月31日止"),
        ("2014年10月1日至107日", "2014年10月1日至10月7日"),
        ("2014年3月1日至111日", "2014年3月1日至11月1日"),
        ("2014125日至1231日", "2014125日至12月31日"),
    ],
)
def test_the_second_date_of_a_period_is_restored_where_one_day_fits(torn, whole):
    assert mend_text(torn, 2014)[0] == whole
    assert mend_text(whole, 2014)[0] == whole


@pytest.mark.parametrize(
    "text", ["2014年1月1日至111日", "2014年5月1日至32日", "2014年1月1日到999日"]
)
def test_a_second_date_of_two_readings_or_none_is_flagged_and_stays(text):
    found, cuts = mend_text(text, 2014)
    assert found == text
    assert [cut.action for cut in cuts] == ["flagged"]


@pytest.mark.parametrize(
    "text",
    [
        "2014年1月1日至15日", "2014年1月1日至31日", "2014年1月1日至1231件", "2014年1月1日至120日报",
        "2014年1月1日至12月31日", "电话2014年1月1日-1231号",
    ],
)  # fmt: skip
def test_days_and_numbers_behind_a_date_stay(text):
    assert mend_text(text, 2014) == (text, [])
