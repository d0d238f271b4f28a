"""Bring into the store what waits in the spool, as the start of a run does, and tidy the store.

For the times when the store was away: nothing is fetched, nothing is crawled. Files that a running
crawl holds are left to it. Uploads in parts that an ended run left behind are given up, so that the
store does not charge for them; only those of files of our own ledger.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.archive.audit import held
from crawler.archive.folder import FolderStore
from crawler.archive.keeper import Keeper
from crawler.archive.spool import OPEN
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.cdxj import Progress
    from crawler.archive.place import Place


@dataclass(slots=True)
class Pushed:
    """What was brought in, what still waits, what was tidied; `troubles` are sentences."""

    brought_in: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    swept: int = 0
    troubles: list[str] = field(default_factory=list)


def push(place: Place, progress: Progress | None = None) -> Pushed:
    """Bring every file of the spool into the store. Raises ArchiveError where it cannot be used."""
    pushed = Pushed()
    if isinstance(place.store, FolderStore) and not place.store.folder.is_dir():
        raise ArchiveError(f"there is no archive {place.store.folder}: check the path")
    if not place.spool.is_dir():
        return pushed
    place.store.check()
    before = spooled(place.spool)
    pushed.running = [path.name for path in before if held(path)]
    if progress:
        progress(place.spool.name, 0, sum(path.stat().st_size for path in before))
    with closing(Keeper(place)) as keeper:
        pushed.troubles = keeper.recover()
        pushed.swept = keeper.sweep()
    left = {path.name.removesuffix(OPEN) for path in spooled(place.spool)}
    stored = set(place.store.names())
    for path in before:
        name = path.name.removesuffix(OPEN)
        if name in stored and name not in left:
            pushed.brought_in.append(name)
        elif name in left and path.name not in pushed.running:
            pushed.waiting.append(name)
    return pushed


def spooled(spool: Path) -> list[Path]:
    """Return the files that wait in a spool, finished or open."""
    return sorted([*spool.glob("*.warc.gz"), *spool.glob("*.warc.gz" + OPEN)])
