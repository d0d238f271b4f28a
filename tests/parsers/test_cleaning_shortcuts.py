"""What is told of a text before it is looked through in full never passes over a finding."""

from __future__ import annotations

import re
from functools import partial

import pytest

from parsers.cleaning import (
    anchor_runs,
    brands,
    characters,
    damage,
    domains,
    lost_digits,
    masses,
    pinyin,
    script,
    stated,
    title_farms,
)
from parsers.cleaning.findings import findings_in, found_in_each, surveys
from parsers.cleaning.flat import Flat
from parsers.cleaning.joined import PART, of_each, of_one
from parsers.cleaning.masses import clear
from parsers.items import Block, Document
from parsers.patterns import holding
from tests.parsers.lines import lines_of, mixed
from tests.parsers.pages import page_of


def test_what_stands_before_a_brand_is_told_by_its_last_letter(monkeypatch):
    pieces = [*"aK7７９必威亚博，。 \n的\u0130\u0131\u017f\u212a", "澳门", "永利", "12"]
    texts = mixed(pieces, 3_000, 9)
    told = [brands._before_name.__wrapped__(text) for text in texts]
    assert {0, 1, 2, 3} <= {*told}
    monkeypatch.setattr(brands, "_last_letters", lambda: {*"".join(texts)})
    assert [brands._before_name.__wrapped__(text) for text in texts] == told


def test_a_domain_is_a_whole_run_of_letters_that_no_address_goes_on_with():
    pieces = ["a", "b9", "-", ".", ".", "@", "/", "_", "https://", "HTTP://", "中", "\n", ".com",
              "x" * 64, "y" * 30, "www.", ".cn", ":", ".CO", "2014", "年", ".vip", "\u212a",
              "gov.cn", "ac.cn", "12345.", "z." * 120]  # fmt: skip
    texts = mixed(pieces, 6_000, 30)
    found = [[each.words for each in domains.domains_in(text)] for text in texts]
    assert found == [[*whole_runs(text)] for text in texts]
    assert sum(map(len, found)) > 200


def whole_runs(text):
    """The same, told run by run."""
    host = rf"(?:[a-z0-9][a-z0-9-]{{0,60}}\.){{1,4}}(?:{domains._TOP})"
    for run in re.finditer(r"(https?://)?([a-z0-9.-]+)", text, re.IGNORECASE):
        words, start, end = run[2], run.start(), run.end()
        if text[end : end + 1] == "年" and re.search(r"[a-z](?:19|20)\d\d$", words):
            words = words[:-4]
        elif re.match("[@/_]", text[end:]):
            continue
        free = start == 0 or not re.match("[@a-z0-9_./-]", text[start - 1], re.IGNORECASE)
        whole = re.fullmatch(host, words, re.IGNORECASE) and len(words) <= 201
        if free and whole and not domains._HONEST.search(words):
            yield (run[1] or "") + words


def test_document_numbers_sought_around_signs_are_those_of_a_look_at_every_place():
    pieces = [*"〔〕号政办发函字国(（）)，《》3", "2014", "19", "20", "政府办", "2014〕", "20143号"]
    found = 0
    for text in mixed(pieces, 20_000, 16):
        for pattern, sign in damage._NUMBERS:
            every = [number.span() for number in pattern.finditer(text)]
            assert [each.span() for each in damage._around(pattern, sign, text)] == every, text
            found += len(every)
    assert found > 500


def test_no_text_that_a_rule_of_damage_changes_or_flags_is_passed_over():
    pieces = [
        *"?\ufffd□？ “”，。1号〔〕发()",
        "中国",
        "廊坊",
        "、、",
        "2014",
        "政办",
        "<span>",
        "?/p>",
    ]
    pieces.append("中国?廊坊政府网")
    concerned = 0
    for text in mixed(pieces, 20_000, 12):
        if damage._mend(text) == (text, []):
            continue
        concerned += 1
        assert damage._CONCERNED.search(text), text
    assert concerned > 5_000


def test_a_run_of_anchors_is_the_same_told_from_the_beginning_or_from_all(monkeypatch):
    pieces = ["久久", "国产av", "传媒", "报告", "|", "|", " ", "，", "、", "长" * 41]
    signs = ["。", "2014年", "局"]
    texts = mixed(pieces, 200, 300) + mixed([*pieces * 20, *signs], 200, 300)
    monkeypatch.setattr(anchor_runs, "_LONG", 10**9)
    runs = anchor_runs.runs_in(texts)
    monkeypatch.setattr(anchor_runs, "_LONG", 0)
    for length in (20, 50, 10**9):
        monkeypatch.setattr(anchor_runs, "_HEAD", length)
        assert anchor_runs.runs_in(texts) == runs
    assert 0 < len(runs) < len(texts)


def test_runs_of_anchors_in_texts_parted_at_once_are_those_of_each_alone():
    pieces = [
        "久久|",
        "国产av|",
        "久久",
        "国产av ",
        "报告 ",
        "bet365 | ",
        "|",
        "，",
        "     ",
        "\n",
        PART,
    ]
    rare = [*pieces * 9, "长" * 41, "查处", "。", "局|"]
    texts = [*dict.fromkeys(mixed(pieces, 1_000, 40) + mixed(rare, 3_000, 40))]
    alone = [anchor_runs.runs_in([text]) for text in texts]
    assert anchor_runs.runs_in(texts) == {text: run for each in alone for text, run in each.items()}
    assert sum(map(len, alone)) > 300


def test_each_brand_of_a_mass_is_counted_as_it_was_written_and_the_longer_goes_whole():
    lines = [f"甲bet{n % 7}365.com，乙365bet体育平台。" for n in range(1500)]
    blocks = tuple(Block(text=line) for line in lines)
    document = Document(page_of(""), "text/html", "utf-8", blocks=blocks)
    page, cuts = clear(Flat(document), frozenset())
    counts = {}
    for cut in cuts:
        counts[cut.quote] = counts.get(cut.quote, 0) + cut.count
    inner = len(lines) - 60
    assert sum(n for quote, n in counts.items() if quote.endswith(".com")) == inner
    assert counts["365bet体育平台"] == inner
    assert "bet" not in "".join(page.texts[100:1400])


def test_doers_sought_before_their_deeds_are_those_of_a_look_at_every_place():
    pieces = [
        *"，。\n 我",
        "莆田市",
        "农业",
        "局",
        "委员会",
        "办公室",
        "镇人民政府",
        "高度",
        "成立",
    ]
    pieces += ["的工作", "甲乙丙丁戊己庚", "主动公开"]
    found = 0
    for text in mixed(pieces, 8_000, 24):
        every = [doer.span() for doer in stated._SUBJECT.finditer(text)]
        assert [doer.span() for doer in stated._subjects(text)] == every, text
        found += len(every)
    assert found > 500


def test_texts_converted_as_one_come_out_as_each_alone():
    pieces = [
        "隨著網絡的發展",
        "著",
        "著作權",
        "瞭望",
        "瞭解",
        "甚麼",
        "頭髮",
        "乾隆",
        "后",
        "。",
        "A",
    ]
    texts = [*dict.fromkeys(mixed(pieces, 2_000, 12))]
    one_by_one = {text: script.to_simplified(text) for text in texts}
    two_lines = "隨著\n網絡"
    one_by_one[two_lines] = "随着\n网络"
    made = each(script._simplified, [*texts, two_lines])
    assert made == [(written, []) for written in one_by_one.values()]


def test_look_alikes_replaced_one_after_another_are_those_of_a_translation(monkeypatch):
    pieces = [*characters._RIGHT, *"年报告2019"]
    texts = mixed(pieces, 4_000, 10)
    few = [characters.mend(text) for text in texts]
    monkeypatch.setattr(characters, "_FEW", -1)
    assert [characters.mend(text) for text in texts] == few
    assert not any(form in right for right in characters._RIGHT.values() for form in pieces[:-7])


def test_one_look_at_many_texts_tells_what_a_look_at_each_does():
    sign = re.compile("甲乙?丙")
    told = holding("甲乙?丙")
    for texts in ([], ["甲丙"], ["甲", "丙"], ["甲\n丙", "乙甲丙", "", "甲乙\n甲丙"], [""]):
        assert told(texts) == {text for text in texts if sign.search(text)}
    texts = mixed([*"甲乙丙丁\n", "甲丙", ""], 3_000, 6)
    assert told(texts) == {text for text in texts if sign.search(text)}


MARKS = [
    *"?？\ufffd \n公开，，。。、、",
    "⼀",
    "⻓",
    "２",
    "关(guān)",
    "关 (guan)",
    "(",
    "〔",
    "〕",
    "号",
]


MARKS += ["2014", "213", "政办发", "中国?廊坊政府网", "<span>", "?/p>", "?", "??", "：："]


MARKS += ["201311日", "20141231", "2014年1231日", "20151月", "自", "至", "日至1231日止", "起"]


def each(rule, texts):
    """What a rule makes of each of many texts, asked of all of them as of one."""
    made, told = of_each(rule, texts, {})
    cuts = [[] for _ in texts]
    for n, cut in told:
        cuts[n].append(cut)
    return [*zip(made, cuts, strict=True)]


DATES = partial(lost_digits._mend_unlabelled, known={})


@pytest.mark.parametrize("rule", [characters.mend, damage._mend, pinyin.cut_glosses, DATES])
@pytest.mark.parametrize("pieces", [MARKS, [*MARKS, PART]], ids=["texts", "with what parts them"])
def test_a_rule_makes_of_joined_texts_what_it_makes_of_each_alone(rule, pieces):
    texts = mixed(pieces, 6_000, 9)
    made = each(rule, texts)
    assert made == [of_one(rule, text) for text in texts]
    assert sum(bool(cuts) for _, cuts in made) > 500
    assert each(rule, []) == []


def test_common_brands_are_cut_from_joined_texts_as_from_each_alone():
    pieces = [
        "bet365体育平台",
        "乐鱼体育官网",
        "bet77体育平台",
        "公开",
        "，",
        "。",
        "查处",
        "\n",
        "12",
        " ",
    ]
    texts = mixed(pieces, 3_000, 9)
    words = masses._commonest(list(findings_in("\n".join(texts), frozenset())))
    made, said, _ = masses._without(texts, words)
    alone = [masses._without([text], words) for text in texts]
    assert made == {n: one[0] for n, (one, _, _) in enumerate(alone) if one}
    assert said == [(n, each) for n, (_, told, _) in enumerate(alone) for _, each in told]
    assert {action for _, (_, action) in said} == {"removed", "flagged"}


@pytest.mark.parametrize("glue", ["\n", ""])
def test_what_is_found_in_joined_texts_is_found_in_each_by_its_number(glue):
    """`glue` makes texts of several lines, or none."""
    pieces = ["bet365体育平台", "www.688365.com", "公开", "，", " ", glue]
    texts = ["", *mixed(pieces, 500, 7), "bet365"]
    look = partial(findings_in, hosts=frozenset())
    alone = {n: found for n, text in enumerate(texts) if (found := tuple(look(text)))}
    assert found_in_each(PART.join(texts), look) == alone
    assert sum(map(len, found_in_each(PART.join(texts), look, 9).values())) == 10


@pytest.mark.parametrize("glue", ["\n", ""])
def test_texts_that_name_a_brand_are_the_same_looked_through_as_one_or_one_by_one(glue):
    pieces = ["bet365", "体育平台", "乐鱼", "体育官网", "公开", "2014", "年", "app", "_", "a", glue]
    texts = ["", *mixed(pieces, 3_000, 6)]
    naming = brands.naming_brands(texts)
    assert naming == {text for text in texts if brands.has_brand(text)}
    assert 300 < len(naming) < len({*texts}) - 300


def test_farm_words_come_out_of_titles_looked_at_as_one_as_out_of_each_alone():
    pieces = ["久久", "国产av", "2014年", "政府信息公开年报", " | ", "-", "  ", "，", PART]
    titles = mixed(pieces, 3_000, 8)
    made = each(title_farms._without_farm_words, titles)
    assert made == [of_one(title_farms._without_farm_words, title) for title in titles]
    assert sum(bool(cuts) for _, cuts in made) > 300
    alone = {title: of_one(title_farms._without_farm_words, title)[0] for title in
             ("久久-2014年 | 国产av", "久久|国产av", "- 2014年 -", "\n久久")}  # fmt: skip
    assert [*alone.values()] == ["2014年", "久久|国产av", "- 2014年 -", "\n久久"]


def test_the_lines_that_are_looked_through_for_words_are_all_that_hold_one():
    pieces = ["bet365体育平台", "乐鱼体育官网", "bet7", "www.abc9.com", "体育", "公开", "，", "12"]
    texts = mixed(pieces, 2_000, 4) + ["公开"] * 3_000
    words = masses._commonest(list(findings_in("\n".join(texts), frozenset())))
    for other in ("甲", "甲\n乙", f"甲{PART}乙"):
        page = lines_of([other, *texts[::-1]])
        every = range(page.first, len(page.texts))
        hold = [n for n in every if words.parted(page.texts[n])[1]]
        runs = [range(every.start, 900), range(1_000, every.stop)]
        within = [n for n in hold if not 900 <= n < 1_000]
        places = masses._lines_with(page, words, runs)
        assert set(within) <= set(places) < set(every)
        assert places == sorted(set(places).difference(range(900, 1_000)))
        most = [range(hold[0], hold[0] + 1), range(every.start, hold[0])]
        assert masses._lines_with(page, words, most[:1]) == [hold[0]]


def test_brands_known_before_clearing_change_nothing_of_what_goes():
    lines = [f"第{n}条bet{n % 7}365.com，乙365bet体育平台。" for n in range(2500)]
    lines[:40], lines[2200] = ["必威体育。" * 10] * 40, "公开第2200条必威体育信息。"
    blocks = tuple(Block(text=line) for line in lines)
    document = Document(page_of(""), "text/html", "utf-8", blocks=blocks)
    page = Flat(document)
    for survey in surveys(page, frozenset()):
        survey.first(page, 2001)
    once, cuts = clear(page, frozenset())
    again, same = clear(Flat(document), frozenset())
    assert (once.texts, cuts) == (again.texts, same)
    assert cuts
