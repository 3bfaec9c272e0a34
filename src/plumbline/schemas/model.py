"""What a schema says about an object."""

import enum
from dataclasses import dataclass
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
KindKey: TypeAlias = tuple[str, str]
"""`(apiVersion, kind)`."""


class Status(enum.StrEnum):
    """How an object was judged."""

    STRICT = "strict"
    """Valid, by a schema that knows every field."""
    LOOSE = "loose"
    """Valid, by an open schema of ours that does not know every field."""
    INVALID = "invalid"
    """The API server would refuse it; the problems say why."""
    UNSERVED = "unserved"
    """A Kubernetes kind that this version does not serve; the problem says which versions do."""
    UNKNOWN = "unknown"
    """Nothing here knows the kind."""


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One thing wrong with an object: JSON pointer in it, one sentence, and what was expected."""

    path: str
    message: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on an object, and by whose schema (`Kubernetes 1.33`, a CRD, ours)."""

    status: Status
    problems: tuple[SchemaProblem, ...] = ()
    judge: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether a schema looked at the object and accepted it."""
        return self.status in (Status.STRICT, Status.LOOSE)
