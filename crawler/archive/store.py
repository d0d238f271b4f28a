"""What a store of finished files is, and its manifest: the same for a folder and for a bucket.

A finished file is never overwritten: the same bytes again are no error, other bytes are. The
manifest is one small JSON object a file under `manifest/`, written last; readers start from it.
The two stores are `folder` and `bucket`; `place` chooses between them. No Scrapy.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crawler.archive.members import Source

MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of a finished file; `size` in bytes, `closed` RFC 3339 UTC."""

    filename: str
    size: int
    sha256: str
    records: int
    job: str
    closed: str

    def to_json(self) -> bytes:
        """Return the entry as its object in the store."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes, where: str) -> Entry:
        """Read an entry. Raises ArchiveError naming `where`."""
        try:
            return cls(**json.loads(data))
        except (TypeError, ValueError) as error:
            raise ArchiveError(f"{where} is no manifest entry ({error}); restore it") from error


def entry_name(filename: str) -> str:
    """Return the name of a file's manifest entry in its store."""
    return f"{MANIFEST}/{filename}.json"


def same_content(one: Entry, other: Entry) -> bool:
    """Whether two entries vouch for the same bytes."""
    return (one.filename, one.size, one.sha256) == (other.filename, other.size, other.sha256)


class Store(Protocol):
    """A place of finished files. Every method raises ArchiveError in one sentence."""

    url: str

    def check(self) -> None:
        """Make sure that the place can be used, before a crawl relies on it."""

    def put_file(self, path: Path, name: str, sha256: str) -> None:
        """Store a file under `name`; the same bytes again are no error, other bytes are."""

    def put_entry(self, entry: Entry) -> None:
        """List a file, whole or not at all; an entry of the same bytes is no error, another is."""

    def digest(self, name: str) -> tuple[int, str]:
        """Read `name` back: its size in bytes and its sha256 in hex."""

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """Yield the manifest in the order of names, those that begin with `prefix`."""

    def names(self) -> list[str]:
        """Return the names of all WARC files that lie there, listed or not, sorted."""

    def open(self, name: str) -> Source:
        """Return a file for reading by ranges."""

    def sweep(self, own: Callable[[str], bool]) -> int:
        """Give up unfinished uploads of files that `own` calls ours; return how many."""


class StoreAway(ArchiveError):
    """The store does not answer or refuses the credentials: no file can be brought in for now."""


def refuse_other(store: Store, name: str, sha256: str) -> None:
    """Raise ArchiveError unless what `store` holds under `name` are the same bytes."""
    if store.digest(name)[1] != sha256:
        raise ArchiveError(
            f"{store.url} already holds another {name}; a finished file is never overwritten: "
            "move one of the two away and run the same command again"
        )


def refuse_other_entry(store: Store, entry: Entry) -> None:
    """Raise ArchiveError unless the manifest of `store` vouches for the same bytes as `entry`."""
    if not any(same_content(held, entry) for held in store.entries(entry.filename)):
        raise ArchiveError(
            f"the manifest of {store.url} already lists another {entry.filename}; an entry is "
            "never overwritten: move one of the two away and run the same command again"
        )


def is_warc(name: str) -> bool:
    """Whether a name in a store is a WARC file's."""
    return name.endswith((".warc.gz", ".warc")) and not name.startswith(".")
