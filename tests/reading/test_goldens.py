"""Kept pages of every template, layout and damage are read as they were written, whole."""

from __future__ import annotations

import json
import re

import pytest

from parsers.items import as_item
from parsers.report import read_page
from tests.parsers.pages import page_of
from tests.reading.keep import FOLDER
from tests.reading.measure import is_shown
from tests.reading.pages import combinations

CASES = sorted(path.parent for path in FOLDER.glob("*/truth.json"))
FIELDS = ("kind", "title", "year", "published_on", "template")
MIN_FOLDERS = 120
INDEX = (FOLDER / "READ.md").read_text("utf-8")


def test_there_are_enough():
    assert len(CASES) >= MIN_FOLDERS


def test_every_folder_was_read():
    read = re.findall(r"^\| ([a-z][\w-]+) \| 20\d\d-\d\d-\d\d", INDEX, re.MULTILINE)
    assert sorted(read) == [case.name for case in CASES]


def test_every_template_meets_every_layout_and_every_damage():
    kept = [one for one in combinations() if (FOLDER / "-".join(one)).exists()]
    for template, layout, damage in combinations():
        assert any(one[0] == template and one[1] == layout for one in kept)
        assert any(one[0] == template and one[2] == damage for one in kept)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_is_read_as_it_was_written(case):
    truth = json.loads((case / "truth.json").read_text("utf-8"))
    report = read_page(page_of((case / "page.html").read_text("utf-8")), None)
    item = as_item(report)
    assert {f: item[f] for f in FIELDS if f in truth} == {f: truth[f] for f in FIELDS if f in truth}
    if "agency" in truth:
        assert item["agency"]["name"] == truth["agency"]
    facts = {fact.metric: fact.value for fact in report.facts if fact.scope == "organ"}
    maybe = {m: v for m, v in truth.get("maybe", {}).items() if facts.get(m) == v}
    assert facts == {**maybe, **truth["facts"]}
    assert [fact for fact in report.facts if not is_shown(fact, report.text)] == []
    for warning in truth.get("warnings", ()):
        assert warning in report.warnings
    broken = [[c["rule"], c["where"]] for c in item["checks"] if c["status"] == "fail"]
    if "broken" in truth:
        assert broken == truth["broken"]
