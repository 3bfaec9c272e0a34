"""The directives of a kustomization file: what each may change, and the file without one."""

import copy
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from plumbline.yaml import Document, pointer, tokens

# fields whose entries change objects that came from elsewhere, each entry by itself
_LISTS = (
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "images",
    "replicas",
    "replacements",
    "labels",
    "vars",
    "transformers",
    "configurations",
    "configMapGenerator",
    "secretGenerator",
)
_MAPS = ("commonLabels", "commonAnnotations")
_SCALARS = ("namespace", "namePrefix", "nameSuffix")


@dataclass(frozen=True, slots=True)
class Directive:
    """One removable instruction: `path` is its JSON pointer in `file`, `value` what is there."""

    file: str
    field: str
    path: str
    value: Any

    @property
    def target(self) -> str:
        """The file that the directive takes its change from, from the root, or "" for inline."""
        name = self.value
        if isinstance(self.value, Mapping):
            name = self.value.get("path")
        if self.field not in _WITH_FILE or not isinstance(name, str) or "\n" in name:
            return ""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.file), name))

    @property
    def inline(self) -> str:
        """The text of an inline patch, or ""."""
        if self.field == "patchesStrategicMerge" and isinstance(self.value, str):
            return self.value if "\n" in self.value else ""
        text = self.value.get("patch") if isinstance(self.value, Mapping) else None
        return text if self.field in _WITH_FILE and isinstance(text, str) else ""


_WITH_FILE = (
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "replacements",
    "transformers",
    "configurations",
)


def directives(file: str, document: Document) -> Iterator[Directive]:
    """What a kustomization file does to objects, field by field."""
    value = document.value
    if not isinstance(value, dict):
        return
    for field in _LISTS:
        entries = value.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            yield Directive(file, field, pointer(field, index), entry)
    for field in _MAPS:
        entries = value.get(field)
        for key, entry in (entries if isinstance(entries, dict) else {}).items():
            yield Directive(file, field, pointer(field, key), entry)
    for field in _SCALARS:
        if field in value:
            yield Directive(file, field, pointer(field), value[field])


def without(document: Document, removed: Iterator[str] | tuple[str, ...]) -> str:
    """The text of a kustomization file without the values at the given JSON pointers."""
    value = copy.deepcopy(document.value)
    # from the end of each list, so that the places before it stay where they are
    for path in sorted(removed, key=_position, reverse=True):
        *parents, last = tokens(path)
        holder = value
        for token in parents:
            holder = holder[int(token) if isinstance(holder, list) else token]
        if isinstance(holder, list):
            del holder[int(last)]
        else:
            del holder[last]
    return yaml.safe_dump(value, sort_keys=False)


def _position(path: str) -> tuple[int, str]:
    last = tokens(path)[-1]
    return (int(last) if last.isdecimal() else -1, path)
