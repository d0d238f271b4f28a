"""Which organ a report is of, under one id across renames.

A panel must not break when 卫生局 becomes 卫生健康委员会. Knows the renames of kinds of organ by
the reforms of 2013, 2018 and 2023, from `renames.toml` beside it. A merger gives no common id: the
parts each had reports of their own for the same year. Never guesses: a name that no line knows is
its own organ.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from parsers.items import stable_id

#: A registry id is stable by itself; the prefix keeps it from meeting a computed one.
_REGISTERED = "registry:"


def organ_id(agency: dict[str, Any]) -> str | None:
    """Return the id of the organ of an item's `agency`, or None where it has no name.

    >>> old = {"id": None, "name": "淮安市卫生局", "region_code": "320800"}
    >>> organ_id(old) == organ_id({**old, "name": "淮安市卫生健康委员会"})
    True
    """
    if agency["id"]:
        return f"{_REGISTERED}{agency['id']}"
    if not agency["name"]:
        return None
    return stable_id("organ", latest_name(agency["name"]))


def latest_name(name: str) -> str:
    """Return the name that an organ bears today: its kind renamed, its place kept.

    >>> latest_name("淮安市环境保护局"), latest_name("淮安市水利局")
    ('淮安市生态环境局', '淮安市水利局')
    """
    for ending, today in _endings():
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)] + today
    return name


@cache
def _endings() -> tuple[tuple[str, str], ...]:
    """Return (former ending, today's), longest first: 卫生和计划生育局 before 计划生育局."""
    source = tomllib.loads(files("crawler.stores").joinpath("renames.toml").read_text("utf-8"))
    pairs = [
        (former, rename["today"]) for rename in source["rename"] for former in rename["formerly"]
    ]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))
