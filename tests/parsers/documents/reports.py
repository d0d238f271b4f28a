"""A whole report as a PDF: a title, prose and the three tables, flowing from page to page."""

from __future__ import annotations

import random

from tests.parsers import forms
from tests.parsers.documents import grids
from tests.parsers.documents.pdfs import BOTTOM, LEFT, RIGHT, TOP, Canvas, Table, pdf, wrap

_SENTENCE = "严格落实《条例》要求，健全制度，规范流程，加强审查，及时回应社会关切。"
_SIZE, _PITCH = 16, 28


class Flow:
    """Pages under way: what does not fit goes on at the top of the next."""

    def __init__(self, *, cut_rows):
        self.pages = [Canvas()]
        self.top = TOP
        self.cut_rows = cut_rows

    def turn(self):
        self.pages[-1].text(480, 800, f"- {len(self.pages)} -", 12)
        self.pages.append(Canvas())
        self.top = TOP

    def paragraph(self, text):
        for n, line in enumerate(wrap("　　" + text, RIGHT - LEFT, _SIZE)):
            if self.top + _PITCH > BOTTOM:
                self.turn()
            x = LEFT + (0 if n else 2 * _SIZE)
            self.pages[-1].text(x, self.top, line.strip("　"), _SIZE)
            self.top += _PITCH

    def table(self, boxes, widths, sides=None):
        table = Table(boxes, widths, sides=sides)
        start = 0.0
        while start < table.height():
            end = min(table.height(), start + BOTTOM - self.top)
            if end < table.height() and not self.cut_rows:
                end = max(row for row in table.rows if row <= end)
            if end <= start:
                self.turn()
                continue
            self.top = table.draw(self.pages[-1], self.top, start, end)
            start = end
        self.top += 30


def report(seed):
    """Return a PDF and the values that its tables state, by metric."""
    chance = random.Random(seed)

    def figure():
        return chance.choice((0, 0, chance.randrange(10), chance.randrange(1000)))

    numbers = [[figure() for _ in range(7)] for _ in range(25)]
    remedies = [figure() for _ in range(15)]
    flow = Flow(cut_rows=chance.random() < 0.5)
    flow.pages[0].text(120, TOP, "渠县水务局2024年政府信息公开工作年度报告", 18)
    flow.top += 60
    sides = chance.choice((None, Canvas.frame, Canvas.corner))
    flow.paragraph("一、总体情况")
    flow.paragraph(_SENTENCE * chance.randrange(1, 40))
    flow.paragraph("二、主动公开政府信息情况")
    flow.table(grids.plain(forms.DISCLOSURE_2021, 4), [150, 90, 90, 110], sides)
    flow.paragraph("三、收到和处理政府信息公开申请情况")
    flow.table(grids.requests(numbers), grids.REQUEST_WIDTHS, sides)
    flow.paragraph("四、政府信息公开行政复议、行政诉讼情况")
    flow.table(grids.remedies(remedies), [29] * 15, sides)
    flow.paragraph("五、存在的主要问题及改进情况")
    flow.paragraph(_SENTENCE * 3)
    return pdf(*flow.pages), _values(numbers, remedies)


def _values(numbers, remedies):
    rows = zip(forms.REQUEST_ROWS_2021, numbers, strict=True)
    requests = {
        f"requests.{code}.{column}": float(figure)
        for (code, _), figures in rows
        for column, figure in zip(forms.APPLICANTS, figures, strict=True)
    }
    parts = ("upheld", "corrected", "other", "pending", "total")
    groups = ("review", "litigation_direct", "litigation_after_review")
    names = [f"remedies.{group}.{part}" for group in groups for part in parts]
    found = dict(zip(names, map(float, remedies), strict=True))
    return {**forms.DISCLOSURE_2021_VALUES, **requests, **found}
