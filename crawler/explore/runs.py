"""What recorded runs say of each portal: how the last one ended, and what its monitors said.

The table of runs is that of `crawler.jobs.runs`, beside the ledger or where RUNS_URL says. Reads it
where it is; never makes one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.archive.place import Place
from crawler.jobs.outcomes import BY_NAME
from crawler.jobs.runs import Runs
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.jobs.runs import Run

#: Outcomes that say a portal kept the crawl out, or was not to be had.
_BLOCKED = ("blocked", "unreachable")
#: States of a portal, worst first. `unknown`: no run of it is recorded.
STATES = ("blocked", "empty", "changed", "troubled", "healthy", "unknown")


def address_of_runs(settings: Mapping[str, Any]) -> str | None:
    """Return where the runs are recorded, None where nothing is yet.

    Raises ArchiveError where the settings name no archive.
    """
    url = str(settings.get("RUNS_URL") or "")
    if not url:
        url = f"sqlite:///{Place.from_settings(settings).ledger.with_name('runs.sqlite')}"
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    return url


def latest(address: str | None) -> tuple[dict[str, list[Run]], str | None]:
    """Return each portal's runs, the latest first, and what kept them from being read."""
    if address is None:
        return {}, None
    try:
        return Runs(address).latest(), None
    except DisclosureError as error:
        return {}, str(error)


def state_of(runs: Sequence[Run], *, reports: int) -> str:
    """Return how a portal stands by its latest run that has ended; see `STATES`.

    A run that ended well and yet has alarms is one that changed: a monitor compares with the last.
    """
    ended = next((run for run in runs if run.ended is not None), None)
    if ended is None:
        return "unknown" if reports or not runs else "empty"
    if ended.outcome in _BLOCKED:
        return "blocked"
    if ended.outcome == "nothing_found":
        return "empty"
    if ended.alarms:
        return "changed"
    return "healthy" if ended.outcome == "done" else "troubled"


def meaning_of(outcome: str) -> str:
    """Return what an outcome means, in words; of one unknown here, itself."""
    known = BY_NAME.get(outcome)
    return known.meaning if known else outcome
