"""Arithmetic of samples: medians, ratios, growth. Pure functions."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import TypeAlias

# A sample as JSON holds it: wall, cpu (seconds), largest, parent, worker (MB or null).
Row: TypeAlias = Mapping[str, float | None]

COLUMNS = ("wall", "cpu", "largest", "parent", "worker")


def middle(samples: Sequence[Row]) -> dict[str, float | None]:
    """The median of each column over the samples that have it; null where none has."""
    result: dict[str, float | None] = {}
    for column in COLUMNS:
        values = [value for sample in samples if (value := sample.get(column)) is not None]
        result[column] = median(values) if values else None
    return result


def ratio(ours: Sequence[Row], theirs: Sequence[Row], *, column: str) -> float | None:
    """How many times ours goes into theirs, by medians; null without both."""
    mine, other = middle(ours)[column], middle(theirs)[column]
    if mine is None or other is None or mine <= 0:
        return None
    return other / mine


def exponent(points: Iterable[tuple[float, float]]) -> float | None:
    """The b of y = a·xᵇ by least squares in logarithms; null for fewer than two different x."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    if len({x for x, _ in logs}) < 2:
        return None
    mean_x, mean_y = fmean(x for x, _ in logs), fmean(y for _, y in logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread


def balance(shards: Sequence[Row], *, column: str) -> float | None:
    """The largest shard against the mean shard: 1 is perfect."""
    values = [value for shard in shards if (value := shard[column]) is not None]
    return max(values) / fmean(values) if values else None


def total(rows: Sequence[Row], *, column: str) -> float:
    """The sum of one column."""
    return sum(row[column] or 0.0 for row in rows)
