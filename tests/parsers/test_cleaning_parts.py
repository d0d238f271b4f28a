"""A page of which blocks, links or `<meta>` are taken is that of what is left, read anew."""

from __future__ import annotations

import random
from dataclasses import replace

from parsers.cleaning.flat import Flat
from parsers.items import Block, Cell, Document, Link
from tests.parsers.pages import page_of

SEED = 20261122
WORDS = ("久久", "廊坊市教育局", "主动公开12条", "", "年\n报", "，")


def document(*blocks, meta=()):
    return Document(page_of(""), "text/html", "utf-8", "年度报告", meta, blocks)


def any_links(chance, most=3):
    return tuple(
        Link(f"http://a{chance.randint(0, 3)}.top/", chance.choice(WORDS))
        for _ in range(chance.randint(0, most))
    )


def any_block(chance):
    links = any_links(chance)
    if chance.random() < 0.2:
        rows = tuple(
            tuple(Cell(chance.choice(WORDS)) for _ in range(chance.randint(0, 3)))
            for _ in range(chance.randint(1, 3))
        )
        return Block(rows=rows, links=links, tag="table")
    return Block("".join(chance.choices(WORDS, k=chance.randint(0, 3))), links=links)


def any_part(block, chance):
    """What may be left of a block: nothing, or, of a paragraph, other words and some links."""
    if block.rows or chance.random() < 0.5:
        return None
    links = tuple(link for link in block.links if chance.random() < 0.6)
    return replace(block, text=chance.choice(WORDS), links=links)


def outside(of):
    """The texts of links that their blocks do not hold, one by one."""
    return [
        link.text
        for block in of.blocks
        for link in block.links
        if link.text
        not in (
            "\n".join(cell.text for row in block.rows for cell in row) if block.rows else block.text
        )
    ]


def assert_same(page, left):
    anew = Flat(left)
    assert page.document == left
    assert (page.texts, page.links, page.lines) == (anew.texts, anew.links, anew.lines)
    assert (page.words, page.meta, page.addresses) == (anew.words, anew.meta, anew.addresses)


def test_a_page_without_some_blocks_and_links_is_that_of_what_is_left():
    for seed in range(SEED, SEED + 300):
        chance = random.Random(seed)
        blocks = [any_block(chance) for _ in range(chance.randint(1, 8))]
        page = Flat(document(*blocks, meta=(("keywords", "甲"),)))
        for _ in range(3):  # one after another, on what the last has left
            numbers = range(len(page.blocks))
            taken = chance.sample(numbers, chance.randint(0, len(numbers)))
            was = page.document.blocks
            parts = {n: any_part(was[n], chance) for n in taken}
            left = [block for n in numbers if (block := parts.get(n, was[n]))]
            page = page.with_blocks(parts)
            assert_same(page, replace(page.document, blocks=tuple(left)))
            if page.links and chance.random() < 0.5:
                page = page.with_changed({0: "某年"}, {len(page.links) - 1: "改"})


def test_a_page_without_some_meta_is_that_of_the_others():
    for seed in range(SEED, SEED + 100):
        chance = random.Random(seed)
        meta = tuple((f"n{n}", chance.choice(WORDS)) for n in range(chance.randint(1, 6)))
        blocks = [any_block(chance) for _ in range(3)]
        page = Flat(document(*blocks, meta=meta)).with_changed({1: "新"}, {})
        stay = bytes(chance.randint(0, 1) for _ in meta)
        now = (("n0", "新"), *meta[1:])
        left = tuple(each for each, here in zip(now, stay, strict=True) if here)
        assert_same(page.with_meta(stay), document(*blocks, meta=left))


def test_what_was_asked_of_texts_and_links_is_not_asked_again_of_those_that_stay():
    blocks = [Block(f"第{n}条", links=(Link(f"http://a{n}.top/", f"第{n}"),)) for n in range(5)]
    page = Flat(document(*blocks))
    memory = page.memory
    assert list(memory.new("told", page.texts)) == [0, 1, 2, 3, 4, 5]
    with_one = page.memory.hit("one", page.texts, lambda texts: [texts.index("第1条")])
    assert with_one == [2]
    left = page.with_blocks({1: None, 3: replace(blocks[3], text="新", links=())})
    assert [left.texts[n] for n in memory.new("told", left.texts)] == ["新"]
    assert memory.hit("one", left.texts, lambda _: []) == []


def test_links_of_no_block_that_holds_them_are_looked_through_beside_the_texts():
    for seed in range(SEED, SEED + 300):
        chance = random.Random(seed)
        page = document(*(any_block(chance) for _ in range(chance.randint(0, 8))))
        flat = Flat(page)
        assert flat.lines[len(flat.texts) :] == outside(page)


def test_a_block_of_too_many_links_is_taken_to_hold_none():
    links = tuple(Link("http://a.top/", f"第{n}条") for n in range(101))
    for text, count, held in (("第1条", 101, False), ("第1条" * 30_000, 80, False),
                              ("第1条" * 20_100, 99, True), ("第1条", 100, True)):  # fmt: skip
        flat = Flat(document(Block(text, links=links[:count]), Block("第2条", links=links[:3])))
        there = flat.lines[len(flat.texts) :]
        assert ("第1条" in there[: count - 1]) is not held
        assert there[-2:] == ["第0条", "第1条"]
