"""Near duplicates: what is a copy, what is none; neither order nor number of workers shows."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from scrapy.utils.project import get_project_settings

from crawler.copies import letters_of
from crawler.engines import near
from crawler.engines.near import ROW, copies
from crawler.engines.sketches import PLACES, likeness, points_of, sketch
from crawler.reparse import Options, reparse
from tests.conftest import a_report
from tests.copies import by_hand, generated, packed
from tests.copies.scoring import scored

SEED = 20230


def items(folder, pages, seed=SEED, **told):
    """Re-parse `pages`, which were archived in the order of `seed`."""
    folder.mkdir(exist_ok=True)
    (folder / "a.warc.gz").write_bytes(packed(pages, seed))
    settings = get_project_settings()
    feed = {str(folder / "items.jsonl"): {"format": "jsonl", "overwrite": True}}
    for name, value in {"FEEDS": feed, "REPARSE_UNIT_BYTES": 40_000, "LOG_ENABLED": False}.items():
        settings.set(name, value, priority="cmdline")
    reparse([str(folder / "a.warc.gz")], settings, Options(**{"work": folder / "work", **told}))
    return [json.loads(line) for line in (folder / "items.jsonl").read_bytes().splitlines()]


@pytest.mark.parametrize(("pages", "least"), [(by_hand(), 1.0), (generated(16, SEED), 0.98)])
def test_copies_are_told_from_neighbours(tmp_path, pages, least):
    score = scored(pages, items(tmp_path, pages, workers=1))
    assert score.wrong == []
    assert score.recall >= least, score.missed


def test_neither_order_nor_workers_show(tmp_path):
    pages = by_hand() + generated(2, SEED)
    told = [
        {item["url"]: item["duplicate_of"] for item in items(tmp_path / str(n), pages, **how)}
        for n, how in enumerate(({"seed": 1, "workers": 1}, {"seed": 2, "workers": 2}))
    ]
    assert told[0] == told[1]
    assert any(each and each["kind"] == "near" for each in told[0].values())


TEXT = "".join(chr(0x4E00 + number * 7 % 2000) for number in range(900))
EDITED = TEXT[:300] + "改" + TEXT[301:600] + "动过" + TEXT[602:]
OTHER = "".join(chr(0x6000 + number * 11 % 2000) for number in range(900))


def row(text, instant, organ=1, year=2023, figures=0, place=0, official=True):  # noqa: PLR0917
    """A report's row and its sketch."""
    key = hash(text) & 0xFFFF_FFFF | 1
    mine = (not official, instant, instant, key, organ, figures, year, place)
    return mine, np.frombuffer(sketch(points_of(text)), "<u2")


def originals(*told):
    """The original's index of each row, told in any order."""
    found = None
    for seed in range(4):
        order = random.Random(seed).sample(range(len(told)), len(told))
        rows = np.array([told[index][0] for index in order], ROW)
        sketches = np.array([told[index][1] for index in order])
        original = copies(rows, sketches).original
        back = {index: order[original[at]] for at, index in enumerate(order)}
        assert found in (None, back)
        found = back
    return [found[index] for index in range(len(told))]


def test_the_original_is_the_earliest_official_capture():
    copy, late, early = row(TEXT, 1, official=False), row(EDITED, 3), row(TEXT, 2)
    assert originals(copy, late, early) == [2, 2, 2]


def test_another_year_and_another_organ_are_no_copies():
    assert originals(row(TEXT, 1), row(EDITED, 2, year=2022), row(EDITED + "改", 3, organ=2)) == [
        0, 1, 2,
    ]  # fmt: skip


def test_one_name_in_two_provinces_is_two_organs():
    assert originals(row(TEXT, 1, place=5101), row(EDITED, 2, place=4401)) == [0, 1]
    assert originals(row(TEXT, 1, place=5101), row(EDITED, 2)) == [0, 0]


def test_a_copy_that_names_no_organ_is_known_by_its_figures():
    assert originals(row(TEXT, 1, figures=9), row(EDITED, 2, organ=0, figures=9)) == [0, 0]
    assert originals(row(TEXT, 1, figures=9), row(EDITED, 2, organ=0, figures=8)) == [0, 1]
    assert originals(row(TEXT, 1, figures=9), row(EDITED, 2, organ=2, figures=9)) == [0, 1]
    assert originals(row(TEXT, 1, figures=9), row(EDITED, 2, organ=0, figures=9, year=2022)) == [
        0, 1,
    ]  # fmt: skip


def test_other_words_are_no_copy():
    assert originals(row(TEXT, 1), row(OTHER, 2)) == [0, 1]


def test_a_copy_of_a_copy_leads_to_the_original():
    told = row(TEXT, 1), row(EDITED, 2), row(EDITED, 3, organ=7, official=False)
    assert originals(*told) == [0, 0, 0]


def test_many_reports_of_one_name_are_told_as_few_are(monkeypatch):
    chance = random.Random(SEED)
    texts = ["".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(600)) for _ in range(40)]
    told = [row(text[:300] + "改" + text[301:], 90 + n) for n, text in enumerate(texts)]
    told += [row(text, n) for n, text in enumerate(texts)]
    compared = originals(*told)
    monkeypatch.setattr(near, "SCANNED", 5)
    assert originals(*told) == compared == [*range(40, 80), *range(40, 80)]


def test_the_places_of_a_sketch_agree_as_often_as_texts_have_runs_in_common():
    one, other = ({text[at : at + 5] for at in range(len(text) - 4)} for text in (TEXT, EDITED))
    jaccard = len(one & other) / len(one | other)
    agree = np.mean(
        np.frombuffer(sketch(points_of(TEXT)), "<u2")
        == np.frombuffer(sketch(points_of(EDITED)), "<u2")
    )
    assert abs(agree - jaccard) < 4 * (jaccard * (1 - jaccard) / PLACES) ** 0.5


def test_what_is_short_or_no_report_is_not_compared():
    assert likeness(a_report(text="短")) is None
    assert likeness(a_report(text=TEXT, kind="other")) is None
    assert likeness(a_report(text=TEXT)) is not None


def test_the_letters_of_a_text_are_found_by_a_table_as_one_by_one():
    draw = random.Random(SEED)
    everything = "".join(map(chr, range(1, 0x11000)))
    usual = "政府信息公开（一）、12１２Ａ％㎡①㈠ｶﾞがe\u0301가각\ud800\U00020000 \n"
    texts = [*(everything[at : at + 7] for at in range(0, len(everything), 7)), everything, ""]
    texts += ["".join(draw.choices(usual[:12], k=20)) for _ in range(200)]
    texts += ["".join(draw.choices(usual, k=6)) for _ in range(2000)]
    different = [text for text in texts if letters(points_of(text)) != letters_of(text)]
    assert different == [], f"seed {SEED}"


def letters(points):
    return points.tobytes().decode("utf-32-le", "surrogatepass")
