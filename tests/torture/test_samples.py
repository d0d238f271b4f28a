"""A seeded sample of every check of `make torture`; and each check finds the faults it plants."""

import os
import re

import orjson
import pytest

from crawler.stores import loading
from parsers.items import as_item
from tests import torture
from tests.conftest import ROOT, a_report
from tests.torture import r02_kills, registry
from tests.torture.chain import PAGES
from tests.torture.registry import CannotRun, Check, Trial, checks, tried

SEED = int(os.environ.get("SEED", registry.SEED))
CHECKS = checks()


def number(check):
    return check.name.partition(" ")[0]


@pytest.mark.parametrize("check", CHECKS, ids=number)
def test_a_sample_of_the_check_holds(check, tmp_path):
    trial = Trial(check.sample, SEED, tmp_path)
    outcome = tried(check, trial, 1)
    print(outcome)
    if not outcome.tried and any("cannot run here" in note for note in outcome.notes):
        pytest.skip(str(outcome))
    assert outcome.ok, str(outcome)


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        pytest.param(check, fault, id=f"{number(check)}-{fault}")
        for check in reversed(CHECKS)  # a long one last leaves the other processes without work
        for fault in check.faults[: None if os.environ.get("TORTURE") else check.quick_faults]
    ],
)
def test_the_check_finds_a_planted_fault(check, fault, tmp_path):
    trial = Trial(check.fault_sample or check.sample, SEED, tmp_path, fault)
    outcome = tried(check, trial, 1)
    if not outcome.tried and any("cannot run here" in note for note in outcome.notes):
        pytest.skip(str(outcome))
    assert outcome.failures, str(outcome)
    assert not outcome.ok


def check_of(outcomes):
    return Check("R0 nothing", "nothing", goal=3, sample=1, run=lambda _: iter(outcomes))


def line_of(check, tmp_path):
    return str(tried(check, Trial(check.goal, 7, tmp_path), check.goal))


def test_a_line_says_how_many_passed_and_what_was_asked(tmp_path):
    line = line_of(check_of([None] * 5), tmp_path)
    assert line == "R0 nothing: 3 of 3 passed, seed 7, goal 3: ok"


@pytest.mark.parametrize("outcomes", [[], [None], [None, "bad", None]], ids=len)
def test_too_few_trials_or_one_failure_is_short(outcomes, tmp_path):
    outcome = tried(check_of(outcomes), Trial(3, 7, tmp_path), 3)
    assert not outcome.ok
    assert ": short" in str(outcome)


def test_a_check_that_cannot_run_here_is_short_and_says_why(tmp_path):
    def run(_):
        raise CannotRun("needs root")
        yield

    check = Check("R0 nothing", "nothing", goal=None, sample=1, run=run)
    line = line_of(check, tmp_path)
    assert "0 of 0 passed" in line
    assert "short" in line
    assert "needs root" in line


def test_a_load_that_is_killed_has_nine_transactions(tmp_path, monkeypatch):
    for name in ("BATCH", "BATCHES", "LARGER", "load", "_write"):  # as they are after the test
        monkeypatch.setattr(loading, name, getattr(loading, name))
    r02_kills.plant(("load", None, str(tmp_path / "begun")))
    write, transactions = loading._write, []
    loading._write = lambda *args: transactions.append(1) or write(*args)
    feed = tmp_path / "feed.jsonl"
    lines = (orjson.dumps(as_item(a_report(number))) for number in range(PAGES))
    feed.write_bytes(b"\n".join(lines))
    for kind in ("sqlite", "duckdb"):
        transactions.clear()
        loading.load(f"{kind}:///{tmp_path}/{kind}.db", feed)
        assert len(transactions) == 9


def test_every_check_stands_in_the_list_of_promises_once():
    assert sorted(re.findall(r"\bR\d+\b", torture.__doc__)) == sorted(map(number, CHECKS))
    numbers = [int(number(check)[1:]) for check in CHECKS]
    assert numbers == list(range(1, len(CHECKS) + 1))


def test_every_check_can_be_seen_to_fail():
    assert [check.name for check in CHECKS if not check.faults] == []
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_every_promise_of_security_names_a_check_that_there_is():
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    promised = text.partition("## What is promised")[2].partition("## What is not promised")[0]
    assert set(re.findall(r"\bR\d+\b", promised)) <= {number(check) for check in CHECKS}
    paragraphs = re.split(r"\n(?=- )", promised)[1:]
    assert [each for each in paragraphs if not re.search(r"\bR\d+\b|tests/\w+", each)] == []
