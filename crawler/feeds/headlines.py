"""The headline figures: one name for what the template eras state under different codes.

A value is a sum of codes that must all be stated, for nothing is invented: the first way in the
list that a report states whole gives the figure. Knows codes only; reads no report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_REFUSALS = (
    "state_secret",
    "other_law",
    "security",
    "third_party",
    "internal_affairs",
    "process",
    "enforcement_file",
    "inquiry",
)

#: Name → the ways in which a report may state it, the statutory table first.
HEADLINES: dict[str, tuple[tuple[str, ...], ...]] = {
    "proactive": (("proactive.total",),),
    "received": (("requests.new.total",), ("requests.received",)),
    "carried_in": (("requests.carried_in.total",),),
    "answered": (("requests.total.total",), ("requests.answered",)),
    "granted": (("requests.granted.total",), ("requests.answered.granted",)),
    "partially_granted": (
        ("requests.partially_granted.total",),
        ("requests.answered.partially_granted",),
    ),
    "refused": (
        tuple(f"requests.refused.{ground}.total" for ground in _REFUSALS),
        ("requests.answered.refused",),
    ),
    "carried_out": (("requests.carried_out.total",),),
    "review": (("remedies.review.total",), ("review.total",)),
    "litigation": (
        ("remedies.litigation_direct.total", "remedies.litigation_after_review.total"),
        ("litigation.total",),
    ),
}


def headlines(facts: Iterable[Mapping[str, Any]]) -> dict[str, float | None]:
    """Return the headline figures of an item's facts, None where it states none.

    A table's figure goes before a sentence's, the first before a later one. Figures of a part of
    the organ count for nothing here.
    """
    stated = stated_values(facts)
    return {name: _first_whole(ways, stated) for name, ways in HEADLINES.items()}


def stated_values(facts: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the organ's value of each metric: a table's before a sentence's, the first of each."""
    values: dict[str, float] = {}
    for method in ("table", "prose"):
        for fact in facts:
            if fact["method"] == method and fact["scope"] == "organ":
                values.setdefault(fact["metric"], fact["value"])
    return values


def _first_whole(ways: tuple[tuple[str, ...], ...], stated: Mapping[str, float]) -> float | None:
    for codes in ways:
        if all(code in stated for code in codes):
            return sum(stated[code] for code in codes)
    return None
