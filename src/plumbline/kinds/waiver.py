"""A dated permission to break a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Waiver:
    """Covers one finding until the end of `expires` (YYYY-MM-DD).

    `overlay`, `path` (JSON pointer) and `ticket` are empty where they are not stated.
    """

    rule: str
    subject: str
    reason: str
    owner: str
    expires: str
    overlay: str = ""
    path: str = ""
    ticket: str = ""

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> "Waiver":
        """From one item of a list that its schema accepted."""
        return cls(
            rule=value["rule"],
            subject=value["subject"],
            reason=value["reason"],
            owner=value["owner"],
            expires=value["expires"],
            overlay=value.get("overlay", ""),
            path=value.get("path", ""),
            ticket=value.get("ticket", ""),
        )


def waivers_from_document(value: Sequence[Mapping[str, Any]]) -> tuple[Waiver, ...]:
    """From the list in policies/waivers.yaml, in its order."""
    return tuple(Waiver.from_document(one) for one in value)
