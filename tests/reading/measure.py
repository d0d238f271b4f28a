"""Hold what is read against what was put in, and count: found, right, shown by its evidence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from parsers.extract import extract
from parsers.formats import read_facts, template_of
from parsers.layout import lay_out
from tests.parsers.prose import PAGE, paragraphs
from tests.reading.sentences import YEAR, chinese

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsers.items import Fact
    from parsers.layout import Layout
    from tests.reading.pages import Case
    from tests.reading.sentences import Sentence

_NONE = re.compile(r"[未没无零〇0免不]|[-—－/]")


@dataclass
class Score:
    """Facts wanted, found, stated, right and shown; `failures` names what went wrong, in order."""

    cases: int = 0
    wanted: int = 0
    found: int = 0
    stated: int = 0
    right: int = 0
    shown: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share of what is stated that is found."""
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """The share of what was read that is right."""
        return self.right / self.stated if self.stated else 1.0

    @property
    def evidence(self) -> float:
        """The share of what was read whose span shows its value."""
        return self.shown / self.stated if self.stated else 1.0

    def take(
        self,
        name: str,
        layout: Layout,
        facts: list[Fact],
        values: Mapping[str, float],
        maybe: Mapping[str, float],
    ) -> None:
        """Count one case; only figures of scope organ are asked for, each metric once."""
        got = {fact.metric: fact for fact in facts if fact.scope == "organ"}
        missed = {m: v for m, v in values.items() if m not in got or got[m].value != v}
        wrong = {
            m: fact.value
            for m, fact in got.items()
            if fact.value not in {values.get(m), maybe.get(m)}
        }
        unseen = [m for m, fact in got.items() if not is_shown(fact, layout.text)]
        self.cases += 1
        self.wanted += len(values)
        self.found += len(values) - len(missed)
        self.stated += len(got)
        self.right += len(got) - len(wrong)
        self.shown += len(got) - len(unseen)
        if missed or wrong or unseen:
            self.failures.append(f"{name}: missed {missed}, wrong {wrong}, not shown {unseen}")

    def __str__(self) -> str:
        return (
            f"recall {self.recall:.4f} ({self.found}/{self.wanted}), "
            f"precision {self.precision:.4f} ({self.right}/{self.stated}), "
            f"evidence {self.evidence:.4f}"
        )


def is_shown(fact: Fact, text: str) -> bool:
    """Whether the evidence holds the value, as a person would look for it."""
    span = text[fact.start : fact.end]
    bare = re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", span))
    if fact.value == 0 and _NONE.search(bare):
        return True
    value = abs(fact.value)
    written = {f"{value:g}", f"{value:.0f}", f"{round(value * 10000):d}", f"{value / 10000:g}万"}
    counts = {int(n) for n in (value, round(value * 10000, 4)) if n == int(n) and n < 10**5}
    written |= {chinese(count) for count in counts}
    return any(form in bare for form in written)


def read_sentence(score: Score, sentence: Sentence) -> None:
    """Read a sentence under its heading; one whose numbers are torn off comes as lines."""
    lines = sentence.text.split("\n")
    layout = paragraphs(sentence.wording.heading, *lines)
    facts, _ = read_facts(layout, template_of(layout), YEAR)
    score.take(sentence.text, layout, facts, sentence.values, sentence.maybe)
    for fact in facts:
        wanted = sentence.qualifiers.get(fact.metric)
        if wanted and fact.value == sentence.values[fact.metric] and fact.qualifier != wanted:
            score.failures.append(f"{sentence.text}: {fact.metric} is {fact.qualifier}")


def read_case(score: Score, case: Case) -> None:
    """Read the tables and sentences of a page from its HTML."""
    layout = lay_out(extract(replace(PAGE, body=case.html.encode())))
    template = template_of(layout)
    facts, _ = read_facts(layout, template, case.truth["year"])
    score.take(case.name, layout, facts, case.facts, case.truth.get("maybe", {}))
    if template != case.truth["template"]:
        score.failures.append(f"{case.name}: template {template}")
