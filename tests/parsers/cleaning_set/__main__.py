"""Print how well cleaning does on the labelled set: one line a kind, then every miss.

usage: python -m tests.parsers.cleaning_set [--seed N] [--misses] [--pages FOLDER]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.parsers.cleaning_set.generated import generated
from tests.parsers.cleaning_set.measure import Score, measure
from tests.parsers.cleaning_set.written import written

if TYPE_CHECKING:
    from tests.parsers.cleaning_set.marked import Marked

SEED = 20261122


def main() -> None:
    """Measure the pages by hand and those of the seed, each on its own."""
    options = argparse.ArgumentParser(prog="python -m tests.parsers.cleaning_set")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--misses", action="store_true", help="print every miss")
    options.add_argument("--pages", type=Path, help="write the pages and their truth here")
    chosen = options.parse_args()
    print(f"seed {chosen.seed}")
    for name, pages in (("written", written()), ("generated", generated(chosen.seed))):
        show(name, measure(pages), misses=chosen.misses)
        if chosen.pages:
            write(pages, chosen.pages / name)


def show(name: str, score: Score, *, misses: bool) -> None:
    """Print a score: the whole, then a line a kind."""
    injected = score.injected.total()
    print(
        f"{name}: {score.pages} pages, recall {score.recall:.2%} of {injected:,} injected"
        f" characters, lost {score.lost} of {score.honest:,} honest ones ({score.loss:.4%}),"
        f" names right {score.names(score.right)} wrong {score.names(score.wrong)}"
        f" not restored {score.names(score.blank)}"
    )
    if score.hosts:
        print(f"  hosts told official, sold or copy: {score.hosts[True]} of {score.hosts.total()}")
    for kind in (*score.injected, *(k for k in score.left if k not in score.injected)):
        print(
            f"  {kind:8} injected {score.injected[kind]:6,} left {score.left[kind]:4}"
            f" | right {score.right[kind]:4} wrong {score.wrong[kind]:3}"
            f" not restored {score.blank[kind]:3}"
        )
    for miss in score.misses if misses else ():
        print(f"  miss: {miss}")


def write(pages: list[Marked], folder: Path) -> None:
    """Write each page as it was served, and `truth.jsonl` with the spans that were put in."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for page in pages:
        (folder / f"{page.name}.html").write_text(page.served(), encoding="utf-8")
        spans = [
            {"kind": i.kind, "start": i.start, "end": i.end, "bad": i.bad, "good": i.good}
            for i in page.injections()
        ]
        truth.append(
            json.dumps({"page": page.name, "url": page.url, "spans": spans}, ensure_ascii=False)
        )
    (folder / "truth.jsonl").write_text("\n".join(truth) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
