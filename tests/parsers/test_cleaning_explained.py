from __future__ import annotations

import time

import pytest

from parsers.cleaning import changes, clean
from parsers.cleaning.explain import explain
from parsers.cleaning.pieces import pieces
from parsers.extract import extract
from parsers.items import Block, Cell, Document, Link
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
