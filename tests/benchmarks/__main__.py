"""`make bench`: one line a figure, `name: value (min–max), goal G: ok|short`; 1 where one is short.

Every value is a ratio to a peer, taken round by round in this run: the machine drifts, and both
drift with it. The line before a figure says who the peer is and how both were set.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import duplicates
from tests.benchmarks.crawls import of_all_stages, of_the_archive
from tests.benchmarks.records import written
from tests.benchmarks.reparse import by_two_workers, of_the_reparse
from tests.benchmarks.stores import of_the_stores

#: A crawl without stages takes two to six seconds of these, start-up not counted.
MANY = 1000
#: With all stages a page takes some ten times as long.
FEW = 200
#: Of the re-parse: at 10 ms each, the three rounds take two to three minutes.
CAPTURES = 5000
#: Some 6,700 reports of the table eras.
FIGURES = 1_000_000


def main() -> int:
    """Measure and print. Return 1 where a figure is short."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        figures = written(300, rounds=5)
        figures += of_the_archive(folder, MANY, rounds=5)
        figures += of_all_stages(folder, FEW, rounds=3)
        figures += of_the_stores(folder, FIGURES, rounds=5)
        figures += of_the_reparse(folder, CAPTURES, rounds=3)
        figures += by_two_workers(folder, MANY, rounds=3)
    wrong = duplicates.main(duplicates.COUNT, duplicates.SEED)
    return 1 if wrong or any(figure.is_short for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
