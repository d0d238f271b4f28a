"""The table of runs: what is entered comes back, and what was killed is known as such."""

import os
from dataclasses import replace

import pytest

from crawler.archive.spool import lock
from crawler.jobs.figures import Figures
from crawler.jobs.outcomes import BY_NAME, OUTCOMES, by_exit, ended_as, worst
from crawler.jobs.runs import Alarm, Runs, begun
from parsers.errors import DisclosureError
from tests.conftest import ROOT


@pytest.fixture
def runs(tmp_path):
    return Runs(f"sqlite:///{tmp_path / 'runs.sqlite'}")


def run_of(portal="yunze", at="2026-01-01T00:00:00Z", **other):
    return replace(begun(portal, f"job-{at}", "", at), **other)


def test_a_run_comes_back_as_it_was_entered(runs):
    alarm = Alarm("zero", "yunze", "没有报告", "look")
    figures = Figures(pages=3, failed={"status 404": 2}, years=[2023], disk_free=7)
    run = run_of(
        ended="2026-01-01T01:00:00Z",
        outcome="done",
        figures=figures,
        said=("a 'quote'",),
        alarms=(alarm,),
    )
    runs.enter(run)
    assert runs.all() == [run]
    assert Figures.of({**figures.as_dict(), "of a later version": 1}) == figures


def test_an_end_replaces_the_row_of_the_beginning(runs):
    run = run_of()
    runs.enter(run)
    runs.enter(replace(run, ended="2026-01-01T01:00:00Z", outcome="blocked"))
    assert [one.outcome for one in runs.all("yunze")] == ["blocked"]
    assert runs.all("other") == []


def test_each_portals_runs_come_latest_first(runs):
    for at in ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"):
        runs.enter(run_of(at=at))
    runs.enter(run_of(portal="other"))
    found = runs.latest()
    assert [run.started[:10] for run in found["yunze"]] == ["2026-01-02", "2026-01-01"]
    assert set(found) == {"yunze", "other"}


def test_the_past_of_a_run_is_of_its_scope_and_of_other_jobs(runs):
    ended = "2026-01-09T00:00:00Z"
    first = run_of(ended=ended, outcome="done")
    second = run_of(at="2026-01-03T00:00:00Z", ended=ended, outcome="blocked")
    narrow = run_of(at="2026-01-02T00:00:00Z", ended=ended, outcome="done", scope="since=2024")
    rest = replace(run_of(at="2026-01-04T00:00:00Z", ended=ended), job="job-now")
    other = run_of(portal="other", ended=ended)
    alive = run_of(at="2026-01-02T12:00:00Z")
    for run in (first, second, narrow, rest, other, alive):
        runs.enter(run)
    now = replace(run_of(at="2026-01-05T00:00:00Z"), job="job-now")
    assert runs.past(now) == [second, first]


def test_a_run_whose_job_no_process_holds_was_killed(runs, tmp_path):
    dead, alive = run_of(), run_of(portal="other", at="2026-01-02T00:00:00Z")
    elsewhere = run_of(portal="far", machine="another machine")
    for run in (dead, alive, elsewhere):
        runs.enter(run)
    held = lock(tmp_path / f"{alive.job}.lock")
    closed = runs.close_dead(tmp_path, "2026-01-03T00:00:00Z")
    os.close(held)
    assert [run.portal for run in closed] == ["yunze"]
    outcomes = {run.portal: run.outcome for run in runs.all()}
    assert outcomes == {"yunze": "interrupted", "other": "running", "far": "running"}


def test_an_address_that_is_no_table_is_told_with_its_remedy(tmp_path):
    with pytest.raises(DisclosureError, match="use sqlite:///PATH or postgresql"):
        Runs("mysql://a/b")
    with pytest.raises(DisclosureError, match="make its place writable or set RUNS_URL"):
        Runs(f"sqlite:///{tmp_path}")


def test_every_outcome_has_an_exit_code_of_its_own():
    assert len({one.code for one in OUTCOMES}) == len(OUTCOMES)
    assert [by_exit(one.code) for one in OUTCOMES] == list(OUTCOMES)
    assert worst(BY_NAME) == OUTCOMES[0]


@pytest.mark.parametrize(
    ("failed", "reason", "outcome"),
    [
        ([], "finished", "done"),
        ([], "shutdown", "interrupted"),
        (["failed"], "closespider_pagecount", "interrupted"),
        (["disk_full", "failed"], "disk_full", "disk_full"),
        (["failed"], "archive_self_test", "failed"),
        (["postponed", "blocked"], "postponed", "postponed"),
        (["upload_pending", "nothing_found"], "finished", "upload_pending"),
        ([], None, "failed"),
    ],
)
def test_a_run_that_ended_in_several_ways_has_the_worst_outcome(failed, reason, outcome):
    assert ended_as([("said", name, None) for name in failed], reason).name == outcome


def test_the_readme_says_what_every_exit_code_means():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [one.name for one in OUTCOMES if f"| {one.code} | `{one.name}` |" not in readme]
    assert missing == []
