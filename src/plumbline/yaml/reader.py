"""Reads YAML text into documents with positions, within limits and without surprises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from plumbline.yaml.bounds import over_limits
from plumbline.yaml.hazards import node_hazards, text_hazards
from plumbline.yaml.model import Document, Hazard, Limits
from plumbline.yaml.scalars import PLAIN, QUOTED

_NUL_OR_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a text and its hazards, in the order of their places."""

    documents: tuple[Document, ...] = ()
    hazards: tuple[Hazard, ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """The plain values of the documents."""
        return tuple(document.value for document in self.documents)


class _Loader(yaml.CSafeLoader):
    """libyaml without implicit types: what a plain scalar means is for us to say."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:  # noqa: ARG002 - PyYAML's name
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else QUOTED
        return self.DEFAULT_MAPPING_TAG if kind is yaml.MappingNode else self.DEFAULT_SEQUENCE_TAG


def read(content: bytes, limits: Limits) -> Reading:
    """The documents of a YAML (or JSON) file. Bad input is a hazard, never an exception."""
    if len(content) > limits.file_bytes:
        size = f"{len(content)} bytes, more than the limit of {limits.file_bytes}"
        return Reading((), (Hazard("limit", f"the file has {size}", 1, 1),))
    try:
        text = content.decode(
            "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        )
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Reading((), (Hazard("unreadable", "the file is not text in UTF-8", line, 1),))
    control = _NUL_OR_CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        message = f"the file is not text: it holds the control character {control[0]!r}"
        return Reading((), (Hazard("unreadable", message, line, 1),))
    return _read_text(text, limits)


def _read_text(text: str, limits: Limits) -> Reading:
    hazards = list(text_hazards(text))
    if (
        hazards and hazards[0].line > 1
    ):  # what follows is lost to kubectl and kustomize, so it is not read here either
        text = "".join(text.splitlines(keepends=True)[: hazards[0].line - 1])
    try:
        refused = over_limits(text, limits)
        if refused:
            return Reading((), (refused, *hazards))
        nodes = [node for node in _compose(text) if node is not None]
    except yaml.YAMLError as error:
        if "\t" in text:  # kubectl and kustomize take tabs where libyaml does not
            return _read_text(text.replace("\t", " "), limits)
        return Reading((), (_unreadable(error), *hazards))
    hazards += [hazard for node in nodes for hazard in node_hazards(node)]
    return Reading(
        tuple(Document(node) for node in nodes),
        tuple(sorted(hazards, key=lambda hazard: (hazard.line, hazard.column, hazard.kind))),
    )


def _compose(text: str) -> Iterator[yaml.Node | None]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    finally:
        loader.dispose()


def _unreadable(error: yaml.YAMLError) -> Hazard:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None)
    sentence = f"not YAML: {context + ', ' if context else ''}{words}"
    return Hazard(
        "unreadable",
        sentence,
        mark.line + 1 if mark else 1,
        mark.column + 1 if mark else 1,
    )
