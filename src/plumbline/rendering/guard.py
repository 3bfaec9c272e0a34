"""What a file may cost, measured in events before anything builds a tree from it."""

import re

import yaml

from plumbline.rendering.limits import Limits
from plumbline.rendering.model import RenderError
from plumbline.yaml import over_limits

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


def _measured(content: bytes, limits: Limits) -> RenderError | None:
    hazard = over_limits(content, limits)
    return RenderError("limit", hazard.message, line=hazard.line) if hazard else None
