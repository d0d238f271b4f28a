"""What is told of a text before it is looked through in full never passes over a finding."""

from __future__ import annotations

import random

from parsers.cleaning import damage, domains, link_farms
from parsers.cleaning.flat import Flat
from parsers.cleaning.masses import clear
from parsers.items import Block, Document
from tests.parsers.pages import page_of

SEED = 20261122


def mixed(pieces, count, longest):
    """Texts of pieces at random, the same ones in every run."""
    chance = random.Random(SEED)
    return ["".join(chance.choices(pieces, k=chance.randrange(1, longest))) for _ in range(count)]


def test_domains_looked_for_before_top_level_ones_are_those_of_a_look_at_every_place(monkeypatch):
    pieces = ["a", "b9", "-", ".", ".", "@", "/", "_", "https://", "HTTP://", "中", "\n", ".com",
              "x" * 64, "y" * 30, "www.", ".cn", ":", ".CO", "2014", "年", ".vip", "\u212a",
              "z." * 120]  # fmt: skip
    texts = mixed(pieces, 6_000, 30)
    found = [list(domains.domains_in(text)) for text in texts]
    monkeypatch.setattr(domains, "_tokens", domains._TOKEN.finditer)
    assert [list(domains.domains_in(text)) for text in texts] == found
    assert sum(map(len, found)) > 200


def test_document_numbers_sought_around_signs_are_those_of_a_look_at_every_place():
    pieces = [*"〔〕号政办发函字国(（）)，《》3", "2014", "19", "20", "政府办", "2014〕", "20143号"]
    found = 0
    for text in mixed(pieces, 20_000, 16):
        for pattern, sign in damage._NUMBERS:
            every = [number.span() for number in pattern.finditer(text)]
            assert [each.span() for each in damage._around(pattern, sign, text)] == every, text
            found += len(every)
    assert found > 500


def test_no_text_that_a_rule_of_damage_changes_or_flags_is_passed_over():
    pieces = [
        *"?\ufffd□？ “”，。1号〔〕发()",
        "中国",
        "廊坊",
        "、、",
        "2014",
        "政办",
        "<span>",
        "?/p>",
    ]
    pieces.append("中国?廊坊政府网")
    concerned = 0
    for text in mixed(pieces, 20_000, 12):
        if damage._mend(text) == (text, []):
            continue
        concerned += 1
        assert damage._CONCERNED.search(text), text
    assert concerned > 5_000


def test_a_run_of_anchors_is_the_same_told_from_a_few_pieces_or_from_all(monkeypatch):
    pieces = ["久久", "国产av", "传媒", "报告", "|", "|", " ", "，", "、", "长" * 41]
    signs = ["。", "2014年", "局"]
    texts = mixed(pieces, 200, 300) + mixed([*pieces * 20, *signs], 200, 300)
    monkeypatch.setattr(link_farms, "_LONG", 10**9)
    runs = [link_farms._run_of_anchors(text) for text in texts]
    monkeypatch.setattr(link_farms, "_LONG", 0)
    assert [link_farms._run_of_anchors(text) for text in texts] == runs
    assert None in runs
    assert any(runs)


def test_each_brand_of_a_mass_is_counted_as_it_was_written_and_the_longer_goes_whole():
    lines = [f"甲bet{n % 7}365.com，乙365bet体育平台。" for n in range(1500)]
    blocks = tuple(Block(text=line) for line in lines)
    page, cuts = clear(
        Flat(Document(page_of(""), "text/html", "utf-8", blocks=blocks)), frozenset()
    )
    counts = {}
    for cut in cuts:
        counts[cut.quote] = counts.get(cut.quote, 0) + cut.count
    inner = len(lines) - 60
    assert sum(n for quote, n in counts.items() if quote.endswith(".com")) == inner
    assert counts["365bet体育平台"] == inner
    assert "bet" not in "".join(page.texts[100:1400])
