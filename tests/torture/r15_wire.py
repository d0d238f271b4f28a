"""R15: whatever a server does, the archive holds the bytes of both directions as they crossed.

Some forty kinds of answers that no server should give, requests of several kinds, sixteen at a
time, over HTTP and over HTTPS; the server's own log of true bytes is what they are held against.
What was cut, by us or by the network, is held against its beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.archive.conftest import Crawl
from tests.archive.test_hostile import tried
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

#: Asked of each server. Some are cut on purpose, held against the beginning of what was sent:
#: without those `EXACT` are left.
COUNT, EXACT = 2100, 2000


def run(trial: Trial) -> Iterator[str | None]:
    """Crawl over each scheme; an outcome an exchange, wrong ones first."""
    trial.whole = 0
    schemes = ("http",) if trial.fault else ("http", "https")
    planted = [__name__, "plant", trial.fault] if trial.fault else None
    for scheme in schemes:
        crawl = Crawl(trial.folder / scheme)
        crawl.folder.mkdir()
        count = trial.count // len(schemes) if trial.count else COUNT
        found = tried(crawl, scheme, count, trial.seed, planted)
        exact = found.crossed - found.cut - len(found.wrong)
        trial.notes.append(f"{scheme}: {exact} of {found.crossed} exact, {found.cut} cut")
        trial.whole += found.crossed
        if not trial.count and exact < EXACT:
            found.wrong.append(f"{exact} exchanges are whole and exact, not {EXACT}")
        yield from (f"{scheme}: {sentence}" for sentence in found.wrong)
        yield from [None] * (found.crossed - len(found.wrong))


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
