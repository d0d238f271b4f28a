"""How well a re-parse tells copies from neighbours: precision and recall against the labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.copies import Labelled


@dataclass
class Score:
    """`right` of `marked` copies lead to the report that they hold; `wanted` is how many should.

    `missed` and `wrong` name pages by report and edition.
    """

    wanted: int = 0
    marked: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.marked if self.marked else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0


def scored(pages: Iterable[Labelled], items: list[dict]) -> Score:
    """Hold the items of `pages` against what they are: copies are all but the official edition."""
    label = {page.url: page for page in pages}
    of_capture = {item["capture_id"]: label[item["url"]] for item in items}
    score = Score()
    for item in items:
        page, told = label[item["url"]], item["duplicate_of"]
        name = f"{page.report} {page.edition}"
        score.wanted += page.edition != "official"
        if told is None:
            if page.edition != "official":
                score.missed.append(name)
            continue
        score.marked += 1
        original = of_capture[told["capture_id"]]
        if (original.report, original.edition) == (page.report, "official"):
            score.right += 1
        else:
            score.wrong.append(f"{name} → {original.report} {original.edition}")
    return score
