"""What is sought in one pass, for a sentence or for many lines, is what each would find alone."""

from __future__ import annotations

import random

import pytest

from parsers import numbers, sections
from parsers.formats.endings import _remedy_before
from parsers.formats.hopes import Hopes, lines_that_tell
from parsers.formats.places import places
from parsers.formats.statements import Statement
from parsers.formats.subjects import channel_spoken_of
from parsers.formats.years import Times
from parsers.formats.zeros import denies
from parsers.numbers import figures_in
from parsers.vocabulary import (
    fold,
    fold_lines,
    labels_of,
    may_be_rows,
    may_state,
    row_of,
    words_of,
)

SEED = 20_261_122
#: What names a time, a channel, a remedy or a figure, and what quotes and parts these.
WORDS = (
    "2014年~2013年~2008年至2014年累计~去年~上年度~今年~截至~以来~至今~《条例》施行~开通~3条~12件~一千条~其中"
    '~累计公开~微博~微信~政府网站~官网~公报~等多种形式~、~和~,~;~。~:~《~》~“~”~"~(~)~复议~诉讼~应诉~未收到'
    "~0件~维持~公开信息~申请~力争~同期~年"
)
BEHIND = "元~分点~工作日~月~右~上~钟~时~、甲乙~）甲~ 甲乙~部分~1）"
PATHS = (("disclosure", "rows"), ("requests", "rows"), ("statistics",))


def sentences(count):
    chance, words = random.Random(SEED), WORDS.split("~")
    return ["".join(chance.choices(words, k=chance.randint(1, 14))) for _ in range(count)]


def statement(text):
    return Statement(text, range(len(text)), frozenset(), "行政复议")


@pytest.mark.parametrize("year", [2014, 2013, None])
def test_what_follows_a_place_says_nothing_of_its_time(year):
    for text in sentences(400):
        times = Times(text, year)
        for at in range(len(text) + 1):
            alone = Times(text[:at], year)
            assert times.is_another(at) == alone.is_another(at), (SEED, text, at)


def test_what_follows_a_figure_says_nothing_of_its_year():
    for text in sentences(800):
        times, floor = Times(text, 2014), 0
        for figure in figures_in(text):
            alone = Times(text[: figure.end + 1], 2014)
            told = times.may_count(figure, floor)
            assert told == alone.may_count(figure, floor), (SEED, text, figure)
            floor = figure.end


def test_what_follows_a_place_names_no_channel_and_no_remedy_of_it():
    for text in sentences(600):
        whole = statement(text)
        for at in range(len(text) + 1):
            before = statement(text[:at])
            assert channel_spoken_of(whole, at) == channel_spoken_of(before, at), (SEED, text, at)
            assert _remedy_before(whole, at) == _remedy_before(before, at), (SEED, text, at)


def test_a_line_that_tells_nothing_has_no_figure_that_may_state_anything():
    lines = [*["甲3件"] * 500, *sentences(1_500)]
    telling = set(lines_that_tell(lines))
    assert min(telling) >= 500
    assert len(telling) < 2_000
    for n, text in enumerate(lines):
        if n not in telling:
            assert not denies(text), (SEED, text)
            assert not list(places(statement(text), Times(text, 2014))), (SEED, text)
            assert not Hopes(text).without, (SEED, text)


def labels():
    """Every label of a row, as pages number, note and fill it."""
    around = "{}~（一）{}~（二）2.{}~ {}（单位：件） ~一、{} 12 3~{}:（1，2）~其中：{}~“{}”、（续"
    named = sorted(labels_of(*PATHS))
    return [form.replace("{}", label) for label in named for form in around.split("~")]


def test_lines_are_folded_together_as_each_by_itself():
    chance, pieces = random.Random(SEED), [*"（）()1.、．一 　\u0300㈠①ＡＢ_“”-", "行政", "许可"]
    texts = ["".join(chance.choices(pieces, k=chance.randint(0, 12))) for _ in range(3_000)]
    texts += [*labels(), "（" * 300 + "规章" * 300, "a" + "\u0300\u0316" * 400]
    assert fold_lines(texts) == [fold(text) for text in texts], SEED


def test_each_line_with_a_label_may_be_a_row_and_each_table_with_one_may_state():
    lines = labels()
    named = {n for n, line in enumerate(lines) if row_of(fold(line))}
    assert named
    others = ["甲乙丙"] * 2_000
    assert named <= {n - 2_000 for n in may_be_rows([*others, *lines])}
    assert not set(may_be_rows([*others, *lines])) & set(range(2_000))
    for n in named:
        assert may_state(words_of(["甲", lines[n], "1"])), lines[n]


def test_the_first_character_tells_what_can_follow_a_number_and_open_a_heading():
    behind = ["", *BEHIND.split("~")]
    for character in map(chr, range(0x10000)):
        for text in (character + more for more in behind):
            if numbers._AFTER.match(text).end():
                assert character in numbers._BEGINS_AFTER
            if numbers._NO_COUNT.match(text):
                assert character.isascii() or character in numbers._BEGINS_NO_COUNT
            if sections._NUMBER.match(text):
                assert sections._OPENS.match(character), text
