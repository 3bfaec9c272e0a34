"""How many examples a property tries, and from which seed: both can be set from outside."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings

SEED = int(os.environ.get("PLUMBLINE_SEED", "4"))
TIMES = float(os.environ.get("PLUMBLINE_EXAMPLES", "1"))
"""Multiplies the number of examples of every property."""

# Making a failing example smaller takes minutes: only when asked for.
SHRINK = (Phase.shrink,) if "PLUMBLINE_SHRINK" in os.environ else ()

Test = TypeVar("Test", bound=Callable[..., Any])


def tries(number: int) -> Callable[[Test], Test]:
    """Decorates a property: so many examples, always the same ones for a seed."""

    def decorate(test: Test) -> Test:
        chosen = settings(
            max_examples=max(1, round(number * TIMES)),
            database=None,
            deadline=None,
            phases=(Phase.generate, *SHRINK),
            report_multiple_bugs=False,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )
        return seed(SEED)(chosen(test))

    return decorate
