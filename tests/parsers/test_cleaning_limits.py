"""Where a page has thousands of what each takes a look, some are left, and that is told."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from parsers.cleaning import brands, clean, masses, substitutions
from parsers.cleaning.brands import brands_in
from parsers.cleaning.findings import findings_in
from parsers.cleaning.flat import Flat
from parsers.cleaning.masses import MOST_FINDINGS
from parsers.cleaning.memory import Memory, Texts
from parsers.cleaning.stated import stated_organs
from parsers.cleaning.strange_links import Said
from parsers.cleaning.unknown import _MOST_LINES, unknown_brand
from parsers.items import Block, Cell, Document
from tests.parsers.lines import lines_of
from tests.parsers.pages import page_of

SEED = 20261122
TITLE = "甲乙平台2014年政府信息公开年报"


def document(*texts, title=None):
    blocks = tuple(Block(text) for text in texts)
    return Document(page_of(""), "text/html", "utf-8", page_title=title, blocks=blocks)


def test_what_stands_beside_a_list_is_told_as_if_the_page_had_no_such_list():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(300):
        words = ["".join(chance.choices("甲乙丙丁戊", k=chance.randrange(9))) for _ in range(9)]
        blocks = [Block(word) for word in words[:6]]
        blocks.append(Block(rows=((Cell(words[6]), Cell(words[7])),), tag="table"))
        chance.shuffle(blocks)
        page = Document(page_of(""), "text/html", None, page_title=words[8], blocks=tuple(blocks))
        run = range(chance.randrange(4), 4)
        others = [block for n, block in enumerate(blocks) if n not in run]
        texts = [page.page_title, *(block.text for block in others)]
        texts += [cell.text for block in others for row in block.rows for cell in row]
        known = {a + b for text in texts for a, b in pairwise(text)}
        is_said = Said(Flat(page)).beside(run)
        pairs = {a + b for a in "甲乙丙丁戊" for b in "甲乙丙丁戊"}
        assert {pair for pair in pairs if is_said(pair)} == known


def test_a_page_of_more_than_is_read_is_told_by_its_beginning():
    vast = document("丁戊", "甲乙" * 100_000, "丙丁")
    is_said = Said(Flat(vast)).beside([0])
    assert [pair for pair in ("丁戊", "甲乙", "丙丁") if is_said(pair)] == ["甲乙"]


def left_of(count):
    """How often a brand of no lexicon stands so often on a page, and what is told of it."""
    cleaned = clean(
        document(TITLE, *[f"按照甲乙平台的要求，公开{n}条" for n in range(count)]), None
    )
    left = sum("甲乙平台" in block.text for block in cleaned.document.blocks)
    return left, {cut.rule for cut in cleaned.cuts if "thousands of places" in cut.rule}


def test_a_brand_of_no_lexicon_comes_out_at_hundreds_of_places():
    assert left_of(500) == (0, set())


def test_a_brand_of_no_lexicon_at_thousands_of_places_stays_and_is_told_of():
    count = 2 * MOST_FINDINGS + 1
    told = "a brand at thousands of places: left where none knows it for one"
    assert left_of(count) == (count + 1, {told})


def test_a_rare_brand_comes_out_beside_one_at_thousands_of_places():
    title = "bet365体育平台"
    lines = [title, "2014年12月31日", *[f"按照甲乙平台的要求{n}" for n in range(2 * MOST_FINDINGS)]]
    cleaned = clean(document(TITLE, *lines), None)
    assert not any(title in block.text for block in cleaned.document.blocks)


def test_brands_glued_to_more_than_a_title_are_judged_each_where_it_stands():
    glued = f"{'bet365' * 2_000}。"
    cleaned = clean(document("廊坊市教育局2014年政府信息公开年报", *[glued] * 4), None)
    assert [block.text for block in cleaned.document.blocks][1:] == ["□。"] * 4
    assert {cut.action for cut in cleaned.cuts} == {"flagged"}


def test_the_subject_of_the_text_is_its_organ_only_where_there_is_one():
    alone = ["我局公开信息。", "莆田市农业局高度重视，", "莆田市农业局认真落实"]
    assert stated_organs(lines_of(alone)) == ["莆田市农业局"]
    assert stated_organs(lines_of([*alone, "福州市农业局高度重视"])) == []
    assert stated_organs(lines_of(alone[1:])) == []


def test_a_brand_of_no_lexicon_is_sought_in_the_first_thousands_of_titles():
    title, signature = "甲乙平台2014年政府信息公开年报", ["甲乙平台", "2014年12月31日"]
    others = [f"信息公开{n}" for n in range(_MOST_LINES)]
    assert unknown_brand(lines_of([title, *others, *signature])) == "甲乙平台"
    assert unknown_brand(lines_of([*others, title, *signature])) is None


@pytest.mark.parametrize(
    "words", ["2014 bet365", "xbet365y", "nba体育平台", "365bet体育馆", "bet365.a"]
)
def test_what_looks_like_a_brand_is_judged_alike_wherever_it_stands(words):
    for around in ("，{}，", "甲{}2014年", "{}官网", "a_{}_a"):
        alone = around.format(words)
        found = [brand.words for brand in brands_in(alone)]
        line = "".join(f"{'乙' * 40}{alone}{'丙' * 40}" for _ in range(3))
        assert [brand.words for brand in brands_in(line)] == found * 3


@pytest.mark.parametrize("glued", ["xbet365", "qqbet365bet365", "-w88bet365", "bwinbet365.a"])
def test_a_brand_behind_words_that_are_none_is_found_where_it_begins(glued):
    found = [brand.words for brand in brands_in(f"，{glued}永利娱乐，")]
    assert [words.endswith("永利娱乐") for words in found] == [True]


def test_no_brand_begins_within_a_word_or_an_address():
    for word in ("xbet365", "1bwin", "-w88", "/必威体育", "@bet365", ".bet365"):
        assert list(brands_in(f"，{word}，")) == []


def test_a_vast_text_that_stayed_is_not_looked_at_again_however_few_the_others():
    looked = []

    def look(texts):
        looked.append(list(texts))
        return [n for n, text in enumerate(texts) if "甲" in text]

    texts, memory = Texts(["甲", "乙", "甲" * 100]), Memory()
    assert memory.hit("a", texts, look) == [0, 2]
    assert memory.hit("a", texts.with_changed({0: "乙", 1: "甲乙"}), look) == [1, 2]
    assert looked[1:] == [["乙", "甲乙"]]


def test_a_title_of_thousands_of_brands_is_looked_through_once_in_all_rounds(monkeypatch):
    looked: list[str] = []
    look = lambda whole, hosts: looked.append(whole) or findings_in(whole, hosts)  # noqa: E731
    monkeypatch.setattr(substitutions, "findings_in", look)
    title = "bet365体育平台。" * (MOST_FINDINGS + 1)
    cleaned = clean(document("关(guān)(guān)(guān)于" * 3, title=title), None)
    assert cleaned.document.page_title == title
    assert [cut.count for cut in cleaned.cuts if cut.kind == "pinyin_annotation"] == [9]
    assert looked == [title]


def test_brands_of_a_page_longer_than_is_looked_through_at_once_are_those_of_its_lines():
    lines = [f"第{n}条bet365x，2014 bet{n}体育平台。" for n in range(9_000)]
    whole = "\n".join(lines)
    assert len(whole) > 2 * brands._RUN
    alone = [brand.words for line in lines for brand in brands_in(line)]
    found = [*brands_in(whole)]
    assert [brand.words for brand in found] == alone
    assert all(whole[brand.start : brand.end] == brand.words for brand in found)


def test_what_some_words_left_any_of_them_leave_as_on_a_page_never_cleared():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    pieces = ["bet365体育平台", "乐鱼体育官网", "www.688.com", "查处", "赌博网址", "公开，", "。"]
    texts = ["".join(chance.choices(pieces, k=chance.randrange(6))) for _ in range(3_000)]
    every = list(findings_in("\n".join(texts), frozenset()))
    many = masses._commonest(every)
    some = [each for each in every if masses._DIGITS.sub("0", each.words) in many.kinds]
    fewer = masses._commonest([each for each in some if "乐鱼" not in each.words])
    assert fewer.kinds.keys() < many.kinds.keys()
    numbers = [*range(1, len(texts) + 1)]
    for first, then in ((many, fewer), (fewer, many)):
        cleared, _ = masses._without_words(Flat(document(*texts)), first, numbers, [])
        never = Flat(document(*cleared.texts[1:]))
        (again, cuts), (fresh, same) = (
            masses._without_words(page, then, numbers, []) for page in (cleared, never)
        )
        assert (list(again.texts), cuts) == (list(fresh.texts), same)
