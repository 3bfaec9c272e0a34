"""Medians, ratios and exponents on tables that can be worked out by hand."""

from typing import Any

import pytest
from figures import balance, exponent, middle, ratio, total


def row(wall: float, cpu: float = 1.0, *, worker: float | None = None) -> dict[str, float | None]:
    return {"wall": wall, "cpu": cpu, "largest": 50.0, "parent": 40.0, "worker": worker}


def test_the_middle_of_each_column_by_itself() -> None:
    samples = [row(3, 1), row(1, 9, worker=7), row(2, 5)]
    assert middle(samples) == {
        "wall": 2,
        "cpu": 5,
        "largest": 50,
        "parent": 40,
        "worker": 7,
    }
    assert middle([])["wall"] is None


@pytest.mark.parametrize(
    ("ours", "theirs", "column", "expected"),
    [
        ([row(2)], [row(24)], "wall", 12),
        ([row(2, 4)], [row(24, 2)], "cpu", 0.5),
        ([row(1), row(2), row(9)], [row(8), row(1), row(6)], "wall", 3),
        ([row(2)], [], "wall", None),
        ([], [row(2)], "wall", None),
        ([row(2)], [row(3, worker=9)], "worker", None),
        ([row(0)], [row(3)], "wall", None),
    ],
    ids=["wall", "cpu", "of medians", "no peer", "none of ours", "not seen", "nothing"],
)
def test_ratios(ours: Any, theirs: Any, column: str, expected: float | None) -> None:
    assert ratio(ours, theirs, column=column) == expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(100, 3), (1000, 30), (5000, 150)], 1.0),
        ([(100, 1), (1000, 100), (10000, 10000)], 2.0),
        ([(10, 4), (100, 4), (1000, 4)], 0.0),
        ([(1, 1), (10, 10), (100, 10)], 0.5),
    ],
    ids=["linear", "square", "constant", "bent: the least squares"],
)
def test_exponents(points: list[tuple[float, float]], expected: float) -> None:
    assert exponent(points) == pytest.approx(expected)


@pytest.mark.parametrize("points", [[], [(100, 3.0)], [(100, 3.0), (100, 4.0)]])
def test_no_exponent_of_one_size(points: list[tuple[float, float]]) -> None:
    assert exponent(points) is None


def test_shards() -> None:
    shards = [row(1, 2), row(1, 4), row(1, 3)]
    assert total(shards, column="cpu") == 9
    assert balance(shards, column="cpu") == pytest.approx(4 / 3)
    assert balance([], column="cpu") is None
