"""What was worked out once is what would be worked out anew: memos hold no more than they state."""

from __future__ import annotations

import random

import pytest
from selectolax.lexbor import LexborHTMLParser

from parsers import formats, numbers, vocabulary
from parsers.extract import extract, leaves, visibility
from parsers.extract.mainblock import main_node
from parsers.extract.markup import is_whole, parted, tokens_of
from parsers.extract.visibility import hidden_reason
from parsers.extract.walk import Walk
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
    walk = Walk(BASE, has_main=main is not None, sheet=sheet if "seo" in source else {})
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
        walk = Walk(base, has_main=False)
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


#: A row's two numbers are those of the first two columns where a table is drawn; as lines, which
#: have lost their blank cells, they may be those of any two.
NARROW = (
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "5", "6"),
    ("行政规范性文件", "7", "8", "9"),
    ("行政许可", "3"),
    ("行政处罚", "4"),
)
AS_DRAWN = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in NARROW)
AS_LINES = "".join(f"<p>{cell}</p>" for row in NARROW for cell in row)


@pytest.mark.parametrize("drawn_first", [True, False])
def test_a_form_is_read_as_a_drawn_table_and_as_lines_each_in_its_way(drawn_first):
    drawn, lines = f"<table>{AS_DRAWN}</table>", AS_LINES
    assert forms.forms_in(lay_out(extract(page_of(drawn)))) == forms.forms_in(
        lay_out(extract(page_of(lines)))
    )
    forms._reads.clear()
    told = {}
    for source in (drawn, lines) if drawn_first else (lines, drawn):
        _, (found, warnings) = facts(source)
        told[source] = {fact.metric for fact in found}, warnings
    assert "disclosure.rules.issued" in told[drawn][0]
    assert "disclosure.rules.issued" not in told[lines][0]
    assert told[drawn][1] == []
    assert "主动公开表“规章”一行的数据与表头对不上" in told[lines][1]


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


def test_what_is_kept_is_of_a_length_that_is_told():
    memo = Memo(str.upper, longest=4, most=10)
    for key, kept in (
        ("abcde", []),
        ("abcd", ["abcd"]),
        ("efgh", ["abcd", "efgh"]),
        ("ij", ["abcd", "efgh", "ij"]),
        ("ij", ["abcd", "efgh", "ij"]),
        ("k", ["k"]),
        ("lmno", ["k", "lmno"]),
    ):
        assert memo[key] == key.upper()
        assert list(memo) == kept


def many_texts(number):
    """A cell of two hundred thousand characters, and cells that stand on no other page."""
    cells = tuple((f"甲{number}_{n}", f"乙{number}.{n}x") for n in range(600))
    return ((f"{number:05}{'汉字' * 100_000}",),), cells


def many_cells(number):
    """Cells of one character each."""
    draw = random.Random(SEED + number)
    return (tuple((draw.choice("甲乙丙丁"), "1") for _ in range(900)),)


def many_tables(number):
    """Tables of two cells each, more than any report has."""
    return tuple(((f"甲{number}", f"{n % 9}x"),) for n in range(4000))


def without_cells(number):
    """Rows that have no cells, and tables that have no rows."""
    return (((f"甲{number}",), *[()] * 2000), *[()] * number)


@pytest.mark.parametrize("hostile", [many_texts, many_cells, many_tables, without_cells])
def test_what_the_memos_of_the_forms_keep_is_bounded(hostile, monkeypatch):
    for memo in (forms._reads, formats._templates):
        memo.clear()
        monkeypatch.setattr(memo, "_work", lambda _: "narrative")
    for number in range(120):
        told = hostile(number)
        assert formats._templates[told] == "narrative"
        for form in told:
            assert forms._reads[form, False, "narrative"] == "narrative"
    kept = [(form,) for form, *_ in forms._reads], list(formats._templates)
    for memo in (forms._reads, formats._templates):
        memo.clear()
    for keys in kept:
        lengths = [sum(len(t) + 8 for form in key for row in form for t in row) for key in keys]
        assert max(lengths, default=0) <= 30_000
        assert sum(lengths) <= 1 << 21
        assert sum(len(row) + 1 for key in keys for form in key for row in form) <= 1 << 18
        assert sum(len(form) + 1 for key in keys for form in key) <= 1 << 18


def test_the_tables_of_a_report_are_kept():
    for template in sorted(TEMPLATES):
        for layout in sorted(LAYOUTS):
            told = forms.forms_in(
                lay_out(extract(page_of(page(1, template, layout, "sound").html)))
            )
            assert 3 * forms.length_of(told) <= forms.LONGEST_FORMS


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


@pytest.mark.parametrize(
    ("ask", "memo"),
    [
        (numbers.is_blank_cell, numbers._blank),
        (numbers.cell_value, numbers._values),
        (vocabulary.fold, vocabulary._folded),
        (lambda text: vocabulary.code_of(text, "disclosure", "rows"), vocabulary._codes),
        (lambda text: hidden_reason("p", f'style="{text}"'), visibility._reasons),
    ],
)
def test_what_is_asked_of_a_megabyte_is_not_kept_and_of_a_word_is(ask, memo):
    memo.clear()
    ask("甲" * 1_000_000)
    assert not memo
    ask("甲乙")
    assert len(memo) == 1
