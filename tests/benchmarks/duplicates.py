"""Telling duplicates of millions of synthetic reports: memory and seconds a million, right or not.

    .venv/bin/python -m tests.benchmarks.duplicates [COUNT [SEED]]

Runs what a re-parse runs when its units are done, over a manifest that was filled with likenesses
in place of reports. Of a hundred captures ten repeat another's bytes, twenty another's text with
a tenth of the runs changed; one report in a thousand is of an organ with hundreds of them.
"""

from __future__ import annotations

import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from crawler.engines import originals
from crawler.engines.sketches import PLACES, Likeness
from crawler.engines.work import Done, Print
from tests.conftest import ROOT

COUNT = 5_000_000
SEED = 20231
#: Captures of a unit; the manifest takes units whole.
UNIT = 1000
_CHANGED = PLACES // 10


def main(count: int, seed: int) -> int:
    """Fill a manifest, tell its duplicates, print what that took. Return 1 where one is wrong."""
    with tempfile.TemporaryDirectory(prefix="duplicates-") as name:
        folder = Path(name)
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.duplicates", "fill", name, str(count),
             str(seed)],
            cwd=ROOT, check=True,
        )  # fmt: skip
        db = sqlite3.connect(folder / "manifest.sqlite", isolation_level=None)
        size = (folder / "manifest.sqlite").stat().st_size
        started, cpu = time.perf_counter(), time.process_time()
        before = peak()
        originals.mark(db, folder)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        exact, near = (
            db.execute("SELECT COUNT(*) FROM marks WHERE kind = ?", (kind,)).fetchone()[0]
            for kind in ("exact", "near")
        )
        wanted, right = db.execute(_HELD).fetchone()
    print(
        f"duplicates among {count} synthetic captures, seed {seed}: {exact} exact, {near} near; "
        f"{right} of {wanted} lead to their original, {exact + near - right} to another; "
        f"{seconds:.0f} s ({cpu:.0f} s of CPU), {peak() - before:.0f} MB; a million: "
        f"{seconds / count * 1e6:.1f} s, {cpu / count * 1e6:.1f} s of CPU, "
        f"{(peak() - before) / count * 1e6:.0f} MB of memory (up to {PLACES * 2} MB of it pages of "
        f"the sketches' file, which the system takes back), {size / count:.0f} MB of disk",
        flush=True,
    )
    return int(right < wanted or exact + near > right)


#: A capture's id is its report's number and its own: the report is the first eight digits.
_HELD = """
SELECT (SELECT COUNT(*) FROM prints WHERE substr(capture_id, 9) != '00000000'),
    COUNT(*) FILTER (WHERE marks.capture_id = substr(prints.capture_id, 1, 8) || '00000000')
FROM marks JOIN prints USING (unit, item)
"""


def fill(folder: Path, count: int, seed: int) -> None:
    """Write a manifest of `count` captures."""
    db = sqlite3.connect(folder / "manifest.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.executescript(originals.SCHEMA)
    chance, dice = np.random.default_rng(seed), random.Random(seed)
    kept: list[tuple[int, Print]] = []
    for unit in range(count // UNIT):
        db.execute("BEGIN")
        prints = _prints(unit, chance, dice, kept)
        originals.note(db, Done(unit, prints=prints))
        db.execute("COMMIT")


def _prints(
    unit: int, chance: np.random.Generator, dice: random.Random, kept: list[tuple[int, Print]]
) -> list[Print]:
    """Return the prints of a unit; `kept` are some earlier reports, to be repeated."""
    texts = chance.integers(0, 1 << 63, (UNIT, 4))
    sketches = chance.integers(0, 1 << 16, (UNIT, PLACES), "u2")
    prints = []
    for item in range(UNIT):
        number = unit * UNIT + item
        kind = dice.random()
        if kept and kind < 0.3:
            prints.append(_repeated(number, *dice.choice(kept), sketches[item], exact=kind < 0.1))
            continue
        text, organ, figures, payload = (int(each).to_bytes(8, "big") for each in texts[item])
        if dice.random() < 0.001:
            organ = b"one name"
        told = Likeness(text, organ, figures, 2008 + number % 18, 0, sketches[item].tobytes())
        own = Print(f"{number:08x}00000000", True, number, payload.hex(), told)
        prints.append(own)
        if item % 10 == 0:
            kept.append((number, own))
            if len(kept) > 100_000:
                kept[dice.randrange(len(kept))] = kept.pop()
    return prints


def _repeated(number: int, original: int, own: Print, noise: np.ndarray, *, exact: bool) -> Print:
    name = f"{original:08x}{number:08x}"
    likeness = own.likeness
    if exact or likeness is None:
        return Print(name, False, number, own.payload, likeness)
    changed = np.frombuffer(likeness.sketch, "u2").copy()
    changed[:_CHANGED] = noise[:_CHANGED]
    told = likeness._replace(text=noise[:4].tobytes(), sketch=changed.tobytes())
    return Print(name, False, number, noise.tobytes()[:16].hex(), told)


def peak() -> float:
    """Return the most memory that this process held, in MB."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        told = [int(word) for word in sys.argv[1:]] + [COUNT, SEED][len(sys.argv) - 1 :]
        sys.exit(main(*told))
