"""Which items of a re-parse are duplicates, told over its whole set, as rows beside the items.

Of captures with the same bytes the original is the first, official ones before others, then the
earlier, then by id; among the originals `near` seeks copies. Works on the manifest's database and,
for the sketches, a file beside it: memory grows by some 100 bytes a report.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from crawler.engines.near import ROW, copies
from crawler.engines.sketches import PLACES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from crawler.engines.near import Rows, Sketches
    from crawler.engines.work import Done

SCHEMA = """
CREATE TABLE IF NOT EXISTS prints (
    unit INTEGER, item INTEGER, capture_id TEXT, official INTEGER, instant INTEGER, payload TEXT,
    PRIMARY KEY (unit, item)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS likenesses (
    unit INTEGER, item INTEGER, text BLOB, organ BLOB, figures BLOB, year INTEGER,
    place INTEGER, sketch BLOB, PRIMARY KEY (unit, item)
) WITHOUT ROWID;
"""
_MARKS = """
DROP TABLE IF EXISTS marks;
CREATE TABLE marks (
    unit INTEGER, item INTEGER, capture_id TEXT, kind TEXT, similarity REAL,
    PRIMARY KEY (unit, item)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_payload ON prints (payload, official DESC, instant, capture_id);
"""
_EXACT = """
INSERT INTO marks
SELECT unit, item, original, 'exact', 1.0 FROM (
    SELECT unit, item, capture_id, first_value(capture_id) OVER (
        PARTITION BY payload ORDER BY official DESC, instant, capture_id
    ) AS original FROM prints
) WHERE capture_id != original
"""
_COMPARED = """
SELECT unit, item, capture_id, official, instant, text, organ, figures, year, place, sketch
FROM prints JOIN likenesses USING (unit, item)
WHERE NOT EXISTS (
    SELECT 1 FROM marks WHERE marks.unit = prints.unit AND marks.item = prints.item
)
ORDER BY unit, item
"""
_NEAR = """
INSERT INTO marks SELECT ?, ?, o.capture_id, 'near', ?
FROM prints AS o, prints AS own
WHERE (o.unit, o.item) = (?, ?) AND (own.unit, own.item) = (?, ?)
    AND o.capture_id != own.capture_id
"""
_BATCH = 10_000


def forget(db: sqlite3.Connection, unit: int) -> None:
    """Take away what a unit gave before."""
    db.execute("DELETE FROM prints WHERE unit = ?", (unit,))
    db.execute("DELETE FROM likenesses WHERE unit = ?", (unit,))


def note(db: sqlite3.Connection, done: Done) -> None:
    """Note what tells the originals of a unit's items."""
    prints = [(done.number, item, *each[:-1]) for item, each in enumerate(done.prints)]
    db.executemany("INSERT INTO prints VALUES (?, ?, ?, ?, ?, ?)", prints)
    compared = [
        (done.number, item, *each.likeness)
        for item, each in enumerate(done.prints)
        if each.likeness is not None
    ]
    db.executemany("INSERT INTO likenesses VALUES (?, ?, ?, ?, ?, ?, ?, ?)", compared)


def mark(db: sqlite3.Connection, folder: Path) -> None:
    """Fill the table `marks` (unit, item, capture_id of the original, kind, similarity)."""
    db.executescript(_MARKS)
    db.execute("BEGIN")
    db.execute(_EXACT)
    with _compared(db, folder) as (places, rows, sketches):
        found = copies(rows, sketches)
        db.executemany(_NEAR, _rows(places, found))
    db.execute("COMMIT")


def _rows(
    places: Rows, found: Iterable[tuple[int, int, float]]
) -> Iterator[tuple[int, int, float, int, int, int, int]]:
    for copy, original, similarity in found:
        own, other = places[copy].item(), places[original].item()
        yield (*own, similarity, *other, *own)


_PLACE = np.dtype([("unit", "<i4"), ("item", "<i4")])


@contextmanager
def _compared(db: sqlite3.Connection, folder: Path) -> Iterator[tuple[Rows, Rows, Sketches]]:
    """Give what is compared of each original: where it is, its row, its sketch."""
    (count,) = db.execute("SELECT COUNT(*) FROM likenesses").fetchone()
    places, rows = np.zeros(count, _PLACE), np.zeros(count, ROW)
    path = folder / "sketches"
    filled = 0
    try:
        with path.open("wb") as stream:
            cursor = db.execute(_COMPARED)
            while batch := cursor.fetchmany(_BATCH):
                part = slice(filled, filled + len(batch))
                places[part] = [each[:2] for each in batch]
                rows[part] = [_row(each[2:-1]) for each in batch]
                stream.writelines(each[-1] for each in batch)
                filled += len(batch)
        sketches = np.zeros((0, PLACES), "<u2")
        if filled:
            sketches = np.asarray(np.memmap(path, "<u2", "r", shape=(filled, PLACES)))
        yield places[:filled], rows[:filled], sketches
    finally:
        path.unlink(missing_ok=True)


def _row(read: tuple[Any, ...]) -> tuple[int, ...]:
    """Return the row of a report as `_COMPARED` gives it."""
    capture_id, official, instant, text, organ, figures, year, place = read
    keys = (int.from_bytes(key or b"") for key in (text, organ, figures))
    named = int.from_bytes(capture_id.encode()[:8].ljust(8))
    return (not official, instant, named, *keys, year, place)
