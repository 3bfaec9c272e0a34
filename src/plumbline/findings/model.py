"""Places, problems and findings: plain values without input or output."""

import enum
import hashlib
from dataclasses import dataclass, field


class Severity(enum.StrEnum):
    """How much a finding weighs; the order is the order of weight."""

    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a file of the repository: POSIX path from its root, line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True, slots=True)
class ObjectId:
    """The name of a Kubernetes object as the API server knows it."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """`Kind/namespace/name`, or `Kind/name` without a namespace."""
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a rule says: which object, where in it (JSON pointer), what is wrong.

    `overlay` is set by repository-wide rules, which see many. `at` is set by rules over source
    files, which pass on the place that the reader measured.
    """

    message: str
    object: ObjectId | None = None
    path: str = ""
    overlay: str = ""
    at: Location | None = None


@dataclass(frozen=True, order=True, slots=True)
class Related:
    """A second place that helps to understand a finding, such as the base's value."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Waived:
    """The permission under which a finding does not count."""

    reason: str
    owner: str
    expires: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's word about a place that a person can edit.

    `path` is the JSON pointer in the rendered object; `location` is the file, line and column
    that decide the value there.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    location: Location
    overlay: str = ""
    subject: str = ""
    path: str = ""
    related: tuple[Related, ...] = ()
    controls: tuple[str, ...] = ()
    enforced_from: str | None = None
    waived: Waived | None = field(default=None)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits made of names only, so that edits above a finding do not change it."""
        names = (self.rule, self.overlay, self.subject or self.location.file, self.path)
        return hashlib.sha256("\0".join(names).encode()).hexdigest()[:16]

    def sort_key(self) -> tuple[Location, str, str, str, str, str]:
        """The order of every report: by place, then rule, overlay, subject, path and words."""
        return (self.location, self.rule, self.overlay, self.subject, self.path, self.message)
