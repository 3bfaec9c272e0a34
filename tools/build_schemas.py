"""Turns the schemas of the `kubernetes-validate` package into small bundles, one a version.

Usage: python tools/build_schemas.py [DEST]

A bundle `v1.NN.json.gz` holds `kinds` ("apps/v1/Deployment" -> name of a definition) and
`definitions` (name -> schema). `kinds-by-version.json` beside them says from which Kubernetes
version to which each kind is served.
"""

import gzip
import hashlib
import importlib.metadata
import importlib.resources
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

DESTINATION = Path(__file__).resolve().parents[1] / "src" / "plumbline" / "schemas" / "kubernetes"
SOURCE = "kubernetes-validate"
INDEX = "kinds-by-version.json"
FOLDER = re.compile(r"v(1\.\d+)\.0-local-strict")

# encoding/json reads []byte with base64.StdEncoding, which skips line breaks.
_B64 = r"[A-Za-z0-9+/][\r\n]*"
BASE64 = (
    rf"^[\r\n]*(?:(?:{_B64}){{4}})*(?:(?:{_B64}){{2}}=[\r\n]*=[\r\n]*|(?:{_B64}){{3}}=[\r\n]*)?$"
)
RFC3339 = r"^\d{4}-\d{2}-\d{2}T\d{1,2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:\d{2})$"
FORMATS: dict[str, Schema] = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
    "byte": {"pattern": BASE64, "title": "base64 (plain text of a Secret goes under stringData)"},
    "date-time": {"pattern": RFC3339, "title": "a time such as 2026-01-31T08:00:00Z"},
}

# Kinds that ended before the oldest bundled version: the API deprecation guide of kubernetes.io.
ENDED = {
    "1.15": {
        "extensions/v1beta1": "DaemonSet Deployment NetworkPolicy PodSecurityPolicy ReplicaSet",
        "apps/v1beta1": "ControllerRevision Deployment StatefulSet",
        "apps/v1beta2": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    },
    "1.21": {
        "admissionregistration.k8s.io/v1beta1": (
            "MutatingWebhookConfiguration ValidatingWebhookConfiguration"
        ),
        "apiextensions.k8s.io/v1beta1": "CustomResourceDefinition",
        "apiregistration.k8s.io/v1beta1": "APIService",
        "certificates.k8s.io/v1beta1": "CertificateSigningRequest",
        "coordination.k8s.io/v1beta1": "Lease",
        "extensions/v1beta1": "Ingress",
        "networking.k8s.io/v1beta1": "Ingress IngressClass",
        "rbac.authorization.k8s.io/v1beta1": "ClusterRole ClusterRoleBinding Role RoleBinding",
        "scheduling.k8s.io/v1beta1": "PriorityClass",
        "storage.k8s.io/v1beta1": "CSIDriver CSINode StorageClass VolumeAttachment",
    },
    "1.24": {
        "autoscaling/v2beta1": "HorizontalPodAutoscaler",
        "batch/v1beta1": "CronJob",
        "discovery.k8s.io/v1beta1": "EndpointSlice",
        "events.k8s.io/v1beta1": "Event",
        "node.k8s.io/v1beta1": "RuntimeClass",
        "policy/v1beta1": "PodDisruptionBudget PodSecurityPolicy",
    },
}


def build(destination: Path) -> None:
    """Writes all bundles and the index into `destination`, unless they are already current."""
    stamp = {
        "source": f"{SOURCE} {importlib.metadata.version(SOURCE)}",
        "builder": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
    }
    sources = source_files()
    index = destination / INDEX
    if index.is_file() and all(
        (destination / bundle_name(version)).is_file() for version in sources
    ):
        written = json.loads(index.read_text(encoding="utf-8"))
        if {key: written.get(key) for key in stamp} == stamp:
            return
    destination.mkdir(parents=True, exist_ok=True)
    raw = {version: read_definitions(path) for version, path in sources.items()}
    newest = list(raw.values())[-1]
    served: dict[str, list[str]] = {}
    for version, definitions in raw.items():
        bundle = make_bundle(relax(definitions, newest))
        replace(destination / bundle_name(version), packed(bundle))
        for kind in bundle["kinds"]:
            served.setdefault(kind, []).append(version)
    history = stamp | {"versions": list(raw), "kinds": kind_history(served, list(raw))}
    replace(index, (json.dumps(history, indent=0, sort_keys=True) + "\n").encode())


def replace(file: Path, content: bytes) -> None:
    """Writes a file so that whoever reads it meanwhile sees the old one or the new one."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(file)


def bundle_name(version: str) -> str:
    """The file of a Kubernetes minor version such as `1.33`."""
    return f"v{version}.json.gz"


def source_files() -> dict[str, Path]:
    """Each minor version with its file of definitions, oldest first."""
    root = Path(str(importlib.resources.files("kubernetes_validate"))) / "kubernetes-json-schema"
    found = {
        match[1]: folder / "_definitions.json"
        for folder in root.iterdir()
        if (match := FOLDER.fullmatch(folder.name))
    }
    return dict(sorted(found.items(), key=lambda item: int(item[0].split(".")[1])))


def read_definitions(path: Path) -> dict[str, Schema]:
    """Definition name -> schema as the package ships it."""
    definitions: dict[str, Schema] = json.loads(path.read_text(encoding="utf-8"))["$defs"]
    return definitions


def relax(definitions: dict[str, Schema], newest: dict[str, Schema]) -> dict[str, Schema]:
    """Makes `required` say what the API server insists on.

    Up to 1.35 the published schemas call every Go field without `omitempty` required; what the
    newest one no longer requires of the same type never was. Status is ignored on writes, and
    lists without `items` are read as empty.
    """
    relaxed = {
        name: schema | {"required": required_names(name, schema, newest.get(name, schema))}
        for name, schema in definitions.items()
    }
    return {name: require_spec(schema, relaxed) for name, schema in relaxed.items()}


def required_names(name: str, schema: Schema, newest: Schema) -> list[str]:
    """The properties that an object of this definition cannot do without."""
    if name.endswith(("Status", "Condition", "List")):
        return []
    return [key for key in schema.get("required", []) if key in newest.get("required", [])]


def require_spec(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """Adds `spec` where a spec has required fields: an absent one is read as an empty one."""
    spec = schema.get("properties", {}).get("spec", {})
    if not definitions.get(target_name(spec), {}).get("required"):
        return schema
    return schema | {"required": [*schema["required"], "spec"]}


def make_bundle(definitions: dict[str, Schema]) -> dict[str, Any]:
    """Kinds and definitions, rewritten so that null means absent."""
    return {
        "kinds": dict(servable_kinds(definitions)),
        "definitions": {
            name: simplify(schema, definitions) for name, schema in definitions.items()
        },
    }


def servable_kinds(definitions: dict[str, Schema]) -> Iterator[tuple[str, str]]:
    """`apiVersion/Kind` and definition name of what can be sent to an API server."""
    for name, schema in definitions.items():
        if ".apimachinery." in name:
            continue
        for kind in schema.get("x-kubernetes-group-version-kind", []):
            prefix = f"{kind['group']}/" if kind["group"] else ""
            yield f"{prefix}{kind['version']}/{kind['kind']}", name


def simplify(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """One definition without prose; null is accepted wherever the API server reads it as absent."""
    result: Schema = {}
    if "$ref" in schema:
        result["$ref"] = "#/$defs/" + target_name(schema)
    if types := types_of(schema):
        result["type"] = types
    if "enum" in schema:
        result["enum"] = [*schema["enum"], None]
    result.update(FORMATS.get(schema.get("format", ""), {}))
    required = sorted(set(schema.get("required", [])))
    if required:
        result["required"] = required
    if "properties" in schema:
        result["properties"] = {
            name: (without_null if name in required else simplify)(value, definitions)
            for name, value in schema["properties"].items()
        }
    if "items" in schema:
        result["items"] = simplify_item(schema["items"], definitions)
    if isinstance(schema.get("additionalProperties"), dict):
        result["additionalProperties"] = simplify(schema["additionalProperties"], definitions)
    elif "additionalProperties" in schema:
        result["additionalProperties"] = schema["additionalProperties"]
    return result


def simplify_item(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """A list's item; null is an empty object, so it is wrong where the object needs a field."""
    needs_a_field = definitions.get(target_name(schema), {}).get("required")
    return (without_null if needs_a_field else simplify)(schema, definitions)


def without_null(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """The schema of a value that cannot be absent."""
    clean = simplify(schema, definitions)
    names = [
        name for name in types_of(definitions.get(target_name(schema), schema)) if name != "null"
    ]
    return clean | {"type": names} if names else clean


def target_name(schema: Schema) -> str:
    """The definition that a schema refers to, or nothing."""
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]


def types_of(schema: Schema) -> list[str]:
    """The types that a definition allows, null among them; empty when it allows everything."""
    if "oneOf" in schema:
        return union_of(schema["oneOf"])
    return with_null(schema["type"]) if "type" in schema else []


def with_null(types: Any) -> list[str]:
    """The type or types, and null."""
    names = [types] if isinstance(types, str) else list(types)
    return sorted({*names, "null"})


def union_of(branches: list[Schema]) -> list[str]:
    """`oneOf` of bare types (quantity, int-or-string) as one list, which null does not trip."""
    if any(set(branch) != {"type"} for branch in branches):
        raise ValueError(f"{SOURCE} has a oneOf that is not a choice of types: {branches}")
    return sorted({name for branch in branches for name in with_null(branch["type"])})


def kind_history(served: dict[str, list[str]], versions: list[str]) -> dict[str, list[str]]:
    """`apiVersion/Kind` -> first and last Kubernetes version, first empty where it is older."""
    history = {kind: [found[0], found[-1]] for kind, found in served.items()}
    for kind, (first, last) in history.items():
        if versions[versions.index(first) : versions.index(last) + 1] != served[kind]:
            raise ValueError(f"{kind} comes and goes: {served[kind]}")
    for last, groups in ENDED.items():
        for group, names in groups.items():
            history.update({f"{group}/{name}": ["", last] for name in names.split()})
    return history


def packed(value: Any) -> bytes:
    """The same bytes for the same value, whenever and wherever it is built."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main(arguments: list[str]) -> int:
    """Builds into the folder that is named, or into the package."""
    build(Path(arguments[0]) if arguments else DESTINATION)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
