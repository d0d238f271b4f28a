"""The policy of visits: its file, the days it gives, what is due and why, and on which machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from crawler.hours import BEIJING
from crawler.jobs.due import due, visits
from crawler.jobs.figures import Figures
from crawler.jobs.runs import begun
from crawler.jobs.schedule import SCHEDULE, Policy
from crawler.jobs.shards import Shard, shard_of
from crawler.registry import Registry
from parsers.errors import DisclosureError
from tests.conftest import ROOT

POLICY = Policy.load()


def at(text, hour=12):
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), BEIJING) + timedelta(
        hours=hour
    )


def run_of(day, outcome="done", years=(2026,), portal="yunze", hour=23, ended=True):
    moment = at(day, hour)
    run = begun(portal, f"job-{day}", "", moment.isoformat())
    figures = Figures(years=list(years))
    last = moment.isoformat() if ended else None
    return replace(run, ended=last, outcome=outcome, figures=figures)


def why(day, *runs):
    """Why a portal with these runs, the latest first, is due on a day; None where it is not."""
    found = due(visits(["yunze"], {"yunze": list(runs)}, POLICY, at(day)), at(day))
    return found[0].why if found else None


def days_between(last, outcome="done", times=1, missing=False):
    day = date.fromisoformat(last)
    return (POLICY.next_visit(day, missing=missing, outcome=outcome, times=times) - day).days


def test_reports_are_looked_for_every_few_days_in_their_season_and_rarely_otherwise():
    waits = {
        day: days_between(day) for day in ("2027-01-25", "2027-03-20", "2027-04-20", "2027-08-01")
    }
    assert waits == {"2027-01-25": 2, "2027-03-20": 2, "2027-04-20": 14, "2027-08-01": 60}


def test_a_long_pause_ends_when_the_season_begins():
    assert days_between("2026-12-20") == (date(2027, 1, 5) - date(2026, 12, 20)).days
    assert days_between("2027-02-28") == 7
    assert days_between("2027-03-11") == 4


@pytest.mark.parametrize("day", [date(2027, 1, 1) + timedelta(days=n) for n in range(0, 365, 5)])
def test_on_every_day_a_missing_year_is_looked_for_at_least_as_often(day):
    missing, held = (
        POLICY.next_visit(day, missing=lacks, outcome="done", times=1) for lacks in (True, False)
    )
    assert day < missing <= held


def test_visits_in_vain_become_rarer_to_a_bound():
    blocked = [days_between("2027-01-25", "blocked", times) for times in range(1, 7)]
    assert blocked == sorted(blocked)
    assert (blocked[0], blocked[-1]) == (7, 60)
    assert days_between("2027-01-25", "unreachable", 9) == 14
    assert days_between("2027-08-01", "unreachable", 9) == 60


def test_a_portal_without_a_visit_is_due():
    assert why("2026-11-22") == "never visited"


def test_a_portal_is_due_when_its_days_are_over_and_says_why():
    assert why("2027-03-21", run_of("2027-03-20")) is None
    assert why("2027-03-22", run_of("2027-03-20")) == (
        "every 2 days: the governments' deadline, 31 March"
    )


def test_the_year_that_is_missing_is_named_and_raises_the_rate():
    lacking = run_of("2027-05-01", years=(2024, 2025))
    assert why("2027-05-08", run_of("2027-05-01")) is None
    assert "its report on 2026 is missing" in why("2027-05-08", lacking)
    assert "missing" not in why("2027-02-20", run_of("2027-02-01", years=(2025,)))


def test_a_year_that_any_earlier_visit_saw_is_not_missing():
    assert why("2027-05-08", run_of("2027-05-01", years=()), run_of("2027-04-01")) is None


def test_a_blocked_portal_is_left_alone_and_then_says_how_often_it_was_in_vain():
    runs = [run_of("2027-03-20", "blocked"), run_of("2027-03-10", "blocked"), run_of("2027-03-01")]
    assert why("2027-03-23", *runs) is None
    assert "blocked 2 times on end" in why("2027-03-28", *runs)


def test_what_was_broken_off_goes_on_soon_and_ever_later():
    assert why("2027-08-02", run_of("2027-08-01", "interrupted")) == (
        "goes on with job job-2027-08-01: interrupted"
    )
    again = [run_of("2027-08-01", "postponed", hour=11)] * 4
    assert why("2027-08-01", *again) is None


def test_what_is_under_way_is_not_due():
    assert why("2027-08-30", run_of("2027-03-01", "running", ended=False)) is None


def test_jobs_come_first_then_new_portals_then_who_waited_longest():
    latest = {
        "late": [run_of("2027-02-01", portal="late")],
        "later": [run_of("2027-01-01", portal="later")],
        "broken": [run_of("2027-03-20", "interrupted", portal="broken", hour=0)],
    }
    found = due(visits([*latest, "new"], latest, POLICY, at("2027-03-20")), at("2027-03-20"))
    assert [visit.portal for visit in found] == ["broken", "new", "later", "late"]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("every = 60", "every = 0", "0 is no number above 0"),
        ('from = "07-01"', 'from = "07-32"', "day"),
        ("[missing]", "[lacking]", "'missing' is missing"),
        ("[[season]]", "[[saison]]", "'season' is missing"),
        ("factor = 0.5", "factor = ", "Invalid value"),
    ],
)
def test_a_schedule_that_cannot_be_used_is_named_with_what_is_wrong(tmp_path, old, new, what):
    file = tmp_path / "schedule.toml"
    file.write_text(SCHEDULE.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DisclosureError, match=f"{file.name} cannot be used.*{what}"):
        Policy.load(file)
    with pytest.raises(DisclosureError, match="cannot read the schedule"):
        Policy.load(tmp_path / "none.toml")


# --- shards ---

HOSTS = [portal.hosts[0] for portal in Registry.load(ROOT / "crawler" / "portals").portals]


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_every_portal_belongs_to_one_shard_and_shards_are_alike_in_size(count):
    sizes = [0] * count
    for host in HOSTS:
        sizes[shard_of(host, count) - 1] += 1
    assert sum(sizes) == len(HOSTS)
    assert max(sizes) < 1.4 * len(HOSTS) / count


def test_a_machine_more_moves_only_the_portals_that_it_gets():
    moved = {host: shard_of(host, 5) for host in HOSTS if shard_of(host, 4) != shard_of(host, 5)}
    assert set(moved.values()) == {5}
    assert 0.1 < len(moved) / len(HOSTS) < 0.3


@pytest.mark.parametrize(
    ("told", "environment", "shard"),
    [
        (None, {}, Shard(1, 1)),
        ("2/4", {"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "9"}, Shard(2, 4)),
        (None, {"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "3"}, Shard(1, 3)),
        (None, {"JOB_COMPLETION_INDEX": "2", "JOB_COMPLETIONS": "3"}, Shard(3, 3)),
    ],
)
def test_a_shard_is_told_by_the_command_line_or_by_kubernetes(told, environment, shard):
    assert Shard.of(told, environment) == shard


@pytest.mark.parametrize("told", ["0/4", "5/4", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_that_is_none_is_refused(told):
    with pytest.raises(DisclosureError, match="write it as 1/4"):
        Shard.parse(told)


@pytest.mark.parametrize("count", [None, "", "many"])
def test_an_index_without_its_count_is_refused_lest_each_pod_run_all(count):
    told = {
        "JOB_COMPLETION_INDEX": "1",
        **({"JOB_COMPLETIONS": count} if count is not None else {}),
    }
    with pytest.raises(DisclosureError, match="or give --shard"):
        Shard.of(None, told)
