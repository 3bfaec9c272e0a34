"""Our own schemas: of our kinds, of the report, and open ones for custom resources that we emit."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from plumbline.schemas.model import KindKey, Schema

PREFIX = "urn:plumbline:"
API_VERSION = "plumbline.dev/v1alpha1"


def schema_folder() -> Path:
    """Where the schema files lie: in an installed package, else in the source checkout."""
    here = Path(__file__).resolve()
    packaged = here.parents[1] / "_data" / "schemas"
    return packaged if packaged.is_dir() else here.parents[3] / "schemas"


@cache
def own_schemas() -> dict[KindKey, Schema]:
    """`(apiVersion, kind)` -> schema of our own kinds."""
    return by_kind(sorted(schema_folder().glob("*.schema.json")))


@cache
def open_schemas() -> dict[KindKey, Schema]:
    """`(apiVersion, kind)` -> our open schema of a custom resource of somebody else."""
    return by_kind(sorted((schema_folder() / "custom").glob("*.json")))


def named_schema(name: str) -> Schema:
    """One schema by the end of its `$id`, such as `waivers` or `report`."""
    schema: Schema = orjson.loads((schema_folder() / f"{name}.schema.json").read_bytes())
    return schema


def by_kind(files: list[Path]) -> dict[KindKey, Schema]:
    """The schemas that are of a kind, by what their `apiVersion` and `kind` must be."""
    found: dict[KindKey, Schema] = {}
    for file in files:
        schema = orjson.loads(file.read_bytes())
        properties: dict[str, Any] = schema.get("properties", {})
        if "kind" in properties:
            found[(properties["apiVersion"]["const"], properties["kind"]["const"])] = schema
    return found


@cache
def own_digest() -> str:
    """SHA-256 (hex) of all our schema files, names included."""
    digest = hashlib.sha256()
    folder = schema_folder()
    for file in sorted(folder.rglob("*.json")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
