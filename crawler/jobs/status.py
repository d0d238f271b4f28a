"""The portals at a glance: when each was last crawled, what came of it, what a person must look at.

Rows come from the record of runs and the registry; the table is for a terminal, with colours where
it has them. Knows no network.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from crawler.jobs.outcomes import RUNNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.jobs.runs import Run
    from crawler.registry import Registry

#: Portals are of one time zone, and so are those who look after them.
_BEIJING = timezone(timedelta(hours=8))
_HEAD = ("portal", "last run", "outcome", "new", "same", "failed", "alarms", "what to do")
_GREEN, _YELLOW, _RED, _DIM, _PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m", "\x1b[0m"
_COLOURS = {
    "done": _GREEN, RUNNING: _GREEN, "never": _DIM, "postponed": _YELLOW, "interrupted": _YELLOW,
    "upload_pending": _YELLOW,
}  # fmt: skip
#: What a terminal would obey rather than show.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
#: Columns of the last cell: one sentence is told, the record has the rest.
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A portal as it stands; times are RFC 3339, `last` None where it was never crawled.

    `say` is what to do or what was said last, `alarms` how many its last run raised.
    """

    portal: str
    name: str
    last: str | None
    outcome: str
    new: int
    unchanged: int
    failed: int
    alarms: int
    say: str

    def as_dict(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        return asdict(self)


def rows(registry: Registry, latest: Mapping[str, Sequence[Run]], *, every: bool) -> list[Row]:
    """Return a row a portal that was crawled, by id; with `every`, of the whole registry."""
    names = {portal.id: portal.organ.name for portal in registry.portals}
    wanted = {*latest, *(names if every else ())}
    return [
        _row(portal, names.get(portal, ""), latest.get(portal, ())) for portal in sorted(wanted)
    ]


def _row(portal: str, name: str, runs: Sequence[Run]) -> Row:
    if not runs:
        return Row(portal, name, None, "never", 0, 0, 0, 0, "")
    run, figures = runs[0], runs[0].figures
    said = run.alarms[0].next_step if run.alarms else next(iter(run.said), "")
    return Row(
        portal, name, run.ended or run.started, run.outcome, figures.new, figures.unchanged,
        sum(figures.failed.values()), len(run.alarms), said,
    )  # fmt: skip


def table(found: Iterable[Row], *, colours: bool) -> Iterator[str]:
    """Yield the lines of a table; a row in the colour of its outcome."""
    cells = [_cells(row) for row in found]
    widths = [max(_width(row[at]) for row in (_HEAD, *cells)) for at in range(len(_HEAD))]
    yield _line(_HEAD, widths)
    for row in cells:
        line = _line(row, widths)
        yield f"{_COLOURS.get(row[2], _RED)}{line}{_PLAIN}" if colours else line


def _cells(row: Row) -> tuple[str, ...]:
    when = "" if row.last is None else _at(row.last)
    counts = (row.new, row.unchanged, row.failed, row.alarms)
    shown = tuple(str(count) if count else "" for count in counts)
    portal = f"{row.portal} {row.name}".strip()
    return tuple(_safe(cell) for cell in (portal, when, row.outcome, *shown, row.say))


def _at(written: str) -> str:
    return datetime.fromisoformat(written).astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")


def _safe(text: str) -> str:
    text = _UNSHOWN.sub("□", text)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        f"{cell}{' ' * (wide - _width(cell))}" for cell, wide in zip(cells, widths, strict=True)
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return how many columns a terminal gives `text`: two for each Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
