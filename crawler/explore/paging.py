"""A long list in parts: which part is shown, and where the next one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

#: Rows of a page. A hundred organs over 18 years are 1,800 cells: a tenth of a second to draw.
ROWS = 100


@dataclass(frozen=True, slots=True)
class Paged:
    """Rows `first` to `last`, counted from 1, of `count`; the addresses before and after."""

    rows: list[dict[str, Any]]
    count: int
    first: int
    last: int
    before: str | None
    after: str | None


async def page_of(
    request: Any, count: int, some: Callable[[int, int], Awaitable[list[dict[str, Any]]]]
) -> Paged:
    """Return the part of a list that a request's `page` names, the first without one.

    `some` gives so many rows from a place on. A page that is none is the nearest that is one.
    """
    asked = request.args.get("page") or "1"
    pages = max(1, -(-count // ROWS))
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 9 else 1, 1), pages)  # noqa: PLR2004
    start = (number - 1) * ROWS
    rows = await some(ROWS, start)
    return Paged(
        rows,
        count,
        start + 1 if rows else 0,
        start + len(rows),
        _address(request, number - 1) if number > 1 else None,
        _address(request, number + 1) if number < pages else None,
    )


def _address(request: Any, number: int) -> str:
    kept = [(name, request.args[name]) for name in request.args if name not in ("page", "lang")]
    return f"{request.path}?{urlencode([*kept, ('page', number)])}"
