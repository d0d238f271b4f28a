"""What is told of a text before it is looked through in full never passes over a finding."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import partial

import pytest

from parsers import cleaning
from parsers.cleaning import (
    anchor_runs,
    brands,
    characters,
    clean,
    damage,
    domains,
    findings,
    lost_digits,
    masses,
    pinyin,
    script,
    stated,
    title_farms,
)
from parsers.cleaning.blocks import texts_of
from parsers.cleaning.findings import Survey, brands_of, findings_in, found_in_each, surveys
from parsers.cleaning.flat import Flat
from parsers.cleaning.joined import PART, of_each, of_one
from parsers.cleaning.lines import lines_hit, texts_hit
from parsers.cleaning.masses import clear
from parsers.cleaning.memory import Memory, Texts
from parsers.extract import extract
from parsers.items import Block, Cell, Cut, Document, Link
from parsers.patterns import bounded, holding, lines_holding
from parsers.shown import shown
from tests.parsers.cleaning_set.generated import generated
from tests.parsers.hostile import SHAPES
from tests.parsers.pages import LANGFANG, page_of

SEED = 20261122
PAGES = [extract(page.page(page.served())) for page in generated(SEED)[::9]]


def mixed(pieces, count, longest):
    """Texts of pieces at random, the same ones in every run."""
    chance = random.Random(SEED)
    return ["".join(chance.choices(pieces, k=chance.randrange(1, longest))) for _ in range(count)]


def test_what_stands_before_a_brand_is_told_by_its_last_letter(monkeypatch):
    pieces = [*"aK7７９必威亚博，。 \n的\u0130\u0131\u017f\u212a", "澳门", "永利", "12"]
    texts = mixed(pieces, 3_000, 9)
    told = [brands._before_name.__wrapped__(text) for text in texts]
    assert {0, 1, 2, 3} <= {*told}
    monkeypatch.setattr(brands, "_last_letters", lambda: {*"".join(texts)})
    assert [brands._before_name.__wrapped__(text) for text in texts] == told


def lines_of(texts):
    """A page of these lines."""
    blocks = tuple(Block(text) for text in texts)
    return Flat(Document(page_of(""), "text/html", "utf-8", "题", blocks=blocks))


def test_domains_looked_for_before_top_level_ones_are_those_of_a_look_at_every_place(monkeypatch):
    pieces = ["a", "b9", "-", ".", ".", "@", "/", "_", "https://", "HTTP://", "中", "\n", ".com",
              "x" * 64, "y" * 30, "www.", ".cn", ":", ".CO", "2014", "年", ".vip", "\u212a",
              "z." * 120]  # fmt: skip
    texts = mixed(pieces, 6_000, 30)
    found = [list(domains.domains_in(text)) for text in texts]
    monkeypatch.setattr(domains, "_tokens", domains._TOKEN.finditer)
    assert [list(domains.domains_in(text)) for text in texts] == found
    assert sum(map(len, found)) > 200


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


def test_a_run_of_anchors_is_the_same_told_from_a_few_pieces_or_from_all(monkeypatch):
    pieces = ["久久", "国产av", "传媒", "报告", "|", "|", " ", "，", "、", "长" * 41]
    signs = ["。", "2014年", "局"]
    texts = mixed(pieces, 200, 300) + mixed([*pieces * 20, *signs], 200, 300)
    monkeypatch.setattr(anchor_runs, "_LONG", 10**9)
    runs = anchor_runs.runs_in(texts)
    monkeypatch.setattr(anchor_runs, "_LONG", 0)
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


@pytest.mark.parametrize(
    "rule", [characters.mend, damage._mend, pinyin.cut_glosses, lost_digits._mend_unlabelled]
)
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
    made = each(lambda whole: masses._without(whole, words), texts)
    assert made == [of_one(lambda whole: masses._without(whole, words), text) for text in texts]
    assert {cut.action for _, cuts in made for cut in cuts} == {"removed", "flagged"}


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
        hold = [n for n in every if words.cut_from(page.texts[n])[1]]
        runs = [range(every.start, 900), range(1_000, every.stop)]
        within = [n for n in hold if not 900 <= n < 1_000]
        places = masses._lines_with(page, words, runs)
        assert set(within) <= set(places) < set(every)
        assert places == sorted(set(places).difference(range(900, 1_000)))
        most = [range(hold[0], hold[0] + 1), range(every.start, hold[0])]
        assert masses._lines_with(page, words, most[:1]) == [hold[0]]


def test_a_survey_of_a_page_tells_what_it_would_of_a_page_never_seen(monkeypatch):
    """However the page changes, and however many of its texts were looked at before."""
    monkeypatch.setattr(findings, "_RUN", 70)
    chance = random.Random(SEED)
    pieces = ["bet365体育平台", "乐鱼体育官网", "公开", "，", "\n", "12"]
    page = lines_of(mixed(pieces, 60, 9))
    survey, most = Survey(brands_of), 0
    for _ in range(400):
        most = chance.choice([most, 0, 5, 60, 1_000])
        told, fresh = survey.first(page, most), Survey(brands_of).first(page, most)
        count = sum(map(len, told.values()))
        everything = Survey(brands_of).first(page, 10_000)
        if sum(map(len, everything.values())) <= most:
            assert told == everything
        else:
            assert count > most
            *whole, last = told
            assert [*told] == [n for n in everything if n <= last]
            assert {n: told[n] for n in whole} == {n: everything[n] for n in whole}
            assert told[last] == everything[last][: len(told[last])]
            assert min(map(len, (told, fresh))) > 0
        page = chance.choice([_some_changed, _some_gone, _some_moved])(page, chance, pieces)


def _some_changed(page, chance, pieces):
    numbers = chance.sample(range(len(page.texts)), 5)
    changed = {n: "".join(chance.choices(pieces, k=chance.randrange(9))) for n in numbers}
    return page.with_changed(changed, {})


def _some_gone(page, chance, pieces):
    if len(page.blocks) < 30:
        return lines_of(mixed(pieces, 60, 9))
    return page.with_blocks(dict.fromkeys(chance.sample(range(len(page.blocks)), 2)))


def _some_moved(page, chance, _):
    blocks = [*page.document.blocks]
    at = chance.randrange(len(blocks))
    return Flat(
        replace(page.document, blocks=(*blocks[at:], Block("乐鱼体育官网"), *blocks[:at])), page
    )


def test_the_middle_of_a_page_is_all_of_it_but_short_paragraphs_at_its_ends():
    table = Block(rows=((Cell("甲\n乙"), Cell("")), (Cell("丙"),)), tag="table")
    link = Link("http://www.a.cn/", "戊")
    lines = [Block(f"第{n}行" * (n % 5), links=(link,) * (n % 2)) for n in range(12)]
    blocks = (*lines[:3], table, *lines[3:], table, lines[5])
    page = Flat(Document(page_of(""), "text/html", "utf-8", "题", (("a", "值"),), blocks))
    for first, last, most in [(0, 0, 9), (4, 2, 9), (4, 3, 3), (40, 20, 99), (5, 9, 0)]:
        runs, links = masses.without_edges(page, first, last, most)
        texts = [page.texts[n] for run in runs for n in run]
        edges = {*range(first), *range(max(0, len(blocks) - last), len(blocks))}
        kept = [
            block
            for n, block in enumerate(blocks)
            if n not in edges or block.rows or len(block.text) > most
        ]
        assert texts == texts_of(kept)
        assert len(links) == sum(len(block.links) for block in kept)


def test_a_page_shows_the_lines_of_its_document_that_are_not_hidden():
    for document in PAGES:
        assert Flat(document).seen() == [line for line in shown(document).lines if line]
    table = Block(rows=((Cell("甲"), Cell("")), (Cell("丙"),)), tag="table", hidden="display:none")
    blocks = (Block("一"), table, Block(""), Block("二", hidden="display:none"), Block("三"))
    assert Flat(Document(page_of(""), "text/html", "utf-8", blocks=blocks)).seen() == ["一", "三"]


# --- what is remembered from round to round ---


def forgetful(self, question, texts):
    """`Memory.new` of one that knows no text."""
    self._seen.pop(question, None)
    return range(len(texts))


def test_a_page_comes_out_as_if_each_round_had_looked_at_every_text(monkeypatch):
    documents = [*PAGES, *(make(unit, 20_000) for make, unit in SHAPES.values())]
    remembered = [clean(document, LANGFANG) for document in documents]
    monkeypatch.setattr(Memory, "new", forgetful)
    for document, cleaned in zip(documents, remembered, strict=True):
        assert clean(document, LANGFANG) == cleaned


def test_a_round_looks_at_those_texts_alone_that_changed(monkeypatch):
    looked = []
    new = Memory.new

    def counted(self, question, texts):
        numbers = new(self, question, texts)
        looked.append((question, [texts[n] for n in numbers]))
        return numbers

    monkeypatch.setattr(Memory, "new", counted)
    lines = [f"公开，，信息{n}条\ufffd" if n % 2 else f"公布信息{n}条" for n in range(60)]
    document = Document(page_of(""), "text/html", "utf-8", blocks=tuple(map(block_of, lines)))
    cleaned = clean(document, None)
    assert cleaned.document.blocks[1].text == "公开，信息1条\ufffd"
    damaged = [texts for question, texts in looked if question == (damage._CONCERNED,)]
    assert [len(texts) for texts in damaged] == [61, 30]


def test_a_step_is_not_asked_again_of_the_page_that_it_left(monkeypatch):
    doubt = Cut("encoding_damage", "乙", "flagged", "a doubt")
    asked = []

    def change(page, _):
        return page.change(lambda text: (text.replace("甲", "乙"), []), [page.first], ())

    def leave(page, _):
        asked.append(page.whole)
        return page, [doubt]

    steps = (("hidden", leave), ("hidden", change), ("hidden", leave))
    monkeypatch.setattr(cleaning, "_STEPS", steps)
    document = Document(page_of(""), "text/html", "utf-8", blocks=(Block(text="甲"),))
    cleaned = clean(document, None)
    assert asked == ["\n甲", "\n乙"]
    assert cleaned.cuts == (replace(doubt, count=2),)


def block_of(line):
    """A paragraph."""
    return Block(text=line)


@pytest.mark.parametrize("gone", [(), (0,), (3, 4), tuple(range(0, 40, 3))])
def test_texts_are_known_again_where_blocks_before_them_went(gone):
    texts = Texts(f"{n}{'甲' if n % 4 == 0 else ''}" for n in range(40))
    memory = Memory()
    look = lambda new: [n for n, text in enumerate(new) if "甲" in text]  # noqa: E731
    assert memory.hit("甲", texts, look) == list(range(0, 40, 4))
    stayed = [n for n in range(40) if n not in gone]
    left = Texts(texts[n] for n in stayed)
    left.follow(texts, [stayed.index(n) if n in stayed else -1 for n in range(40)])
    left = left.with_changed({5: "乙甲"})
    looked = []
    assert memory.hit("甲", left, lambda new: looked.extend(new) or look(new)) == look(left)
    assert looked == ["乙甲"]


def test_texts_know_which_of_them_changed_since_they_were_seen():
    first = Texts("abcdef")
    second = first.with_changed({1: "B", 4: "E"})
    third = second.with_changed({}).with_changed({0: "A", 4: "e"})
    assert [*third] == ["A", "B", "c", "d", "e", "f"]
    assert (third.since(first), third.since(third)) == ([second, third], [])
    assert first.since(second) is None
    memory = Memory()
    assert [*memory.new("?", first)] == [0, 1, 2, 3, 4, 5]
    assert [*memory.new("?", third)] == [0, 1, 4]
    assert [*memory.new("?", third)] == []
    memory.learn("?", third, [], [4, 5])
    fourth = Texts("ABdex")
    fourth.follow(third, [0, 1, -1, 2, 3, -1])
    assert [*memory.new("?", fourth)] == [3, 4]


@pytest.mark.parametrize("kept", [range(0, 9, 2), (3, 2, 7), (), range(9)])
def test_what_is_left_of_a_page_follows_the_page_block_by_block(kept):
    link = Link("http://www.a.cn/", "丙")
    table = ((Cell("甲"), Cell("乙")), (Cell("丁"),))
    blocks = [
        Block(rows=table, tag="table") if n % 3 else Block(f"第{n}行", links=(link,) * (n // 3))
        for n in range(9)
    ]
    page = Flat(Document(page_of(""), "text/html", "utf-8", "题", blocks=tuple(blocks)))
    page.memory.learn("?", page.texts, [])
    page.memory.learn("links", page.links, [])
    left = [blocks[n] for n in kept]
    new = Block("新", links=(link,))
    after = Flat(replace(page.document, blocks=(*left, new)), page)
    assert [*page.memory.new("?", after.texts)] == [0, len(after.texts) - 1]
    assert [*page.memory.new("links", after.links)] == [len(after.links) - 1]


def test_a_farm_that_a_later_round_uncovers_is_cut_with_the_anchors_behind_it():
    """Glosses hide a kit's signature from the first look."""
    lines = [
        "一、主动公开政府信息12条。",
        "務報開關於發佈：主站蜘(zhī)蛛(zhū)池模板: 久久国产",
        "久久热",
        "完。",
    ]
    document = Document(page_of(""), "text/html", "utf-8", blocks=tuple(map(block_of, lines)))
    cleaned = clean(document, None)
    assert [block.text for block in cleaned.document.blocks][-1] == "完。"
    assert {"kit signature", "anchor after a signed farm"} <= {cut.rule for cut in cleaned.cuts}


def test_lines_told_in_one_pass_are_those_that_hold_the_pattern_alone():
    texts = mixed([*"ab7 。", "中国"], 3_000, 12)
    numbers = lines_holding("b7|国。|A b", ignore_case=True)("\n".join(texts))
    alone = [n for n, text in enumerate(texts) if re.search("b7|国。|A b", text, re.IGNORECASE)]
    assert numbers == alone
    assert len(numbers) > 500


@pytest.mark.parametrize("pieces", [[*"a7。x"], [*"a7。x\n"]], ids=["a line each", "several lines"])
def test_texts_hit_are_the_same_by_their_lines_and_by_their_ends(pieces):
    texts = mixed(pieces, 3_000, 12)
    blocks = tuple(Block(text=text) for text in texts)
    page = Flat(Document(page_of(""), "text/html", "utf-8", blocks=blocks))
    found, _ = page.concerned(bounded("a7"))
    assert found == [page.first + n for n, text in enumerate(texts) if "a7" in text]
    assert len(found) > 500
    of_two, _ = page.concerned(bounded("a7"), bounded("x。"))
    assert of_two == [
        page.first + n for n, text in enumerate(texts) if "a7" in text or "x。" in text
    ]


def test_of_a_match_over_several_lines_each_is_told():
    numbers = lines_holding(r"丙\s+丁|甲\s")
    assert numbers("甲\n乙\n丙\n丁") == [0, 1, 2, 3]
    assert numbers("乙\n丙\n丁\n乙\n丙丁\n丙 丁") == [1, 2, 5]


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        (r"。\s{1,3}乙", [0, 1, 2]),
        (r"。\n", [0, 4]),
        (r"丙\s", [3]),
        (r"丙\s。", [3, 4]),
        ("丁", [5]),
    ],
)
def test_a_match_over_several_lines_hits_each_of_them(pattern, numbers):
    lines = ["甲。", "", "乙", "丙", "。", "丁"]
    assert lines_hit(bounded(pattern), "\n".join(lines), 6) == numbers


def test_texts_that_a_sign_hits_are_told_whatever_it_goes_over():
    texts = ["甲一", "乙", "一丁丁", "", "丙一", "丁"]
    whole = PART.join(texts)
    for pattern, there in (("一|丁", [0, 2, 4, 5]), ("(一)(丁)?", [0, 2, 4]), ("戊", [])):
        assert texts_hit(bounded(pattern), texts, whole) == there
    assert texts_hit(bounded(f"一{PART}."), texts, whole) == [0, 1, 4, 5]


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
