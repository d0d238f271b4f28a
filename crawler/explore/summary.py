"""What pages count, counted once: a SQLite file of our own beside the store, which is only read.

The store's views say which document stands for an organ's year; over 100,000 reports they take
seconds, a page may take a fraction of one. So the same queries are written out here as tables, by
the SQL of `crawler.stores.views` itself, with what coverage adds: what is owed and missing, summed
up to the province. A summary belongs to one state of a store: its name holds size and time.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from crawler.explore.listing import LISTS, PORTALS
from crawler.explore.opening import reader
from crawler.explore.places import above, level_of, name_of, owing, place_of, up
from crawler.feeds.headlines import HEADLINES
from crawler.stores.views import VIEWS
from parsers.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Raised whenever what is written here changes: a summary of another form is written anew.
FORM = 1
#: The regulation came into force on 1 May 2008: no report is owed for a year before.
FIRST_YEAR = 2008

#: Kinds of findings that someone planted; the others are damage of a page's own making.
PLANTED = (
    "link_farm", "hidden_block", "brand_substitution", "domain_substitution", "pinyin_annotation",
    "script_injection", "meta_injection",
)  # fmt: skip

_CELLS = f"""
CREATE TABLE coverage AS
SELECT coverage.organ_id, coverage.year, coverage.report_id, coverage.facts,
    coverage.broken_checks,
    (SELECT count(*) FROM spam WHERE spam.reading_id = organ_years.reading_id
        AND spam.kind IN ({", ".join(f"'{kind}'" for kind in PLANTED)})) AS planted,
    coverage.official
FROM ({VIEWS["coverage"]}) AS coverage
JOIN organ_years ON organ_years.report_id = coverage.report_id
ORDER BY coverage.organ_id, coverage.year
"""  # noqa: S608 (names of our own)

# A year after that of the capture was misread: one such must not make a column of every year since.
_SPAN = """
SELECT min(documents.year), max(documents.year) FROM coverage
JOIN documents ON documents.report_id = coverage.report_id
WHERE documents.year BETWEEN ? AND CAST(substr(documents.fetched_at, 1, 4) AS INTEGER)
"""
_TABLES = """
CREATE TABLE places (place TEXT PRIMARY KEY, above TEXT, name TEXT, organs INTEGER NOT NULL);
CREATE TABLE owing (
    number INTEGER PRIMARY KEY, organ_id TEXT, name TEXT NOT NULL, place TEXT NOT NULL,
    level TEXT, type TEXT, owed_from INTEGER, owed_until INTEGER, years INTEGER NOT NULL,
    missing INTEGER NOT NULL);
CREATE TABLE tallies (
    place TEXT NOT NULL, year INTEGER NOT NULL, whole INTEGER NOT NULL, broken INTEGER NOT NULL,
    planted INTEGER NOT NULL, missing INTEGER NOT NULL, PRIMARY KEY (place, year));
CREATE TABLE years (first INTEGER, last INTEGER);
CREATE TABLE form (form INTEGER NOT NULL);
"""
_INDEXES = """
CREATE UNIQUE INDEX documents_by_report ON documents (report_id);
CREATE INDEX documents_by_organ ON documents (organ_id, year);
CREATE UNIQUE INDEX coverage_by_report ON coverage (report_id);
CREATE UNIQUE INDEX coverage_by_organ ON coverage (organ_id, year);
CREATE INDEX panel_by_organ ON panel (organ_id, year);
CREATE INDEX owing_by_id ON owing (organ_id);
CREATE INDEX owing_by_place ON owing (place, missing DESC, name);
CREATE INDEX places_by_above ON places (above, place);
"""


def summary_of(store: Path, folder: Path) -> Path:
    """Return the summary of a store as it is now, from `folder`, where it is written if need be.

    Those of earlier states of the store go. Raises StoreError where it cannot be read or written.
    """
    folder = folder.absolute()
    name = hashlib.sha256(str(store.resolve()).encode()).hexdigest()[:16]
    target = folder / f"{name}-{_state(store)}.sqlite"
    if target.exists() and _form(target) == FORM:
        return target
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _removed(part):
            write_summary(store, part)
            part.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"the summary of {store} cannot be written to {folder} ({error}): make room, allow "
            "writing, or name another folder by --work"
        ) from error
    for other in folder.glob(f"{name}-*.sqlite"):
        if other != target:
            other.unlink(missing_ok=True)
    for left in folder.glob(f"{name}-*.part"):
        if not _lives(int(left.suffixes[0][1:])):
            left.unlink(missing_ok=True)
    return target


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _state(store: Path) -> str:
    """Return the store's state: size and time of the file and of the log beside it."""
    said = []
    for path in (store, store.with_name(f"{store.name}-wal")):
        if path.exists():
            at = path.stat()
            said.append(f"{at.st_size}-{at.st_mtime_ns}")
    return hashlib.sha256("/".join(said).encode()).hexdigest()[:16]


def _form(summary: Path) -> int | None:
    try:
        with closing(sqlite3.connect(f"{summary.as_uri()}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT form FROM form").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return None


@contextmanager
def _removed(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def write_summary(store: Path, target: Path) -> None:
    """Write the summary of `store` to the new file `target`. Raises sqlite3.Error, OSError."""
    with closing(sqlite3.connect(target.absolute().as_uri(), uri=True)) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS store", (reader(store),))
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        _write_readings(connection)
        _write_coverage(connection)
        for name, query in {**LISTS, **PORTALS}.items():
            connection.execute(f'CREATE TABLE "{name}" AS {query}')
        connection.execute("INSERT INTO form VALUES (?)", (FORM,))
        connection.execute("COMMIT")
        connection.executescript(_INDEXES)


def _write_readings(connection: sqlite3.Connection) -> None:
    """Write out the store's views: names that stand here go before those of the store."""
    connection.execute(f"CREATE TABLE documents AS {VIEWS['documents']}")
    connection.execute("CREATE TEMP VIEW facts_whole AS " + VIEWS["facts_current"])
    codes = sorted({code for ways in HEADLINES.values() for way in ways for code in way})
    listed = ", ".join(f"'{code}'" for code in codes)
    connection.execute(
        f"CREATE TEMP TABLE facts_current AS SELECT * FROM facts_whole WHERE metric IN ({listed})"  # noqa: S608 (codes of our own)
    )
    connection.execute(f"CREATE TEMP TABLE stated AS {VIEWS['stated']}")
    connection.execute("CREATE INDEX temp.stated_by_report ON stated (report_id)")
    connection.execute(f"CREATE TEMP TABLE organ_years AS {VIEWS['organ_years']}")
    connection.execute("CREATE INDEX temp.years_by_report ON organ_years (report_id)")
    connection.execute(
        f"CREATE TABLE panel AS {VIEWS['panel']} ORDER BY organs.organ_id, organ_years.year"
    )
    connection.execute(_CELLS)


def _write_coverage(connection: sqlite3.Connection) -> None:
    """Write organs with what they owe, and the tallies of every place and year."""
    first, last = connection.execute(_SPAN, (FIRST_YEAR,)).fetchone()
    if first is None:
        return
    connection.execute("INSERT INTO years VALUES (?, ?)", (first, last))
    tallies: dict[tuple[str, int], list[int]] = {}
    organs: dict[str, int] = {}
    states = _states(connection)
    for number, organ in enumerate(_organs(connection, first, last)):
        known = states.get(organ[0], {}) if organ[0] else {}
        stated = {year: state for year, state in known.items() if first <= year <= last}
        owed = range(organ[5], organ[6] + 1)
        missing = sum(year not in stated for year in owed)
        connection.execute(
            "INSERT INTO owing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, *organ, len(stated), missing),
        )
        for place in up(organ[2]):
            organs[place] = organs.get(place, 0) + bool(organ[0])
            for year in {*owed, *stated}:
                tally = tallies.setdefault((place, year), [0, 0, 0, 0])
                tally[stated.get(year, _MISSING)] += 1
    rows = ((*key, *tally) for key, tally in sorted(tallies.items()))
    connection.executemany("INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?)", rows)
    _write_places(connection, organs)


_WHOLE, _BROKEN, _PLANTED, _MISSING = range(4)


def _states(connection: sqlite3.Connection) -> dict[str, dict[int, int]]:
    """Return organ → year → how its report stands: what was planted before what does not add up."""
    found: dict[str, dict[int, int]] = {}
    query = "SELECT organ_id, year, broken_checks, planted, official FROM coverage"
    for organ, year, broken, planted, official in connection.execute(query):
        state = _PLANTED if planted or not official else _BROKEN if broken else _WHOLE
        found.setdefault(organ, {})[year] = state
    return found


_Organ = tuple[str | None, str, str, str | None, str | None, int, int]


def _organs(connection: sqlite3.Connection, first: int, last: int) -> Iterator[_Organ]:
    """Yield id, name, place, level, type and the years owed of each organ, by name.

    Behind those of the store come the governments of which it has none, without an id.
    """
    ended = dict(connection.execute("SELECT organ_id, year FROM store.successions"))
    there = set()
    query = "SELECT organ_id, name, region_code, level, type FROM store.organs ORDER BY name"
    for organ, name, code, level, kind in connection.execute(query).fetchall():
        if kind == "government":
            there.add((code, level))
        yield (
            organ,
            name,
            place_of(code, level),
            level,
            kind,
            first,
            min(ended.get(organ, last), last),
        )
    for one in owing():
        since, until = max(one.since or first, first), min(one.until or last, last)
        level = level_of(one.code)
        if since <= until and (one.code, level) not in there:
            yield None, one.name, one.code, level, "government", since, until


def _write_places(connection: sqlite3.Connection, organs: dict[str, int]) -> None:
    regions = dict(
        connection.execute("SELECT region_code, max(region) FROM store.organs GROUP BY region_code")
    )
    rows = (
        (place, above(place), name_of(place) or regions.get(place), count)
        for place, count in sorted(organs.items())
    )
    connection.executemany("INSERT INTO places VALUES (?, ?, ?, ?)", rows)
