"""What rendering an overlay is asked for and gives: the seam between us and kustomize."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

KubernetesObject: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One overlay to render.

    `overlay` is a directory, POSIX, from the repository's root ("." is the root itself).
    `origins` asks where each object came from, at about twice the price. `overrides` are files
    (path from the root -> text) that are read instead of those on disk. `tag` comes back with the
    answer, so that several questions about one overlay can be told apart.
    """

    overlay: str
    origins: bool = False
    overrides: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object came from: the file that holds it, or the kustomization that generated it.

    Paths are POSIX, from the repository's root. `file` is empty for generated objects.
    """

    file: str = ""
    configured_in: str = ""


@dataclass(frozen=True, slots=True)
class RenderError:
    """Why an overlay could not be rendered.

    `kind`: "kustomize" (it refused), "remote" (a remote input), "refused" (functions, plugins,
    charts), "limit" (a file beyond the limits), "crash", "timeout" or "memory" (the renderer died
    of this overlay). `file` and `line` where they are known, else "" and 0.
    """

    kind: str
    message: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rendering:
    """What came of one request.

    `reads` maps each file that was read to the SHA-256 (hex) of its content as read; `absent`
    holds the paths that were looked for and not found: both POSIX from the root, sorted. In place
    of a digest a mark says what was there instead of a file: "directory", "file" (not
    opened), "-> where/a/link/leads" or "-> ?" for a link that leads outside or nowhere.
    `origins` runs parallel to `objects`, or is empty when it was not asked for.
    """

    overlay: str
    tag: str = ""
    objects: tuple[KubernetesObject, ...] = ()
    origins: tuple[Origin, ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: RenderError | None = None

    @property
    def is_lasting(self) -> bool:
        """Whether the same files lead to the same again: a renderer may die of the machine."""
        return self.error is None or self.error.kind not in ("crash", "timeout", "memory")


class Renderer(Protocol):
    """A way to run the official kustomize over overlays of one repository."""

    @property
    def version(self) -> str:
        """What ran, as every report says it: `kustomize/v5.8.2 (linked)`."""

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        """One `Rendering` a request, as they finish, in any order. Never raises for input."""

    def close(self) -> None:
        """Ends the processes behind it; harmless when repeated."""
