"""Ask a database of known holes about each locked package: `make audit`; over the network.

A line a hole, and exit code 1; code 2 and one sentence where some package could not be asked about,
so that no silence passes for "no hole" (an index without such a database answers 404 for each, and
pip-audit then ends well). pip-audit has an environment of its own, in `.venv/audit`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.supply_chain import LOCKS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = ROOT / ".venv" / "audit" / "bin" / "pip-audit"
NO_HOLE, HOLES, NOT_ASKED = range(3)
_REMEDY = "run make audit where the network can be reached"


def installed(program: Path = PROGRAM) -> str:
    """Install pip-audit where it is missing; return why that cannot be, in one line, or ""."""
    if program.exists():
        return ""
    folder = program.parent.parent
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "pip-audit"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"pip-audit cannot be installed ({_last(done)})"
    return ""


def asked(lock: Path, program: Path = PROGRAM) -> tuple[list[dict[str, Any]], str]:
    """Return what is known of each package of a lock, and why it is not, in one line, or ""."""
    done = subprocess.run(
        [str(program), "--disable-pip", "--require-hashes", "--requirement", str(lock),
         "--format", "json", "--progress-spinner", "off"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        return json.loads(done.stdout)["dependencies"], ""
    except (ValueError, KeyError):
        return [], f"{lock.name} cannot be asked about ({_last(done)})"


def _last(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that a program said."""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1][:200] if lines else f"it ended with {done.returncode}"


def outcome(known: list[dict[str, Any]], why_not: str) -> tuple[int, list[str]]:
    """Return the exit code, and what there is to say: a line a hole, then what was not asked."""
    said = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for each in known
        for hole in each.get("vulns", ())
    ]
    unknown = [each["name"] for each in known if "skip_reason" in each]
    code = HOLES if said else NOT_ASKED if unknown or why_not else NO_HOLE
    if unknown and not why_not:
        why_not = f"{len(unknown)} of {len(known)} packages are in no database ({unknown[0]}, …)"
    if why_not:
        said.append(f"audit: {why_not}: {_REMEDY}")
    return code, said


def main(program: Path = PROGRAM) -> int:
    """Ask about every lock; return the exit code."""
    if why_not := installed(program):
        code, said = outcome([], why_not)
    else:
        answers = [asked(lock, program) for lock in LOCKS]
        known = [each for found, _ in answers for each in found]
        code, said = outcome(known, next((why for _, why in answers if why), ""))
        said = said or [f"audit: no hole is known of {len(known)} packages"]
    print("\n".join(said), file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
