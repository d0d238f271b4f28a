"""What the generated sets must reach, as issue 6 asks; counts of sentences and wordings, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reading.measure import Score

MIN_SENTENCES = 2000
MIN_WORDINGS = 40
#: The figures that a reader looks for first; every other metric has wordings, too.
HEADLINES = (
    "proactive.total",
    "proactive.website",
    "proactive.weibo",
    "proactive.wechat",
    "requests.received",
    "requests.completed",
    "requests.answered",
    "requests.answered.granted",
    "review.total",
    "litigation.total",
    "fees.collected",
)


@dataclass(frozen=True)
class Goal:
    """The least recall, precision and share of figures whose evidence shows them."""

    recall: float
    precision: float
    evidence: float = 1.0

    def is_met(self, score: Score) -> bool:
        """Whether a score reaches all three."""
        return (
            score.recall >= self.recall
            and score.precision >= self.precision
            and score.evidence >= self.evidence
        )

    def __str__(self) -> str:
        return f"goal {self.recall:g}, {self.precision:g}, {self.evidence:g}"


GOALS = {
    "sentences": Goal(0.97, 0.995),
    "narratives": Goal(0.97, 0.995),
    "well-formed": Goal(1.0, 1.0),
    "broken": Goal(0.995, 0.995),
}
