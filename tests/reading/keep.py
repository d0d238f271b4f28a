"""Keep pages of every template, layout and damage as folders: `page.html` and `truth.json`.

    python -m tests.reading.keep

writes the folders that are missing, and leaves those that are there: they were read once, and
`goldens/READ.md` says when. The truth holds what was put into the page, never what a parser made of
it. Folders whose name begins with `by-hand` were written by hand, truth and page.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reading.narratives import LAYOUTS as PROSE_LAYOUTS
from tests.reading.narratives import narrative
from tests.reading.pages import Case, combinations, page

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).with_name("goldens")
NARRATIVES_A_LAYOUT = 4
# Not the seeds of the generated sets.
_SEED = 1000


def cases() -> Iterator[Case]:
    """Yield the cases: those of the folders, those that make every pair whole, and prose.

    Each template meets each layout and each damage; the generated sets hold all combinations.
    """
    every = list(combinations())
    kept = [combination for combination in every if (FOLDER / "-".join(combination)).exists()]
    met = {pair for combination in kept for pair in _pairs(combination)}
    for combination in every:
        if not met.issuperset(_pairs(combination)):
            met.update(_pairs(combination))
            kept.append(combination)
    for template, layout, damage in kept:
        yield page(_SEED, template, layout, damage)
    for layout in PROSE_LAYOUTS:
        for seed in range(_SEED, _SEED + NARRATIVES_A_LAYOUT):
            yield narrative(seed, layout)


def _pairs(combination: tuple[str, str, str]) -> set[tuple[str, str]]:
    template, layout, damage = combination
    return {(template, f"in {layout}"), (template, f"with {damage}")}


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
    print(f"{written} written, {sum(1 for _ in FOLDER.glob('*/truth.json'))} there")
