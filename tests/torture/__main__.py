"""`make torture`: run every check in full and print a line each; exit 1 where one is short.

`python -m tests.torture R1 R8` runs those alone; `--count N` tries N of each, which is short where
the goal asks for more; `--seed S` tries others; `--fault NAME` plants a fault, which must be found.
`--list` runs nothing: it says what each check claims, and the faults that it can plant.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.archive.conftest import end_fork_servers
from tests.torture.registry import INTERRUPTED, SEED, Trial, checks, tried


def main() -> int:
    """Run what the command line names; return the exit code."""
    known = {check.name.partition(" ")[0]: check for check in checks()}
    parser = argparse.ArgumentParser(prog="tests.torture", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="CHECK", help=" ".join(known))
    parser.add_argument("--count", type=int, help="trials of each check; default: its goal")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--fault", help="plant this fault of the check")
    parser.add_argument("--list", action="store_true", help="say what each check claims")
    told = parser.parse_args()
    if unknown := sorted(set(told.names) - known.keys()):
        parser.error(f"there is no check {unknown[0]}: known are {', '.join(known)}")
    if told.list:
        for check in known.values():
            print(f"{check.name}: {check.claim}\n    finds {', '.join(check.faults)}")
        return 0
    logging.disable()  # damage is what is made here; the lines say what came of it
    for ends in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ends, signal.default_int_handler)
    short = 0
    for name, check in known.items():
        if told.names and name not in told.names:
            continue
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            count = told.count or check.goal
            trial = Trial(count, told.seed, Path(folder), told.fault)
            outcome = tried(check, trial, check.goal)
        trial.notes.append(f"{time.monotonic() - begun:.0f} s")
        print(outcome, flush=True)
        short += not outcome.ok
        if INTERRUPTED in outcome.notes:
            break
    return 1 if short else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        end_fork_servers()
