"""The flat line of a page's tags and texts holds what its tree holds, however broken its markup."""

from __future__ import annotations

import random

import pytest
from selectolax.lexbor import LexborHTMLParser

from parsers.extract.markup import VOID, attributes_in, end_of, is_marked, parted, plain, tokens_of

SEED = 20234
PIECES = (
    "<p>", "</p>", "<div id='zoom' class=\"a > b\">", "</div>", "<table>", "<tr>", "<td>", "</td>",
    "<a href='/x?a=1&amp;b=\"2\"'>", "</a>", "<b title='<i>'>", "</b>", "<br>", "<img alt='>'>",
    "<script>if (a < b && c) document.write('<p>')</script>", "<style>a > b {}</style>",
    "<xmp><b>&amp;</xmp>", "<iframe><p>&lt;</iframe>", "<noembed><i></noembed>", "<plaintext>",
    "<textarea><p>&lt;</textarea>", "<noscript><b>无</b></noscript>", "<svg><title>图</title><br>",
    "<!-- <p> > -- -->", "<!-->", "<?php a > b ?>", "<pre>\n\n行", "<math><mi>甲<param>",
    "<math><link>子</link>",
    "公开12条", "&lt;b&gt;", "&amp;lt;", "&nbsp;", "\u3000", "<", "> ", "<select>",
    "<a<b c\"d='e'>",
)  # fmt: skip


def flat(html):
    tree = LexborHTMLParser(html)
    whole = tree.body.text(deep=True)
    return *parted(*tokens_of(tree, tree.body, None)), whole


def test_no_text_is_lost_and_every_element_is_closed():
    draw = random.Random(SEED)
    for _ in range(2000):
        html = "<body>" + "".join(draw.choices(PIECES, k=12))
        tags, texts, whole = flat(html)
        assert "".join(map(plain, texts)) == whole, (SEED, html)
        opened = []
        for tag in tags:
            name = tag.partition(" ")[0]
            if tag[0] == "/":
                assert tag[1:] in VOID or opened.pop() == tag[1:], (SEED, html)
            elif name not in VOID and tag[0] not in "!?":
                opened.append(name)
        assert opened == [], (SEED, html)


def test_what_a_template_holds_is_none_of_the_page():
    assert flat("<p>一<template><p>二</template>三")[1] == ["", "一", "", "三", "", ""]


def test_the_attributes_are_those_of_the_tree():
    tree = LexborHTMLParser("<p a='x y=\"1\" b' =c=d data-href=\"/&lt;\" hidden e='1 > 0'>")
    tags, _ = parted(*tokens_of(tree, tree.body, None))
    told = {name: value or "" for name, value in tree.css_first("p").attributes.items()}
    assert attributes_in(tags[1][2:]) == told


def test_the_main_element_alone_is_marked():
    tree = LexborHTMLParser("<div><div class='\x00' id=a>甲</div><p \x00=''>乙</p></div>")
    tags, _ = tokens_of(tree, tree.body, tree.css_first("#a"))
    assert [is_marked(tag) for tag in tags].index(True) == 2
    assert sum(map(is_marked, tags)) == 1


@pytest.mark.parametrize(
    ("tags", "end"),
    [(["/svg"], 0), (["svg", "/svg", "/svg", "p"], 2), (["svgx", 'svg a=""', "/svg", "/svg"], 3)],
)  # fmt: skip
def test_an_element_ends_where_it_is_closed_itself(tags, end):
    assert end_of(tags, "svg", 0) == end
