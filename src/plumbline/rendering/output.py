"""Reads what `kustomize build` prints: YAML in the one dialect that it writes."""

import math
import re
from typing import Any

import yaml

from plumbline.rendering.model import KubernetesObject

_INTEGER = re.compile(r"-?[0-9]+")
_FLOAT = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_WORDS: dict[str, Any] = {"null": None, "true": True, "false": False}


def read_objects(text: bytes) -> tuple[KubernetesObject, ...]:
    """The objects of a multi-document text, with the types that kustomize had in mind.

    kustomize quotes every text that any YAML would take for something else, so a plain scalar is
    a number, a boolean or null only in the spelling that its encoder has for them. Raises
    `yaml.YAMLError` for what it cannot have printed.
    """
    documents = yaml.compose_all(text, Loader=yaml.CSafeLoader)
    found = [_value(document) for document in documents if document is not None]
    return tuple(each for each in found if isinstance(each, dict))


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    is_plain = isinstance(node, yaml.ScalarNode) and not node.style
    return plain_value(node.value) if is_plain else node.value


def plain_value(text: str) -> Any:
    """What an unquoted scalar of kustomize's output means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        # Too large for a float: it was a text, which its encoder did not need to quote.
        return text if math.isinf(number) else number
    return text
