"""What a scalar means: as kustomize reads resources, and where kubectl would read it otherwise.

Both were measured: kubectl decodes with go-yaml v2 (YAML 1.1), kustomize with go-yaml v3.
"""

import re
from typing import Any

import yaml

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_BOOL_11 = re.compile(r"^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$")
_INT = re.compile(r"^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)$")
_FLOAT = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$")
_SPECIAL = re.compile(r"^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$")
_DATE = re.compile(
    r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9:]+))?)?$"
)
_OCTAL = re.compile(r"^[-+]?0[0-7]+$")
_GROUPED = re.compile(r"^[-+]?(?:0[box])?[0-9a-fA-F]*_[0-9a-fA-F_]*$")
PLAIN = "?"  # the tag that our reader gives to unquoted, untagged scalars
QUOTED = "!"
_RESOLVED = {PLAIN, *(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "null"))}
_DIGITS = 15  # more decimal digits than a float64 keeps


def resolve(text: str) -> Any:
    """The value of a plain (unquoted) scalar as kustomize reads it; dates stay strings."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.match(text):
        return _integer(text)
    if _FLOAT.match(text):
        return float(text.replace("_", ""))
    if _SPECIAL.match(text):
        return float(text.lower().replace(".", ""))
    return text


def _integer(text: str) -> int | float | str:
    digits = text.replace("_", "")
    bare = digits.lstrip("+-")
    try:
        if bare.startswith("0") and bare.isdecimal() and len(bare) > 1:
            return int(digits, 8)
        return int(digits, 0)
    except ValueError:
        # go-yaml falls through to float: 08 is the number eight
        return float(digits) if bare.isdecimal() else text


def raw_difference(text: str) -> str:
    """How a plain scalar is read differently by kubectl, kustomize or a YAML 1.2 reader, or ""."""
    if _BOOL_11.match(text):
        return f"kubectl reads the boolean {_yes(text)}, kustomize the string"
    if _DATE.match(text):
        return "kustomize turns the date into a timestamp, kubectl keeps the string"
    if _OCTAL.match(text):
        return f"Kubernetes tools read the octal number {int(text, 8)}, others {int(text)}"
    if _GROUPED.match(text) and _INT.match(text):
        return f"Kubernetes tools read the number {_integer(text)}, others a string"
    if text.lstrip("+-").isdecimal() and len(text) > _DIGITS and abs(int(text)) > 2**63 - 1:
        return "kubectl rounds it to a float, kustomize keeps it"
    return ""


def _yes(text: str) -> str:
    return "true" if text.lower() in {"y", "yes", "on"} else "false"


def construct(node: yaml.Node) -> Any:
    """Plain data from a node graph that was found to be bounded and without cycles."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [construct(item) for item in node.value]
    assert isinstance(node, yaml.MappingNode)  # noqa: S101 - the only kind that is left
    return _mapping(node)


def is_plain(node: yaml.ScalarNode) -> bool:
    """Whether a scalar is written without quotes and without a tag."""
    return bool(node.tag == PLAIN)


def _scalar(node: yaml.ScalarNode) -> Any:
    return resolve(node.value) if node.tag in _RESOLVED else node.value


def _mapping(node: yaml.MappingNode) -> dict[Any, Any]:
    merged: dict[Any, Any] = {}
    own: dict[Any, Any] = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value == "<<" and is_plain(key):
            for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if isinstance(source, yaml.MappingNode):
                    merged = {**_mapping(source), **merged}
        else:
            name = key.value if isinstance(key, yaml.ScalarNode) else repr(key.value)
            own[name] = construct(value)
    return {**merged, **own}
