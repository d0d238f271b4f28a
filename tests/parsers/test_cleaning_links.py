"""Lists of links are found and judged, from round to round, as if each were looked at alone."""

from __future__ import annotations

import random
from itertools import groupby

import pytest

from parsers.cleaning import clean, links
from parsers.cleaning.flat import Flat
from parsers.cleaning.links import Links
from parsers.cleaning.memory import Memory, Texts
from parsers.items import Block, Cell, Document, Link
from tests.parsers.hostile import random_document
from tests.parsers.lines import forgetful
from tests.parsers.pages import LANGFANG, page_of

OWN = "http://www.lf.gov.cn"
SEED = 20261122


def page(*blocks):
    return Flat(Document(page_of(""), "text/html", "utf-8", blocks=blocks))


def listed(*texts, host="www.a.com"):
    """A paragraph of links alone."""
    return Block("|".join(texts), links=tuple(Link(f"http://{host}/", text) for text in texts))


@pytest.mark.parametrize("seed", range(20))
def test_runs_of_lists_are_those_with_a_link_that_sells_or_enough_links(seed):
    chance = random.Random(seed)
    lists = "".join(chance.choices("\0\1\2", (4, 9, chance.choice((0, 1))), k=chance.randrange(80)))
    runs, at = [], 0
    for is_list, run in groupby(lists, "\0".__ne__):
        letters = "".join(run)
        if is_list and ("\2" in letters or len(letters) >= links.MIN_NAMES):
            runs.append(range(at, at + len(letters)))
        at += len(letters)
    assert [*links._runs_of(lists)] == runs


def test_a_list_is_a_paragraph_of_links_and_what_parts_them_or_a_short_label():
    blocks = (
        Block("公开信息"),
        listed("教育局"),
        listed("教育局", "卫生局"),
        Block("友情链接：教育局", links=(Link("/1", "教育局"),)),
        Block("关于友情链接的说明：教育局", links=(Link("/1", "教育局"),)),
        Block("来自教育局网站", links=(Link("/1", "教育局"),)),
        Block(rows=((Cell("教育局"), Cell("卫生局")),), links=(Link("/1", "教育局"),), tag="table"),
        listed("民政局"),
        Block(rows=((),), tag="table"),
        Block(""),
    )
    assert [*Links.of(page(*blocks)).lists] == [0, 1, 2, 1, 0, 0, 0, 1, 0, 3]


def test_a_list_loses_what_stands_from_its_first_foreign_words_to_its_last():
    farm = ("", "久久一", "久久二", "久久三", "久久四", "久久五")
    links = [
        Link(f"{OWN}/", "首页"),
        *(Link(f"http://x{n}.top/", each) for n, each in enumerate(farm)),
    ]
    links += [Link(f"{OWN}/1", "信息公开"), Link(f"{OWN}/2", "办事服务")]
    block = Block("|".join(link.text for link in links), links=tuple(links))
    cleaned = clean(Document(page_of(""), "text/html", "utf-8", blocks=(block,)), LANGFANG)
    (left,) = cleaned.document.blocks
    assert (left.text, [link.text for link in left.links]) == (
        "首页|||信息公开|办事服务",
        ["首页", "信息公开", "办事服务"],
    )
    assert [cut.quote for cut in cleaned.cuts] == ["久久一|久久二|久久三|久久四|久久五"]


def test_links_that_sell_go_from_a_paragraph_each_from_its_own_place():
    said = ("久久一", "久久", "教育局", "久久三", "久久二", "久久二号")
    hosts = ("x1.top", "x2.top", "www.lf.gov.cn", "x3.top", "x4.top", "x5.top")
    links = tuple(Link(f"http://{host}/", text) for host, text in zip(hosts, said, strict=True))
    words = "本年度主动公开政府信息一百条" * 3
    text = f"{words}久久一，{words}久久，{words}教育局，久久二号，{words}久久三。"
    cleaned = clean(page(Block(text, links=links)).document, LANGFANG)
    (left,) = cleaned.document.blocks
    assert left.text == f"{words}，{words}，{words}教育局，号，{words}。"
    assert [link.text for link in left.links] == ["教育局", "久久二号"]  # no word is cut twice


def test_links_in_no_order_stay_where_to_look_for_all_of_them_would_take_long():
    said = [f"久久{n:02}" for n in range(40)]
    links = tuple(Link(f"http://x{n}.top/", text) for n, text in enumerate(said))
    text = "。".join(["甲" * 4000, *reversed(said)])
    cleaned = clean(page(Block(text, links=links)).document, LANGFANG)
    assert [block.links for block in cleaned.document.blocks] == [links]


@pytest.mark.parametrize("seed", range(20))
def test_links_that_their_blocks_do_not_hold_are_told_in_any_order(seed):
    chance = random.Random(seed)
    blocks = []
    for _ in range(30):
        said = chance.choices(("甲乙", "乙", "丙丁戊", "己", ""), k=chance.choice((1, 2, 5, 12)))
        text = "庚".join(chance.sample(said, k=chance.randrange(len(said) + 1)))
        links = tuple(Link("/", each) for each in said)
        filled = text + "辛" * chance.choice((0, 300))
        cells = chance.choice(((text, "壬"), ("壬", text), (text,), ()))
        blocks.append(
            Block(rows=(tuple(map(Cell, cells)),), links=links)
            if chance.random() < 0.4
            else Block(filled, links=links)
        )
    every = page(*blocks)
    outlying = [
        link.text
        for block in blocks
        for link in block.links
        if not any(
            link.text in each for each in (block.text, *(c.text for r in block.rows for c in r))
        )
    ]
    assert every.lines[len(every.texts) :] == outlying
    assert outlying


def test_where_links_lead_follows_them_where_blocks_go_and_texts_change():
    blocks = [
        Block("一"),
        Block(rows=((Cell("甲"), Cell("乙")),), tag="table"),
        listed("久久", host="www.a.top"),
        listed("教育局", "365bet体育", host="www.b.com"),
        listed("民政局"),
        Block("丙丁戊己庚辛壬癸", links=(Link("http://www.c.top/", "久久"),)),
        Block("丙丁戊己庚辛壬癸", links=(Link("http://www.d.top/", "教育局"),)),
    ]
    first = page(*blocks)
    Links.of(first)
    later = first.with_blocks({0: None, 2: None, 3: Block("教育局", links=blocks[3].links[:1])})
    later = later.with_changed({5: "久久"}, {1: "久久"})
    known = Links.of(later)
    later.memory.forget()
    assert known == Links.of(later)
    assert ([*known.lists], known.runs) == ([0, 1, 1, 1, 0], [range(1, 4)])
    assert known.hosts == {0: "www.b.com", 1: "www.a.com", 2: "www.c.top"}
    told = {"sells": [0, 1, 1, 0], "foreign": [1, 1, 1, 0], "cheap": [0, 0, 1, 0]}
    assert {name: [*getattr(known, name)] for name in told} == told


def test_what_was_told_of_each_text_is_told_again_of_what_changed_alone():
    memory, texts = Memory(), Texts("abcdef")
    asked = []

    def look(numbers, texts):
        asked.append("".join(texts[n] for n in numbers))
        return [texts[n].upper() for n in numbers]

    def told(texts):
        return "".join(memory.each("?", texts, lambda numbers: look(numbers, texts)))

    assert told(texts) == "ABCDEF"
    texts = texts.left(b"\0\1\1\0\1\1").with_changed({0: "x", 3: "y"})
    assert told(texts) == "XCEY"
    assert told(texts.left(b"\1\0\1\1")) == "XEY"
    assert asked == ["abcdef", "xy"]


def test_lists_come_out_as_if_each_round_had_looked_at_every_link(monkeypatch):
    documents = [random_document(seed, 10_000)[1] for seed in range(1, 61)]
    documents = [document for document in documents if any(b.links for b in document.blocks)]
    remembered = [clean(document, LANGFANG) for document in documents]
    monkeypatch.setattr(Memory, "new", forgetful)
    assert [clean(document, LANGFANG) for document in documents] == remembered
    assert len(documents) > 15


def test_what_blocks_are_stays_known_where_others_go():
    rows = ((Cell("甲"), Cell("乙")), (Cell("丙"),))
    blocks = (
        Block("一", tag="h1"),
        Block(rows=rows, tag="table"),
        listed("教育局", "卫生局"),
        Block(rows=rows, tag="h2", hidden="display:none"),
        Block("二", tag="h2"),
        Block("三"),
    )
    document = Document(page_of(""), "text/html", "utf-8", meta=(("a", "1"),), blocks=blocks)
    asked = ("tables", "hidden", "headings", "starts", "link_owners", "holders")
    first = Flat(document)
    assert [getattr(first.shape, name) for name in asked[:3]] == [[1, 3], True, [0, 4]]
    for parts in ({1: None}, {0: None, 2: Block("教育局")}, {3: None}, dict.fromkeys(range(6))):
        left = first.with_blocks(parts).with_meta(b"\0")
        anew = Flat(left.document)
        for name in asked:
            assert getattr(left.shape, name) == getattr(anew.shape, name)


@pytest.mark.parametrize(
    ("cells", "before", "goes"),
    [
        (("久久", "毛片"), "主站蜘蛛池模板", True),  # the kit's own
        (("久久", "毛片"), "本年度公开情况", False),
        (("久久", "毛片", "无码", "人妻"), "本年度公开情况", True),
        (("久久", "教育局", "卫生局", "民政局"), "主站蜘蛛池模板", False),
    ],
)
def test_a_table_of_few_cells_is_a_farm_behind_a_signed_one_alone(cells, before, goes):
    small = Block(rows=(tuple(map(Cell, cells)),), tag="table")
    cleaned = clean(page(Block("年度报告"), Block(before), small, Block("一")).document, None)
    assert (small not in cleaned.document.blocks) == goes


def test_a_link_in_a_table_sells_nothing_and_leads_nowhere():
    link = Link("http://www.a.top/", "久久")
    table = Block(rows=((Cell("久久"),),), links=(link,), tag="table")
    known = Links.of(page(table, listed("久久", host="www.a.top")))
    assert (known.hosts, [*known.sells], [*known.foreign]) == ({1: "www.a.top"}, [0, 1], [0, 1])
    assert Links.of(page(table)).hosts == {}
