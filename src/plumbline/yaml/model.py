"""Documents with positions, marks and hazards: what reading a YAML file gives."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from plumbline.yaml.scalars import construct


@dataclass(frozen=True, order=True, slots=True)
class Mark:
    """A place in a text, line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be at most. The renderer is started with the same numbers."""

    file_bytes: int = 16 * 1024 * 1024
    depth: int = 200
    alias_nodes: int = 500_000
    documents: int = 10_000


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something in a text that readers disagree on, lose, or must not be fed.

    `kind` is "unreadable", "limit", "repeated-key", "raw-rendered" or "lost-document"; `path` is
    a JSON pointer within the document where there is one.
    """

    kind: str
    message: str
    line: int
    column: int
    path: str = ""


def mark_of(node: yaml.Node) -> Mark:
    """The place where a node starts."""
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


def tokens(pointer: str) -> list[str]:
    """The reference tokens of a JSON pointer (RFC 6901)."""
    return [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901) from reference tokens; without any it is the whole document."""
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its plain value, and where each part of it is written."""

    node: yaml.Node
    _value: list[Any] = field(default_factory=list, repr=False, compare=False)

    @property
    def value(self) -> Any:
        """Plain data, read as kustomize reads resources; dates stay strings."""
        if not self._value:
            self._value.append(construct(self.node))
        return self._value[0]

    def locate(self, path: str = "") -> Mark:
        """Where the value at a JSON pointer is written, or its nearest parent that exists.

        A scalar's place is its own; a mapping's or list's is that of the key that holds it.
        """
        return self.find(path)[0]

    def find(self, path: str) -> tuple[Mark, bool]:
        """As `locate`, and whether the whole path exists."""
        node, mark = self.node, mark_of(self.node)
        for token in tokens(path):
            step = _step(node, token)
            if step is None:
                return mark, False
            key, node = step
            mark = mark_of(node if key is None or isinstance(node, yaml.ScalarNode) else key)
        return mark, True

    def locate_key(self, path: str) -> Mark:
        """Where the key of the value at a JSON pointer is written, or its nearest parent."""
        parent, _, last = path.rpartition("/")
        node = self.node
        for token in tokens(parent):
            step = _step(node, token)
            if step is None:
                return self.locate(path)
            node = step[1]
        step = _step(node, tokens("/" + last)[0])
        return mark_of(step[0]) if step and step[0] is not None else self.locate(path)


def _step(node: yaml.Node, token: str) -> tuple[yaml.Node | None, yaml.Node] | None:
    """The key (None in a list) and value below a node, as the token names it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == token:
                return key, value
    elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
        return None, node.value[int(token)]
    return None
