"""The custom kinds that a tree's CustomResourceDefinitions define."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from plumbline.schemas.model import KindKey, Schema
from plumbline.schemas.structural import OPEN, convert_root, mapping

GROUP = "apiextensions.k8s.io/"


@dataclass(frozen=True, slots=True)
class Definition:
    """One served version: its openAPIV3Schema, and whether unknown fields are kept everywhere."""

    schema: Schema
    keeps_unknown: bool


class CustomKinds(Mapping[KindKey, Schema]):
    """`(apiVersion, kind)` -> JSON schema of what CRDs (v1 or v1beta1) serve.

    What is no CRD, or lacks group, kind or versions, adds nothing: its own schema says what is
    wrong with it. A schema is converted when it is first asked for.
    """

    def __init__(self, crds: Iterable[Any] = ()) -> None:
        self._raw: dict[KindKey, Definition] = {}
        self._converted: dict[KindKey, Schema] = {}
        for crd in crds:
            self._raw.update(definitions(crd))

    def __getitem__(self, key: KindKey) -> Schema:
        if key not in self._converted:
            raw = self._raw[key]
            self._converted[key] = convert_root(raw.schema, key, keeps_unknown=raw.keeps_unknown)
        return self._converted[key]

    def __contains__(self, key: object) -> bool:
        return key in self._raw

    def __iter__(self) -> Iterator[KindKey]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def digest(self) -> str:
        """SHA-256 (hex) of all definitions."""
        rows = [
            [*key, raw.keeps_unknown, raw.schema]
            for key, raw in sorted(self._raw.items(), key=first)
        ]
        return hashlib.sha256(orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)).hexdigest()


def first(item: tuple[KindKey, Definition]) -> KindKey:
    """The key of a pair."""
    return item[0]


def is_crd(value: Any) -> bool:
    """Whether an object defines custom resources."""
    return (
        isinstance(value, dict)
        and value.get("kind") == "CustomResourceDefinition"
        and str(value.get("apiVersion", "")).startswith(GROUP)
    )


def definitions(crd: Any) -> dict[KindKey, Definition]:
    """`(apiVersion, kind)` -> definition of each served version."""
    if not is_crd(crd):
        return {}
    spec = mapping(crd.get("spec"))
    group, kind = spec.get("group"), mapping(spec.get("names")).get("kind")
    if not (isinstance(group, str) and isinstance(kind, str)):
        return {}
    # v1beta1 kept unknown fields unless told otherwise; v1 accepts only false.
    keeps_unknown = (
        spec.get("preserveUnknownFields", crd["apiVersion"].endswith("/v1beta1")) is True
    )
    found: dict[KindKey, Definition] = {}
    for version in versions_of(spec):
        if isinstance(version.get("name"), str):
            key = (f"{group}/{version['name']}", kind)
            found[key] = Definition(schema_of(version, spec), keeps_unknown)
    return found


def schema_of(version: Schema, spec: Schema) -> Schema:
    """The openAPIV3Schema of a version; without one, anything goes."""
    given = mapping(mapping(version.get("schema") or spec.get("validation")).get("openAPIV3Schema"))
    properties = mapping(given.get("properties"))
    if properties and "status" in mapping(version.get("subresources") or spec.get("subresources")):
        # Writes to the main resource ignore status: whatever stands there is accepted.
        return given | {"properties": properties | {"status": {OPEN: True}}}
    return given or {OPEN: True}


def versions_of(spec: Schema) -> Iterator[Schema]:
    """The served versions; v1beta1 may name a single one in `version`."""
    listed = spec.get("versions")
    if isinstance(listed, list) and listed:
        for version in listed:
            if isinstance(version, dict) and version.get("served", True) is not False:
                yield version
    elif isinstance(spec.get("version"), str):
        yield {"name": spec["version"]}
