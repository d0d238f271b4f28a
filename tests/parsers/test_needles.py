"""A wording is passed over only where its words are wanting: needles never turn a match away."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.formats.hopes import Hopes
from parsers.formats.needles import needles_of
from parsers.formats.wordings import WORDINGS
from parsers.numbers import figures_in, fold_width

HELD_OUT = Path(__file__).with_name("heldout")


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        ("收到|受理", {"收到", "受理"}),
        ("(?:共|全年)?公开(?:了)?", {"公开"}),
        ("微信公众号?", {"微信公众"}),
        ("(?<!微信)微博", {"微博"}),
        ("(?:信息)?|公开", set()),
        (r"\d+[条件]", set()),
    ],
)
def test_a_patterns_words_are_found(pattern, needles):
    assert needles_of(pattern) == needles


def test_no_match_in_real_sentences_is_turned_away():
    turned_away = []
    for page in sorted(HELD_OUT.glob("h[0-9]*.*")):
        text = fold_width(page.read_text("utf-8"))
        for figure in figures_in(text):
            left, right = text[max(0, figure.start - 60) : figure.start], text[figure.end :][:40]
            hopeful = set(map(id, Hopes(left + right).beside(figure.unit, left, right)))
            for wording in WORDINGS:
                fits = figure.unit in wording.units and wording.before.search(left)
                fits = fits and (wording.after is None or wording.after.match(right))
                if fits and id(wording) not in hopeful:
                    turned_away.append((wording.metric, left, right))
    assert turned_away == []
