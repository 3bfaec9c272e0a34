"""What the engine is meant to reach, held against a run. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from figures import Row, balance, exponent, middle, ratio, total

Result: TypeAlias = Mapping[str, Any]

PROVEN_AT = 1000  # overlays
LARGEST = 5000  # overlays
GROWTH_FROM = 100  # overlays


@dataclass(frozen=True)
class Goal:
    """One line of the table: what was asked, what the run says, whether that is enough.

    `reached` is None where the run did not measure it.
    """

    what: str
    asked: str
    measured: str
    reached: bool | None


def goals(result: Result) -> list[Goal]:
    """Every goal, also those that this run did not measure."""
    mixed = {cell["overlays"]: cell for cell in result["cells"] if cell["form"] == "mixed"}
    samples = mixed[PROVEN_AT]["samples"] if PROVEN_AT in mixed else {}
    return [
        _against(samples, "kustomize", least=12),
        _against(samples, "kubectl", least=22),
        _warm(samples),
        _edited(samples),
        _restored(samples),
        *_growth(result),
        *_memory(mixed.get(LARGEST)),
        *_shards(mixed.get(PROVEN_AT)),
    ]


def growth(result: Result, name: str, *, column: str) -> float | None:
    """The exponent of one figure over the mixed repositories of 100 overlays and more."""
    return exponent(
        (cell["overlays"], value)
        for cell in result["cells"]
        if cell["form"] == "mixed" and cell["overlays"] >= GROWTH_FROM and name in cell["samples"]
        if (value := middle(cell["samples"][name])[column])
    )


def _against(samples: Mapping[str, Sequence[Row]], peer: str, *, least: float) -> Goal:
    build = "kubectl kustomize" if peer == "kubectl" else "kustomize build"
    what = f"cold against `{build} | kubeconform -strict`"
    asked = f"≥ {least}x in wall and CPU"
    if not {"cold", peer} <= set(samples):
        return Goal(what, asked, "not measured", None)
    found = [
        ratio(samples["cold"], samples[peer], column=column) or 0 for column in ("wall", "cpu")
    ]
    return Goal(what, asked, f"{found[0]:.1f}x wall, {found[1]:.1f}x CPU", min(found) >= least)


def _warm(samples: Mapping[str, Sequence[Row]]) -> Goal:
    what, asked = "warm, nothing changed", "≤ 0.5 s and ≥ 300x"
    if not {"warm", "kustomize"} <= set(samples):
        return Goal(what, asked, "not measured", None)
    wall = _wall(samples["warm"])
    times = ratio(samples["warm"], samples["kustomize"], column="wall") or 0
    return Goal(what, asked, f"{wall:.2f} s, {times:.0f}x", wall <= 0.5 and times >= 300)


def _edited(samples: Mapping[str, Sequence[Row]]) -> Goal:
    what, asked = "one overlay's patch edited", "≤ warm + 3 renders and ≥ 150x"
    if not {"warm", "edited", "cold", "kustomize"} <= set(samples):
        return Goal(what, asked, "not measured", None)
    edited, warm = _wall(samples["edited"]), _wall(samples["warm"])
    render = (middle(samples["cold"])["cpu"] or 0) / PROVEN_AT
    times = ratio(samples["edited"], samples["kustomize"], column="wall") or 0
    said = f"{edited:.2f} s = warm + {(edited - warm) / render:.1f} renders, {times:.0f}x"
    return Goal(what, asked, said, edited <= warm + 3 * render and times >= 150)


def _restored(samples: Mapping[str, Sequence[Row]]) -> Goal:
    what, asked = "cache restored in another clone, other path and timestamps", "≤ 2x warm"
    if not {"warm", "restored"} <= set(samples):
        return Goal(what, asked, "not measured", None)
    times = _wall(samples["restored"]) / _wall(samples["warm"])
    return Goal(what, asked, f"{times:.2f}x warm", times <= 2)


def _growth(result: Result) -> Iterator[Goal]:
    sizes = [cell["overlays"] for cell in result["cells"] if cell["form"] == "mixed"]
    largest = max(sizes, default=0)
    for column, name in (("wall", "wall"), ("cpu", "CPU")):
        what = f"growth of cold, {name}, from {GROWTH_FROM} to {LARGEST:,} overlays"
        found = growth(result, "cold", column=column)
        said = "not measured" if found is None else f"{found:.3f}"
        if found is not None and largest < LARGEST:
            said, found = f"{said} up to {largest:,} only", None
        yield Goal(what, "exponent ≤ 1.05", said, None if found is None else found <= 1.05)


def _memory(cell: Mapping[str, Any] | None) -> Iterator[Goal]:
    for column, most in (("parent", 300), ("worker", 150)):
        what = (
            f"peak memory of {'the parent' if column == 'parent' else 'a worker'}, 5,000 overlays"
        )
        found = middle(cell["samples"]["cold"])[column] if cell else None
        said = "not measured" if found is None else f"{found:.0f} MB"
        yield Goal(what, f"≤ {most} MB", said, None if found is None else found <= most)


def _shards(cell: Mapping[str, Any] | None) -> Iterator[Goal]:
    runs = cell["shards"] if cell else []
    unsharded = cell["samples"].get("uncached") or cell["samples"]["cold"] if cell else []
    for what, asked, most, figure in (
        ("CPU of 8 shards and the merge", "≤ 1.15x unsharded", 1.15, _cost(unsharded)),
        ("largest of 8 shards, CPU", "≤ 1.25x the mean", 1.25, _imbalance),
    ):
        found = [figure(run) for run in runs]
        said = f"{max(found):.2f}x" if found else "not measured"
        yield Goal(what, asked, said, max(found) <= most if found else None)


def _cost(unsharded: Sequence[Row]) -> Callable[[Mapping[str, Any]], float]:
    def against(run: Mapping[str, Any]) -> float:
        cpu = middle(unsharded)["cpu"] or 0
        return total([*run["shards"], run["merge"]], column="cpu") / cpu

    return against


def _imbalance(run: Mapping[str, Any]) -> float:
    return balance(run["shards"], column="cpu") or 0


def _wall(samples: Sequence[Row]) -> float:
    return middle(samples)["wall"] or 0
