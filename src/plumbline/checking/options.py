"""What a run is asked to do."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

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
    `cache` is the directory where analyses are kept, None keeps nothing. `changed_since` is a git
    commit, or "" for a report on everything.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    kubernetes_version: str = ""
    jobs: int = 0
    today: date = field(default_factory=_today)
    environ: Mapping[str, str] = field(default_factory=_environ)
    cache: Path | None = None
    changed_since: str = ""
    limits: Limits = field(default_factory=Limits)
