"""The computed paths of a generated repository: what a path says about what lies there."""

from collections.abc import Iterable, Sequence

SETTINGS_FILE = "plumbline.yaml"
WAIVERS_FILE = "policies/waivers.yaml"


def environment_of(overlay: str, environments: Sequence[str]) -> str:
    """The environment that an overlay's path names (`.../overlays/<env>`), or ""."""
    parts = overlay.split("/")
    if len(parts) > 1 and parts[-2] == "overlays" and parts[-1] in environments:
        return parts[-1]
    return ""


def overlays(directories: Iterable[str], environments: Sequence[str]) -> tuple[str, ...]:
    """The kustomizations that are deployed: those at a computed path, in order."""
    return tuple(sorted(d for d in directories if environment_of(d, environments)))
