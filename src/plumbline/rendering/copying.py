"""Copies of an overlay's files for a command that can only read from disk."""

import os
import posixpath
from collections.abc import Sequence
from pathlib import Path

import yaml

from plumbline.rendering.closure import KUSTOMIZATION_NAMES, Closure
from plumbline.rendering.inspection import read_document
from plumbline.rendering.model import KubernetesObject, Origin
from plumbline.rendering.output import read_objects

_ANNOTATION = "config.kubernetes.io/origin"
_OPTION = "originAnnotations"


def write_closure(closure: Closure, folder: Path, *, asking: str | None = None) -> None:
    """Writes the files that were walked below `folder`.

    The kustomization in the directory `asking` is written as if it asked for origin annotations.
    """
    for directory in closure.directories:
        (folder / directory).mkdir(parents=True, exist_ok=True)
    for name, content in closure.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        directory = posixpath.dirname(name) or "."
        is_asked = asking is not None and directory == os.path.normpath(asking)
        if is_asked and posixpath.basename(name) in KUSTOMIZATION_NAMES:
            path.write_bytes(ask_for_origins(content))
        else:
            path.write_bytes(content)


def ask_for_origins(content: bytes) -> bytes:
    """A kustomization's text with `originAnnotations` among its `buildMetadata`."""
    document = read_document(content)
    if not isinstance(document, yaml.MappingNode):
        return content
    text = content.decode()
    for key, value in document.value:
        if str(key.value).casefold() == "buildmetadata":
            options = [str(item.value) for item in value.value if item.value != _OPTION]
            listed = ", ".join([*options, _OPTION])
            return _spliced(text, key.end_mark.index, value.end_mark.index, f": [{listed}]\n")
    start = document.start_mark.index
    added = f"buildMetadata: [{_OPTION}]"
    if text[start] == "{":
        return _spliced(text, start + 1, start + 1, f"{added}, ")
    return _spliced(text, start, start, f"{added}\n{' ' * document.start_mark.column}")


def origins_of(
    objects: Sequence[KubernetesObject], annotated: Sequence[KubernetesObject], *, top: str
) -> tuple[Origin, ...]:
    """Where each object came from, read off the annotations of the same objects built again."""
    known = {_identity(each): _origin(each, top) for each in annotated}
    return tuple(known.get(_identity(each), Origin()) for each in objects)


def _spliced(text: str, start: int, end: int, replacement: str) -> bytes:
    return (text[:start] + replacement + text[end:]).encode()


def _identity(each: KubernetesObject) -> tuple[str, str, str, str]:
    metadata = each.get("metadata") or {}
    return (
        str(each.get("apiVersion")),
        str(each.get("kind")),
        str(metadata.get("namespace")),
        str(metadata.get("name")),
    )


def _origin(each: KubernetesObject, top: str) -> Origin:
    annotations = (each.get("metadata") or {}).get("annotations") or {}
    written = read_objects(str(annotations.get(_ANNOTATION, "")).encode())
    known = written[0] if written else {}
    return Origin(
        file=_from_root(top, known.get("path")),
        configured_in=_from_root(top, known.get("configuredIn")),
    )


def _from_root(top: str, name: str | None) -> str:
    return posixpath.normpath(posixpath.join(top, name)) if name else ""
