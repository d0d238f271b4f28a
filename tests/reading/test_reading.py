"""Figures are read as they were put in: a sample of what `make figures` reads in full."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.parsers.prose import facts_of, paragraphs
from tests.reading.goals import GOALS, HEADLINES, MIN_WORDINGS
from tests.reading.measure import Score, is_shown, read_case, read_sentence
from tests.reading.narratives import LAYOUTS, narrative
from tests.reading.pages import combinations, is_well_formed, page
from tests.reading.sentences import SEED, fill, sentences, wordings

# One turn of four, one combination of five: 3 s instead of 18.
EVERY = 5


def test_every_headline_figure_has_its_wordings():
    told = Counter(metric for wording in wordings() for metric in wording.metrics)
    assert {m: told[m] for m in HEADLINES if told[m] < MIN_WORDINGS} == {}


def test_sentences_give_their_figures():
    score = Score()
    for sentence in sentences(1):
        read_sentence(score, sentence)
    assert GOALS["sentences"].is_met(score), f"seed {SEED}: {score} {score.failures}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_narrative_reports_give_their_figures(layout):
    score = Score()
    for seed in (0, 3):
        read_case(score, narrative(seed, layout))
    assert GOALS["narratives"].is_met(score), f"{score} {score.failures}"


def test_tables_give_their_cells():
    scores = {True: Score(), False: Score()}
    for template, layout, damage in list(combinations())[SEED % EVERY :: EVERY]:
        read_case(scores[is_well_formed(layout)], page(0, template, layout, damage))
    assert GOALS["well-formed"].is_met(scores[True]), scores[True].failures
    assert GOALS["broken"].is_met(scores[False]), scores[False].failures


def test_a_planted_fault_is_counted():
    wording = next(w for w in wordings() if w.metrics == {"proactive.total"})
    sentence = fill(wording, 0)
    score = Score()
    read_sentence(score, sentence)
    assert (score.recall, score.precision, score.failures) == (1.0, 1.0, [])
    faulty = type(sentence)(
        wording, sentence.text, {"proactive.total": -1.0}, {}, sentence.qualifiers, sentence.form
    )
    read_sentence(score, faulty)
    assert (score.recall, score.precision) == (0.5, 0.5)
    assert len(score.failures) == 1


def test_evidence_that_lies_beside_the_number_is_not_shown():

    layout = paragraphs("2014年我局主动公开政府信息162条。")
    (fact,) = facts_of(layout)
    assert is_shown(fact, layout.text)
    fact.end -= 3
    assert not is_shown(fact, layout.text)
