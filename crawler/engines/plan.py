"""What a re-parse has to do: the files, the units of its share, what of them is read.

Follows from the files, the wishes, the registry and the code alone, and so does the name of the
work (`Plan.key`): a run that was stopped, its shares and the run that puts them together have one
name. Reads the first record of each file, and the last where an index is asked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.place import PROJECT
from crawler.engines.indexes import Indexes, indexes_of, twice
from crawler.engines.shards import WHOLE, Shard, before
from crawler.engines.units import by_index, planned_files, units_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.archive.locations import Counts
    from crawler.engines.units import PlannedFile, Unit
    from crawler.engines.work import Job

#: Settings that change what a unit is or gives.
_SHAPING = ("DOWNLOAD_MAXSIZE", "REPARSE_UNIT_BYTES")


@dataclass(slots=True)
class Plan:
    """The units to do, in order. `notes` say which files are read whole though there is an index.

    `whole` are the units of each file, by which it is read where its index turns out to be wrong.
    """

    key: str
    count: int
    units: list[Unit]
    whole: dict[tuple[str, str], list[Unit]]
    notes: list[str] = field(default_factory=list)
    indexed: int = 0

    def scan(self, file: tuple[str, str]) -> list[Unit]:
        """Take a file out of the index's hands; return its units."""
        units = self.whole[file]
        self.notes.append(f"{file[1]} is read whole: the index points elsewhere")
        self.indexed -= 1
        others = [unit for unit in self.units if unit.file != file]
        self.units = sorted([*others, *units], key=lambda unit: unit.number)
        return units


@dataclass(frozen=True, slots=True)
class Share:
    """Which units, and whether the first is `proved` by reading what of its file lies before."""

    shard: Shard = WHOLE
    proved: bool = True


def planned(
    locations: Sequence[str], job: Job, share: Share, named: Sequence[Path], counts: Counts
) -> Plan:
    """Return the plan; `named` are indexes. Raises ArchiveError as `planned_files` does."""
    files = planned_files(locations, job.settings, counts)
    units = list(units_of(files, int(job.settings["REPARSE_UNIT_BYTES"])))
    paths = indexes_of(locations, named) if job.selection.narrows else []
    plan = Plan(work_key(files, job, paths), len(units), [], {})
    own = share.shard.own(len(units))
    plan.units = units[own.start : own.stop]
    if share.proved and plan.units:
        heads = before(units, plan.units[0])
        plan.units[:0] = [replace(unit, parsed=False) for unit in heads]
    for unit in plan.units:
        plan.whole.setdefault(unit.file, []).append(unit)
    if paths:
        _ask(Indexes(paths, job.selection, job.registry), files, plan)
    return plan


def _ask(indexes: Indexes, files: Sequence[PlannedFile], plan: Plan) -> None:
    """Leave of the plan what the indexes say is wanted."""
    plan.units, doubtful = [], twice(files)
    named = {(file.location, file.file.path): file for file in files}
    for key, units in plan.whole.items():
        file = named[key]
        runs = "another file bears its name" if file.name in doubtful else indexes.runs(file)
        if isinstance(runs, str):
            plan.notes.append(f"{file.file.path} is read whole: {runs}")
            plan.units += units
            continue
        own = [unit for unit in units if unit.parsed]
        plan.indexed += 1
        plan.units += by_index(own, (run for run in runs if run.begin >= own[0].start))
    plan.units.sort(key=lambda unit: unit.number)


def work_key(files: Iterable[PlannedFile], job: Job, indexes: Iterable[Path] = ()) -> str:
    """Return the name of a work: alike for the same files, wishes, registry and code."""
    told = hashlib.sha256()
    for each in files:
        told.update(json.dumps([each.file.path, each.size, each.name, _version(each)]).encode())
    told.update(repr((job.selection, job.registry.portals)).encode())
    told.update(repr([job.settings.get(name) for name in _SHAPING]).encode())
    told.update(repr([(str(path), path.stat().st_mtime_ns) for path in indexes]).encode())
    for path in _code():
        told.update(path.read_bytes())
    return told.hexdigest()[:24]


def _version(each: PlannedFile) -> str | int | None:
    """Return what changes when a file does, besides its size; None of one that is not here."""
    if each.file.entry is not None:
        return each.file.entry.sha256
    path = Path(each.file.path)
    return path.stat().st_mtime_ns if path.is_file() else None


def _code() -> list[Path]:
    """Return the files that an item can depend on, in a fixed order."""
    folders = (PROJECT / "crawler", PROJECT / "parsers")
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path.suffix in {".py", ".toml", ".tsv", ".txt"})
