"""What is put back is the name of the stated organ whose words go on, however many there are."""

from __future__ import annotations

import random

import pytest

from parsers.cleaning import clean
from parsers.cleaning.names import Known, fit, names_of
from parsers.items import Block, Document, Link
from tests.parsers.pages import LANGFANG, page_of

SEED = 20261122
PLACES = ("廊坊市", "香河县", "莆田市", "甲市", "")
ORGANS = ("教育局", "人民政府", "人民政府办公室", "市场监督管理局", "局", "水务局", "教育局办公室")


def first_that_goes_on(known, after):
    """What a look at each of the stated organs, in order, chooses."""
    for organ in known.stated:
        if any(after.startswith(organ[cut:]) for cut in range(1, len(organ) - 2)):
            return names_of(organ, "stated by the page")
    return None


def test_an_index_of_ends_chooses_what_a_look_at_each_organ_does():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    chosen = 0
    for _ in range(5_000):
        organs = [chance.choice(PLACES) + chance.choice(ORGANS) for _ in range(chance.randrange(6))]
        known = Known(None, organs)
        organ = chance.choice(PLACES) + chance.choice(ORGANS)
        after = organ[chance.randrange(len(organ) + 1) :] + chance.choice(("", "2014年", "办公室"))
        expected = first_that_goes_on(known, after)
        assert known.ending(after) == expected, (organs, after)
        chosen += expected is not None
    assert chosen > 500


@pytest.mark.parametrize(
    ("stated", "after", "right"),
    [
        (["廊坊市教育局", "莆田市水务局"], "水务局2014年", "莆田市"),
        (["廊坊市教育局", "莆田市教育局"], "教育局2014年", "廊坊市"),
        (["廊坊市教育局"], "的要求", "廊坊市教育局"),
        (["廊坊市教育局", "莆田市水务局"], "的要求", "□"),
        ([], "的要求", "□"),
    ],
)
def test_the_organ_whose_words_go_on_is_put_back_else_a_lone_one_else_a_gap(stated, after, right):
    known = Known(None, stated)
    assert fit("按照", after, known, established=False).right == right


# --- words that are known for a substitute ---


def cleaned_of(*blocks):
    return clean(Document(page_of(""), "text/html", "utf-8", blocks=blocks), LANGFANG)


@pytest.mark.parametrize("word", ["赌", "博彩", "涉案", "诈骗", "捣毁", "破获"])
def test_a_sentence_on_gambling_names_even_a_known_substitute_honestly(word):
    places = [Block(f"由365bet体育平台负责第{n}项。") for n in range(3)]
    honest = Block(f"警方通报{word}，所指为365bet体育平台。")
    cleaned = cleaned_of(*places, honest).document.blocks
    assert [block.text for block in cleaned] == [
        *(f"由廊坊市人民政府负责第{n}项。" for n in range(3)), honest.text,
    ]  # fmt: skip


def test_a_link_that_is_no_text_of_its_own_is_put_right_too():
    link = Link("http://www.lf.gov.cn/a", "由365bet体育平台公开")
    cleaned = cleaned_of(Block("本页由365bet体育平台公开年报。", links=(link,))).document.blocks
    assert [block.text for block in cleaned] == ["本页由廊坊市人民政府公开年报。"]
    assert [each.text for block in cleaned for each in block.links] == ["由廊坊市人民政府公开"]
