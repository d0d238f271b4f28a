"""What was worked out once is what would be worked out anew: memos hold no more than they state."""

from __future__ import annotations

import random

import pytest
from selectolax.lexbor import LexborHTMLParser

from parsers.extract import extract, html, leaves
from parsers.extract.mainblock import main_node
from parsers.extract.markup import is_whole, parted, tokens_of
from parsers.formats import forms, read_facts, template_of
from parsers.layout import lay_out
from parsers.memo import LONGEST, Memo
from tests.parsers.pages import page_of
from tests.reading.damage import DAMAGES
from tests.reading.layouts import LAYOUTS
from tests.reading.pages import TEMPLATES, page

SEED = 20236
BASE = "http://www.yunze.example/xxgk/a.html"
PIECES = (
    "<li class=seo>藏", "</li>",
    "<p>一、概述", "</p>", "<p class='nav x' style='color:red'>主动公开", "<div id=zoom>", "</div>",
    "<ul>", "<li>", "</li>", "</ul>", "<li><a href='/a.html' title='甲'>栏目</a></li>",
    "<li><a href='b.html'>相对</a>|<a href='http://b.example/'>绝对</a></li>", "<a href='#'>",
    "<a href='/c.pdf'>", "</a>", "<p><a href='/d'></a></p>", "<h1>", "</h1>", "<b>", "</b>",
    "<span style='display:none'>", "</span>", "<p hidden>", "<div style='display:none'>", "<pre>",
    "</pre>", "\n", "<br>", "<table><tr><td>行<td><p>1</p><tr><td>列<td>2", "</table>", "<td>",
    "<p class=seo>", "<i id=lk>", "</i>", "<font color=red>", "</font>", "12条", "&nbsp;", "&lt;",
    "<style>.seo{display:none}</style>", "<iframe><p>甲</iframe>", "<noscript><p>乙</p></noscript>",
    "<script>document.getElementById('lk').style.display='none'</script>", "<svg><p>丙</svg>",
    "<!--ZJEG_RSS.content.begin-->", "<!--ZJEG_RSS.content.end-->", "<template><p>丁</template>",
    "<p>显<span style='display:none'>隐</span></p>", "<li>显<i id=lk>隐</i><b>又</b></li>",
    "<p>显<a href='/f' class=seo>隐</a></p>", "<div class=seo>隐</div>", "<dd><a>无</a>址</dd>",
    "<td><a href='/e'>戊</a>", "<th><span>己</span>", "<object><p>庚</object>",
)  # fmt: skip


def walked(source, *, whole):
    """Return the blocks of a page, read from leaves or from their parts."""
    tree = LexborHTMLParser(source)
    main = main_node(tree)
    tags, texts = tokens_of(tree, tree.body, main)
    if not whole:
        tags, texts = parted(tags, texts)
        assert not any(map(is_whole, tags))
    none = "style sheet: display:none"
    sheet = {"li.seo": none, ".seo": none, "#lk": f"{none} by script"}
    if "<li class=seo>" in source:
        del sheet[".seo"]
    walk = html._Walk(BASE, has_main=main is not None, sheet=sheet if "seo" in source else {})
    walk.through(tags, texts)
    return walk.blocks, walk.written.hidden


def test_a_leaf_is_read_as_its_parts_are():
    draw = random.Random(SEED)
    for _ in range(3000):
        source = "<body>" + "".join(draw.choices(PIECES, k=16))
        assert walked(source, whole=True) == walked(source, whole=False), (SEED, source)


def test_the_links_of_a_leaf_lead_to_the_page_s_own_site():
    source = "<li><a href='/a'>甲</a> <a href='b'>乙</a></li>"
    for base, links in (
        ("http://a.example/x/", ["http://a.example/a", "http://a.example/x/b"]),
        ("http://b.example/y/", ["http://b.example/a", "http://b.example/y/b"]),
    ):
        tree = LexborHTMLParser(source)
        walk = html._Walk(base, has_main=False)
        walk.through(*tokens_of(tree, tree.body, None))
        assert [link.url for block in walk.blocks for link in block.links] == links


def facts(source):
    layout = lay_out(extract(page_of(source)))
    template = template_of(layout)
    return template, read_facts(layout, template, 2020)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_table_of_a_known_form_states_its_own_numbers(template, layout, monkeypatch):
    damages = sorted(DAMAGES)[::3]
    pages = [page(seed, template, layout, damage).html for damage in damages for seed in (1, 2)]
    known = [facts(each) for each in pages]
    monkeypatch.setattr(forms, "_shown", Memo(str))  # as if no number were like another
    assert known == [facts(each) for each in pages]


def test_of_a_cell_only_that_it_is_a_plain_number_makes_the_form():
    cells = {"12": "1", "0.5": "1", "１２": "１２", "": "", "-": "-", "12件": "12件", "1.": "1.",
             "1234567890123456": "1234567890123456", "行政许可": "行政许可"}  # fmt: skip
    assert {cell: forms._shown[cell] for cell in cells} == cells


def test_a_memo_works_a_thing_out_once_and_begins_anew_when_it_is_full():
    asked = []
    memo = Memo(lambda key: asked.append(key) or key.upper(), entries=3)
    assert [memo[key] for key in "abaabc"] == list("ABAABC")
    assert asked == ["a", "b", "c"]
    assert memo["d"] == "D"
    assert list(memo) == ["d"]


def test_what_is_long_is_not_kept():
    memo = Memo(len)
    assert (memo["a" * LONGEST], memo["a" * (LONGEST + 1)]) == (LONGEST, LONGEST + 1)
    assert len(memo) == 1


def test_a_site_whose_name_no_host_has_and_a_leaf_of_many_links_keep_nothing():
    before = len(leaves.leaves_of)
    endless = leaves.leaves_of["http://" + "a" * 100_000 + ".example", True]
    assert len(leaves.leaves_of) == before
    assert len(endless['li><a href="/a">甲</a></li'][0].links[0].url) > 100_000
    known = leaves.leaves_of["http://d.example", True]
    menu = '<a href="/a">甲</a>' * 20
    assert len(known[f"p>{menu}</p"][0].links) == 20
    assert len(known) == 0


def test_sites_that_take_turns_keep_their_leaves():
    for _ in range(2):
        for number in range(leaves._SITES):
            for main in (True, False):
                leaves.leaves_of[f"http://t{number}.example", main]["li>甲</li"]
    kept = [site for site in leaves.leaves_of if site[0].startswith("http://t")]
    assert len(kept) >= leaves._SITES


def test_the_leaves_of_a_site_are_bounded():
    known = leaves.leaves_of["http://c.example", True]
    for number in range(2 * leaves._LEAVES):
        known[f"li>{number}</li"]
    assert len(known) <= leaves._LEAVES
