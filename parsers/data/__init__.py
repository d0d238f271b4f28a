"""Lexicons as data: one file each, its source and date in its first lines ("#").

Reads the files that ship with the package; never anything else, and never writes.
"""

from __future__ import annotations

from importlib.resources import files


def lines(name: str) -> list[str]:
    """Return the lines of the lexicon `name` without comments and empty lines."""
    text = (files(__name__) / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pairs(name: str) -> list[tuple[str, str]]:
    """Return the two columns of a tab-separated lexicon; the second may be empty."""
    split = (line.partition("\t") for line in lines(name))
    return [(first.strip(), second.strip()) for first, _, second in split]
