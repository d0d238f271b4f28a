"""Know the metric vocabulary: every figure a report may state, its code, unit, era and wordings.

All of it is read from `metrics.toml` beside this module; codes are stable. A cell of a statutory
table has the code table.row.column without the word table (`requests.new.total`).
"""

from __future__ import annotations

import re
import sys
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from parsers.memo import Memo
from parsers.patterns import linear, lines_holding, lines_worth_it, literals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_GROUPS = (
    "proactive",
    "response",
    "requests",
    "review",
    "litigation",
    "complaints",
    "fees",
    "institution",
    "training",
)
_NOTE = re.compile(r"\([^()]*\)?")
_MONEY_COLUMN = "amount"
_COUNTED_AS_ITEMS = ("prior_items", "change", "items")


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of the vocabulary outside the statutory tables; `eras` of "n", "s"."""

    code: str
    label: str
    unit: str
    eras: frozenset[str]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """How one code's label is recognised: `whole` labels, and `parts` of labels, all folded."""

    code: str
    whole: frozenset[str]
    parts: tuple[str, ...]

    @property
    def labels(self) -> frozenset[str]:
        """Words of which each label of this code holds one."""
        return self.whole.union(self.parts)


class Labels:
    """The labels under every `match.PATH`: which codes a label is, in one pass over it.

    To ask for each of two hundred wordings takes twenty times as long.
    """

    def __init__(self, names: dict[tuple[str, ...], tuple[Names, ...]]) -> None:
        # By path and place in it: of two codes of one path the first counts.
        named = [(path, one) for path, codes in names.items() for one in codes]
        self._codes = [(path, one.code) for path, one in named]
        self._whole: dict[str, list[int]] = {}
        self._held: list[int] = []  # whose name each part is
        for n, (_, one) in enumerate(named):
            for whole in one.whole:
                self._whole.setdefault(whole, []).append(n)
            self._held += [n] * len(one.parts)
        self._parts_in = literals(part for _, one in named for part in one.parts)

    def codes_of(self, folded: str) -> dict[tuple[str, ...], str]:
        """Return, by path, the code whose label the folded one is; none where it is nobody's."""
        fitting = [self._held[n] for n in self._parts_in(folded)]
        fitting += self._whole.get(folded, ())
        return dict([self._codes[n] for n in sorted(fitting, reverse=True)])


@cache
def vocabulary() -> dict[str, Any]:
    """Return `metrics.toml` as it stands."""
    return tomllib.loads(files("parsers").joinpath("metrics.toml").read_text("utf-8"))


@cache
def metrics() -> dict[str, Metric]:
    """Return the metrics by code, in the vocabulary's order (`requests.received.online`, ...)."""
    return {
        f"{group}.{name}": Metric(
            f"{group}.{name}",
            entry["label"],
            entry["unit"],
            frozenset(entry["era"].split()),
            tuple(entry.get("also", ())),
        )
        for group in _GROUPS
        for name, entry in vocabulary()[group].items()
    }


@cache
def parts_of() -> dict[str, tuple[str, ...]]:
    """Return, by code of a whole, the codes that sum to it in the statistics table."""
    return {whole: tuple(parts) for whole, parts in vocabulary()["parts"].items()}


@cache
def names_of(*path: str) -> tuple[Names, ...]:
    """Return how the labels under `match.PATH` are recognised, in order of trial.

    >>> [n.code for n in names_of("remedies", "rows")]
    ['litigation_direct', 'litigation_after_review', 'review']
    """
    table = vocabulary()["match"]
    for step in path:
        table = table[step]
    return tuple(
        Names(
            code,
            frozenset(name[1:] for name in wordings if name.startswith("=")),
            tuple(name for name in wordings if not name.startswith("=")),
        )
        for code, wordings in table.items()
    )


def code_of(folded: str, *path: str) -> str | None:
    """Return the code under `match.PATH` whose label `folded` is, None where it is nobody's.

    >>> code_of("行政许可", "disclosure", "rows")
    'permits'
    """
    return _codes[folded].get(path)


#: Every path of labels. Those of rows that a table written as lines may have stand first.
_ROWS = (("disclosure", "rows"), ("requests", "rows"), ("statistics",))
_PATHS = (*_ROWS, ("disclosure", "columns"), ("requests", "columns"), ("remedies", "rows"))


@cache
def _labels() -> Labels:
    return Labels({path: names_of(*path) for path in _PATHS})


def _codes_of(folded: str) -> dict[tuple[str, ...], str]:
    return {} if not folded or folded.isdigit() else _labels().codes_of(folded)


_codes: Memo[str, dict[tuple[str, ...], str]] = Memo(_codes_of)


def row_of(folded: str) -> str | None:
    """Return a name for the label of a row of any table, None where it is nobody's.

    >>> row_of("行政许可"), row_of("主动公开政府信息数"), row_of("某某")
    ('disclosure.permits', 'statistics.proactive.total', None)
    """
    codes = _codes[folded]
    return next((f"{path[0]}.{codes[path]}" for path in _ROWS if path in codes), None)


def may_be_rows(lines: list[str]) -> Sequence[int]:
    """Return the numbers of those lines that may hold the label of a row, in order.

    One pass over all lines, none of which is longer than a label can be.
    """
    return lines_worth_it(_rows_in(), fold_lines(lines))


@cache
def _rows_in() -> Callable[[str], list[int]]:
    return lines_holding("|".join(sorted(labels_of(*_ROWS))))


def labels_of(*paths: tuple[str, ...]) -> set[str]:
    """Return words of which each label under some paths holds one, folded."""
    return {label for path in paths for names in names_of(*path) for label in names.labels}


def may_state(words: str) -> bool:
    """Whether a table of these folded cells may hold any label without which none is stated."""
    return _stating().search(words) is not None


@cache
def _stating() -> Any:
    # The table of remedies is known by its header alone.
    return linear("|".join(sorted({*labels_of(*_PATHS), "结果维持"})))


def fold(label: str) -> str:
    """Return a label's bare words: width folded, spaces, quotes, punctuation, numbering, notes out.

    Notes are bracketed; real forms leave the instructions for filling them in inside labels.

    >>> fold("（三）3.危及“三安全 一稳定”")
    '危及三安全一稳定'
    """
    return _folded[label]


def _fold(label: str) -> str:
    return _BETWEEN.sub("", _NOTE.sub("", _unnumbered(_normal(label).strip())))


# All but letters and numbers.
_BETWEEN = re.compile(r"[\W_]+")


# The labels of the statutory forms stand in every report.
_folded: Memo[str, str] = Memo(_fold)


def _normal(label: str) -> str:
    """Return a label with its width folded.

    To put a run of marks in their order takes time as its square: runs that no text has are left
    out of a cell too long for a label.
    """
    if len(label) > _LONGEST_LABEL:
        label = _marks().sub("", label)
    return unicodedata.normalize("NFKC", label)


@cache
def _marks() -> re.Pattern[str]:
    """Return what finds more marks in a row than any text has: 30 are the most (UAX #15, 13)."""
    marks = (chr(n) for n in range(sys.maxunicode + 1) if unicodedata.combining(chr(n)))
    return re.compile(f"[{''.join(marks)}]{{31,}}+")


# The longest label that kept its instructions has some three hundred characters.
_LONGEST_LABEL = 500


def _unnumbered(label: str) -> str:
    """Cut numbering such as 一、 (三) 1. from the head of a label, as often as it stands there."""
    numberings = _NUMBERINGS.match(label)
    return label[numberings.end() :] if numberings else label


_NUMBERING = r"[ (]*+[一二三四五六七八九十0-9]++[^\S\n]*+[、.)．,﹒][、.)．,﹒ ]*+"
_NUMBERINGS = re.compile(rf"(?:{_NUMBERING})++")


def words_of(texts: Iterable[str]) -> str:
    """Return the folded texts of cells, one a line, in their order."""
    return "\n".join(fold_lines(list(texts)))


def fold_lines(lines: list[str]) -> list[str]:
    """Return each of some lines as `fold` does, in one pass over all; none has a line feed."""
    if max(map(len, lines), default=0) > _LONGEST_LABEL:
        lines = [_normal(line) for line in lines]
    normal = unicodedata.normalize("NFKC", "\n".join(lines))
    bare = _NOTE_IN_LINES.sub("", _LINE_NUMBERINGS.sub("", normal))
    return _BETWEEN_IN_LINES.sub("", bare).split("\n")


_LINE_NUMBERINGS = re.compile(rf"^[^\S\n]*+(?:{_NUMBERING})++", re.MULTILINE)
_NOTE_IN_LINES = re.compile(r"\([^()\n]*\)?")
_BETWEEN_IN_LINES = re.compile(r"[^\w\n]+|_+")


@cache
def cells() -> frozenset[str]:
    """Return the codes of all cells of the three statutory tables, of both editions."""
    return frozenset(
        f"{name}.{row}.{column}"
        for name, table in vocabulary()["table"].items()
        for columns in (table[key] for key in table if key.startswith("columns"))
        for row in table["rows"]
        for column in columns
    )


@cache
def unit_of(code: str) -> str:
    """Return the unit of a metric or of a table cell: 件, 项 for items, 万元 for amounts.

    Raises KeyError for a code that the vocabulary does not have: no fact may bear one.
    """
    metric = metrics().get(code)
    if metric is not None:
        return metric.unit
    if code not in cells():
        raise KeyError(code)
    column = code.rpartition(".")[2]
    if column == _MONEY_COLUMN:
        return "万元"
    return "项" if column in _COUNTED_AS_ITEMS else "件"
