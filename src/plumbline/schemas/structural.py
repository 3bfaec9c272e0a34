"""Structural schemas of CRDs as the JSON schemas by which the API server would judge.

Follows apiextensions-apiserver: defaults are filled in and nulls dropped before validation, fields
that a structural schema does not name are refused, as `kubectl apply` does by default.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from plumbline.schemas.model import KindKey, Schema

TEXT: Schema = {"type": ["string", "null"]}
TEXT_MAP: Schema = {"type": ["object", "null"], "additionalProperties": TEXT}

TEXT_FIELDS = (
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "selfLink",
    "creationTimestamp",
    "deletionTimestamp",
)

METADATA: Schema = {
    "type": ["object", "null"],
    "properties": {
        **dict.fromkeys(TEXT_FIELDS, TEXT),
        "labels": TEXT_MAP,
        "annotations": TEXT_MAP,
        "finalizers": {"type": ["array", "null"], "items": TEXT},
        "ownerReferences": {"type": ["array", "null"], "items": {"type": "object"}},
        "managedFields": {"type": ["array", "null"]},
        "generation": {"type": ["integer", "null"]},
        "deletionGracePeriodSeconds": {"type": ["integer", "null"]},
    },
    "additionalProperties": False,
}

PLAIN = (
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "multipleOf",
    "uniqueItems",
)
TYPES = ("array", "boolean", "integer", "number", "object", "string")
INT_OR_STRING = "x-kubernetes-int-or-string"
EMBEDDED = "x-kubernetes-embedded-resource"
OPEN = "x-kubernetes-preserve-unknown-fields"


# Go's RE2 reads these otherwise than ECMA-262, by which our validator reads patterns.
FOREIGN_PATTERN = re.compile(r"\[\^?\[:|\\[AzQCpP]|\(\?[a-zA-Z]")


def convert_root(raw: Schema, key: KindKey, *, keeps_unknown: bool) -> Schema:
    """The schema of a whole custom resource: identity and metadata are always allowed."""
    schema = opened(convert(raw)) if keeps_unknown else convert(raw)
    metadata = mapping(mapping(raw.get("properties")).get("metadata"))
    properties = mapping(schema.get("properties")) | {
        "apiVersion": {"const": key[0]},
        "kind": {"const": key[1]},
        "metadata": named_metadata(metadata),
    }
    return schema | {"type": ["object"], "properties": properties}


def named_metadata(raw: Schema) -> Schema:
    """ObjectMeta; a definition may restrict `name` and `generateName` and nothing else."""
    limited = {
        name: or_null(convert(mapping(value)) | {"type": ["string"]})
        for name, value in mapping(raw.get("properties")).items()
        if name in ("name", "generateName")
    }
    return METADATA | {"properties": METADATA["properties"] | limited}


def convert(raw: Schema) -> Schema:
    """One structural schema as JSON schema (2020-12) that accepts what the API server accepts."""
    schema: Schema = {name: raw[name] for name in PLAIN if is_number(raw.get(name))}
    schema.update(exclusive_bounds(raw))
    schema.update(patterns(raw))
    if types := types_of(raw):
        schema["type"] = types
    if isinstance(raw.get("enum"), list) and raw["enum"]:
        schema["enum"] = raw["enum"]
    if isinstance(raw.get("items"), dict):
        schema["items"] = convert(raw["items"])
    schema.update(convert_fields(raw))
    if combined := combinations(raw):
        schema["allOf"] = combined
    return or_null(schema) if raw.get("nullable") is True else schema


def convert_fields(raw: Schema) -> Schema:
    """Properties, what is required of them, and whether others are allowed."""
    schema: Schema = {}
    properties = {name: mapping(value) for name, value in mapping(raw.get("properties")).items()}
    required = required_names(raw, properties)
    if properties:
        schema["properties"] = {
            name: convert(value) if name in required else or_null(convert(value))
            for name, value in properties.items()
        }
    if required:
        schema["required"] = required
    rest = raw.get("additionalProperties")
    if isinstance(rest, dict):
        schema["additionalProperties"] = or_null(convert(rest))
    elif properties and rest is None and raw.get(OPEN) is not True:
        schema["additionalProperties"] = False
    if raw.get(EMBEDDED) is True:
        schema["properties"] = schema.get("properties", {}) | {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": METADATA,
        }
    return schema


def required_names(raw: Schema, properties: Mapping[str, Schema]) -> list[str]:
    """What must be there: the API server fills in defaults before it looks."""
    names = raw.get("required")
    if not isinstance(names, list):
        return []
    return [
        name
        for name in names
        if isinstance(name, str) and "default" not in properties.get(name, {})
    ]


def types_of(raw: Schema) -> list[str]:
    """The allowed JSON types, empty for any."""
    if raw.get(INT_OR_STRING) is True:
        return ["integer", "string"]
    return [raw["type"]] if raw.get("type") in TYPES else []


def or_null(schema: Schema) -> Schema:
    """The same with null allowed, which in a field that may be absent is dropped beforehand."""
    result = dict(schema)
    if "type" in result and "null" not in result["type"]:
        result["type"] = [*result["type"], "null"]
    if "enum" in result and None not in result["enum"]:
        result["enum"] = [*result["enum"], None]
    if "allOf" in result:
        result["allOf"] = [{"anyOf": [{"type": "null"}, *result_branch(result["allOf"])]}]
    return result


def result_branch(combined: list[Schema]) -> list[Schema]:
    """The conditions as one alternative to null."""
    return combined if len(combined) == 1 else [{"allOf": combined}]


def exclusive_bounds(raw: Schema) -> Schema:
    """OpenAPI 3.0 says `exclusiveMinimum: true` beside the bound; 2020-12 has the bound itself."""
    schema: Schema = {}
    for name, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if raw.get(exclusive) is True and is_number(raw.get(name)):
            schema[exclusive] = raw[name]
    return schema


def patterns(raw: Schema) -> Schema:
    """The pattern, unless it is one that only Go's RE2 understands: then nothing is checked."""
    pattern = raw.get("pattern")
    if not isinstance(pattern, str) or FOREIGN_PATTERN.search(pattern):
        return {}
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, offline=True)
    except jsonschema_rs.ValidationError:
        return {}
    return {"pattern": pattern}


def combinations(raw: Schema) -> list[Schema]:
    """`allOf`, `anyOf`, `oneOf` and `not`, each as a condition of its own.

    A condition that asks for a field with a default is left out: the default decides it, and
    without the default in place the verdict could be wrong.
    """
    if raw.get(INT_OR_STRING) is True:
        return []
    found: list[Schema] = []
    for name in ("allOf", "anyOf", "oneOf"):
        branches = raw.get(name)
        if isinstance(branches, list) and branches and not mentions_default(branches, raw):
            found.append({name: [condition(mapping(branch)) for branch in branches]})
    if isinstance(raw.get("not"), dict) and not mentions_default([raw["not"]], raw):
        found.append({"not": condition(raw["not"])})
    return found


def condition(raw: Schema) -> Schema:
    """A schema inside a combination: it restricts values and never closes an object."""
    schema = opened(convert(raw))
    fields = mapping(schema.get("properties"))
    present = {
        name: {"allOf": [fields.get(name, {}), {"not": {"type": "null"}}]}
        for name in schema.get("required", [])
    }
    return schema | {"properties": fields | present} if present else schema


def opened(schema: Schema) -> Schema:
    """The same schema with unknown fields allowed at every depth."""
    result = {key: value for key, value in schema.items() if value is not False}
    for name in ("items", "additionalProperties", "not"):
        if isinstance(result.get(name), dict):
            result[name] = opened(result[name])
    for name in ("allOf", "anyOf", "oneOf"):
        if name in result:
            result[name] = [opened(branch) for branch in result[name]]
    if "properties" in result:
        result["properties"] = {key: opened(value) for key, value in result["properties"].items()}
    return result


def mentions_default(branches: list[Any], raw: Schema) -> bool:
    """Whether conditions look at fields that the API server may fill in first."""
    defaulted = {name for name, field in fields_within(raw) if "default" in field}
    if not defaulted:
        return False
    asked = {name for branch in branches for name, _ in fields_within(branch)}
    return bool(asked & defaulted)


def fields_within(raw: Any) -> Iterator[tuple[str, Schema]]:
    """Every field that a schema describes or requires, at any depth."""
    if isinstance(raw, list):
        for value in raw:
            yield from fields_within(value)
    if not isinstance(raw, dict):
        return
    required = raw.get("required")
    for name in required if isinstance(required, list) else ():
        yield str(name), {}
    for name, field in mapping(raw.get("properties")).items():
        yield name, mapping(field)
        yield from fields_within(field)
    for name in ("items", "additionalProperties", "not", "allOf", "anyOf", "oneOf"):
        yield from fields_within(raw.get(name))


def is_number(value: Any) -> bool:
    """A number or a flag, as the plain keywords want."""
    return isinstance(value, int | float)


def mapping(value: Any) -> Schema:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}
