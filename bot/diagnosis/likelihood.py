"""Complete likelihoods from the sparse rows of the playbook.

A fact names how probable its values are ordinarily, and only those causes that change that. A row
may name only some values: the others share what is left in their ordinary proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

Row = dict[str, float]
Rows = dict[str, tuple[float, ...]]

FLOOR: Final = 0.0005


def complete(default: Mapping[str, float], change: Mapping[str, float]) -> Row:
    """The ordinary row with some values changed, every value at least `FLOOR`."""
    left = max(0.0, 1.0 - sum(change.values()))
    share = sum(p for value, p in default.items() if value not in change)
    row = {value: change.get(value, left * p / share if share else 0.0) for value, p in default.items()}
    return {value: max(FLOOR, p) for value, p in row.items()}


def rows_of(
    hypotheses: Iterable[str], default: Mapping[str, float], likely: Mapping[str, Mapping[str, float]]
) -> Rows:
    """For each value of a fact its probability under each hypothesis, in that order."""
    rows = [complete(default, likely.get(hypothesis, {})) for hypothesis in hypotheses]
    return {value: tuple(row[value] for row in rows) for value in default}
