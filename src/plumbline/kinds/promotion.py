"""One model version for one environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Release:
    """A version with the bytes that serving loads."""

    version: str
    digest: str
    storage_uri: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A measurement and its gates (`threshold`, `minAbsoluteChange`, `maxRegression`).

    `baseline` is None and `dataset` empty where they are not stated.
    """

    name: str
    observed: float
    direction: str
    baseline: float | None = None
    dataset: str = ""
    gates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelPromotion:
    """What rules ask of a promotion.

    `rollback` is None for a first release. `origin` is the environment where it served before, or
    empty. `required_approvals` maps roles to numbers. Dates are as written, or empty.
    """

    name: str
    model: str
    registry: str
    run_id: str
    release: Release
    commit: str
    training: tuple[str, ...]
    metrics: tuple[Metric, ...]
    risk_tier: str
    environment: str
    required_approvals: Mapping[str, int]
    justification: str
    origin: str = ""
    rollback: Release | None = None
    baseline_version: str = ""
    not_before: str = ""
    expires: str = ""

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> "ModelPromotion":
        """From a document that its schema accepted."""
        spec = value["spec"]
        model, evidence, target = spec["model"], spec["evidence"], spec["target"]
        back = spec.get("rollback")
        validity = spec.get("validity", {})
        return cls(
            name=value["metadata"]["name"],
            model=model["name"],
            registry=model["registry"],
            run_id=model["runId"],
            release=Release(model["version"], model["digest"]["value"], model["storageUri"]),
            commit=spec["source"]["commit"],
            training=tuple(one["name"] for one in spec["lineage"]["training"]),
            metrics=tuple(_metric(one) for one in evidence["metrics"]),
            risk_tier=spec["risk"]["tier"],
            environment=target["environment"],
            required_approvals={one["role"]: one["count"] for one in spec["approvals"]["required"]},
            justification=spec["justification"],
            origin=target.get("from", {}).get("environment", ""),
            rollback=Release(back["version"], back["digest"], back["storageUri"]) if back else None,
            baseline_version=evidence.get("baseline", {}).get("version", ""),
            not_before=validity.get("notBefore", ""),
            expires=validity.get("expires", ""),
        )


def _metric(value: Mapping[str, Any]) -> Metric:
    return Metric(
        name=value["name"],
        observed=value["observed"],
        direction=value["direction"],
        baseline=value.get("baseline"),
        dataset=value.get("dataset", ""),
        gates=dict(value.get("gates", {})),
    )
