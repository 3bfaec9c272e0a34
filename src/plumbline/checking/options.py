"""What a run is asked to do."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from plumbline.rendering import Limits


def _today() -> date:
    return datetime.now(tz=UTC).date()


def _environ() -> Mapping[str, str]:
    return dict(os.environ)


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one run.

    `select` and `ignore` hold rule ids (empty `select` is all). `kubernetes_version` ("1.33")
    overrides the repository's. `jobs` is the number of renderer processes, 0 one a processor.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    kubernetes_version: str = ""
    jobs: int = 0
    today: date = field(default_factory=_today)
    environ: Mapping[str, str] = field(default_factory=_environ)
    limits: Limits = field(default_factory=Limits)
