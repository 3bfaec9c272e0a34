"""What one overlay may cost before it is refused."""

from dataclasses import dataclass

from plumbline.yaml import Limits as FileLimits


@dataclass(frozen=True, slots=True)
class Limits(FileLimits):
    """Bounds on the files of an overlay, and on the work of rendering it.

    `seconds` and `memory_mb` (MiB) end the process that renders.
    """

    seconds: float = 60.0
    memory_mb: int = 2048


DEFAULT_LIMITS = Limits()
