from __future__ import annotations

import time

import pytest

from parsers.cleaning import Change, changes, clean
from parsers.cleaning import explain as explaining
from parsers.cleaning.explain import explain
from parsers.cleaning.flat import Flat
from parsers.cleaning.memory import Texts
from parsers.cleaning.pieces import pieces
from parsers.extract import extract
from parsers.items import Block, Cell, Cut, Document, Link
from tests.parsers.cleaning_set.generated import generated
from tests.parsers.hostile import SHAPES
from tests.parsers.pages import LANGFANG, NINGDE_TRANSPORT, page_of


def document_of(*blocks, **parts):
    return Document(page_of(""), "text/html", "utf-8", blocks=blocks, **parts)


def test_rows_tell_of_every_cut():
    pages = generated(1, ("farm", "names", "damage", "meta", "script"))[::9]
    for marked in pages:
        document = extract(marked.page(marked.served()))
        told = {(cut.rule, cut.quote) for row in explain(document, marked.known)
                for cut in row.findings}  # fmt: skip
        assert {(cut.rule, cut.quote) for cut in clean(document, marked.known).cuts} <= told


def test_the_pieces_of_both_sides_are_the_texts():
    for before, after in [
        ("甲乙丙", "甲丙"),
        ("", "甲"),
        ("甲甲甲", "甲"),
        ("ab", "ba"),
        ("同", "同"),
    ]:
        left, right = pieces(before, after)
        assert "".join(text for _, text in left) == before
        assert "".join(text for _, text in right) == after


def test_the_pieces_show_the_words_that_were_put_in_and_no_letter_of_others():
    assert pieces("由bet365承办", "由Beihai承办")[0] == (
        ("same", "由"),
        ("cut", "bet365"),
        ("same", "承办"),
    )
    honest = "公开信息一百二十条。" * 30
    before, _ = pieces(f"一bet365{honest}二bet365三", f"一{honest}二三")
    assert [text for kind, text in before if kind == "cut"] == ["bet365", "bet365"]


def test_a_page_without_findings_is_counted_only():
    document = extract(page_of("<p>一、概述</p>"))
    assert explain(document, NINGDE_TRANSPORT) == []


def test_a_row_says_where_its_text_stands():
    brand = "365bet体育平台{}。"
    table = Block(tag="table", rows=((Cell("甲"), Cell(brand.format(1))),))
    document = document_of(
        Block(brand.format(2)),
        Block(tag="div", text=brand.format(3), hidden="style"),
        Block(tag="table", rows=()),
        table,
        Block(tag="li", text=brand.format(4)),
        page_title=brand.format(5),
        meta=(("author", "甲"), ("keywords", brand.format(6))),
        scripts=("if(/baidu/.test(document.referrer))location='http://www.365bet.com/'",),
    )
    rows = explain(document, NINGDE_TRANSPORT)
    places = {row.place for row in rows}
    assert {"p", "li", "cell", "title", "meta keywords", "hidden div", "script"} <= places


def test_a_table_that_was_cut_whole_is_told_though_no_cell_holds_what_it_said():
    words = ("久久", "国产精品", "日本高清", "樱花视频", "电子游艺", "百家乐", "皇冠体育")
    cells = tuple(Cell(word) for word in words)
    links = tuple(Link(f"http://{n}.example/", word) for n, word in enumerate(words))
    table = Block(rows=(cells,), links=links, tag="table")
    rows = explain(document_of(Block("一、概述"), table), LANGFANG)
    assert ("page", (("cut", " | ".join(words)),)) in [(row.place, row.before) for row in rows]


def test_what_was_restored_is_told_where_the_name_stands_now():
    brand = "365bet体育在线"
    rows = explain(document_of(Block(f"{brand}公开12条"), Block(brand)), LANGFANG)
    told = {
        "".join(text for _, text in row.before): {cut.action for cut in row.findings}
        for row in rows
        if row.step == "substitutions"
    }
    assert told == {f"{brand}公开12条": {"restored"}, brand: {"removed"}}


def test_a_doubt_is_shown_where_no_number_goes_on_around_it():
    lines = ("编号92014111日", "二、会议于2014111日召开。")
    (row,) = explain(document_of(*map(Block, lines)), LANGFANG)
    assert "".join(text for _, text in row.before) == lines[1]


def test_a_doubt_is_told_once_in_all_rounds():
    lines = ("会议于2014111日召开。", "2014年，365bet体育在线公开12条。")
    document = document_of(*map(Block, lines))
    flagged = [cut for change in changes(document, LANGFANG) for cut in change.cuts
               if cut.quote == "2014111日"]  # fmt: skip
    assert len(flagged) > 1
    assert [
        row.before[1] for row in explain(document, LANGFANG) if row.before[0][1] == "会议于"
    ] == [("doubt", "2014111日")]


def told_of(monkeypatch, *cuts, texts=("甲乙", "丙丁"), made=(), scripts=()):
    """The rows of a page of these texts that one step made others, and of which it told this."""
    page = Flat(document_of(*map(Block, texts), scripts=scripts))
    after = page.with_blocks(dict(enumerate(made))) if made else page
    change = Change("links", page, after, [*cuts], 0)
    monkeypatch.setattr(explaining, "changes", lambda *_: [change])
    return explain(page.document, LANGFANG)


def test_findings_are_the_same_only_if_the_same_was_done_with_the_same_words(monkeypatch):
    cuts = [
        Cut("damage", "甲", "restored", "a rule", "乙"),
        Cut("damage", "甲", "restored", "a rule", "丙"),
        Cut("damage", "甲", "removed", "a rule"),
        Cut("damage", "甲", "flagged", "a rule"),
    ]
    (row,) = told_of(monkeypatch, *cuts, *cuts, made=("乙乙", "丙丁"))
    assert row.findings == (*cuts,)


def test_what_was_put_back_and_changed_again_is_told_where_it_stood(monkeypatch):
    cut = Cut("damage", "甲", "restored", "a rule", "戊")
    (row,) = told_of(monkeypatch, cut, made=("己乙", "丙丁"))
    assert row.findings == (cut,)


def test_of_words_that_stood_twice_in_a_text_both_findings_are_told_there(monkeypatch):
    cuts = Cut("damage", "甲", "restored", "one", "乙"), Cut("damage", "甲", "removed", "two")
    rows = told_of(monkeypatch, *cuts, texts=("甲丙甲", "甲丁"), made=("乙丙", "丁"))
    assert [row.findings for row in rows] == [(cuts[0], cuts[1]), (cuts[1],)]


def test_a_doubt_in_a_script_is_shown_there(monkeypatch):
    cut = Cut("script", "referrer", "flagged", "a rule")
    (row,) = told_of(monkeypatch, cut, scripts=("if (document.referrer) go()",))
    assert row.place == "script"
    assert ("doubt", "referrer") in row.before


def test_a_word_goes_on_behind_a_doubt_as_before_it(monkeypatch):
    cut = Cut("damage", "20", "flagged", "a rule")
    rows = told_of(monkeypatch, cut, texts=("120件", "2014年", "甲20乙"))
    assert ["".join(text for _, text in row.before) for row in rows] == ["甲20乙"]


def test_where_texts_have_no_row_no_finding_is_said_to_stand_in_none(monkeypatch):
    monkeypatch.setattr(explaining, "_MOST_ROWS", 1)
    cuts = [Cut("damage", quote, "removed", "a rule") for quote in ("甲", "丙")]
    rows = told_of(monkeypatch, *cuts, made=("乙", "丁"))
    assert [(row.place, row.findings) for row in rows] == [
        ("p", (cuts[0],)),
        ("1 more text", (cuts[1],)),
    ]


def test_a_row_whose_finding_there_was_no_time_to_seek_says_so(monkeypatch):
    monkeypatch.setattr(explaining, "_MOST_SOUGHT", 2)
    cuts = [Cut("damage", quote, "removed", "a rule") for quote in ("甲", "丙")]
    rows = told_of(monkeypatch, *cuts, made=("乙", "丁"))
    assert [(row.place, row.findings, row.sought, row.count) for row in rows] == [
        ("p", (cuts[0],), False, 1),
        ("p", (), False, 1),
        ("1 more finding", (cuts[1],), True, 0),
    ]


def test_of_a_farm_the_first_row_tells_its_finding_though_it_comes_last(monkeypatch):
    texts = [f"甲{n}。" for n in range(2000)]
    cuts = [Cut("damage", text, "removed", "a rule") for text in (*texts[1:], texts[0])]
    rows = told_of(monkeypatch, *cuts, texts=texts, made=["。"] * len(texts))
    assert rows[0].findings == (cuts[-1],)


def test_each_of_a_thousand_rows_tells_its_finding_though_one_is_found_in_most():
    lines = [f"第{n}条公布于20141231日。" for n in range(400)]
    dates = [f"20{year:02}{month}{day}日" for year in range(8, 24) for month in (11, 12)
             for day in range(13, 31)]  # fmt: skip
    lines += [f"公布于{date}。" for date in dates[:590]]
    rows = explain(document_of(*map(Block, lines)), LANGFANG)
    changed = [row for row in rows if row.step == "lost_digits"]
    assert len(changed) > 900
    assert all(row.findings for row in changed)


def test_the_findings_of_long_texts_are_told_in_their_order():
    lines = [f"{'公开信息。' * 100}第{n}条公布于2014{month}{day}日。" for n in range(20)
             for month in (11, 12) for day in range(13, 31)]  # fmt: skip
    rows = explain(document_of(*map(Block, lines)), LANGFANG)
    changed = [row for row in rows if row.step == "lost_digits"]
    assert len(changed) == len(lines)
    assert all(row.findings and row.sought for row in changed)


def test_a_brand_that_was_cut_is_no_doubt_where_another_text_holds_it():
    lines = ("2014年，bet365公开12条。", "访问 http://www.gov.cn/bet365/a.html 地址")
    rows = explain(document_of(*map(Block, lines), scripts=("var a='bet365'",)), None)
    assert ["".join(text for _, text in row.before) for row in rows] == [lines[0]]


def test_a_long_name_of_meta_is_shortened():
    meta = (("n" * 5000, "365bet体育平台。"),)
    (row,) = explain(document_of(Block("一、概述"), meta=meta), LANGFANG)
    assert row.place == f"meta {'n' * 20} … {'n' * 20} (5,000 characters)"


def test_a_doubt_that_no_text_holds_alone_still_stands(monkeypatch):
    cut = Cut("damage", "戊", "flagged", "a rule")
    (row,) = told_of(monkeypatch, cut)
    assert (row.place, row.before, row.after) == ("page", row.after, (("doubt", "戊"),))


def test_a_finding_that_quotes_nothing_is_told(monkeypatch):
    cut = Cut("link_farm", "", "removed", "list of throwaway hosts")
    (row,) = told_of(monkeypatch, cut)
    assert (row.place, row.findings, row.count) == ("page", (cut,), 0)


def test_what_there_was_no_time_to_seek_is_counted_and_not_said_to_stand_nowhere(monkeypatch):
    cuts = [Cut("damage", quote, "flagged", "no reading") for quote in ("甲", "丙")]
    monkeypatch.setattr(explaining, "_MOST_SOUGHT", 2)
    rows = told_of(monkeypatch, *cuts)
    assert [(row.place, row.findings) for row in rows] == [
        ("p", (cuts[0],)),
        ("1 more finding", (cuts[1],)),
    ]


def test_every_copy_of_a_script_that_was_cut_has_a_row():
    script = "if(/baidu/.test(document.referrer))location='http://www.365bet.com/'"
    rows = explain(document_of(Block("一、概述"), scripts=(script, script)), LANGFANG)
    assert [row.place for row in rows] == ["script", "script"]


def test_of_another_script_three_texts_are_shown_and_the_others_counted():
    lines = [Block(f"政府資訊公開報告{n}") for n in range(9)]
    rows = [row for row in explain(document_of(*lines), LANGFANG) if row.step == "script"]
    assert [row.place for row in rows] == ["p", "p", "p", "6 more texts"]
    assert sum(row.count for row in rows) == 9


def test_doubts_behind_texts_without_a_row_are_counted_by_themselves(monkeypatch):
    monkeypatch.setattr(explaining, "_MOST_ROWS", 2)
    dates = [f"会议于2014{month}{day}日召开。" for month in (1, 2, 3) for day in (32, 33)]
    brands = [f"2014年，365bet体育在线公开{n}条。" for n in range(5)]
    document = document_of(*map(Block, [*dates, *brands]))
    rest = [row for row in explain(document, LANGFANG) if not row.before]
    assert [(row.step, row.place, row.count) for row in rest] == [
        ("substitutions", "3 more texts", 3),
        ("lost_digits", "4 more doubts", 4),
    ]


def test_the_rounds_of_a_step_have_the_rows_of_one_together(monkeypatch):
    monkeypatch.setattr(explaining, "_MOST_ROWS", 5)
    make, unit = SHAPES["layered lines"]
    document = make(unit, 4000)
    rounds = [change.step for change in changes(document, LANGFANG)]
    rows = explain(document, LANGFANG)
    assert max(rounds.count(step) for step in set(rounds)) > 2
    for step in set(rounds):
        assert sum(bool(row.before) for row in rows if row.step == step) <= 5


def test_what_texts_became_is_told_through_all_that_changed_or_went():
    texts = Texts(["甲", "乙", "丙", "丁"])
    now = texts.with_changed({1: "二"}).left(bytes([0, 1, 1, 1])).left(bytes([1, 0, 1]))
    now = now.with_changed({1: "四"})
    assert now.became(texts) == ["", "二", "", "四"]
    with pytest.raises(ValueError, match="come not of those"):
        now.became(Texts(["甲"]))


def test_of_a_line_that_holds_many_doubts_each_row_keeps_what_stands_near():
    dates = [f"20{year:02}11{day}日" for year in range(8, 24) for day in range(1, 10)]
    line = "".join(f"{date}召开会议，研究政府信息公开。" for date in dates)
    rows = explain(document_of(Block(line)), LANGFANG)
    assert len(rows) == len(dates)
    for row in rows:
        assert len("".join(text for _, text in row.before)) < 1100
        assert "".join(text for _, text in row.before) in line
        assert dict(row.before)["doubt"] == row.findings[0].quote


@pytest.mark.parametrize("count", [3000, 30_000])
def test_what_is_not_shown_of_a_farm_is_counted_with_every_rule_that_met_it(count):
    lines = [Block(f"365bet体育平台{n}。") for n in range(count)]
    lines[count // 2 : count // 2] = [Block(f"局(jú)務{n}") for n in range(count)]
    document = document_of(*lines)
    rows = explain(document, LANGFANG)
    shown = [row for row in rows if row.before]
    assert len(shown) <= 3000
    changed = sum(
        before != after
        for change in changes(document, LANGFANG)
        for before, after in zip(change.was.texts, change.made.texts, strict=True)
    )
    assert sum(row.count for row in rows if row.before != row.after or not row.before) == changed
    kinds = {(cut.kind, cut.action, cut.rule) for cut in clean(document, LANGFANG).cuts}
    told = {(cut.kind, cut.action, cut.rule) for row in rows for cut in row.findings}
    assert kinds <= told


def spent(document):
    """The processor time of explaining a document, the less of two."""
    times = []
    for _ in range(2):
        started = time.process_time()
        explain(document, LANGFANG)
        times.append(time.process_time() - started)
    return min(times)


def shaped(name):
    make, unit = SHAPES[name]
    return lambda size: make(unit, size)


FARMS = {
    name: shaped(name)
    for name in (
        "short lines of brands",
        "short lines of document numbers",
        "own lines of 5",
        "cells",
        "changing line of dates",
        "endless line of brands glued",
        "scripts to load",
    )
} | {
    "long lines of doubled marks": lambda size: document_of(
        *(Block("开，，公。。" * 600) for _ in range(size // 8000))
    ),
    "names of meta": lambda size: document_of(
        meta=tuple((f"n{n}", f"365bet体育平台{n}。") for n in range(size // 40))
    ),
    "a long text that loses many letters": lambda size: document_of(
        Block("😀" + "政府信息公开。" * (size // 8) + "甲\u200b" * 1000)
    ),
    "brands of one line": lambda size: document_of(
        Block("".join(f"365bet体育平台{n}。" for n in range(size // 30)))
    ),
}
SIZE = 60_000
# Four times the page may take six times the time: caches, and clocks of 1 ms, are in it.
GROWTH, NOISE = 6.0, 0.03


@pytest.mark.parametrize("farm", FARMS)
def test_to_explain_four_times_the_farm_takes_some_four_times_the_time(farm):
    make = FARMS[farm]
    spent(make(2_000))  # caches are filled
    for attempt in range(4):
        small, large = spent(make(SIZE)), spent(make(4 * SIZE))
        if large <= GROWTH * small + NOISE:
            return
        assert attempt < 3, f"{farm}: {small:.3f} s, then {large:.3f} s"


def test_texts_of_one_letter_are_explained_faster_than_in_seeks_a_tenth_of_their_quotes():
    """The quotes are such as a search that begins anew at each letter reads to their ends."""
    near = ["a" * (1145 + n) + "ba" for n in range(95)]
    texts = [*near, *["a" * 2490] * 150]
    hidden = (Block(text, hidden="style") for text in texts)
    document = document_of(*hidden, Block("x y. " * 220_000))
    explained = spent(document)
    started = time.process_time()
    assert sum(quote in text for quote in near[:10] for text in texts) >= 10
    peer = time.process_time() - started
    print(f"explaining took {explained / peer:.2f} of seeking a tenth by `in`")
    assert explained < peer
