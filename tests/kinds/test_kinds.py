"""Documents become values; what is not stated gets its default."""

import copy
from typing import Any

from plumbline.kinds import (
    External,
    Inventory,
    Metric,
    Model,
    ModelPromotion,
    NodeClass,
    Release,
    Repository,
    Taint,
    Tenant,
    Waiver,
    waivers_from_document,
)
from plumbline.schemas import API_VERSION, check, named_schema, own_schemas


def document(kind: str) -> dict[str, Any]:
    """The example of a kind's schema."""
    return copy.deepcopy(own_schemas()[(API_VERSION, kind)]["examples"][0])


def valid(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    """A document with the given spec, which the schema accepts."""
    value = {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": "x"}, "spec": spec}
    assert check(own_schemas()[(API_VERSION, kind)], value) == ()
    return value


def test_repository() -> None:
    assert Repository.from_document(document("Repository")) == Repository(
        name="ml-platform",
        label_prefix="ml.example.org",
        environments=("dev", "staging", "prod"),
        kubernetes_version="1.33",
        organisation="Example Bank",
        required_labels=("ml.example.org/team", "app.kubernetes.io/name"),
        registry="registry.example.org",
        forge="gitlab",
        gitops="argocd",
        components=("mlflow", "kueue"),
        packs=("nist-800-53r5",),
        accepted_kinds=frozenset({("example.org/v1", "Widget")}),
        severity={"LBL001": "warning"},
        external=External(
            secrets=frozenset({"churn-prod/registry-login"}),
            storage_classes=frozenset({"ceph-rbd"}),
        ),
        template_version="0.1.0",
        answers={"project_name": "ML platform", "components": ["mlflow", "kueue"]},
    )


def test_the_least_repository() -> None:
    spec = {"labelPrefix": "a.example", "environments": ["prod"], "kubernetesVersion": "1.33"}
    repository = Repository.from_document(valid("Repository", spec))
    assert repository == Repository(
        name="x", label_prefix="a.example", environments=("prod",), kubernetes_version="1.33"
    )
    assert (repository.max_waiver_days, repository.warn_waiver_days) == (180, 14)


def test_all_that_a_repository_may_say_arrives() -> None:
    names = {
        "configMaps": ["a/b"],
        "secrets": ["a/c"],
        "services": ["a/d"],
        "serviceAccounts": ["a/e"],
        "persistentVolumeClaims": ["a/f"],
        "localQueues": ["a/g"],
        "namespaces": ["h"],
        "priorityClasses": ["i"],
        "storageClasses": ["j"],
        "clusterRoles": ["system:k"],
    }
    spec = {
        "labelPrefix": "a.example",
        "environments": ["prod"],
        "kubernetesVersion": "1.33",
        "waivers": {"maxDays": 30, "warnDays": 3},
        "limits": {"depth": 9},
        "external": names,
        "acceptedKinds": ["v1/Thing"],
        "template": {"version": "1", "source": "/srv/template.zip"},
    }
    repository = Repository.from_document(valid("Repository", spec))
    assert (repository.max_waiver_days, repository.warn_waiver_days) == (30, 3)
    assert repository.limits == {"depth": 9}
    assert repository.accepted_kinds == {("v1", "Thing")}
    assert repository.template_source == "/srv/template.zip"
    assert repository.external == External(*(frozenset(value) for value in names.values()))


def test_inventory_classes_inherit_the_reserve() -> None:
    assert Inventory.from_document(document("Inventory")) == Inventory(
        name="prod",
        spare_nodes=1,
        node_classes=(
            NodeClass(
                name="cpu",
                count=6,
                allocatable={"cpu": "62", "memory": "250Gi", "pods": 110},
                reserve_percent=10,
            ),
            NodeClass(
                name="a100",
                count=2,
                allocatable={"cpu": "126", "memory": "1000Gi", "nvidia.com/gpu": 8},
                labels={"nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB"},
                taints=(Taint("nvidia.com/gpu", "NoSchedule"),),
                reserve_percent=5,
            ),
        ),
    )


def test_tenant() -> None:
    assert Tenant.from_document(document("Tenant")) == Tenant(
        name="fraud",
        team="fraud",
        owner="fraud-leads",
        cost_center="cc-4711",
        tier="gold",
        namespaces=("fraud-dev", "fraud-prod"),
        data_classification="confidential",
        personal_data="pseudonymised",
        data_residency="eu",
        contacts=("fraud-oncall",),
    )


def test_model() -> None:
    assert Model.from_document(document("Model")) == Model(
        name="churn",
        team="fraud",
        owner="fraud-leads",
        task="estimates who will cancel a contract",
        risk_tier="limited",
        data_classification="confidential",
        approver_roles=("model-owner", "independent-validator"),
        personal_data="pseudonymised",
        criticality="tier-2",
    )


def test_promotion() -> None:
    promotion = ModelPromotion.from_document(document("ModelPromotion"))
    assert (promotion.name, promotion.model, promotion.registry) == (
        "churn",
        "churn",
        "mlflow-prod",
    )
    assert promotion.release == Release("4", "551dbf39" * 8, "s3://models/churn/551dbf39/")
    assert promotion.rollback == Release("1", "f0c1a2b3" * 8, "s3://models/churn/f0c1a2b3/")
    assert promotion.run_id == "1f41344e"
    assert promotion.commit == "d87c84856af0af4fbb945c3b01e40f75183eae62"
    assert promotion.training == ("churn-train",)
    assert promotion.metrics[0].gates["maxRegression"] == 0.01
    assert promotion.metrics[1] == Metric(
        "latency_p95_ms", 13.5, "lower", baseline=12.5, gates={"threshold": 50}
    )
    assert (promotion.risk_tier, promotion.origin, promotion.environment) == (
        "limited",
        "staging",
        "prod",
    )
    assert promotion.required_approvals == {"model-owner": 1, "independent-validator": 1}
    assert promotion.justification.startswith("Retrained")
    assert promotion.baseline_version == "1"
    assert (promotion.not_before, promotion.expires) == ("2026-08-23T06:00:00Z", "2026-09-22")


def test_first_release() -> None:
    value = document("ModelPromotion")
    spec = value["spec"]
    for name in ("rollback", "validity", "rollout"):
        del spec[name]
    del spec["target"]["from"]
    del spec["evidence"]["baseline"]
    spec["firstRelease"] = True
    assert check(own_schemas()[(API_VERSION, "ModelPromotion")], value) == ()
    promotion = ModelPromotion.from_document(value)
    assert promotion.rollback is None
    assert (promotion.origin, promotion.baseline_version, promotion.expires) == ("", "", "")


def test_waivers() -> None:
    listed = named_schema("waivers")["examples"][0]
    short = {key: listed[0][key] for key in ("rule", "subject", "reason", "owner", "expires")}
    assert check(named_schema("waivers"), [short]) == ()
    assert waivers_from_document([*listed, short]) == (
        Waiver(
            rule="POD004",
            subject="DaemonSet/monitoring/node-exporter",
            overlay="platform/prometheus/overlays/prod",
            reason="reads the host's network counters",
            owner="platform-team",
            ticket="RISK-412",
            expires="2026-12-31",
        ),
        Waiver(
            rule="POD004",
            subject="DaemonSet/monitoring/node-exporter",
            reason="reads the host's network counters",
            owner="platform-team",
            expires="2026-12-31",
        ),
    )
