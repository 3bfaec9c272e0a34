"""The kinds that a repository's own CRD files define, read when an object first asks for them."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from plumbline.repository import Files
from plumbline.schemas import CustomKinds, KindKey, Schema, is_crd

CRD_MARK = "CustomResourceDefinition"
_MARK = CRD_MARK.encode()
_GROUP = re.compile(rb"^\s+[\"']?group[\"']?:\s*[\"']?([\w.-]+)", re.MULTILINE)


class TreeKinds(Mapping[KindKey, Schema]):
    """Schemas of the CRDs in a tree: files are found by a search and parsed a group at a time."""

    def __init__(self, yaml_files: Iterable[str], files: Files) -> None:
        self._files = files
        self._by_group: dict[str, list[str]] = {}
        self._kinds: dict[str, CustomKinds] = {}
        self._digest = hashlib.sha256()
        for file in yaml_files:
            content = _content(files, file)
            if _MARK in content:
                self._digest.update(file.encode() + b"\0" + hashlib.sha256(content).digest())
                for group in sorted(set(_GROUP.findall(content))):
                    self._by_group.setdefault(group.decode(), []).append(file)

    def digest(self) -> str:
        """SHA-256 (hex) of all CRD files, names included."""
        return self._digest.hexdigest()

    @property
    def files(self) -> frozenset[str]:
        """The files that define kinds."""
        return frozenset(file for files in self._by_group.values() for file in files)

    def _of(self, api_version: object) -> Mapping[KindKey, Schema]:
        group = api_version.rpartition("/")[0] if isinstance(api_version, str) else ""
        if group not in self._by_group:
            return {}
        if group not in self._kinds:
            self._kinds[group] = CustomKinds(list(self._crds(group)))
        return self._kinds[group]

    def _crds(self, group: str) -> Iterator[object]:
        for file in self._by_group[group]:
            yield from (value for value in self._files.reading(file).values if is_crd(value))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key in self._of(key[0])

    def __getitem__(self, key: KindKey) -> Schema:
        return self._of(key[0])[key]

    def __iter__(self) -> Iterator[KindKey]:
        for group in self._by_group:
            yield from self._of(f"{group}/")

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _content(files: Files, file: str) -> bytes:
    try:
        return files.content(file)
    except OSError:
        return b""  # an unreadable file is a finding of its own
