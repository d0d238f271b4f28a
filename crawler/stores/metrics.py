"""Every metric code with its label, table cells written out: for dictionary and checks.

Read off `parsers/metrics.toml` through `parsers.vocabulary`; nothing is stated here.
"""

from __future__ import annotations

from functools import cache

from parsers.vocabulary import metrics, vocabulary


@cache
def labels() -> dict[str, str]:
    """Return code → label in the vocabulary's order; a cell's is its row's and its column's."""
    known = {code: metric.label for code, metric in metrics().items()}
    for table, entry in vocabulary()["table"].items():
        columns = {
            code: label
            for name, names in entry.items()
            if name.startswith("columns")
            for code, label in names.items()
        }
        for row, row_label in entry["rows"].items():
            for column, column_label in columns.items():
                known[f"{table}.{row}.{column}"] = f"{row_label} · {column_label}"
    return known


def is_metric(code: str) -> bool:
    """Whether the vocabulary has the code.

    >>> is_metric("requests.new.total"), is_metric("requests.new.sum")
    (True, False)
    """
    return code in labels()
