"""The rules: each a function with its page; one module a family, or a part of one."""

from plumbline.rules import (
    files,
    images,
    labels,
    layout,
    objects,
    pods,
    privileges,
    promotions,
    quotas,
    references,
    waivers,
)
from plumbline.rules.model import Check, Config, Ledger, Overlay, Rule, Scope, Source, rule

ALL_RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *waivers.RULES,
            *images.RULES,
            *labels.RULES,
            *layout.RULES,
            *pods.RULES,
            *privileges.RULES,
            *promotions.RULES,
            *quotas.RULES,
            *references.RULES,
            *objects.RULES,
            *files.RULES,
        ),
        key=lambda each: each.id,
    )
)

__all__ = [
    "ALL_RULES",
    "Check",
    "Config",
    "Ledger",
    "Overlay",
    "Rule",
    "Scope",
    "Source",
    "by_id",
    "rule",
]


def by_id(rule_id: str) -> Rule | None:
    """The rule of an id or a name, or None."""
    return next((each for each in ALL_RULES if rule_id in (each.id, each.name)), None)
