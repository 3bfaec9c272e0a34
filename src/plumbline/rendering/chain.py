"""The kustomizations that an overlay is made of, and what each does, the last applied first."""

import posixpath
from collections.abc import Collection, Iterator

from plumbline.rendering.directives import Directive, directives
from plumbline.repository import KUSTOMIZATION_NAMES, Files
from plumbline.yaml import Document

# kustomize applies these in the opposite order within one kustomization
_LAST_FIRST = (
    "transformers",
    "replacements",
    "images",
    "replicas",
    "patchesJson6902",
    "labels",
    "commonAnnotations",
    "commonLabels",
    "nameSuffix",
    "namePrefix",
    "namespace",
    "patches",
    "patchesStrategicMerge",
    "vars",
    "configurations",
    "configMapGenerator",
    "secretGenerator",
)


def chain(overlay: str, reads: Collection[str], files: Files) -> Iterator[tuple[str, Document]]:
    """Kustomization files with their documents: the overlay's own, then what it includes.

    Components come before resources, later ones before earlier, as they override each other.
    """
    seen: set[str] = set()
    queue = [overlay]
    while queue:
        directory = queue.pop(0)
        file = kustomization_file(directory, reads)
        if not file or file in seen:
            continue
        seen.add(file)
        documents = files.reading(file).documents
        if not documents or not isinstance(documents[0].value, dict):
            continue
        yield file, documents[0]
        for field in ("components", "resources", "bases"):
            entries = documents[0].value.get(field)
            listed = reversed(entries if isinstance(entries, list) else [])
            queue += [posixpath.normpath(posixpath.join(directory, str(e))) for e in listed]


def kustomization_file(directory: str, reads: Collection[str]) -> str:
    """The kustomization file of a directory among the files that were read, or ""."""
    for name in KUSTOMIZATION_NAMES:
        file = posixpath.normpath(posixpath.join(directory, name))
        if file in reads:
            return file
    return ""


def suspects(overlay: str, reads: Collection[str], files: Files) -> Iterator[Directive]:
    """Every directive of the chain, the one that is applied last first."""
    for file, document in chain(overlay, reads, files):
        found = list(directives(file, document))
        for field in _LAST_FIRST:
            yield from reversed([d for d in found if d.field == field])
