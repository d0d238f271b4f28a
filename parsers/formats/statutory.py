"""Read the three statutory tables, in the edition of 2019-2020 and in that since 2021.

Source: 国办公开办函〔2019〕60号, 〔2021〕30号. One reader serves both editions, since reports mix
their headers in one table (portals.md 2.4): every label is recognised by itself, the edition only
tells what a table means whose header is lost. Blank cells give no fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.figures import Reading, is_figure
from parsers.tables import Grid, Parts, Row, has_number, part_row, under_headers
from parsers.vocabulary import code_of, fold, fold_lines, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.items import Template
    from parsers.layout import Span

_OUTCOMES = tuple(vocabulary()["table"]["remedies"]["columns"])
_REMEDIES = ("review", "litigation_direct", "litigation_after_review")
_APPLICANTS = tuple(vocabulary()["table"]["requests"]["columns"])
_CUT_HEADER = "本年新"
# The widest of the three forms has ten; each row of the table is held against its header.
_MOST_COLUMNS = 60

# What the columns are where a header is lost: by edition and row, from the official forms.
_FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "tables_2019": {
        "rules": ("made", "disclosed", "total"),
        "normative_documents": ("made", "disclosed", "total"),
        "permits": ("prior_items", "change", "decisions"),
        "other_services": ("prior_items", "change", "decisions"),
        "penalties": ("prior_items", "change", "decisions"),
        "coercion": ("prior_items", "change", "decisions"),
        "fees": ("prior_items", "change"),
        "procurement": ("items", "amount"),
    },
    "tables_2021": {
        "rules": ("issued", "repealed", "in_force"),
        "normative_documents": ("issued", "repealed", "in_force"),
        "permits": ("decisions",),
        "penalties": ("decisions",),
        "coercion": ("decisions",),
        "fees": ("amount",),
    },
}


def read_statutory(grid: Grid, template: Template) -> tuple[list[Reading], list[str]]:
    """Return what one table states and what could not be read, in page order."""
    parts = [part_row(row) for row in grid.rows]
    reader = _Reader(grid, parts, template)
    for row, parted in zip(grid.rows, parts, strict=True):
        reader.read(row, parted)
    return reader.found, reader.warnings


class _Reader:
    """Walk a table's rows; remember the headers in force."""

    def __init__(self, grid: Grid, parts: Sequence[Parts], template: Template) -> None:
        self._loose = grid.loose
        self._form = _FORMS.get(template, {})
        self._width = {len(row) for row in grid.rows}
        self._applicants, self._first_applicant = _APPLICANTS, 0
        if _names_persons(grid.rows):
            self._applicants = _applicant_columns(grid.rows, parts)
            self._first_applicant = _first_applicant(grid.rows)
        self._headers: tuple[Span, ...] = ()
        self._outcomes_seen = False
        self._remedies: dict[str, None] = {}
        self._stated: set[str] = set()
        self.found: list[Reading] = []
        self.warnings: list[str] = []

    def read(self, row: Row, parts: Parts) -> None:
        """Take in one row: a header is remembered, the cells of a known row become facts."""
        folded = [fold(label.text) for label in parts.labels]
        self._outcomes_seen |= any("结果维持" in label for label in folded)
        if not has_number(parts.data):
            named = (code_of(words, "remedies", "rows") for words in folded)
            self._remedies.update(dict.fromkeys(name for name in named if name))
            self._note_headers(row, folded)
        elif self._outcomes_seen and len(parts.data) >= len(_OUTCOMES):
            self._read_remedies(parts, folded)
        else:
            self._read_labelled(parts, folded)

    def _note_headers(self, row: Row, folded: list[str]) -> None:
        """Keep a header row of the disclosure table: the cells behind 信息内容."""
        if "信息内容" in folded:
            at = next(n for n, cell in enumerate(row) if fold(cell.text) == "信息内容")
            self._headers = row[at + 1 :] if len(row) <= _MOST_COLUMNS else ()
        elif any("第二十条" in label or "二十条第" in label for label in folded):
            self._headers = ()

    def _read_labelled(self, parts: Parts, folded: list[str]) -> None:
        for label, words in zip(reversed(parts.labels), reversed(folded), strict=True):
            code = code_of(words, "disclosure", "rows")
            if code is not None and self._columns(code, parts):
                self._read_disclosure(code, parts, label)
                return
            code = code_of(words, "requests", "rows")
            if code is not None and len(parts.data) >= len(self._applicants):
                self._read_requests(code, parts, label)
                return

    # ---- 二、主动公开政府信息情况 ----

    def _columns(self, code: str, parts: Parts) -> list[str | None]:
        """Return the column codes in force for a row of the disclosure table, [] for none."""
        if self._headers:
            return _disclosure_columns([c for c in self._headers if fold(c.text)])
        form = self._form.get(code, ())
        numbers = [cell for cell in parts.data if has_number([cell])]
        return list(form) if form and len(numbers) == len(form) else []

    def _read_disclosure(self, code: str, parts: Parts, label: Span) -> None:
        columns = self._columns(code, parts)
        headers = tuple(c for c in self._headers if self._loose is False or fold(c.text))
        cells = under_headers(parts.data, headers) if headers else list(parts.data)
        if cells is None or (self._loose and len(cells) != len(columns)):
            self.warnings.append(f"主动公开表“{label.text}”一行的数据与表头对不上")
            return
        titles = [c.text for c in headers if fold(c.text)]
        for n, (column, cell) in enumerate(zip(columns, cells, strict=False)):
            if column is None:
                continue
            title = titles[n] if n < len(titles) else ""
            in_yuan = "元" in title and "万元" not in title.replace(" ", "")
            self._add(Reading(f"disclosure.{code}.{column}", cell, label.text, in_yuan))

    # ---- 三、收到和处理政府信息公开申请情况 ----

    def _read_requests(self, code: str, parts: Parts, label: Span) -> None:
        cells = self._applicant_cells(parts)
        if cells is None:
            self.warnings.append(f"依申请公开表“{label.text}”一行的数据与表头对不上")
            return
        for column, cell in zip(self._applicants, cells, strict=True):
            self._add(Reading(f"requests.{code}.{column}", cell, label.text))

    def _applicant_cells(self, parts: Parts) -> tuple[Span, ...] | None:
        """Return a row's seven cells; blanks of merged label cells in front are no data."""
        want = len(self._applicants)
        lead = self._first_applicant - parts.offset
        merged = parts.data[: max(lead, 0)]
        whole = len(self._width) == 1 and lead > 0 and len(parts.data) >= lead + want
        data = parts.data[lead:] if whole and not has_number(merged) else parts.data
        if has_number(data[want:]) or (self._loose and len(data) != want):
            return None
        return tuple(data[:want])

    # ---- 四、行政复议、行政诉讼情况 ----

    def _read_remedies(self, parts: Parts, folded: list[str]) -> None:
        rows = [name for words in folded if (name := code_of(words, "remedies", "rows"))]
        if len(parts.data) >= len(_REMEDIES) * len(_OUTCOMES):
            self._read_outcomes(_REMEDIES, parts)
        elif rows and not has_number(parts.data[len(_OUTCOMES) :]):
            self._read_outcomes((rows[-1],), parts)
        elif not rows and self._is_under(parts):
            self._read_outcomes(tuple(self._remedies), parts)
        else:
            self._read_labelled(parts, folded)

    def _is_under(self, parts: Parts) -> bool:
        """Whether a row without label is of the remedies above: reviews in a table of their own."""
        outcomes = len(self._remedies) * len(_OUTCOMES)
        return not parts.labels and not self._loose and 0 < outcomes == len(parts.data)

    def _read_outcomes(self, remedies: Sequence[str], parts: Parts) -> None:
        codes = [f"remedies.{row}.{column}" for row in remedies for column in _OUTCOMES]
        if has_number(parts.data[len(codes) :]):
            self.warnings.append("行政复议、行政诉讼表的数据与表头对不上")
            return
        for code, cell in zip(codes, parts.data, strict=False):
            self._add(Reading(code, cell, "行政复议、行政诉讼"))

    def _add(self, read: Reading) -> None:
        """Keep a figure; the first cell of a code counts, a repeated header row adds nothing."""
        if not is_figure(read.metric, read.cell):
            if fold(read.cell.text):
                self.warnings.append(f"表格单元“{read.cell.text[:40]}”不是数字")
            return
        if read.metric not in self._stated:
            self._stated.add(read.metric)
            self.found.append(read)


def _disclosure_columns(headers: Sequence[Span]) -> list[str | None]:
    """Return the code of each header; of two cut to 本年新 the first is made."""
    codes: list[str | None] = []
    for header in headers:
        words = fold(header.text)
        code = code_of(words, "disclosure", "columns")
        if code is None and words == _CUT_HEADER:
            code = "disclosed" if "made" in codes else "made"
        codes.append(code)
    return codes


def _names_persons(rows: Sequence[Row]) -> bool:
    """Whether any cell names 自然人, without which no applicants' columns are known."""
    return "自然人" in "\n".join(fold_lines([cell.text for row in rows for cell in row]))


def _applicant_columns(rows: Sequence[Row], parts: Sequence[Parts]) -> tuple[str, ...]:
    """Return the applicants' columns: the form's seven, or fewer where the header names fewer."""
    found: set[str] = set()
    for row, parted in zip(rows, parts, strict=True):
        if not has_number(parted.data):
            found.update(code for cell in row if (code := _applicant(cell.text)))
    complete = {"natural_person", "total"} <= found and len(found) > len(_APPLICANTS) - 2
    return tuple(c for c in _APPLICANTS if c in found) if complete else _APPLICANTS


def _applicant(text: str) -> str | None:
    return code_of(fold(text), "requests", "columns")


def _first_applicant(rows: Sequence[Row]) -> int:
    """Return the place of the header 自然人 in its row, 0 where there is none."""
    for row in rows:
        for n, cell in enumerate(row):
            if fold(cell.text) == "自然人":
                return n
    return 0
