"""R1: no crash point of writer, ledger, roll, upload and sweep loses or doubles an exchange.

Every step of four kinds of archive is tried, each death followed by a second one in the recovery:
`crash_child.py` says what a step is. After each death all that the ledger and the manifest vouch
for can be read; after the last life each exchange is there once, and nothing lies about.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.archive.conftest import ROOT, environment
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

WORLDS = ("folder", "copied", "bucket", "parts")
#: The world in which each planted fault shows.
FAULTS = {"never-cut": "folder", "late-write": "folder", "never-sweep": "parts"}
_SECONDS = 3600


def run(trial: Trial) -> Iterator[str | None]:
    """Try the crash points of each world; a sample is shared out among the worlds."""
    trial.whole = 0
    for number, world in enumerate(WORLDS):
        if trial.fault and FAULTS[trial.fault] != world:
            continue
        sample = 0
        if trial.count:
            shares = 1 if trial.fault else len(WORLDS)
            sample = max(1, (trial.count + number) // shares)
        said = _in_child(trial, world, sample)
        trial.whole += said["whole"]
        steps = ", ".join(f"{count} {step}" for step, count in said["steps"].items())
        trial.notes.append(f"{world}: {said['points']} of {said['whole']} points of {steps}")
        yield from [f"{world}: {json.dumps(each, ensure_ascii=False)}" for each in said["wrong"]]
        yield from [None] * (said["points"] - len(said["wrong"]))


def _in_child(trial: Trial, world: str, sample: int) -> dict[str, object]:
    folder = trial.folder / world
    folder.mkdir()
    words = [str(folder), str(trial.seed), str(sample), world]
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.crash_child", *words, *filter(None, [trial.fault])],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


CHECK = Check(
    name="R1 crash points",
    claim="a kill at any step, and a second one in the recovery: 0 lost, 0 twice",
    goal=None,
    sample=16,
    run=run,
    faults=tuple(FAULTS),
    fault_sample=8,
)
