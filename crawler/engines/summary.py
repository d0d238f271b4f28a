"""What a re-parse did, in numbers: for a person in a line, for a program as JSON."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.archive.locations import Counts

if TYPE_CHECKING:
    from crawler.engines.work import Done

_WHERE = re.compile(r"^.*?, byte [0-9]+: ")
_DETAIL = re.compile(r"(?:(?<!\s)\s++)?\([^()]*\)$|(?<![0-9])[0-9]++ ")
#: The reason under which a worker's death is counted.
LOST = "worker lost"


@dataclass(slots=True)
class Summary:
    """Counts of a re-parse; `resumed` are the units that an earlier run or a shard had done.

    `indexed` are files of which an index told what to read, `notes` say why of others none did.
    `stages` are seconds of all workers together, `seconds` those of the run.
    """

    read: Counts = field(default_factory=Counts)
    bytes: int = 0
    units: int = 0
    resumed: int = 0
    lost: int = 0
    items: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    indexed: int = 0
    notes: list[str] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, done: Done) -> None:
        """Count what a unit gave; its items are counted when they are written."""
        self.read.captures += done.captures
        self.read.damages += done.damages
        for name, seconds in done.seconds.items():
            self.stages[name] = self.stages.get(name, 0.0) + seconds

    @property
    def errors(self) -> dict[str, int]:
        """How often each thing went wrong, by reason."""
        counted = Counter(map(reason_of, self.read.damages))
        if self.lost:
            counted[LOST] = self.lost
        return dict(sorted(counted.items()))

    def to_dict(self) -> dict[str, Any]:
        """Return the summary for a program."""
        return {
            "read": {
                "files": self.read.files,
                "captures": self.read.captures,
                "bytes": self.bytes,
                "units": self.units,
                "units_of_an_earlier_run": self.resumed,
                "files_by_index": self.indexed,
                "notes": self.notes,
            },
            "items": self.items.total(),
            "kinds": dict(sorted(self.items.items())),
            "duplicates": dict(sorted(self.duplicates.items())),
            "errors": self.errors,
            "seconds": {name: round(value, 3) for name, value in self.stages.items()},
            "elapsed": round(self.seconds, 3),
        }


def reason_of(damage: str) -> str:
    """Return why, of a damage: not where, and without its numbers.

    >>> reason_of("a.warc.gz, byte 12: damaged gzip data (Error -3 while decompressing)")
    'damaged gzip data'
    >>> reason_of("a.warc.gz, byte 12: the manifest says 2000 bytes")
    'the manifest says bytes'
    """
    return _DETAIL.sub("", _WHERE.sub("", damage))
