"""Each alarm is raised on its fault and silent on what only looks like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.jobs.figures import Figures
from crawler.jobs.monitors import MONITORS, alarms_of
from crawler.jobs.runs import begun

PLENTY = 10 << 30
LAYOUT = {"http://h/gknb/": ["div>ul.rows>li>a"]}
#: A usual visit that met reports: what the faults below are changes of.
USUAL = {
    "pages": 24, "lists": 2, "listed": 18, "years": [2022, 2023], "items": 20, "new": 18,
    "checks": {"pass": 60, "fail": 2, "not_applicable": 9}, "empty": {"published_on": 2},
    "charsets": {"utf-8": 24}, "layout": LAYOUT, "disk_free": PLENTY,
}  # fmt: skip
#: A visit that found everything as it was.
QUIET = {
    "pages": 5, "lists": 2, "listed": 18, "unchanged": 22, "charsets": {"utf-8": 5},
    "layout": LAYOUT, "disk_free": PLENTY,
}  # fmt: skip


def run_of(figures, outcome="done", day=2, said=()):
    at = f"2026-01-{day:02}T00:00:00Z"
    run = begun("yunze", f"job-{day}", "", at)
    return replace(run, ended=at, outcome=outcome, figures=Figures.of(figures), said=said)


def alarms(now, *past, outcome="done"):
    """The names of the alarms of a visit, past visits given the latest first."""
    before = [run if hasattr(run, "figures") else run_of(run, day=1) for run in past]
    return [alarm.monitor for alarm in alarms_of(run_of(now, outcome), before)]


NOTHING = {"pages": 1, "charsets": {"utf-8": 1}, "disk_free": PLENTY}
FIREWALL = {"challenges": 1, "failed": {"challenge": 1}, "disk_free": PLENTY}
BACKLOG = {**QUIET, "waiting": 2, "waiting_bytes": 900}
OUT = run_of({"disk_free": PLENTY}, "unreachable", said=("no answer",))


@pytest.mark.parametrize(
    ("name", "now", "past", "outcome"),
    [
        ("zero_results", NOTHING, [USUAL], "nothing_found"),
        ("zero_results", {**QUIET, "listed": 0, "layout": {}}, [QUIET, USUAL], "done"),
        ("fewer_results", {**QUIET, "listed": 15}, [QUIET, USUAL], "done"),
        ("fewer_results", {**QUIET, "listed": 4}, [{**USUAL, "listed": 5}], "done"),
        ("emptier_fields", {**USUAL, "new": 6, "empty": {"year": 5}}, [QUIET, USUAL], "done"),
        ("failing_checks", {**USUAL, "checks": {"pass": 8, "fail": 4}}, [QUIET, USUAL], "done"),
        ("spam_surge", {**QUIET, "items": 3, "spammed": 3, "spam": {"link_farm": 9}},
         [QUIET, USUAL], "done"),
        ("challenge_pages", FIREWALL, [USUAL], "blocked"),
        ("challenge_pages", {**QUIET, "challenges": 3}, [USUAL], "done"),
        ("kept_out", {"disk_free": PLENTY}, [OUT, run_of(USUAL)], "unreachable"),
        ("charset_change", {**QUIET, "charsets": {"gb18030": 5}}, [USUAL], "done"),
        ("layout_change", {**QUIET, "layout": {"http://h/gknb/": ["table>tr>td>a"]}}, [USUAL],
         "done"),
        ("upload_backlog", BACKLOG, [BACKLOG], "upload_pending"),
        ("disk_almost_full", {**QUIET, "disk_free": 1000}, [QUIET], "done"),
    ],
)  # fmt: skip
def test_an_alarm_is_raised_on_its_fault_and_no_other_is(name, now, past, outcome):
    assert alarms(now, *past, outcome=outcome) == [name]


@pytest.mark.parametrize(
    ("looks_like", "now", "past", "outcome"),
    [
        ("a first visit that finds nothing", NOTHING, [], "nothing_found"),
        ("a first visit to a firewall", FIREWALL, [], "blocked"),
        ("a first visit to a hacked portal", {**USUAL, "spammed": 20, "spam": {"link_farm": 9}}, [],
         "done"),
        ("a visit that was stopped early", NOTHING, [USUAL], "interrupted"),
        ("a visit outside of its hours", NOTHING, [USUAL], "postponed"),
        ("a portal that never had reports", NOTHING, [run_of(NOTHING, "nothing_found")],
         "nothing_found"),
        ("a usual visit after a first one", QUIET, [USUAL], "done"),
        ("a new report and its list", {**QUIET, "listed": 19, "items": 2, "new": 1}, [QUIET, USUAL],
         "done"),
        ("one report withdrawn of many", {**QUIET, "listed": 17}, [QUIET, USUAL], "done"),
        ("a visit after one that was stopped early", QUIET,
         [run_of(NOTHING, "interrupted"), run_of(USUAL)], "done"),
        ("one new report without a year", {**QUIET, "items": 2, "new": 1, "empty": {"year": 1}},
         [QUIET, USUAL], "done"),
        ("fields as empty as ever", {**USUAL, "new": 9, "empty": {"published_on": 2}}, [USUAL],
         "done"),
        ("one table that was added up wrongly", {**USUAL, "checks": {"pass": 9, "fail": 1}},
         [USUAL], "done"),
        ("a few checks that all fail", {**USUAL, "checks": {"fail": 3}}, [USUAL], "done"),
        ("a notice that cleaning cut from one report",
         {**QUIET, "items": 2, "new": 1, "spammed": 1, "spam": {"hidden_block": 1}}, [QUIET, USUAL],
         "done"),
        ("a portal that was hacked before", {**USUAL, "spammed": 19, "spam": {"link_farm": 9}},
         [{**USUAL, "spammed": 18}], "done"),
        ("damage of the portal's own in every item", {**USUAL, "spam": {"encoding_damage": 40}},
         [USUAL], "done"),
        ("one slow night of a firewall", {**QUIET, "challenges": 1}, [USUAL], "done"),
        ("a firewall that was there before", {**QUIET, "challenges": 3},
         [{**USUAL, "challenges": 2}], "done"),
        ("one night without an answer", {"disk_free": PLENTY}, [USUAL], "unreachable"),
        ("one page in another charset", {**QUIET, "charsets": {"utf-8": 5, "gb18030": 1}}, [USUAL],
         "done"),
        ("a mark on the newest row",
         {**QUIET, "layout": {"http://h/gknb/": ["div>ul.rows>li>a", "div>ul.rows>li>b>a"]}},
         [USUAL], "done"),
        ("a new section", {**QUIET, "layout": {**LAYOUT, "http://h/bm/": ["table>tr>td>a"]}},
         [USUAL], "done"),
        ("a file that waits for the first time", BACKLOG, [USUAL], "upload_pending"),
        ("a backlog that shrinks", BACKLOG, [{**BACKLOG, "waiting_bytes": 2000}], "upload_pending"),
        ("a disk of which nothing is known", {**QUIET, "disk_free": None}, [USUAL], "done"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_fault_raises_nothing(looks_like, now, past, outcome):
    assert alarms(now, *past, outcome=outcome) == [], looks_like


def test_an_alarm_names_the_portal_what_was_seen_and_what_to_do():
    (alarm,) = alarms_of(run_of(NOTHING, "nothing_found"), [run_of(USUAL)])
    assert (alarm.portal, alarm.evidence) == ("yunze", "no report found, 18 on the last visit")
    assert "scrapy sniff" in alarm.next_step


def test_every_monitor_has_a_fault_of_its_own_here():
    raised = {case[0] for case in _faults()}
    assert raised == {monitor.name for monitor in MONITORS}


def _faults():
    marks = test_an_alarm_is_raised_on_its_fault_and_no_other_is.pytestmark
    return next(mark.args[1] for mark in marks if mark.name == "parametrize")
