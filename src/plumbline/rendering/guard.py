"""What a file may cost, measured in events before anything builds a tree from it."""

import re
from dataclasses import dataclass, field

import yaml

from plumbline.rendering.limits import Limits
from plumbline.rendering.model import RenderError

_DOCUMENT_MARK = re.compile(rb"^---(?:\s|$)", re.MULTILINE)


def guard_documents(content: bytes, *, limits: Limits) -> RenderError | None:
    """Why a YAML text is not to be parsed: too many documents, too deep, aliases that expand.

    Depth and expansion are counted with aliases written out. A text that is not YAML passes:
    kustomize says so itself.
    """
    if len(_DOCUMENT_MARK.findall(content)) > limits.documents:
        return RenderError(
            "limit", f"the file holds more than {limits.documents} documents: split it"
        )
    aliased = b"&" in content and b"*" in content
    if not aliased and depth_bound(content) <= limits.depth:
        return None
    try:
        return _measured(content, limits)
    except yaml.YAMLError:
        # The parser here refuses tabs that kustomize allows.
        try:
            return _measured(content.replace(b"\t", b" "), limits)
        except yaml.YAMLError:
            return None


def depth_bound(content: bytes) -> int:
    """A depth that a YAML text cannot exceed.

    Every flow collection needs a bracket, every block collection a column of its own, except
    that a sequence may share its key's.
    """
    brackets = content.count(b"[") + content.count(b"{")
    widest = max(len(line) - len(line.lstrip(b" \t-?")) for line in content.split(b"\n"))
    return brackets + 2 * (widest + 1)


@dataclass(slots=True)
class _Frame:
    anchor: str | None
    nodes: int = 1
    levels: int = 0


@dataclass(slots=True)
class _Measure:
    """Follows events and counts what aliases add; anchors live as long as their document."""

    limits: Limits
    frames: list[_Frame] = field(default_factory=list)
    extents: dict[str, tuple[int, int]] = field(default_factory=dict)
    added: int = 0

    def see(self, event: yaml.Event) -> RenderError | None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.extents = {}
            return None
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event.anchor)
            return None
        if isinstance(event, yaml.CollectionStartEvent):
            return self._start(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self._end()
            return None
        return self._alias(event) if isinstance(event, yaml.AliasEvent) else None

    def _scalar(self, anchor: str | None) -> None:
        if anchor is not None:
            self.extents[anchor] = (1, 0)
        self._grow(1, 0)

    def _start(self, event: yaml.CollectionStartEvent) -> RenderError | None:
        self.frames.append(_Frame(event.anchor))
        return _deep(event, self.limits) if len(self.frames) > self.limits.depth else None

    def _end(self) -> None:
        frame = self.frames.pop()
        levels = frame.levels + 1
        if frame.anchor is not None:
            self.extents[frame.anchor] = (frame.nodes, levels)
        self._grow(frame.nodes, levels)

    def _alias(self, event: yaml.AliasEvent) -> RenderError | None:
        if any(frame.anchor == event.anchor for frame in self.frames):
            message = (
                f"the alias *{event.anchor} stands inside the anchor that it names: "
                "write the value out"
            )
            return RenderError("limit", message, line=_line(event))
        nodes, levels = self.extents.get(event.anchor or "", (0, 0))
        if len(self.frames) + levels > self.limits.depth:
            return _deep(event, self.limits)
        self.added += nodes
        if self.added > self.limits.alias_nodes:
            message = f"aliases expand to more than {self.limits.alias_nodes} nodes"
            return RenderError("limit", f"{message}: write the values out", line=_line(event))
        self._grow(nodes, levels)
        return None

    def _grow(self, nodes: int, levels: int) -> None:
        if self.frames:
            self.frames[-1].nodes += nodes
            self.frames[-1].levels = max(self.frames[-1].levels, levels)


def _measured(content: bytes, limits: Limits) -> RenderError | None:
    measure = _Measure(limits)
    for event in yaml.parse(content, Loader=yaml.CSafeLoader):
        refusal = measure.see(event)
        if refusal is not None:
            return refusal
    return None


def _deep(event: yaml.Event, limits: Limits) -> RenderError:
    message = f"the document is nested more than {limits.depth} levels deep: flatten it"
    return RenderError("limit", message, line=_line(event))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
