"""What overlays contribute to the rules that see the whole repository."""

from plumbline.facts.model import (
    Facts,
    OverlayFacts,
    Promotion,
    Quota,
    Reference,
    Resource,
    SourceFact,
    Workload,
)

__all__ = [
    "Facts",
    "OverlayFacts",
    "Promotion",
    "Quota",
    "Reference",
    "Resource",
    "SourceFact",
    "Workload",
]
