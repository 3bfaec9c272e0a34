"""Which schema judges an object, and what is wrong with it in words."""

from plumbline.schemas.bundle import Kubernetes, bundled_versions
from plumbline.schemas.crds import CustomKinds, is_crd
from plumbline.schemas.explain import compiled
from plumbline.schemas.model import Judgement, KindKey, Schema, SchemaProblem, Status
from plumbline.schemas.own import API_VERSION, named_schema, own_schemas
from plumbline.schemas.store import SchemaStore, check
from plumbline.schemas.words import nearest

__all__ = [
    "API_VERSION",
    "CustomKinds",
    "Judgement",
    "KindKey",
    "Kubernetes",
    "Schema",
    "SchemaProblem",
    "SchemaStore",
    "Status",
    "bundled_versions",
    "check",
    "compiled",
    "is_crd",
    "named_schema",
    "nearest",
    "own_schemas",
]
