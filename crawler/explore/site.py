"""What a page of ours works with: the store, its summary, the archive beside; what it gives back.

Reads only. Every query has the time limit of `TIME_LIMIT`; one that takes longer raises Datasette's
QueryInterrupted, which `hooks` turns into a page that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crawler.explore.words import COOKIE, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.explore.replaying import Replay

#: Milliseconds that one query may take.
TIME_LIMIT = 2000


class Missing(Exception):
    """A page of ours was asked for what the store has not: a phrase of the interface, filled in."""

    def __init__(self, phrase: str, **values: str) -> None:
        super().__init__(phrase.format(**values))
        self.phrase = phrase
        self.values = values


@dataclass(frozen=True, slots=True)
class Page:
    """What a handler gives: the template and what it shows."""

    template: str
    shown: Mapping[str, Any]


@dataclass(slots=True)
class Site:
    """A store that is shown: its databases, its archive, where runs are recorded (None: nowhere).

    `local`: only who names this machine is answered.
    """

    datasette: Any
    replay: Replay
    runs: str | None = None
    local: bool = True

    async def store(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Ask the store."""
        return await self._rows("store", query, values)

    async def summary(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Ask the summary."""
        return await self._rows("summary", query, values)

    async def _rows(self, name: str, query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        found = await self.datasette.get_database(name).execute(query, list(values))
        return [dict(row) for row in found.rows]


def language_of(request: Any) -> str:
    """Return the language in which a request is answered."""
    return chosen(
        request.args.get("lang"),
        request.cookies.get(COOKIE),
        request.headers.get("accept-language", ""),
    )


def named(request: Any, name: str) -> str:
    """Return a part of the path that was asked for, `%2F` and the like decoded."""
    return unquote(request.url_vars[name])
