"""Cleaning holds its goals on the labelled set: pages by hand whole, a sample of the seed's.

`python -m tests.parsers.cleaning_set` prints the figures of the whole set; with `TORTURE=1` this
test measures the whole set, too.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.cleaning import clean
from parsers.extract import extract
from tests.conftest import ROOT
from tests.parsers.cleaning_set.__main__ import SEED
from tests.parsers.cleaning_set.generated import GROUPS, generated
from tests.parsers.cleaning_set.marked import Marked
from tests.parsers.cleaning_set.measure import measure, shown
from tests.parsers.cleaning_set.written import written
from tests.parsers.pages import page_of

# The goals of the issue that this set was made for.
RECALL, LOSS = 0.99, 0.0001
SAMPLE = 1 if os.environ.get("TORTURE") else 3
WRITTEN = written()
GENERATED = generated(SEED)


def test_the_set_is_as_large_as_it_should_be():
    pages = [*WRITTEN, *GENERATED]
    assert len(pages) >= 400
    assert len({page.name for page in pages}) == len(pages)
    kinds = {injection.kind for page in pages for injection in page.injections()}
    assert kinds == {
        "farm", "hidden", "brand", "domain", "pinyin", "script", "meta", "damage", "digits"
    }  # fmt: skip


def test_hosts_that_changed_hands_are_told_from_hacked_ones_and_from_copies():
    labelled = [page for page in WRITTEN if page.whose]
    assert {page.whose for page in labelled} == {"official", "sold", "copy"}
    score = measure(labelled)
    assert score.hosts == {True: len(labelled)}, score.misses


def test_the_truth_is_where_it_says():
    for page in (*WRITTEN, *GENERATED[::10]):
        if page.traditional:
            continue
        served = page.served()
        assert [served[i.start : i.end] for i in page.injections()] == [
            i.bad for i in page.injections()
        ]


@pytest.mark.parametrize("pages", [WRITTEN, GENERATED[::SAMPLE]], ids=["written", "generated"])
def test_what_was_put_in_comes_out_and_what_was_written_stays(pages):
    score = measure(pages)
    assert score.recall >= RECALL, (SEED, score.misses)
    assert score.loss <= LOSS, (SEED, score.misses)
    assert score.wrong.total() == 0, (SEED, score.misses)
    assert score.right.total() > 0


REAL = sorted((ROOT.parent / "shared" / "corpus" / "portals").glob("*.html"))


@pytest.mark.skipif(not REAL, reason="the shared corpus is not here")
def test_real_honest_pages_lose_nothing_that_a_reader_sees():
    for path in REAL:
        document = extract(page_of(path.read_bytes(), "http://www.example.gov.cn/a.html"))
        cuts = clean(document, None).cuts
        assert [cut for cut in cuts if cut.kind != "hidden_block"] == [], path.name


def test_a_miss_counts():
    page = Marked("x", "http://a.gov.cn/", None, "</head><body><p>甲乙⟦brand:丙丁⟧戊</p>")
    score = measure([page])
    assert (score.recall, score.lost) == (0.0, 0)


KINDS = tuple(group for group in GROUPS if group != "clean")
PAGES = {group: generated(SEED + 1, (group,)) for group in GROUPS}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.sampled_from(KINDS), st.integers(0, 10_000))
def test_an_injection_into_a_clean_page_comes_out_to_the_clean_pages_text(kind, number):
    page = PAGES[kind][number % len(PAGES[kind])]
    original = clean(extract(page.page(page.original())), page.known)
    served = clean(extract(page.page(page.served())), page.known)
    if any(cut.rule == "no source says what stood here" for cut in served.cuts):
        return  # what nobody knows cannot come back: the set counts these as not restored
    assert shown(served.document) == shown(original.document), (SEED + 1, page.name)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.sampled_from(sorted(GROUPS)), st.integers(0, 10_000))
def test_cleaning_a_page_of_the_set_twice_changes_nothing_more(kind, number):
    page = PAGES[kind][number % len(PAGES[kind])]
    once = clean(extract(page.page(page.served())), page.known)
    twice = clean(once.document, page.known)
    assert twice.document == once.document, (SEED + 1, page.name)
    assert [cut for cut in twice.cuts if cut.action != "flagged"] == []


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_a_clean_page_of_the_set_stays_as_it_is(number):
    page = [page for page in PAGES["clean"] if not page.traditional][number % 70]
    document = extract(page.page(page.served()))
    cleaned = clean(document, page.known)
    assert (cleaned.document, cleaned.cuts, cleaned.script) == (document, (), "simplified")
