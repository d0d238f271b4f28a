"""Keep pages of every template, layout and damage as folders: `page.html` and `truth.json`.

    python -m tests.reading.keep

writes the folders that are missing, and leaves those that are there: they were read by a person
once. The truth holds what was put into the page, never what a parser made of it. Folders whose name
begins with `by-hand` were written by hand, truth and page.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reading.damage import DAMAGES
from tests.reading.layouts import LAYOUTS
from tests.reading.narratives import LAYOUTS as PROSE_LAYOUTS
from tests.reading.narratives import narrative
from tests.reading.pages import TEMPLATES, Case, combinations, page

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).with_name("goldens")
DAMAGES_A_LAYOUT = 2
NARRATIVES_A_LAYOUT = 4
# Not the seeds of the generated sets.
_SEED = 1000


def cases() -> Iterator[Case]:
    """Yield the cases: each template in each layout with two damages in turn, and prose."""
    fitting = set(combinations())
    damages = list(DAMAGES)
    for number, (template, layout) in enumerate(product(TEMPLATES, LAYOUTS)):
        first = number * DAMAGES_A_LAYOUT % len(damages)
        in_turn = damages[first:] + damages[:first]
        fits = [damage for damage in in_turn if (template, layout, damage) in fitting]
        for damage in fits[:DAMAGES_A_LAYOUT]:
            yield page(_SEED, template, layout, damage)
    for layout in PROSE_LAYOUTS:
        for seed in range(_SEED, _SEED + NARRATIVES_A_LAYOUT):
            yield narrative(seed, layout)


def write(case: Case, folder: Path) -> bool:
    """Write a case's folder where it is missing; return whether it was."""
    if folder.exists():
        return False
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(case.html, encoding="utf-8")
    truth = json.dumps(case.truth, ensure_ascii=False, indent=1) + "\n"
    (folder / "truth.json").write_text(truth, encoding="utf-8")
    return True


if __name__ == "__main__":
    written = sum(write(case, FOLDER / case.name) for case in cases())
    print(f"{written} written, {sum(1 for _ in FOLDER.iterdir())} there")
