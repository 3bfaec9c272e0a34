"""What the overlays render to, by the real kustomize: labels, promoted facts, environments."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.template.baking import ENVIRONMENTS, Repository, build

TEMPLATES = {  # where a kind keeps the labels of its pods
    "Deployment": ("spec", "template", "metadata", "labels"),
    "InferenceService": ("spec", "predictor", "labels"),
    "Prometheus": ("spec", "podMetadata", "labels"),
}
WORKLOADS_ELSEWHERE = {"CronJob", "DaemonSet", "Job", "ReplicaSet", "StatefulSet", "Pod"}


@pytest.fixture(params=["repository", "other_repository"])
def any_repository(request: pytest.FixtureRequest) -> Repository:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Repository)
    return found


def settings(repository: Repository) -> dict[str, Any]:
    loaded = yaml.safe_load((repository.root / "plumbline.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    spec: dict[str, Any] = loaded["spec"]
    return spec


def promotions(repository: Repository) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(repository.root.rglob("promotion.yaml")):
        overlay = file.parent.relative_to(repository.root).as_posix()
        yield overlay, yaml.safe_load(file.read_text("utf-8"))["spec"]


def test_every_overlay_renders(any_repository: Repository) -> None:
    assert len(any_repository.overlays) == 15
    assert sum(len(objects) for objects in any_repository.overlays.values()) == 117


def test_every_object_carries_every_required_label(any_repository: Repository) -> None:
    required = set(settings(any_repository)["requiredLabels"])
    assert len(required) == 9
    counted = 0
    for name, each in any_repository.objects():
        labels = each["metadata"].get("labels", {})
        assert required <= labels.keys(), name
        assert all(isinstance(value, str) for value in labels.values()), name
        counted += 1
    assert counted == 117


def test_every_pod_template_carries_every_required_label(any_repository: Repository) -> None:
    required = set(settings(any_repository)["requiredLabels"])
    counted = 0
    for name, each in any_repository.objects():
        assert each["kind"] not in WORKLOADS_ELSEWHERE
        if each["kind"] in TEMPLATES:
            labels: Any = each
            for part in TEMPLATES[each["kind"]]:
                labels = labels[part]
            assert required <= labels.keys(), name
            assert all(isinstance(value, str) for value in labels.values()), name
            counted += 1
    assert counted == 9


def test_no_fact_is_left_behind(any_repository: Repository) -> None:
    own = [name for name, each in any_repository.objects() if "plumbline" in each["apiVersion"]]
    assert own == []
    text = json.dumps(any_repository.overlays)
    assert "from-facts" not in text
    assert "from-promotion" not in text
    assert "local-config" not in text


def test_labels_say_what_the_facts_say(other_repository: Repository) -> None:
    facts = {
        "tenants/forecasting/overlays/prod": {
            "app.kubernetes.io/name": "forecasting",
            "app.kubernetes.io/part-of": "nordstern",
            "ml.uberland.test/cost-center": "4711",
            "ml.uberland.test/data-classification": "restricted",
            "ml.uberland.test/environment": "prod",
            "ml.uberland.test/owner": "007",
            "ml.uberland.test/team": "forecasting",
        },
        "models/forecasting/load-curve/overlays/staging": {
            "app.kubernetes.io/name": "load-curve",
            "app.kubernetes.io/managed-by": "kustomize",
            "ml.uberland.test/ai-risk-tier": "limited",
            "ml.uberland.test/cost-center": "4711",
            "ml.uberland.test/criticality": "tier-2",
            "ml.uberland.test/environment": "staging",
            "ml.uberland.test/model-version": "1",
            "ml.uberland.test/owner": "007",
            "ml.uberland.test/team": "forecasting",
        },
        "platform/mlflow/overlays/dev": {
            "app.kubernetes.io/name": "mlflow",
            "ml.uberland.test/environment": "dev",
            "ml.uberland.test/owner": "grid-operators",
            "ml.uberland.test/team": "platform",
        },
    }
    for overlay, expected in facts.items():
        for each in other_repository.overlays[overlay]:
            assert expected.items() <= each["metadata"]["labels"].items()


def test_the_promoted_model_is_the_served_one(any_repository: Repository) -> None:
    prefix = settings(any_repository)["labelPrefix"]
    counted = 0
    for overlay, promotion in promotions(any_repository):
        model = promotion["model"]
        for each in any_repository.overlays[overlay]:
            if each["kind"] == "InferenceService":
                predictor = each["spec"]["predictor"]
                assert predictor["model"]["storageUri"] == model["storageUri"]
                digest = f"{prefix}/model-digest"
                assert each["metadata"]["annotations"][digest] == model["digest"]["value"]
                assert predictor["annotations"][digest] == model["digest"]["value"]
                assert predictor["labels"][f"{prefix}/model-version"] == model["version"]
                counted += 1
        assert promotion["target"]["environment"] == overlay.rpartition("/")[2]
    assert counted == len(ENVIRONMENTS)


def test_changing_one_promotion_changes_what_is_served(
    kustomize: Path, plain: Path, tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(plain, copy)
    overlay = copy / "models/fraud/churn/overlays/staging"
    file = overlay / "promotion.yaml"
    text = file.read_text("utf-8").replace('version: "1"', 'version: "4"')
    file.write_text(text.replace("s3://models/churn/", "s3://models/churn-next/"), "utf-8")
    (service,) = [o for o in build(kustomize, overlay) if o["kind"] == "InferenceService"]
    assert service["spec"]["predictor"]["model"]["storageUri"].startswith("s3://models/churn-next/")
    assert service["spec"]["predictor"]["labels"]["example.com/model-version"] == "4"


def test_the_lock_adds_up_to_the_promoted_digest(repository: Repository) -> None:
    """The root of OpenSSF Model Signing: the digest of the files' digests, in path order."""
    counted = 0
    for overlay, promotion in promotions(repository):
        digest = promotion["model"]["digest"]
        lock = json.loads((repository.root / overlay / digest["lock"]).read_text("utf-8"))
        names = [file["name"] for file in lock["files"]]
        assert names == sorted(names)
        parts = b"".join(bytes.fromhex(file["digest"]) for file in lock["files"])
        assert lock["digest"] == digest["value"] == hashlib.sha256(parts).hexdigest()
        counted += 1
    assert counted == len(ENVIRONMENTS)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_cluster_runs_all_its_overlays(
    environment: str, kustomize: Path, repository: Repository
) -> None:
    entry = repository.root / "clusters" / environment
    listed = yaml.safe_load((entry / "kustomization.yaml").read_text("utf-8"))["resources"]
    expected = [each for each in repository.overlays if each.endswith(f"/{environment}")]
    assert sorted(listed) == [f"../../{each}" for each in expected]
    together = sum(len(repository.overlays[each]) for each in expected)
    assert len(build(kustomize, entry)) == together == 39


def test_namespaces_are_declared_and_guarded(any_repository: Repository) -> None:
    kinds: dict[str, set[str]] = {}
    used = set()
    for overlay, objects in any_repository.overlays.items():
        for each in objects:
            if each["kind"] == "Namespace":
                labels = each["metadata"]["labels"]
                assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
                version = settings(any_repository)["kubernetesVersion"]
                assert labels["pod-security.kubernetes.io/enforce-version"] == f"v{version}"
                kinds[each["metadata"]["name"]] = {
                    f"{o['kind']}/{o['metadata']['name']}" for o in any_repository.overlays[overlay]
                }
            elif "namespace" in each["metadata"]:
                used.add(each["metadata"]["namespace"])
    assert used == kinds.keys()
    assert len(used) == 6
    guards = {"ResourceQuota/quota", "LimitRange/limits", "NetworkPolicy/default-deny"}
    assert all(guards <= found for found in kinds.values())


def test_the_tier_decides_the_quota(repository: Repository, other_repository: Repository) -> None:
    for found, team, processors in (
        (repository, "fraud", "8"),
        (other_repository, "forecasting", "32"),
    ):
        for environment in ENVIRONMENTS:
            objects = found.overlays[f"tenants/{team}/overlays/{environment}"]
            (quota,) = [each for each in objects if each["kind"] == "ResourceQuota"]
            assert quota["spec"]["hard"]["requests.cpu"] == processors


def test_images_come_from_the_mirror_by_digest(any_repository: Repository) -> None:
    mirror = settings(any_repository)["registry"]
    images = [
        value
        for _, each in any_repository.objects()
        for path, value in leaves(each)
        if path.endswith("/image")
    ]
    assert len(images) == 6
    for image in images:
        assert image.startswith(f"{mirror}/")
        assert len(image.partition("@sha256:")[2]) == 64


MEANT = {
    "models/fraud/churn": {
        "InferenceService/churn/spec/predictor/maxReplicas",
        "InferenceService/churn/spec/predictor/model/resources/limits/cpu",
        "InferenceService/churn/spec/predictor/model/resources/limits/memory",
        "InferenceService/churn/spec/predictor/model/resources/requests/cpu",
        "InferenceService/churn/spec/predictor/model/resources/requests/memory",
        "NetworkPolicy/churn-object-storage/spec/egress/0/to/0/ipBlock/cidr",
    },
    "platform/kubernetes-baseline": {
        f"{guard}/spec/{path}"
        for guard, paths in {
            "LimitRange/limits": (
                "limits/0/max/cpu",
                "limits/0/max/memory",
                "limits/1/max/storage",
            ),
            "ResourceQuota/quota": (
                "hard/limits.cpu",
                "hard/limits.memory",
                "hard/persistentvolumeclaims",
                "hard/pods",
                "hard/requests.cpu",
                "hard/requests.memory",
                "hard/requests.nvidia.com/gpu",
                "hard/requests.storage",
            ),
        }.items()
        for path in paths
    },
    "platform/mlflow": {
        "Deployment/mlflow/spec/template/spec/containers/0/resources/limits/memory",
        "Deployment/mlflow/spec/template/spec/containers/0/resources/requests/cpu",
        "Deployment/mlflow/spec/template/spec/containers/0/resources/requests/memory",
        "NetworkPolicy/mlflow-database/spec/egress/0/to/0/ipBlock/cidr",
        "PersistentVolumeClaim/mlflow-artifacts/spec/resources/requests/storage",
    },
    "platform/prometheus": {
        "NetworkPolicy/prometheus-api-server/spec/egress/0/to/0/ipBlock/cidr",
        "Prometheus/prometheus/spec/resources/limits/memory",
        "Prometheus/prometheus/spec/resources/requests/cpu",
        "Prometheus/prometheus/spec/resources/requests/memory",
        "Prometheus/prometheus/spec/retention",
        "Prometheus/prometheus/spec/storage/volumeClaimTemplate/spec/resources/requests/storage",
    },
    "tenants/fraud": set(),
}


@pytest.mark.parametrize("component", sorted(MEANT))
def test_environments_differ_only_where_meant(component: str, repository: Repository) -> None:
    dev, prod = (
        dict(neutral(repository.overlays[f"{component}/overlays/{each}"], each))
        for each in ("dev", "prod")
    )
    different = {path for path in dev.keys() | prod.keys() if dev.get(path) != prod.get(path)}
    assert different == MEANT[component]


def neutral(objects: list[dict[str, Any]], environment: str) -> Iterator[tuple[str, Any]]:
    """Every leaf of the objects; namespaces and labels without the environment's name."""
    for each in objects:
        assert each["metadata"]["labels"]["example.com/environment"] == environment
        for path, value in leaves(each):
            text = str(value).removesuffix(f"-{environment}")
            name = each["metadata"]["name"].removesuffix(f"-{environment}")
            here = path.endswith("/example.com/environment")
            yield f"{each['kind']}/{name}{path}", "here" if here else text


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(child, f"{path}/{key}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from leaves(child, f"{path}/{index}")
    else:
        yield path, value
