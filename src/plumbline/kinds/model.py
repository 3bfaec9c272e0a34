"""A model in every version and environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Model:
    """What a model is for and who answers for it; unstated facts are empty."""

    name: str
    team: str
    owner: str
    task: str
    risk_tier: str
    data_classification: str
    approver_roles: tuple[str, ...]
    personal_data: str = ""
    criticality: str = ""

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> "Model":
        """From a document that its schema accepted."""
        spec = value["spec"]
        return cls(
            name=value["metadata"]["name"],
            team=spec["team"],
            owner=spec["owner"],
            task=spec["task"],
            risk_tier=spec["riskTier"],
            data_classification=spec["dataClassification"],
            approver_roles=tuple(spec["approverRoles"]),
            personal_data=spec.get("personalData", ""),
            criticality=spec.get("criticality", ""),
        )
