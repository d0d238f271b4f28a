"""Every small portal, one a family and one a trap, walked by the real spider: as its truth says.

`python -m tests.site.walks` walks them and prints the table; here it runs once for all tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from crawler.cms import NAMES
from tests.conftest import ROOT
from tests.site.portals import families, large
from tests.site.traps import traps
from tests.site.walks import AGAIN, Outcome, planted, table

#: Walking 47 portals takes some 20 s of one core; this is for a busy machine.
SECONDS = 240


@pytest.fixture(scope="module")
def walked() -> list[Outcome]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.site.walks", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    found = [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]
    print(table(found))
    return found


@pytest.fixture
def outcomes(walked: list[Outcome]) -> list[Outcome]:
    return [one for one in walked if not one.planted]


def test_a_planted_fault_is_seen(walked: list[Outcome]) -> None:
    faults = [one for one in walked if one.planted]
    assert len(faults) == len(planted())
    assert [one.portal for one in faults if one.good] == []


def test_every_portal_is_of_a_family() -> None:
    # A new family takes one file and two goldens; a portal of its own is welcome, not needed.
    assert {portal.name for portal in families()} <= set(NAMES)
    assert len(families()) >= 19


def test_every_report_and_file_is_found_from_the_home_page_alone(outcomes: list[Outcome]) -> None:
    first = [one for one in outcomes if one.fewest]
    assert len(first) == len([*families(), *traps(), large()])
    assert {one.portal: one.missing for one in first if one.missing} == {}


def test_nothing_forbidden_and_nothing_of_another_site_is_asked_for(
    outcomes: list[Outcome],
) -> None:
    assert {one.portal: one.forbidden for one in outcomes if one.forbidden} == {}
    assert {one.portal: one.off_site for one in outcomes if one.off_site} == {}


def test_a_walk_asks_for_little_more_than_the_fewest_requests(outcomes: list[Outcome]) -> None:
    ratios = {one.portal: one.requests / one.fewest for one in outcomes if one.fewest}
    assert {name: ratio for name, ratio in ratios.items() if not 1 <= ratio <= 1.3} == {}


def test_a_host_is_asked_one_thing_at_a_time(outcomes: list[Outcome]) -> None:
    assert {one.at_once for one in outcomes} == {1}


def test_a_trap_ends_by_the_name_of_what_ended_it(outcomes: list[Outcome]) -> None:
    assert [one.portal for one in outcomes if one.counted == 0 or one.unsaid] == []


def test_a_second_run_costs_a_handful_of_requests_where_nothing_changed(
    outcomes: list[Outcome],
) -> None:
    ((first, second),) = ((a, b) for a, b in pairwise(outcomes) if not b.fewest)
    assert (first.there, second.found) == (200, 0)
    assert second.requests <= AGAIN * first.requests


GOOD = Outcome("a", 6, 6, 0, 0, 12, 12, 1, None, "", [])


@pytest.mark.parametrize(
    "fault",
    [
        {"found": 5}, {"forbidden": 1}, {"off_site": 1}, {"requests": 16}, {"requests": 11},
        {"at_once": 2}, {"counted": 0}, {"unsaid": "budget"},
    ],
)  # fmt: skip
def test_a_walk_that_misses_its_truth_in_any_respect_is_not_good(fault: dict[str, int]) -> None:
    assert GOOD.good
    assert not replace(GOOD, **fault).good  # type: ignore[arg-type]
