"""Which of n machines a portal belongs to: rendezvous hashing of its host.

Each machine finds that out by itself; when a machine is added or taken away, only the portals that
it gets or had change theirs (Thaler and Ravishankar, 1998). A portal goes by its first host, so
that no two machines ask one host. Pure but for the environment of a Kubernetes Indexed Job.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.registry import Portal


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th of `count` machines, from 1."""

    number: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2/4". Raises DisclosureError on any other form."""
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise DisclosureError(f"--shard {text}: write it as 1/4, from 1/4 to 4/4")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, told: str | None, environment: Mapping[str, str]) -> Self:
        """Return what the command line says, else what a Kubernetes Indexed Job's pod is told.

        Such a pod has its index, from 0, in JOB_COMPLETION_INDEX; how many there are, its manifest
        says in JOB_COMPLETIONS.
        """
        if told:
            return cls.parse(told)
        index, count = (environment.get(f"JOB_COMPLETION{name}") for name in ("_INDEX", "S"))
        if index is None:
            return cls()
        if not index.isdecimal() or not (count or "").isdecimal():
            raise DisclosureError(
                f"JOB_COMPLETION_INDEX is {index} and JOB_COMPLETIONS {count or 'not set'}: set it "
                "to the job's completions, or give --shard"
            )
        return cls.parse(f"{int(index) + 1}/{count}")

    def has(self, portal: Portal) -> bool:
        """Whether a portal belongs to this machine."""
        return shard_of(portal.hosts[0], self.count) == self.number


def shard_of(host: str, count: int) -> int:
    """Return the number of the shard, of `count`, that a host belongs to.

    >>> {shard_of("www.a.gov.cn", count) for count in range(1, 4)} <= {1, 2, 3}
    True
    """
    return max(range(1, count + 1), key=lambda number: _weight(host, number))


def _weight(host: str, number: int) -> bytes:
    return hashlib.blake2b(f"{number} {host}".encode(), digest_size=8).digest()
