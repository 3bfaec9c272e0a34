"""The schemas of one Kubernetes version, read from its bundle when first asked for."""

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from plumbline.findings import CannotCheck
from plumbline.schemas.model import KindKey, Schema, SchemaProblem
from plumbline.schemas.words import suggestion

FOLDER = Path(__file__).with_name("kubernetes")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = re.compile(r"v?(1\.\d+)(\.\d+)?")


class Kubernetes:
    """The built-in kinds of one Kubernetes minor version.

    `version` is `1.33`, `v1.33` or `1.33.4`. Raises CannotCheck for a version without bundle.
    """

    def __init__(self, version: str, *, folder: Path = FOLDER) -> None:
        self.version = known_version(version, folder)
        self._folder = folder
        self._file = bundle_file(folder, self.version)

    @cached_property
    def _bundle(self) -> dict[str, Any]:
        bundle: dict[str, Any] = orjson.loads(gzip.decompress(self._file.read_bytes()))
        return bundle

    @cached_property
    def kinds(self) -> dict[KindKey, str]:
        """`(apiVersion, kind)` -> name of its definition."""
        return {split_kind(name): target for name, target in self._bundle["kinds"].items()}

    @cached_property
    def history(self) -> dict[KindKey, tuple[str, str]]:
        """`(apiVersion, kind)` -> first and last version that serves it, in all bundles.

        The first is empty for kinds that ended before the oldest bundle. The last is the newest
        bundle for what is still served.
        """
        index = read_index(self._folder)
        return {split_kind(name): (span[0], span[1]) for name, span in index["kinds"].items()}

    @cached_property
    def groups(self) -> frozenset[str]:
        """The API groups that are or were Kubernetes' own; the core group is empty."""
        return frozenset(group_of(api_version) for api_version, _ in self.history)

    def schema(self, key: KindKey) -> Schema | None:
        """The self-contained schema of a kind, or None when this version does not serve it."""
        name = self.kinds.get(key)
        if name is None:
            return None
        definitions = self._bundle["definitions"]
        wanted = closure(name, definitions)
        return {
            "$schema": DIALECT,
            "$ref": f"#/$defs/{name}",
            "$defs": {target: definitions[target] for target in wanted},
        }

    def digest(self) -> str:
        """SHA-256 (hex) of all that decides here."""
        index = (self._folder / "kinds-by-version.json").read_bytes()
        return hashlib.sha256(self._file.read_bytes() + index).hexdigest()

    def refusal(self, key: KindKey) -> SchemaProblem | None:
        """Why this version does not serve a kind of a Kubernetes group; None for other groups."""
        api_version, kind = key
        group = group_of(api_version)
        if key in self.history:
            return SchemaProblem("/apiVersion", self._unserved(key))
        if group not in self.groups:
            if "." in group:
                return None
            known = suggestion(group, self.groups - {""})
            words = f'Kubernetes has no API group "{group}" (apiVersion {api_version}){known}'
            return SchemaProblem("/apiVersion", words)
        if elsewhere := self._serving(kind, group):
            words = f"{api_version} has no kind {kind}: write apiVersion: {elsewhere}"
            return SchemaProblem("/apiVersion", words, elsewhere)
        here = {name for version, name in self.kinds if version == api_version}
        if here:
            words = f'{api_version} has no kind "{kind}"{suggestion(kind, here)}'
            return SchemaProblem("/kind", words)
        versions = {version for version, _ in self.kinds}
        words = (
            f"Kubernetes {self.version} serves no {api_version}{suggestion(api_version, versions)}"
        )
        return SchemaProblem("/apiVersion", words)

    def _unserved(self, key: KindKey) -> str:
        api_version, kind = key
        first, last = self.history[key]
        ended = minor(last) < minor(self.version)
        when = f"last served by {last}" if ended else f"served from {first} on"
        other = self._serving(kind, group_of(api_version))
        advice = f"; write apiVersion: {other}" if other else ""
        return f"{api_version} {kind} is not served by Kubernetes {self.version} ({when}){advice}"

    def _serving(self, kind: str, group: str) -> str | None:
        """The apiVersion to write for `kind`: of the same group if possible, stable before beta."""
        found = [version for version, name in self.kinds if name == kind]
        found.sort(key=lambda version: (group_of(version) != group, stability(version)))
        return found[0] if found else None

    def export(self, directory: Path) -> int:
        """Writes one file a kind, for `kubeconform -schema-location DIR/{{.ResourceKind}}...`.

        The names are kubeconform's `{{.ResourceKind}}{{.KindSuffix}}.json`. Returns their number.
        """
        directory.mkdir(parents=True, exist_ok=True)
        for key in self.kinds:
            (directory / kubeconform_name(key)).write_bytes(orjson.dumps(self.schema(key)))
        return len(self.kinds)


def bundled_versions(folder: Path = FOLDER) -> list[str]:
    """The Kubernetes versions that can be judged, oldest first."""
    versions: list[str] = read_index(folder)["versions"]
    return versions


def read_index(folder: Path) -> dict[str, Any]:
    """The index of kinds. Raises CannotCheck when the bundles were never built."""
    try:
        index: dict[str, Any] = orjson.loads((folder / "kinds-by-version.json").read_bytes())
    except FileNotFoundError:
        message = (
            f"the Kubernetes schemas are missing in {folder}: "
            "install Plumbline from a wheel, or run tools/build_schemas.py in a source checkout"
        )
        raise CannotCheck(message) from None
    return index


def known_version(version: str, folder: Path) -> str:
    """`1.33` for any way to write it. Raises CannotCheck when no bundle has it."""
    match = VERSION.fullmatch(version)
    if match and bundle_file(folder, match[1]).is_file():
        return match[1]
    versions = bundled_versions(folder)
    raise CannotCheck(
        f'Kubernetes version "{version}" has no schemas here: '
        f"choose one from {versions[0]} to {versions[-1]}"
    )


def bundle_file(folder: Path, version: str) -> Path:
    """Where the bundle of a minor version lies."""
    return folder / f"v{version}.json.gz"


def closure(name: str, definitions: dict[str, Schema]) -> list[str]:
    """The definitions that `name` reaches, itself included, sorted."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(references(definitions[current]))
    return sorted(found)


def references(node: Any) -> Iterator[str]:
    """Names of the definitions that a schema refers to."""
    values: Iterable[Any] = node if isinstance(node, list) else ()
    if isinstance(node, dict):
        values = node.values()
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix("#/$defs/")
    for value in values:
        yield from references(value)


def split_kind(name: str) -> KindKey:
    """`apps/v1/Deployment` -> `("apps/v1", "Deployment")`."""
    api_version, _, kind = name.rpartition("/")
    return api_version, kind


def group_of(api_version: str) -> str:
    """`apps/v1` -> `apps`; `v1` -> the empty core group."""
    return api_version.rpartition("/")[0]


def minor(version: str) -> int:
    """`1.33` -> 33."""
    return int(version.split(".")[1])


def stability(api_version: str) -> tuple[int, list[int]]:
    """Sorts `v2` before `v1` before `v1beta2` before `v1beta1` before `v1alpha1`."""
    version = api_version.rpartition("/")[2]
    numbers = [-int(number) for number in re.findall(r"\d+", version)]
    return ("beta" in version) + 2 * ("alpha" in version), numbers


def kubeconform_name(key: KindKey) -> str:
    """`{{.ResourceKind}}{{.KindSuffix}}.json` of kubeconform (pkg/registry, schemaPath)."""
    api_version, kind = key
    group, _, version = api_version.rpartition("/")
    parts = [kind, *([group.split(".")[0]] if group else []), version]
    return "-".join(parts).lower() + ".json"
