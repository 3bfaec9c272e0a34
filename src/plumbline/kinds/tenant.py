"""A team and what it may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tenant:
    """One team: who answers, who pays, where it runs; unstated facts are empty."""

    name: str
    team: str
    owner: str
    cost_center: str
    tier: str
    namespaces: tuple[str, ...]
    data_classification: str
    personal_data: str = ""
    data_residency: str = ""
    contacts: tuple[str, ...] = ()

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> "Tenant":
        """From a document that its schema accepted."""
        spec = value["spec"]
        return cls(
            name=value["metadata"]["name"],
            team=spec["team"],
            owner=spec["owner"],
            cost_center=spec["costCenter"],
            tier=spec["tier"],
            namespaces=tuple(spec["namespaces"]),
            data_classification=spec["dataClassification"],
            personal_data=spec.get("personalData", ""),
            data_residency=spec.get("dataResidency", ""),
            contacts=tuple(spec.get("contacts", ())),
        )
