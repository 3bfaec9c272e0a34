"""Measures a YAML text as a stream of events, because composing one that is too deep is fatal."""

from typing import Any

import yaml

from plumbline.yaml.model import Hazard, Limits


def over_limits(text: str, limits: Limits) -> Hazard | None:
    """The first limit that a text breaks, or None. Raises `yaml.YAMLError` for what is no YAML."""
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
        self.sizes: dict[str, int] = {}  # anchor -> nodes that it stands for
        self.open: list[tuple[str | None, int]] = [(None, 0)]  # anchor, nodes so far

    def step(self, event: yaml.Event) -> str:
        """Takes one event; what it breaks in words, or ""."""
        if isinstance(event, yaml.ScalarEvent):
            return self._node(event.anchor)
        if isinstance(event, yaml.CollectionStartEvent):
            return self._enter(event.anchor)
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, size = self.open.pop()
            return self._node(anchor, size + 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor)
        if isinstance(event, yaml.DocumentStartEvent):
            return self._document()
        return ""

    def _document(self) -> str:
        self._begin()
        self.documents += 1
        over = self.documents > self.limits.documents
        return f"more than {self.limits.documents} documents in one file" if over else ""

    def _enter(self, anchor: str | None) -> str:
        self.open.append((anchor, 0))
        over = len(self.open) - 1 > self.limits.depth
        return f"nested more than {self.limits.depth} levels deep" if over else ""

    def _node(self, anchor: str | None, size: int = 1) -> str:
        holder, count = self.open[-1]
        self.open[-1] = (holder, count + size)
        if anchor:
            self.sizes[anchor] = size
        return ""

    def _alias(self, anchor: str | None) -> str:
        if any(anchor == name for name, _ in self.open):
            return f"the alias *{anchor} refers to itself"
        size = self.sizes.get(anchor or "")
        if size is None:
            return f"the alias *{anchor} has no anchor"
        self.expanded += size
        if self.expanded > self.limits.alias_nodes:
            return f"aliases expand to more than {self.limits.alias_nodes} nodes"
        return self._node(None, size)
