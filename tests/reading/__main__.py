"""`python -m tests.reading`: print how well figures are read, on every generated set, in full.

    make figures

Exits with 1 where a figure is below its goal (issue 6). `--failures` lists what went wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.reading.goals import GOALS, HEADLINES, MIN_SENTENCES, MIN_WORDINGS
from tests.reading.measure import Score, read_case, read_sentence
from tests.reading.narratives import LAYOUTS, narrative
from tests.reading.pages import combinations, is_well_formed, page
from tests.reading.sentences import sentences, wordings

TURNS = 4
TABLE_SEEDS = 2
NARRATIVES_A_LAYOUT = 20


def main(show: bool) -> int:
    """Print a line a set; return 1 where one is below its goal."""
    scores = {
        "sentences": Score(),
        "narratives": Score(),
        "well-formed": Score(),
        "broken": Score(),
    }
    for sentence in sentences(TURNS):
        read_sentence(scores["sentences"], sentence)
    for layout in LAYOUTS:
        for seed in range(NARRATIVES_A_LAYOUT):
            read_case(scores["narratives"], narrative(seed, layout))
    for template, layout, damage in combinations():
        name = "well-formed" if is_well_formed(layout) else "broken"
        for seed in range(TABLE_SEEDS):
            read_case(scores[name], page(seed, template, layout, damage))
    told = Counter(metric for wording in wordings() for metric in wording.metrics)
    few = {metric: told[metric] for metric in HEADLINES if told[metric] < MIN_WORDINGS}
    print(f"wordings: {sum(1 for _ in wordings())}, of each headline metric at least "
          f"{min(told[metric] for metric in HEADLINES)} (goal {MIN_WORDINGS})")  # fmt: skip
    short = bool(few) or scores["sentences"].cases < MIN_SENTENCES
    for name, score in scores.items():
        goal = GOALS[name]
        below = not goal.is_met(score)
        short |= below
        print(f"{name}: {score.cases} cases, {score}; {goal}: {'short' if below else 'ok'}")
        if show:
            print(*score.failures, sep="\n")
    return int(short)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="print how well figures are read")
    parser.add_argument("--failures", action="store_true", help="list what went wrong")
    sys.exit(main(parser.parse_args().failures))
