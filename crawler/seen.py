"""What a run has met before, in nine bytes each: memory stays flat however long it runs.

A set of Python's takes 100 to 300 bytes a text: 100,000 requests that scheduler, archive and stages
each remembered made a process of 140 MB grow by 60 (measured). Here a key is its 64-bit hash, which
is keyed anew for each process: two keys of a million are one by a chance of 1 to 37 million, and
nobody can seek such two. Where more has to be known of a key than that it was met, that lies on the
disk. Knows no Scrapy, and forgets nothing while there is room.
"""

from __future__ import annotations

import logging
import sqlite3
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

_log = logging.getLogger(__name__)
#: A key is put in its place among those of its shelf: of a million keys 60 KB are moved for it, in
#: two microseconds. A power of two.
_SHELVES = 64
#: SQLite's own unit, KB: what of a table is in memory at most; the rest is in a temporary file.
_HELD = 256


class Seen:
    """Keys that were met. An ASCII text and its bytes are one key, as they have one hash."""

    __slots__ = ("_shelves",)

    def __init__(self) -> None:
        #: By the low bits of the hash: hashes in order.
        self._shelves = [array("q") for _ in range(_SHELVES)]

    def __len__(self) -> int:
        return sum(map(len, self._shelves))

    def __contains__(self, key: Hashable) -> bool:
        wanted = hash(key)
        shelf = self._shelves[wanted % _SHELVES]
        at = bisect_left(shelf, wanted)
        return at < len(shelf) and shelf[at] == wanted

    def enter(self, key: Hashable) -> bool:
        """Return whether a key is met for the first time; from now on it was met.

        >>> seen = Seen()
        >>> seen.enter("a"), seen.enter("b"), seen.enter("a")
        (True, True, False)
        """
        wanted = hash(key)
        shelf = self._shelves[wanted % _SHELVES]
        at = bisect_left(shelf, wanted)
        if at < len(shelf) and shelf[at] == wanted:
            return False
        shelf.insert(at, wanted)
        return True


class Firsts:
    """What was said first of each key: a few bytes, in a temporary file where they are many."""

    def __init__(self) -> None:
        self._db = _table("")

    def enter(self, key: Hashable, said: bytes) -> bytes:
        """Return what was said first of a key; that is `said` where it is met for the first time.

        >>> firsts = Firsts()
        >>> firsts.enter("a", b"1"), firsts.enter("b", b"2"), firsts.enter("a", b"3")
        (b'1', b'2', b'1')
        """
        try:
            return self._entered(hash(key), said)
        except sqlite3.ProgrammingError:  # asked after its end: a mistake of ours, not the disk's
            raise
        except sqlite3.Error as error:
            _log.warning(
                "what was met so far is forgotten (%s): free space for temporary files", error
            )
            self.close()
            self._db = _table(":memory:")
            return self._entered(hash(key), said)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def _entered(self, key: int, said: bytes) -> bytes:
        known = self._db.execute("SELECT said FROM firsts WHERE key = ?", (key,)).fetchone()
        if known is not None:
            return bytes(known[0])
        self._db.execute("INSERT INTO firsts VALUES (?, ?)", (key, said))
        return said


def _table(name: str) -> sqlite3.Connection:
    """Return an empty table; one without a name is SQLite's own file, gone with the process."""
    db = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute(f"PRAGMA cache_size = -{_HELD}")
    db.execute("CREATE TABLE firsts (key INTEGER PRIMARY KEY, said BLOB NOT NULL)")
    return db
