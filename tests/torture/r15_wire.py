"""R15: whatever a server does, the archive holds the bytes of both directions as they crossed.

Some forty kinds of answers that no server should give, requests of several kinds, sixteen at a
time, over HTTP and over HTTPS; the server's own log of true bytes is what they are held against.
What was cut, by us or by the network, is held against its beginning.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from tests.archive.conftest import Crawl
from tests.archive.test_hostile import Outcome, tried
from tests.torture.registry import Check
from tests.torture.warmed import WARM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

#: Asked of each server. Some are cut on purpose, held against the beginning of what was sent:
#: without those `EXACT` are left.
COUNT, EXACT = 2100, 2000


def run(trial: Trial) -> Iterator[str | None]:
    """Crawl over each scheme, a sample over both at once; an outcome an exchange, wrong ones first.

    Of a sample most is waiting for the time-out of a server that is too slow.
    """
    trial.whole = 0
    schemes = ("http",) if trial.fault else ("http", "https")
    crawled = partial(_crawled, trial, trial.count // len(schemes) if trial.count else COUNT)
    with ThreadPoolExecutor(len(schemes) if trial.count else 1) as pool:
        outcomes = list(pool.map(crawled, schemes))
    for scheme, found in zip(schemes, outcomes, strict=True):
        exact = found.crossed - found.cut - len(found.wrong)
        trial.notes.append(f"{scheme}: {exact} of {found.crossed} exact, {found.cut} cut")
        trial.whole += found.crossed
        if not trial.count and exact < EXACT:
            found.wrong.append(f"{exact} exchanges are whole and exact, not {EXACT}")
        yield from (f"{scheme}: {sentence}" for sentence in found.wrong)
        yield from [None] * (found.crossed - len(found.wrong))


def _crawled(trial: Trial, count: int, scheme: str) -> Outcome:
    crawl = Crawl(trial.folder / scheme, WARM)
    crawl.folder.mkdir()
    planted = [__name__, "plant", trial.fault] if trial.fault else None
    return tried(crawl, scheme, count, trial.seed, planted)


def plant(fault: str) -> None:
    """Make a tape that tidies what it takes down."""
    from crawler.archive import tape  # noqa: PLC0415 (settings are read in a run)

    assert fault == "unfolded"
    read = tape.Take.read
    tape.Take.read = lambda take, data: read(take, data.replace(b"\r\n\t b", b" b"))


CHECK = Check(
    name="R15 wire",
    claim="every exchange is archived byte for byte, failures included",
    goal=None,
    sample=44,
    run=run,
    faults=("unfolded",),
    fault_sample=40,
)
