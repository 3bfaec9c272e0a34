"""The verdict on a repository: findings, what was looked at, and what was not."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from plumbline.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run looked at. A zero where a number is expected is never success.

    `validated` objects were judged by a closed schema, `loosely_validated` by an open one of ours,
    `without_schema` by none. `workloads_not_counted` have a size that cannot be known.
    """

    overlays: int = 0
    rendered: int = 0
    sources: int = 0
    objects: int = 0
    validated: int = 0
    loosely_validated: int = 0
    without_schema: int = 0
    workloads: int = 0
    workloads_not_counted: int = 0
    rules: int = 0
    waived: int = 0
    errors: int = 0
    warnings: int = 0

    def of(self, findings: Collection[Finding]) -> "Counts":
        """The same counts with the numbers of these findings."""
        counted = [finding for finding in findings if finding.waived is None]
        return replace(
            self,
            waived=len(findings) - len(counted),
            errors=sum(1 for finding in counted if finding.severity is Severity.ERROR),
            warnings=sum(1 for finding in counted if finding.severity is Severity.WARNING),
        )


@dataclass(frozen=True, order=True, slots=True)
class NotRun:
    """Something that was not looked at, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a run had to do, which no report shows: two runs that say the same may differ in it.

    `rendered` counts requests to the renderer, those for places included; `recalled` overlays.
    """

    rendered: int = 0
    recalled: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in the order of their places, counts, and versions of what judged."""

    findings: tuple[Finding, ...] = ()
    counts: Counts = field(default_factory=Counts)
    not_run: tuple[NotRun, ...] = ()
    notes: tuple[str, ...] = ()
    tool: str = ""
    renderer: str = ""
    kubernetes: str = ""
    work: Work = field(default_factory=Work)

    def failing(self, threshold: Severity | None) -> tuple[Finding, ...]:
        """The findings at or above a severity that no waiver covers; None is "never"."""
        if threshold is None:
            return ()
        return tuple(
            finding
            for finding in self.findings
            if finding.waived is None
            and (threshold is Severity.WARNING or finding.severity is Severity.ERROR)
        )
