from typing import Any

import pytest

from plumbline.findings import ObjectId
from plumbline.kubernetes.objects import group_of, object_id

CASES: dict[str, tuple[dict[str, Any], ObjectId]] = {
    "namespaced": (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}},
        ObjectId("v1", "ConfigMap", "b", "a"),
    ),
    "namespace left out": (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}},
        ObjectId("v1", "ConfigMap", "default", "a"),
    ),
    "cluster-wide": (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "namespace": "b"}},
        ObjectId("v1", "Namespace", "", "a"),
    ),
    "same kind, other group": (
        {"apiVersion": "example.org/v1", "kind": "Namespace", "metadata": {"name": "a"}},
        ObjectId("example.org/v1", "Namespace", "default", "a"),
    ),
    "misshapen": ({"kind": 3, "metadata": []}, ObjectId("", "", "default", "")),
}


@pytest.mark.parametrize(("obj", "expected"), CASES.values(), ids=CASES)
def test_object_id(obj: dict[str, Any], expected: ObjectId) -> None:
    assert object_id(obj, "default") == expected


@pytest.mark.parametrize(("version", "group"), [("v1", ""), ("apps/v1", "apps")])
def test_group_of(version: str, group: str) -> None:
    assert group_of(version) == group
