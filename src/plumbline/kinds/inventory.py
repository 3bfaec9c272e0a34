"""The hardware of a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Taint:
    """What keeps pods off a node unless they tolerate it."""

    key: str
    effect: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Equal nodes. `allocatable` maps advertised resource names to quantities, for one node."""

    name: str
    count: int
    allocatable: Mapping[str, str | int | float]
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    reserve_percent: int = 0


@dataclass(frozen=True, slots=True)
class Inventory:
    """Node classes, and how many nodes of each may be lost."""

    name: str
    node_classes: tuple[NodeClass, ...]
    spare_nodes: int = 0

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> "Inventory":
        """From a document that its schema accepted; classes inherit the cluster's reserve."""
        spec = value["spec"]
        reserve = spec.get("reservePercent", 0)
        return cls(
            name=value["metadata"]["name"],
            node_classes=tuple(_node_class(one, reserve) for one in spec["nodeClasses"]),
            spare_nodes=spec.get("spareNodes", 0),
        )


def _node_class(value: Mapping[str, Any], reserve: int) -> NodeClass:
    taints = value.get("taints", ())
    return NodeClass(
        name=value["name"],
        count=value["count"],
        allocatable=dict(value["allocatable"]),
        labels=dict(value.get("labels", {})),
        taints=tuple(Taint(one["key"], one["effect"], one.get("value", "")) for one in taints),
        reserve_percent=value.get("reservePercent", reserve),
    )
