"""Find the division code (GB/T 2260) and the region of an organ by the places in its name.

Data: `data/divisions.tsv`. A name that several divisions bear gives nothing unless what stands
before it decides: there are 4 鼓楼区. A township's code is its county's. Never reads a host.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from parsers.data import pairs


@dataclass(frozen=True, slots=True)
class Region:
    """A division: its code, and its places from the province down (四川省资阳市)."""

    code: str
    region: str


def region_of(name: str) -> Region | None:
    """Return the smallest division that `name` (an organ's) surely lies in, None where unsure.

    >>> region_of("渠县宝城镇人民政府")
    Region(code='511725', region='四川省达州市渠县')
    """
    places = _places(name)
    if not places:
        return None
    codes = _codes()
    choices: list[str] | None = None
    for place in places:
        here = codes.get(place)
        if not here:
            break
        narrowed = [code for code in here if choices is None or _within(code, choices)]
        if not narrowed:
            break
        choices = narrowed
    if choices is None or len(choices) != 1:
        return None
    return Region(choices[0], region_named(choices[0]) or "")


def region_named(code: str) -> str | None:
    """Return the places of a division code from the province down, None where it is unknown.

    >>> region_named("512000")
    '四川省资阳市'
    """
    names = _names()
    if code not in names:
        return None
    chain = [f"{code[:2]}0000", f"{code[:4]}00", code]
    return "".join(dict.fromkeys(names[part] for part in chain if part in names))


def _within(code: str, choices: list[str]) -> bool:
    return any(code.startswith(choice.rstrip("0") or choice) for choice in choices)


def _places(name: str) -> list[str]:
    """Return the places that `name` begins with, as the table names them, outermost first."""
    codes = _codes()
    found: list[str] = []
    at = 0
    while at < len(name):
        longest = next(
            (
                name[at:end]
                for end in range(min(len(name), at + 15), at + 1, -1)
                if name[at:end] in codes
            ),
            None,
        )
        if longest is None:
            break
        found.append(longest)
        at += len(longest)
    return found


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Return the codes that each name has now, or had."""
    codes: dict[str, list[str]] = {}
    for code, name in pairs("divisions.tsv"):
        codes.setdefault(name, []).append(code)
    return {name: tuple(here) for name, here in codes.items()}


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, name in pairs("divisions.tsv"):
        names.setdefault(code, name)
    return names
