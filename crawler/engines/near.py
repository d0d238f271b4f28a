"""Which reports of a set are copies of an earlier one, by their likenesses: near duplicates.

Two reports are the same where their letters and digits are; or where their texts are alike and
either organ and year are the same, or all their figures are and organ and year do not speak against
it (one of the two states none). So neither another year of an organ nor another organ on the same
form is a copy, however alike.

The original is the first of the set that a report is the same as: official captures before others,
then the earlier, then by id. What is a copy is no original of others. The answer follows from the
set alone. Some 100 bytes a report are held in memory, sketches lie in a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

#: Share of runs in common from which texts are alike: see tests/copies, which measures it.
ALIKE = 0.6
#: Originals of one group that are compared one by one; of more only those that share four places
#: in a row, which of texts alike to 0.6 holds for 98.8 %.
SCANNED = 256
_BLOCK = 1 << 16


#: One report: see `sketches.Likeness`. Keys are 0 for none; `instant` in microseconds.
ROW = np.dtype(
    [
        ("unofficial", "u1"), ("instant", "<i8"), ("id", "<u8"), ("text", "<u8"),
        ("organ", "<u8"), ("figures", "<u8"), ("year", "<i4"), ("place", "<i4"),
    ]
)  # fmt: skip

Rows = np.ndarray[tuple[int], np.dtype[np.void]]
Sketches = np.ndarray[tuple[int, int], np.dtype[np.uint16]]


@dataclass(slots=True)
class Copies:
    """Of each report its original's index, its own where it is none, and how alike the two are."""

    original: NDArray[np.int64]
    similarity: NDArray[np.float64]

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        """Yield each copy: its index, its original's, their similarity."""
        found = np.flatnonzero(self.original != np.arange(self.original.size))
        for index in found.tolist():
            yield index, int(self.original[index]), float(self.similarity[index])


def copies(rows: Rows, sketches: Sketches) -> Copies:
    """Return what is a copy of what. `rows` are of `ROW`, `sketches` n × 128 of two bytes."""
    order = np.lexsort((rows["id"], rows["instant"], rows["unofficial"]))
    original = np.arange(order.size)
    for group in _groups(rows["text"], order, original):
        original[group[1:]] = group[0]
    for keys, traits in (
        (_identities(rows), ("place",)),
        (rows["figures"], ("place", "organ", "year")),
    ):
        for group in _groups(keys, order, original):
            _lead(group, sketches, [rows[trait] for trait in traits], original)
    while not np.array_equal(original, original[original]):
        original = original[original]
    return Copies(original, _similarities(original, sketches))


def _identities(rows: Rows) -> NDArray[np.uint64]:
    """Return a key of organ and year together, 0 where one of them is unknown."""
    keys = rows["organ"] ^ rows["year"].astype(np.uint64)
    keys[(rows["organ"] == 0) | (rows["year"] == 0)] = 0
    return cast("NDArray[np.uint64]", keys)


def _groups(
    keys: NDArray[np.uint64], order: NDArray[np.int64], original: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """Yield the originals so far that share a key, in order; those of one are left out."""
    still = order[(original[order] == order) & (keys[order] != 0)]
    by_key = still[np.argsort(keys[still], kind="stable")]
    sorted_keys = keys[by_key]
    edges = np.flatnonzero(np.diff(sorted_keys)) + 1
    starts = np.concatenate(([0], edges))
    stops = np.concatenate((edges, [by_key.size]))
    several = stops - starts > 1
    for start, stop in zip(starts[several].tolist(), stops[several].tolist(), strict=True):
        yield by_key[start:stop]


def _lead(
    group: NDArray[np.int64],
    sketches: Sketches,
    traits: list[NDArray[Any]],
    original: NDArray[np.int64],
) -> None:
    """Enter the originals of a group; traits that are known may not differ."""
    leaders = _Leaders(sketches)
    for member in group.tolist():
        own = sketches[member]
        candidates = leaders.near(own)
        if candidates.size:
            fits = np.mean(sketches[candidates] == own, axis=1) >= ALIKE
            for trait in traits:
                others = trait[candidates]
                fits &= (others == trait[member]) | (others == 0) | (trait[member] == 0)
            found = np.flatnonzero(fits)
            if found.size:
                original[member] = candidates[found[0]]
                continue
        leaders.add(member)


class _Leaders:
    """The originals of a group, in the order in which they came."""

    def __init__(self, sketches: Sketches) -> None:
        self._sketches = sketches
        self._found: list[int] = []
        self._by_word: dict[tuple[int, int], list[int]] = {}
        self._entered = 0

    def add(self, index: int) -> None:
        """Add an original."""
        self._found.append(index)
        if len(self._found) <= SCANNED:
            return
        for rank in range(self._entered, len(self._found)):
            for word in _words(self._sketches[self._found[rank]]):
                self._by_word.setdefault(word, []).append(rank)
        self._entered = len(self._found)

    def near(self, own: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return the originals that may be alike to a sketch, in order."""
        if len(self._found) <= SCANNED:
            return np.array(self._found, np.int64)
        shared = (self._by_word.get(word, ()) for word in _words(own))
        ranks = sorted({rank for each in shared for rank in each})
        return np.array([self._found[rank] for rank in ranks], np.int64)


def _words(own: NDArray[np.uint16]) -> Iterator[tuple[int, int]]:
    """Yield four places in a row at a time, each with where they stand."""
    return enumerate(np.ascontiguousarray(own).view("<u8").tolist())


def _similarities(original: NDArray[np.int64], sketches: Sketches) -> NDArray[np.float64]:
    similarity = np.ones(original.size)
    found = np.flatnonzero(original != np.arange(original.size))
    for start in range(0, found.size, _BLOCK):
        some = found[start : start + _BLOCK]
        similarity[some] = np.mean(sketches[some] == sketches[original[some]], axis=1)
    return similarity
