"""The vocabulary: every code that a reader may give has its unit there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from parsers.formats.wordings import OUTCOMES, WORDINGS
from parsers.vocabulary import cells, metrics, unit_of, vocabulary

DESIGN = Path(__file__).resolve().parents[3] / "shared" / "design" / "metrics.toml"


def test_every_wording_states_a_metric_of_the_vocabulary():
    assert {w.metric for w in WORDINGS} <= set(metrics())


def test_every_outcome_is_one_of_reviews_and_of_suits():
    codes = {f"{remedy}.{name}" for name, *_ in OUTCOMES for remedy in ("review", "litigation")}
    assert codes <= set(metrics())


def test_a_code_that_is_nobodys_has_no_unit():
    with pytest.raises(KeyError):
        unit_of("review.unheard_of")


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("proactive.total", "条"),
        ("fees.collected", "万元"),
        ("requests.new.total", "件"),
        ("disclosure.permits.change", "项"),
        ("disclosure.fees.amount", "万元"),
        ("review.pending", "件"),
    ],
)
def test_a_code_has_its_unit(code, unit):
    assert unit_of(code) == unit


def test_every_statistics_label_names_a_metric():
    codes = {code for code in vocabulary()["match"]["statistics"] if ">" not in code}
    assert codes <= set(metrics())


def test_there_are_as_many_cells_as_the_forms_have():
    assert sum(code.startswith("remedies.") for code in cells()) == 15


@pytest.mark.skipif(not DESIGN.is_file(), reason="the shared design is not here")
def test_no_code_of_the_design_was_lost_or_changed():
    design = tomllib.loads(DESIGN.read_text("utf-8"))
    ours = vocabulary()
    for group, entries in design.items():
        if group == "table":
            assert entries == ours["table"]
            continue
        assert {name: ours[group].get(name) for name in entries} == entries
