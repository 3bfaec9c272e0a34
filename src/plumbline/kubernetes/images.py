"""Image references, taken apart as container runtimes do (distribution/reference)."""

import re
from dataclasses import dataclass
from functools import lru_cache

DEFAULT_REGISTRY = "docker.io"
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}")
_PATH = re.compile(
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
)
_REGISTRY = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
)


@dataclass(frozen=True, slots=True)
class Image:
    """An image reference: `tag` and `digest` (`sha256:...`) are "" where it names none."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """Registry and repository, as a mirror lists them."""
        return f"{self.registry}/{self.repository}"


@lru_cache(maxsize=1024)  # several rules ask about the same image
def parse_image(reference: str) -> Image:
    """Takes a reference apart; without a registry it is Docker Hub's, as the runtime reads it.

    ValueError with one sentence where no runtime could pull it.
    """
    rest, _, digest = reference.partition("@")
    head, slash, tail = rest.rpartition("/")
    last, _, tag = tail.partition(":")
    registry, path = _split_registry(f"{head}{slash}{last}")
    sound = (
        _REGISTRY.fullmatch(registry)
        and _PATH.fullmatch(path)
        and (_TAG.fullmatch(tag) if ":" in tail else True)
        and (_DIGEST.fullmatch(digest) if "@" in reference else True)
    )
    if not sound:
        raise ValueError(
            f"{reference!r} is not an image reference; write registry/name:tag or "
            "registry/name@sha256:<64 hex digits>"
        )
    return Image(registry, path, tag, digest)


def _split_registry(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        return first, rest
    return DEFAULT_REGISTRY, name if slash else f"library/{name}"
