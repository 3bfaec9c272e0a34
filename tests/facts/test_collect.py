from dataclasses import replace

import pytest

from plumbline.facts import Facts, OverlayFacts, Promotion, Quota, SourceFact, Workload
from plumbline.facts.collect import collect
from plumbline.facts.encoding import decode, decode_overlay, encode
from plumbline.findings import Location, ObjectId
from plumbline.kubernetes import object_id
from plumbline.yaml import Limits, read

SCORER = ObjectId("apps/v1", "Deployment", "fraud", "scorer")
HEAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: scorer, namespace: fraud}
"""


def facts_of(text: str) -> OverlayFacts:
    objects = read(text.encode(), Limits()).values
    ids = [object_id(value, "") for value in objects]
    return collect("a", environment="prod", objects=objects, ids=ids, reads=("b.yaml",))


def deployment(pod: str) -> str:
    return f"{HEAD}spec: {{template: {{spec: {pod}}}}}"


REFERENCES: dict[str, tuple[str, list[tuple[str, str, str, str]]]] = {
    "envFrom": (
        "{containers: [{envFrom: [{configMapRef: {name: a}}, {secretRef: {name: b}}]}]}",
        [
            ("/containers/0/envFrom/0/configMapRef/name", "ConfigMap", "a", ""),
            ("/containers/0/envFrom/1/secretRef/name", "Secret", "b", ""),
        ],
    ),
    "a key in env, of an init container": (
        "{initContainers: [{env: [{name: A, valueFrom: {secretKeyRef: {name: b, key: c}}}]}]}",
        [("/initContainers/0/env/0/valueFrom/secretKeyRef/name", "Secret", "b", "c")],
    ),
    "volumes": (
        "{volumes: [{configMap: {name: a}}, {secret: {secretName: b}},"
        " {persistentVolumeClaim: {claimName: c}}]}",
        [
            ("/volumes/0/configMap/name", "ConfigMap", "a", ""),
            ("/volumes/1/secret/secretName", "Secret", "b", ""),
            ("/volumes/2/persistentVolumeClaim/claimName", "PersistentVolumeClaim", "c", ""),
        ],
    ),
    "projected volumes": (
        "{volumes: [{projected: {sources: [{secret: {name: a}}, {serviceAccountToken: {}}]}}]}",
        [("/volumes/0/projected/sources/0/secret/name", "Secret", "a", "")],
    ),
    "pull secrets and accounts": (
        "{imagePullSecrets: [{name: a}], serviceAccountName: b, serviceAccount: b}",
        [
            ("/imagePullSecrets/0/name", "Secret", "a", ""),
            ("/serviceAccountName", "ServiceAccount", "b", ""),
        ],
    ),
    "what is optional is no reference": (
        "{volumes: [{configMap: {name: a, optional: true}}],"
        " containers: [{envFrom: [{secretRef: {name: b, optional: true}}]}]}",
        [],
    ),
    "what is misshapen is no reference": (
        "{volumes: [3, {configMap: []}, {secret: {secretName: 5}}], imagePullSecrets: x,"
        " containers: [{env: {}, envFrom: [null]}]}",
        [],
    ),
}


@pytest.mark.parametrize(("pod", "expected"), REFERENCES.values(), ids=REFERENCES)
def test_references(pod: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = facts_of(deployment(pod)).references
    assert [(r.source, r.path, r.kind, r.name, r.key) for r in found] == [
        (SCORER, f"/spec/template/spec{path}", *rest) for path, *rest in expected
    ]


def test_resources_are_offered_with_their_keys() -> None:
    text = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: fraud}
data: {z: "1", y: "2"}
binaryData: {x: AA==}
"""
    (offer,) = facts_of(text).resources
    assert (str(offer.id), offer.keys) == ("ConfigMap/fraud/a", ("x", "y", "z"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: a}}", "a"),
        ("{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a}}", "a"),
        (
            "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a},"
            " spec: {target: {name: b}}}",
            "b",
        ),
        (
            "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a},"
            " spec: {secretName: tls}}",
            "tls",
        ),
    ],
    ids=["sealed", "external-by-default", "external", "certificate"],
)
def test_secret_that_a_controller_makes_is_offered(text: str, name: str) -> None:
    assert f"Secret/{name}" in [str(offer.id) for offer in facts_of(text).resources]


def test_quotas_and_limit_ranges() -> None:
    text = """\
apiVersion: v1
kind: ResourceQuota
metadata: {name: a, namespace: fraud}
spec: {hard: {cpu: 4, memory: 8Gi}, scopes: [NotTerminating]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: b, namespace: fraud}
"""
    facts = facts_of(text)
    quota = ObjectId("v1", "ResourceQuota", "fraud", "a")
    assert facts.quotas == (Quota(quota, {"cpu": "4", "memory": "8Gi"}, 1),)
    assert facts.limit_ranges == (ObjectId("v1", "LimitRange", "fraud", "b"),)


WORKLOADS: dict[str, tuple[str, list[tuple[int | None, dict[str, str]]]]] = {
    "a deployment at the height of its rollout": (
        f"{HEAD}spec: {{replicas: 4, template: {{spec: {{containers:"
        " [{resources: {limits: {cpu: 500m, nvidia.com/gpu: 1}}}]}}}",
        [(5, {"cpu": "500m", "nvidia.com/gpu": "1"})],
    ),
    "an unreadable quantity is not counted": (
        deployment("{containers: [{resources: {limits: {memory: 1K}}}]}"),
        [(None, {})],
    ),
    "a daemon set is not counted": (
        "{apiVersion: apps/v1, kind: DaemonSet, spec: {template: {spec: {}}}}",
        [(None, {})],
    ),
    "a predictor's one container": (
        "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, spec: {predictor:"
        " {maxReplicas: 3, model: {resources: {requests: {cpu: 2}}}}}}",
        [(3, {"cpu": "2"})],
    ),
    "a Spark driver is not counted": (
        "{apiVersion: sparkoperator.k8s.io/v1beta2, kind: SparkApplication,"
        " spec: {driver: {cores: 1}}}",
        [(None, {})],
    ),
    "a template for others to run": ("{apiVersion: v1, kind: PodTemplate, template: {}}", []),
    "no workload": ("{apiVersion: v1, kind: ConfigMap}", []),
}


@pytest.mark.parametrize(("text", "expected"), WORKLOADS.values(), ids=WORKLOADS)
def test_workloads(text: str, expected: list[tuple[int | None, dict[str, str]]]) -> None:
    assert [(w.replicas, w.requests) for w in facts_of(text).workloads] == expected


def test_images_are_listed_once_and_sorted() -> None:
    text = deployment("{containers: [{image: b}, {image: a}], initContainers: [{image: b}]}")
    assert facts_of(text).images == ("a", "b")


def test_facts_survive_encoding() -> None:
    collected = facts_of(
        deployment(
            "{serviceAccountName: c, containers: [{image: b, resources: {limits: {cpu: 1}}}]}"
        )
        + "\n---\n{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: 1}}}"
        + "\n---\n{apiVersion: v1, kind: LimitRange}"
        + "\n---\n{apiVersion: v1, kind: ConfigMap, data: {a: b}}"
    )
    overlay = replace(collected, failed=1)
    assert all(
        [overlay.references, overlay.quotas, overlay.limit_ranges, overlay.resources[-1].keys]
    )
    assert isinstance(overlay.workloads[0], Workload)
    promotion = (Promotion("churn", "4", "prod", "f.yaml"), Location("f.yaml", 3, 5))
    facts = Facts((overlay,), (SourceFact("f.yaml", 1, 1),), (promotion,))
    assert decode(encode(facts)) == facts
    assert decode_overlay(encode(overlay)) == overlay
    assert encode(decode(encode(facts))) == encode(facts)
