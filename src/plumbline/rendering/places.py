"""Places inside what writes values: source documents, patches, inline patches, generators."""

from collections.abc import Sequence
from typing import Any

from plumbline.findings import Location
from plumbline.rendering.directives import Directive, directives
from plumbline.rendering.model import KubernetesObject
from plumbline.rendering.pointers import translate
from plumbline.repository import Files
from plumbline.yaml import Document, Mark, read

_DECIDING = {
    "images": ("newTag", "digest", "newName", "name"),
    "replicas": ("count", "name"),
}


def source_document(documents: Sequence[Document], subject: KubernetesObject) -> Document | None:
    """The document that an object was made from: of its kind, and named most like it."""
    kind, name = subject.get("kind"), _name(subject)
    same = [d for d in documents if isinstance(d.value, dict) and d.value.get("kind") == kind]
    exact = [d for d in same if _name(d.value) == name]
    within = [d for d in same if _name(d.value) and _name(d.value) in name]
    longest = sorted(within, key=lambda d: len(_name(d.value)), reverse=True)
    ranked = exact or longest or same
    return ranked[0] if ranked else None


def _name(value: Any) -> str:
    metadata = value.get("metadata")
    return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""


def directive_place(
    directive: Directive, subject: KubernetesObject, path: str, *, files: Files
) -> Location:
    """Where inside a directive, or the file that it names, the value at `path` is decided."""
    if directive.target:
        documents = files.reading(directive.target).documents
        mark = _in_patch(documents, subject, path)
        return Location(directive.target, mark.line, mark.column)
    document = files.reading(directive.file).documents[0]
    if directive.inline:
        return _in_inline(directive, document, subject, path, files=files)
    for key in _DECIDING.get(directive.field, ()):
        if isinstance(directive.value, dict) and key in directive.value:
            mark = document.locate(f"{directive.path}/{key}")
            return Location(directive.file, mark.line, mark.column)
    where = directive.path
    if directive.field == "labels":
        where = f"{directive.path}/pairs/{path.rpartition('/')[2]}"
    mark = document.locate(where)
    return Location(directive.file, mark.line, mark.column)


def _in_patch(documents: Sequence[Document], subject: KubernetesObject, path: str) -> Mark:
    """The place in a patch's documents: an operation's (JSON 6902) or a field's (merge)."""
    for document in documents:
        if isinstance(document.value, list):
            mark = _in_operations(document, path)
            if mark is not None:
                return mark
    document_ = source_document(documents, subject) or next(iter(documents), None)
    if document_ is None:
        return Mark(1, 1)
    return document_.locate(translate(path, subject, document_.value))


def _in_operations(document: Document, path: str) -> Mark | None:
    """The last operation on the path, something below it, or something that holds it."""
    best: tuple[int, Mark] | None = None
    for index, operation in enumerate(document.value):
        target = operation.get("path") if isinstance(operation, dict) else None
        if not isinstance(target, str):
            continue
        shared = _shared(target, path)
        if shared and (best is None or shared >= best[0]):
            rest = path.split("/")[len(target.split("/")) :]
            where = "/".join([f"/{index}/value", *rest])
            best = (shared, document.locate(where if "value" in operation else f"/{index}/path"))
    return best[1] if best else None


def _shared(target: str, path: str) -> int:
    """How closely two pointers agree where one leads into the other; 0 where they part.

    Positions in lists count less than names: they may have moved since the operation was applied.
    """
    score = 0
    for mine, other in zip(target.split("/")[1:], path.split("/")[1:], strict=False):
        if mine == other:
            score += 2
        elif _is_position(mine) and _is_position(other):
            score += 1
        else:
            return 0
    return score


def _is_position(token: str) -> bool:
    return token == "-" or token.isdecimal()  # noqa: S105 - a reference token, no secret


def _in_inline(
    directive: Directive,
    document: Document,
    subject: KubernetesObject,
    path: str,
    *,
    files: Files,
) -> Location:
    """The place in a patch that stands inside the kustomization file itself."""
    where = directive.path + ("/patch" if isinstance(directive.value, dict) else "")
    start = document.locate(where)
    line = files.content(directive.file).decode("utf-8", "replace").splitlines()
    inside = _in_patch(read(directive.inline.encode(), files.limits).documents, subject, path)
    header = line[start.line - 1][start.column - 1 :]
    if not header.startswith(("|", ">")) or start.line + inside.line > len(line):
        return Location(directive.file, start.line, start.column)
    text = line[start.line - 1 + inside.line]
    first = next((row for row in line[start.line :] if row.strip()), text)
    indent = len(first) - len(first.lstrip())
    return Location(directive.file, start.line + inside.line, indent + inside.column)


def generator_place(file: str, subject: KubernetesObject, *, files: Files) -> Location:
    """The generator entry in a kustomization file that made an object."""
    documents = files.reading(file).documents
    name = _name(subject)
    for document in documents[:1]:
        made = [
            d
            for d in directives(file, document)
            if d.field.endswith("Generator")
            and isinstance(d.value, dict)
            and str(d.value.get("name", "")) in name
        ]
        for directive in sorted(made, key=lambda d: len(str(d.value.get("name"))), reverse=True):
            mark = document.locate(f"{directive.path}/name")
            return Location(file, mark.line, mark.column)
    return Location(file)
