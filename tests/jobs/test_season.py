"""A seeded piece of `make season`: every kind of fault once, and what only looks like one."""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.jobs import season as seasons
from tests.jobs.portals import FAULTS, portals
from tests.jobs.season import Season, summary

FIRST, LAST = date(2027, 1, 19), date(2027, 2, 5)
SEED = int(os.environ.get("SEED", seasons.SEED))


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A season of three weeks around the departments' deadline, played once."""
    drawn = portals(len(FAULTS), SEED, FIRST, LAST)
    season = Season(tmp_path_factory.mktemp("season"), drawn, FIRST, LAST)
    season.play()
    return season


def test_every_report_is_captured_in_time_and_every_alarm_is_due(played):
    lines, short = summary(played)
    print("\n".join([*lines, f"seed {SEED}"]))
    assert short == []


def test_the_season_sees_a_report_that_came_too_late_and_an_alarm_that_is_lacking_or_false(played):
    portal = next(one for one in played.portals if one.published and not one.alarm)
    early = replace(portal, published=FIRST - timedelta(days=90))
    loud = replace(portal, fault="breaks", struck=FIRST)
    raised = next(one for one in played.portals if one.alarm)
    silent = replace(raised, fault=None)
    for changed, what in ((early, "published on"), (loud, "no zero_results"), (silent, "false")):
        others = [changed if one.id == changed.id else one for one in played.portals]
        short = summary(Season(played.folder, others, FIRST, LAST, asked=played.asked))[1]
        assert any(what in each for each in short), short
