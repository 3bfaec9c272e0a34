"""A bounded YAML reader that keeps positions and says what other readers would misread."""

from plumbline.yaml.bounds import over_limits
from plumbline.yaml.hazards import may_mislead
from plumbline.yaml.model import Document, Hazard, Limits, Mark, pointer, tokens
from plumbline.yaml.reader import Reading, read

__all__ = [
    "Document",
    "Hazard",
    "Limits",
    "Mark",
    "Reading",
    "may_mislead",
    "over_limits",
    "pointer",
    "read",
    "tokens",
]
