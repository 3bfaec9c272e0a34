from typing import Any

import pytest

from plumbline.kubernetes.quantity import canonical, parse
from plumbline.kubernetes.requests import pod_limits, pod_requests

Spec = dict[str, Any]


def container(requests: Spec | None = None, limits: Spec | None = None, **more: Any) -> Spec:
    return {"resources": {"requests": requests or {}, "limits": limits or {}}, **more}


def sidecar(cpu: str) -> Spec:
    return container({"cpu": cpu}, restartPolicy="Always")


REQUESTS: dict[str, tuple[Spec, dict[str, str]]] = {
    "containers are summed": (
        {"containers": [container({"cpu": "1", "memory": "1Gi"}), container({"cpu": "500m"})]},
        {"cpu": "1500m", "memory": "1Gi"},
    ),
    "a limit without a request is the request": (
        {"containers": [container({"cpu": "1"}, {"cpu": "4", "nvidia.com/gpu": "2"})]},
        {"cpu": "1", "nvidia.com/gpu": "2"},
    ),
    "init containers run one by one: the largest counts": (
        {
            "containers": [container({"cpu": "1"})],
            "initContainers": [container({"cpu": "3"}), container({"cpu": "2"})],
        },
        {"cpu": "3"},
    ),
    "the maximum is taken for each resource on its own": (
        {
            "containers": [container({"cpu": "1", "memory": "4Gi"})],
            "initContainers": [container({"cpu": "2", "memory": "1Gi"})],
        },
        {"cpu": "2", "memory": "4Gi"},
    ),
    "a sidecar runs beside the containers": (
        {"containers": [container({"cpu": "1"})], "initContainers": [sidecar("500m")]},
        {"cpu": "1500m"},
    ),
    "a sidecar counts for the init containers after it": (
        {
            "containers": [container({"cpu": "1"})],
            "initContainers": [sidecar("1"), container({"cpu": "2"})],
        },
        {"cpu": "3"},
    ),
    "a sidecar does not count for the init containers before it": (
        {
            "containers": [container({"cpu": "1"})],
            "initContainers": [container({"cpu": "2"}), sidecar("1")],
        },
        {"cpu": "2"},
    ),
    "pod-level resources replace the sum, but not of GPUs": (
        {
            "containers": [container({"cpu": "1"}, {"nvidia.com/gpu": "1"})],
            "resources": {"requests": {"cpu": "8", "nvidia.com/gpu": "5"}},
        },
        {"cpu": "8", "nvidia.com/gpu": "1"},
    ),
    "pod-level limits alone are the request": (
        {"containers": [container()], "resources": {"limits": {"memory": "2Gi"}}},
        {"memory": "2Gi"},
    ),
    "pod-level limits do not replace what the containers request": (
        {"containers": [container({"cpu": "1"})], "resources": {"limits": {"cpu": "4"}}},
        {"cpu": "1"},
    ),
    "overhead comes on top": (
        {"containers": [container({"cpu": "1"})], "overhead": {"cpu": "250m", "memory": "1Mi"}},
        {"cpu": "1250m", "memory": "1Mi"},
    ),
    "each value is rounded up before the sum": (
        {"containers": [container({"cpu": "100u"}), container({"cpu": "100u"})]},
        {"cpu": "2m"},
    ),
    "nothing asked, nothing counted": ({"containers": [{}, {"resources": None}]}, {}),
    "a misshapen pod asks for nothing": ({"containers": "no"}, {}),
}


@pytest.mark.parametrize(("spec", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_pod_requests(spec: Spec, expected: dict[str, str]) -> None:
    assert pod_requests(spec) == {name: parse(value) for name, value in expected.items()}


def test_overhead_joins_only_limits_that_are_set() -> None:
    spec = {
        "containers": [container({"memory": "1Gi"}, {"cpu": "1", "nvidia.com/gpu": "0"})],
        "overhead": {"cpu": "250m", "memory": "1Mi", "nvidia.com/gpu": "1"},
    }
    limits = {name: canonical(value) for name, value in pod_limits(spec).items()}
    assert limits == {"cpu": "1250m", "nvidia.com/gpu": "0"}


def test_unreadable_quantity_is_said() -> None:
    with pytest.raises(ValueError, match="'1K' is not a quantity; write `k` for 1000"):
        pod_requests({"containers": [container({"memory": "1K"})]})
    assert pod_requests({"containers": [container({"memory": "1k"})]}) == {"memory": 1000}
