"""Measures a YAML text as a stream of events, because composing one that is too deep is fatal."""

from typing import Any

import yaml

from plumbline.yaml.model import Hazard, Limits


def over_limits(text: str | bytes, limits: Limits) -> Hazard | None:
    """The first limit that a text breaks, or None. Raises `yaml.YAMLError` for what is no YAML.

    Depth and size are counted with aliases written out.
    """
    measure = _Measure(limits)
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        message = measure.step(event)
        if message:
            mark: Any = event.start_mark
            return Hazard("limit", message, mark.line + 1, mark.column + 1)
    return None


class _Measure:
    """Depth, documents, and how many nodes the aliases of a document stand for."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.documents = 0
        self._begin()

    def _begin(self) -> None:
        self.expanded = 0
        self.extents: dict[str, tuple[int, int]] = {}  # anchor -> nodes and levels behind it
        self.open: list[tuple[str | None, int, int]] = [(None, 0, 0)]  # anchor, nodes, levels

    def step(self, event: yaml.Event) -> str:
        """Takes one event; what it breaks in words, or ""."""
        if isinstance(event, yaml.ScalarEvent):
            return self._add(event.anchor, 1, 0)
        if isinstance(event, yaml.CollectionStartEvent):
            self.open.append((event.anchor, 0, 0))
            return self._deep(0)
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, nodes, levels = self.open.pop()
            return self._add(anchor, nodes + 1, levels + 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor)
        if isinstance(event, yaml.DocumentStartEvent):
            return self._document()
        return ""

    def _document(self) -> str:
        self._begin()
        self.documents += 1
        most = self.limits.documents
        over = self.documents > most
        return f"the file holds more than {most} documents: split it" if over else ""

    def _add(self, anchor: str | None, nodes: int, levels: int) -> str:
        holder, inside, below = self.open[-1]
        self.open[-1] = (holder, inside + nodes, max(below, levels))
        if anchor:
            self.extents[anchor] = (nodes, levels)
        return ""

    def _deep(self, levels: int) -> str:
        over = len(self.open) - 1 + levels > self.limits.depth
        words = f"the document is nested more than {self.limits.depth} levels deep: flatten it"
        return words if over else ""

    def _alias(self, anchor: str | None) -> str:
        if any(anchor == name for name, _, _ in self.open):
            return (
                f"the alias *{anchor} stands inside the anchor that it names: write the value out"
            )
        if anchor not in self.extents:
            return f"the alias *{anchor} has no anchor: write the value out"
        nodes, levels = self.extents[anchor]
        self.expanded += nodes
        if self.expanded > self.limits.alias_nodes:
            most = self.limits.alias_nodes
            return f"aliases expand to more than {most} nodes: write the values out"
        return self._deep(levels) or self._add(None, nodes, levels)
