"""What of a report tells whether another is the same: a sketch of its text, its organ and year.

A sketch is a one-permutation MinHash of the text's runs of five letters or digits: the share of
places in which two sketches agree estimates the share of runs that two texts have in common (with
128 places to 0.04). Measured in `reference/performance.md`: of six ways this one alone kept both
recall and precision at 1.0, twelve times as fast as the next. Text alone does not tell a report
from its neighbour's on the same blank form, so organ, year and figures go along.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from crawler.copies import digest_of, letters_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parsers.items import Fact, Report

#: Places of a sketch, two bytes each.
PLACES = 128
RUN = 5
#: Figures that differ from one another and from zero; fewer are alike on many a report.
MIN_FIGURES = 10

_PLACE_BITS = np.uint64(64 - 7)
_EMPTY = np.uint64(2**64 - 1)
# A polynomial over the run, then the finisher of SplitMix64, which spreads every bit.
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIXERS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))


class Likeness(NamedTuple):
    """What of one report is compared. Keys are 8 bytes, None where there is nothing to tell by.

    `text` is of letters and digits in order, `organ` of its name, `figures` of all figures with
    their metrics; `year` and `place` (the first four digits of the division) are 0 where unknown;
    `sketch` holds `PLACES` numbers of two bytes.
    """

    text: bytes
    organ: bytes | None
    figures: bytes | None
    year: int
    place: int
    sketch: bytes


def likeness(report: Report) -> Likeness | None:
    """Return what of a report is compared; None where it is no report or too short to tell."""
    if report.kind != "annual_report":
        return None
    points = points_of(report.text)
    text = digest_of(points.tobytes().decode("utf-32-le", "surrogatepass"))
    if text is None:
        return None
    organ = letters_of(report.agency.name or "")
    return Likeness(
        text=text[:8],
        organ=_key(organ) if organ else None,
        figures=_figures(report.facts),
        year=report.year or 0,
        place=int((report.agency.region_code or "0")[:4]),
        sketch=sketch(points),
    )


def points_of(text: str) -> NDArray[np.uint32]:
    """Return the code points of what `letters_of` returns, found four times as fast."""
    points = _points(text)
    forms = _forms()
    if points.size and points.max() < forms.size:
        formed = forms[points]
        if formed.max() < _BY_ITSELF:
            letters: NDArray[np.uint32] = formed[formed != 0]
            return letters
    return _points(letters_of(text))


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


#: Stands for a character that becomes several letters, or one together with the character before.
_BY_ITSELF = np.uint32(2**32 - 1)
_PLANE = 0x10000


@cache
def _forms() -> NDArray[np.uint32]:
    """Return the letter that each character of the first plane becomes, 0 where it is dropped."""
    characters = list(map(chr, range(_PLANE)))
    parts = (unicodedata.decomposition(each).split() for each in characters)
    # What composes with the letter before it; vowels and ends of Hangul do so by rule.
    second = {chr(int(each[1], 16)) for each in parts if len(each) == 2 and each[0][0] != "<"}  # noqa: PLR2004
    second.update(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
    forms = np.zeros(_PLANE, np.uint32)
    for n, character in enumerate(characters):
        form, letters = unicodedata.normalize("NFKC", character), letters_of(character)
        if len(letters) > 1 or form[0] in second or unicodedata.combining(form[0]):
            forms[n] = _BY_ITSELF
        elif letters:
            forms[n] = ord(letters)
    return forms


def sketch(letters: NDArray[np.uint32]) -> bytes:
    """Return the sketch of a text of at least `RUN` letters: the same on every machine."""
    points = letters.astype(np.uint64)
    count = points.size - RUN + 1
    runs = np.zeros(count, np.uint64)
    for place in range(RUN):
        runs = runs * _BASE + points[place : place + count]
    for shift, factor in _MIXERS:
        runs = (runs ^ (runs >> np.uint64(shift))) * np.uint64(factor)
    least = np.full(PLACES, _EMPTY)
    np.minimum.at(least, (runs >> _PLACE_BITS).astype(np.intp), runs)
    return _filled(least).astype("<u2").tobytes()


def _filled(least: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Let an empty place repeat the next one that is not, changed by how far that is.

    Short texts leave some empty; two empty places would agree about nothing.
    """
    full = np.flatnonzero(least != _EMPTY)
    places = np.arange(PLACES)
    nearest = full[np.searchsorted(full, places) % full.size]
    away = ((nearest - places) % PLACES).astype(np.uint64)
    return least[nearest] + away * _BASE


def _figures(facts: list[Fact]) -> bytes | None:
    figures = sorted({(fact.metric, fact.value) for fact in facts if fact.value})
    if len({value for _, value in figures}) < MIN_FIGURES:
        return None
    return _key(*(part for figure in figures for part in figure))


def _key(*parts: object) -> bytes:
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()
