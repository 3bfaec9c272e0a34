"""One Kubernetes version's kinds: found, refused with the fact, exported."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from plumbline.findings import CannotCheck
from plumbline.schemas import Kubernetes, SchemaStore, Status, bundled_versions
from plumbline.schemas.bundle import kubeconform_name

TEMPLATE = {"spec": {"containers": [{"name": "scorer", "image": "scorer:1"}]}}
MISSPELT = {"spec": {"containers": [{"name": "scorer", "imagee": "scorer:1"}]}}
VERSIONS = [f"1.{minor}" for minor in range(25, 38)]


def deployment(template: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "spec": {"selector": {"matchLabels": {"app": "scorer"}}, "template": template},
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_judges_a_good_and_a_bad_deployment(version: str) -> None:
    store = SchemaStore(version)
    assert store.judge(deployment(TEMPLATE)).status is Status.STRICT
    bad = store.judge(deployment(MISSPELT))
    assert bad.status is Status.INVALID
    assert [problem.message for problem in bad.problems] == [
        'unknown field "imagee": did you mean "image"?'
    ]


def test_versions_are_listed_oldest_first() -> None:
    assert bundled_versions() == VERSIONS


@pytest.mark.parametrize("written", ["1.33", "v1.33", "1.33.4", "v1.33.0"])
def test_a_version_may_be_written_as_people_do(written: str) -> None:
    assert Kubernetes(written).version == "1.33"


@pytest.mark.parametrize("written", ["1.24", "1.99", "latest", "", "2.0", "1.33-alpha"])
def test_an_unknown_version_is_refused_with_the_choice(written: str) -> None:
    with pytest.raises(CannotCheck) as refusal:
        Kubernetes(written)
    assert str(refusal.value) == (
        f'Kubernetes version "{written}" has no schemas here: choose one from 1.25 to 1.37'
    )


def test_missing_bundles_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CannotCheck, match=r"run tools/build_schemas\.py in a source checkout"):
        Kubernetes("1.33", folder=tmp_path)


@pytest.mark.parametrize(
    ("api_version", "kind", "path", "message"),
    [
        (
            "policy/v1beta1",
            "PodDisruptionBudget",
            "/apiVersion",
            "policy/v1beta1 PodDisruptionBudget is not served by Kubernetes 1.33 "
            "(last served by 1.24); write apiVersion: policy/v1",
        ),
        (
            "extensions/v1beta1",
            "Deployment",
            "/apiVersion",
            "extensions/v1beta1 Deployment is not served by Kubernetes 1.33 "
            "(last served by 1.15); write apiVersion: apps/v1",
        ),
        (
            "autoscaling/v2beta2",
            "HorizontalPodAutoscaler",
            "/apiVersion",
            "autoscaling/v2beta2 HorizontalPodAutoscaler is not served by Kubernetes 1.33 "
            "(last served by 1.25); write apiVersion: autoscaling/v2",
        ),
        (
            "resource.k8s.io/v1",
            "ResourceClaim",
            "/apiVersion",
            "resource.k8s.io/v1 ResourceClaim is not served by Kubernetes 1.33 "
            "(served from 1.34 on); write apiVersion: resource.k8s.io/v1beta2",
        ),
        (
            "policy/v1beta1",
            "PodSecurityPolicy",
            "/apiVersion",
            "policy/v1beta1 PodSecurityPolicy is not served by Kubernetes 1.33 "
            "(last served by 1.24)",
        ),
        (
            "apps/v1",
            "Deploymnet",
            "/kind",
            'apps/v1 has no kind "Deploymnet": did you mean "Deployment"?',
        ),
        (
            "v1",
            "Deployment",
            "/apiVersion",
            "v1 has no kind Deployment: write apiVersion: apps/v1",
        ),
        (
            "app/v1",
            "Deployment",
            "/apiVersion",
            'Kubernetes has no API group "app" (apiVersion app/v1): did you mean "apps"?',
        ),
        (
            "apps/v7",
            "Gadget",
            "/apiVersion",
            'Kubernetes 1.33 serves no apps/v7: did you mean "apps/v1"?',
        ),
    ],
    ids=lambda value: value if value and " " not in value else "",
)
def test_a_kind_that_is_not_served_is_refused_with_the_fact(
    api_version: str, kind: str, path: str, message: str
) -> None:
    problem = Kubernetes("1.33").refusal((api_version, kind))
    assert problem is not None
    assert (problem.path, problem.message) == (path, message)


@pytest.mark.parametrize("group", ["example.org/v1", "gateway.networking.k8s.io/v1"])
def test_other_peoples_groups_are_not_refused_here(group: str) -> None:
    assert Kubernetes("1.33").refusal((group, "Widget")) is None


def test_a_schema_holds_all_that_it_refers_to_and_no_more() -> None:
    kubernetes = Kubernetes("1.33")
    schema = kubernetes.schema(("v1", "ConfigMap"))
    assert schema is not None
    assert "io.k8s.api.core.v1.ConfigMap" in schema["$defs"]
    assert "io.k8s.api.core.v1.PodSpec" not in schema["$defs"]
    assert kubernetes.schema(("v1", "Nothing")) is None


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (("v1", "Pod"), "pod-v1.json"),
        (("apps/v1", "Deployment"), "deployment-apps-v1.json"),
        (("networking.k8s.io/v1", "NetworkPolicy"), "networkpolicy-networking-v1.json"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_are_named_as_kubeconform_looks_for_them(key: tuple[str, str], name: str) -> None:
    assert kubeconform_name(key) == name


def test_the_export_judges_like_the_store(tmp_path: Path) -> None:
    number = Kubernetes("1.33").export(tmp_path / "out")
    files = sorted((tmp_path / "out").glob("*.json"))
    assert number == len(files) > 150
    schema = json.loads((tmp_path / "out" / "deployment-apps-v1.json").read_text())
    validator = jsonschema_rs.validator_for(schema, offline=True)
    assert validator.is_valid(deployment(TEMPLATE))
    assert not validator.is_valid(deployment(MISSPELT))


def test_the_digest_tells_versions_apart() -> None:
    assert Kubernetes("1.33").digest() == Kubernetes("v1.33.1").digest()
    assert Kubernetes("1.33").digest() != Kubernetes("1.34").digest()
