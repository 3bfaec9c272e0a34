"""Which kustomizations of a foreign tree are deployed: those that nothing else includes."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plumbline.repository.discovery import Tree
from plumbline.yaml import Limits, read

_INCLUDES = ("resources", "bases", "components")


@dataclass(frozen=True, slots=True)
class Roots:
    """Directories to render, and Components that nothing includes: these build nothing alone."""

    overlays: tuple[str, ...]
    components: tuple[str, ...]


def roots(tree: Tree, limits: Limits) -> Roots:
    """The kustomizations that nothing else includes, and one of each circle."""
    includes: dict[str, set[str]] = {}
    components = set()
    for directory, file in tree.kustomizations.items():
        value = _kustomization(tree, file, limits)
        includes[directory] = set(_targets(directory, value)) & tree.kustomizations.keys()
        if value.get("kind") == "Component":
            components.add(directory)
    included = {t for d, targets in includes.items() for t in targets if t != d}
    top = [d for d in includes if d not in included]
    reached = _closure(top, includes)
    for directory in includes:  # a circle has no entrance: any of its members will do
        if directory not in reached:
            top.append(directory)
            reached |= _closure([directory], includes)
    return Roots(
        overlays=tuple(sorted(d for d in top if d not in components)),
        components=tuple(sorted(d for d in top if d in components)),
    )


def _kustomization(tree: Tree, file: str, limits: Limits) -> dict[str, Any]:
    """The file's mapping; an unreadable one is empty here and a finding elsewhere."""
    try:
        content = (tree.root / file).read_bytes()
    except OSError:
        return {}
    values = read(content, limits).values
    return values[0] if values and isinstance(values[0], dict) else {}


def _targets(directory: str, value: dict[str, Any]) -> Iterator[str]:
    for field in _INCLUDES:
        for entry in value.get(field) or ():
            if isinstance(entry, str):
                yield posixpath.normpath(posixpath.join(directory, entry))


def _closure(start: list[str], includes: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    stack = list(start)
    while stack:
        directory = stack.pop()
        if directory not in reached:
            reached.add(directory)
            stack += includes[directory]
    return reached
