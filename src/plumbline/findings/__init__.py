"""What the house says about a repository: places, problems, findings, and the refusal to judge."""

from plumbline.findings.errors import CannotCheck
from plumbline.findings.model import Finding, Location, ObjectId, Problem, Related, Severity, Waived

__all__ = [
    "CannotCheck",
    "Finding",
    "Location",
    "ObjectId",
    "Problem",
    "Related",
    "Severity",
    "Waived",
]
