"""Rules over one rendering: objects in, (path, words) out, without an engine."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from plumbline.kinds import Repository
from plumbline.kubernetes import PodTemplate, object_id, pod_templates
from plumbline.rules import ALL_RULES, Config, Overlay, by_id, model
from plumbline.schemas import Judgement, Status
from plumbline.yaml import Limits, read

CONFIG = Config(
    Repository(
        name="example",
        label_prefix="example.org",
        environments=("dev", "staging", "prod"),
        kubernetes_version="1.33",
        required_labels=("example.org/owner", "tier"),
        registry="registry.example.org/ml",
    ),
    "1.33",
)


def overlay(text: str) -> Overlay:
    objects = read(text.encode(), Limits()).values
    ids = tuple(object_id(value, "") for value in objects)
    return Overlay("models/a/b/overlays/prod", "prod", objects, ids)


def said(rule_id: str, subject: Overlay) -> list[tuple[str, str]]:
    rule = by_id(rule_id)
    assert rule is not None
    return [(problem.path, problem.message) for problem in rule.check(subject, CONFIG)]


def pod(body: str) -> str:
    """A Pod with a body under `spec`, written as flow YAML."""
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {body}}}"


SPEAKS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "a label that is not there": (
        "LBL001",
        "{apiVersion: v1, kind: ConfigMap, metadata: {labels: {tier: gold}}}",
        [("/metadata/labels/example.org~1owner", "the object has no label example.org/owner")],
    ),
    "no labels at all": (
        "LBL001",
        "{apiVersion: v1, kind: ConfigMap, metadata: {labels: null}}",
        [
            ("/metadata/labels/example.org~1owner", "the object has no label example.org/owner"),
            ("/metadata/labels/tier", "the object has no label tier: add it, with a value"),
        ],
    ),
    "a pod is said once: it is its own template": (
        "LBL001",
        "{apiVersion: v1, kind: Pod, metadata: {labels: {tier: gold}}, spec: {containers: []}}",
        [("/metadata/labels/example.org~1owner", "the object has no label example.org/owner")],
    ),
    "a value outside the vocabulary": (
        "LBL002",
        "{metadata: {labels: {example.org/criticality: high}}}",
        [("/metadata/labels/example.org~1criticality", "'high': write one of tier-0, tier-1")],
    ),
    "a label that is not text": (
        "LBL002",
        "{metadata: {labels: {example.org/criticality: [tier-0]}}}",
        [("/metadata/labels/example.org~1criticality", "['tier-0']: write one of tier-0")],
    ),
    "another environment": (
        "LBL003",
        "{metadata: {labels: {example.org/environment: dev}}}",
        [("/metadata/labels/example.org~1environment", "is 'dev' in the overlay of prod")],
    ),
    "privileged beside others": (
        "POD001",
        pod("{containers: [{}, {securityContext: {privileged: true}}]}"),
        [("/spec/containers/1/securityContext/privileged", "set privileged to false")],
    ),
    "a privileged init container": (
        "POD001",
        pod("{initContainers: [{securityContext: {privileged: true}}]}"),
        [("/spec/initContainers/0/securityContext/privileged", "set privileged to false")],
    ),
    "all three namespaces": (
        "POD002",
        pod("{hostIPC: true, hostNetwork: true, hostPID: true}"),
        [
            ("/spec/hostNetwork", "the pod has hostNetwork: set it to false"),
            ("/spec/hostPID", "the pod has hostPID: set it to false"),
            ("/spec/hostIPC", "the pod has hostIPC: set it to false"),
        ],
    ),
    "escalation by default": (
        "POD003",
        pod("{containers: [{image: a}]}"),
        [
            (
                "/spec/containers/0/securityContext/allowPrivilegeEscalation",
                "set allowPrivilegeEscalation to false",
            )
        ],
    ),
    "user 0 for the pod, even where containers say another": (
        "POD004",
        pod(
            "{securityContext: {runAsNonRoot: true, runAsUser: 0},"
            " containers: [{image: a, securityContext: {runAsUser: 5}}]}"
        ),
        [("/spec/securityContext/runAsUser", "the pod runs as user 0: write another number")],
    ),
    "an explicit false, also without an image": (
        "POD004",
        pod("{containers: [{securityContext: {runAsNonRoot: false}}]}"),
        [("/spec/containers/0/securityContext/runAsNonRoot", "set runAsNonRoot to true")],
    ),
    "a capability that restricted pods may not add": (
        "POD005",
        pod(
            "{containers: [{image: a, securityContext: {capabilities:"
            " {drop: [ALL], add: [NET_BIND_SERVICE, NET_RAW]}}}]}"
        ),
        [("/spec/containers/0/securityContext/capabilities/add/1", "the capability NET_RAW")],
    ),
    "one capability dropped is not all": (
        "POD005",
        pod("{containers: [{image: a, securityContext: {capabilities: {drop: [NET_RAW]}}}]}"),
        [("/spec/containers/0/securityContext/capabilities/drop", "write drop: [ALL]")],
    ),
    "an unconfined container in a confined pod": (
        "POD008",
        pod(
            "{securityContext: {seccompProfile: {type: RuntimeDefault}},"
            " containers: [{image: a, securityContext: {seccompProfile: {type: Unconfined}}}]}"
        ),
        [("/spec/containers/0/securityContext/seccompProfile/type", "profile is Unconfined")],
    ),
    "a tag that moves": (
        "IMG001",
        pod("{containers: [{image: 'a:Latest'}]}"),
        [("/spec/containers/0/image", "image a:Latest: the tag Latest moves")],
    ),
    "an image that nobody can pull": (
        "IMG001",
        pod("{containers: [{image: 'Foo Bar'}]}"),
        [("/spec/containers/0/image", "'Foo Bar' is not an image reference; write")],
    ),
    "the image of a Spark application": (
        "IMG001",
        "{apiVersion: sparkoperator.k8s.io/v1beta2, kind: SparkApplication, spec: {image: spark}}",
        [("/spec/image", "image spark: it names no version")],
    ),
    "the mirror's host, but not its path": (
        "IMG002",
        pod("{containers: [{image: 'registry.example.org/other/a:1'}]}"),
        [("/spec/containers/0/image", "copy it to registry.example.org/ml")],
    ),
    "a name that only starts like the mirror": (
        "IMG002",
        pod("{containers: [{image: 'registry.example.org/mlx/a:1'}]}"),
        [("/spec/containers/0/image", "copy it to registry.example.org/ml")],
    ),
    "limits of an extended resource": (
        "QTA003",
        "{apiVersion: v1, kind: ResourceQuota, spec: {hard: {limits.nvidia.com/gpu: 1}}}",
        [("/spec/hard/limits.nvidia.com~1gpu", "never enforced: write requests.nvidia.com/gpu")],
    ),
}


@pytest.mark.parametrize(("rule_id", "text", "expected"), SPEAKS.values(), ids=SPEAKS)
def test_rule_speaks(rule_id: str, text: str, expected: list[tuple[str, str]]) -> None:
    found = said(rule_id, overlay(text))
    assert [path for path, _ in found] == [path for path, _ in expected]
    for (_, message), (_, words) in zip(found, expected, strict=True):
        assert words in message


SILENT: dict[str, tuple[str, str]] = {
    "labels with values": (
        "LBL001",
        "{metadata: {labels: {tier: gold, example.org/owner: a}}}",
    ),
    "an empty label is for another rule": (
        "LBL002",
        "{metadata: {labels: {example.org/criticality: ''}}}",
    ),
    "another organisation's label": (
        "LBL002",
        "{metadata: {labels: {example.com/criticality: high}}}",
    ),
    "an environment that nobody knows is for another rule": (
        "LBL003",
        "{metadata: {labels: {example.org/environment: production}}}",
    ),
    "no pod": ("POD001", "{kind: ConfigMap, spec: {containers: [{}]}}"),
    "host namespaces left alone": ("POD002", pod("{hostNetwork: false}")),
    "Windows has no escalation": (
        "POD003",
        pod("{os: {name: windows}, containers: [{image: a}]}"),
    ),
    "a predictor's container is completed by its runtime": (
        "POD004",
        "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService,"
        " spec: {predictor: {model: {storageUri: 's3://a'}}}}",
    ),
    "said by the container against its pod": (
        "POD004",
        pod(
            "{securityContext: {runAsNonRoot: false},"
            " containers: [{image: a, securityContext: {runAsNonRoot: true}}]}"
        ),
    ),
    "all dropped, one allowed": (
        "POD005",
        pod(
            "{containers: [{image: a, securityContext: {capabilities:"
            " {drop: [ALL], add: [NET_BIND_SERVICE]}}}]}"
        ),
    ),
    "no volumes of the node": ("POD006", pod("{volumes: [{emptyDir: {}}, {hostPath: null}]}")),
    "port 0 is none": ("POD007", pod("{containers: [{ports: [{hostPort: 0}]}]}")),
    "a profile of the site's own": (
        "POD008",
        pod(
            "{securityContext: {seccompProfile: {type: Localhost, localhostProfile: a.json}},"
            " containers: [{image: a}]}"
        ),
    ),
    "a digest beside a moving tag": (
        "IMG001",
        pod(f"{{containers: [{{image: 'a:latest@sha256:{'0' * 64}'}}]}}"),
    ),
    "the mirror": ("IMG002", pod("{containers: [{image: 'registry.example.org/ml/a:1'}]}")),
    "a digest": ("IMG003", pod(f"{{containers: [{{image: 'a@sha256:{'0' * 64}'}}]}}")),
    "names that quotas enforce": (
        "QTA003",
        "{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: 1, requests.cpu: 1, pods: 3,"
        " requests.nvidia.com/gpu: 1, count/jobs.batch: 2, requests.hugepages-2Mi: 1Gi,"
        " services.nodeports: 0, requests.ephemeral-storage: 1Gi,"
        " a.deviceclass.resource.k8s.io/devices: 1}}}",
    ),
    "a quota of another group": (
        "QTA003",
        "{apiVersion: example.org/v1, kind: ResourceQuota, spec: {hard: {gpus: 1}}}",
    ),
    "misshapen all the way": (
        "POD005",
        pod("{containers: [1, {securityContext: []}], volumes: 3}"),
    ),
}


@pytest.mark.parametrize(("rule_id", "text"), SILENT.values(), ids=SILENT)
def test_rule_is_silent(rule_id: str, text: str) -> None:
    assert said(rule_id, overlay(text)) == []


def test_pod_templates_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def counting(obj: dict[str, object]) -> Iterator[PodTemplate]:
        looked.append(obj["kind"])
        return pod_templates(obj)

    monkeypatch.setattr(model, "pod_templates", counting)
    secret = "{apiVersion: v1, kind: Secret, metadata: {name: a}}"
    plain = overlay(f"{pod('{containers: [{name: a, image: a}]}')}\n---\n{secret}")
    subject = replace(plain, judgements=(Judgement(Status.STRICT),) * 2)
    for rule in ALL_RULES:
        if rule.scopes == (Overlay,):
            list(rule.check(subject, CONFIG))
    assert looked == ["Pod", "Secret"]
