from typing import Any

import pytest

from plumbline.kubernetes.workloads import POD_PLACES, containers, images, pod_templates

POD = {"containers": [{"name": "main"}], "initContainers": [{"name": "first"}]}


def nested(path: str, leaf: object) -> Any:
    """Mappings and one-item lists around a leaf: a digit in the path makes a list."""
    value: Any = leaf
    for key in reversed(path.strip("/").split("/") if path else []):
        value = [value] if key.isdecimal() else {key: value}
    return value


CASES = [
    ("v1", "Pod", "", "/spec"),
    ("v1", "PodTemplate", "/template", "/template/spec"),
    ("v1", "ReplicationController", "/spec/template", "/spec/template/spec"),
    ("apps/v1", "Deployment", "/spec/template", "/spec/template/spec"),
    ("apps/v1", "StatefulSet", "/spec/template", "/spec/template/spec"),
    ("apps/v1", "DaemonSet", "/spec/template", "/spec/template/spec"),
    ("apps/v1", "ReplicaSet", "/spec/template", "/spec/template/spec"),
    ("batch/v1", "Job", "/spec/template", "/spec/template/spec"),
    (
        *("batch/v1", "CronJob", "/spec/jobTemplate/spec/template"),
        "/spec/jobTemplate/spec/template/spec",
    ),
    ("kubeflow.org/v1", "Notebook", "/spec/template", "/spec/template/spec"),
    (
        *("kubeflow.org/v1", "PyTorchJob", "/spec/pytorchReplicaSpecs/Worker/template"),
        "/spec/pytorchReplicaSpecs/Worker/template/spec",
    ),
    (
        *("ray.io/v1", "RayCluster", "/spec/workerGroupSpecs/0/template"),
        "/spec/workerGroupSpecs/0/template/spec",
    ),
    ("serving.kserve.io/v1beta1", "InferenceService", "/spec/predictor", "/spec/predictor"),
    ("argoproj.io/v1alpha1", "Workflow", "/spec/templates/0", "/spec/templates/0"),
]


@pytest.mark.parametrize(
    ("api_version", "kind", "path", "spec_path"), CASES, ids=[case[1] for case in CASES]
)
def test_pod_template_is_found_at_its_place(
    api_version: str, kind: str, path: str, spec_path: str
) -> None:
    obj = {"apiVersion": api_version, "kind": kind, **nested(spec_path, POD)}
    (template,) = pod_templates(obj)
    assert (template.path, template.spec_path) == (path, spec_path)
    assert [(at, value["name"], role) for at, value, role in containers(template)] == [
        (f"{spec_path}/containers/0", "main", "container"),
        (f"{spec_path}/initContainers/0", "first", "init"),
    ]


def test_predictor_holds_a_container_under_its_frameworks_name() -> None:
    obj = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "spec": {"predictor": {"model": {"storageUri": "s3://m"}}},
    }
    (template,) = pod_templates(obj)
    assert [path for path, _, _ in containers(template)] == ["/spec/predictor/model"]


def test_spark_driver_is_a_container_and_a_pod_at_once() -> None:
    obj = {
        "apiVersion": "sparkoperator.k8s.io/v1beta2",
        "kind": "SparkApplication",
        "spec": {"driver": {"image": "a", "sidecars": [{"image": "b"}]}},
    }
    (template,) = pod_templates(obj)
    assert [(path, c["image"]) for path, c, _ in containers(template)] == [
        ("/spec/driver", "a"),
        ("/spec/driver/sidecars/0", "b"),
    ]


def test_argo_steps_hold_containers_scripts_and_sets() -> None:
    steps = [{"container": {"name": "a"}}, {"script": {"name": "b"}}, {"steps": []}]
    steps.append({"containerSet": {"containers": [{"name": "c"}]}, "sidecars": [{"name": "d"}]})
    obj = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "spec": {"templates": steps}}
    found = [(p, c["name"]) for template in pod_templates(obj) for p, c, _ in containers(template)]
    assert found == [
        ("/spec/templates/0/container", "a"),
        ("/spec/templates/1/script", "b"),
        ("/spec/templates/3/sidecars/0", "d"),
        ("/spec/templates/3/containerSet/containers/0", "c"),
    ]


def test_argo_steps_inherit_the_workflows_security_context() -> None:
    steps = [{"container": {}}, {"container": {}, "securityContext": {"runAsUser": 5}}]
    spec = {"securityContext": {"runAsNonRoot": True}, "templates": steps}
    obj = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "spec": spec}
    assert [template.spec["securityContext"] for template in pod_templates(obj)] == [
        {"runAsNonRoot": True},
        {"runAsUser": 5},
    ]
    cron = {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow"}
    (first, _) = pod_templates({**cron, "spec": {"workflowSpec": spec}})
    assert first.spec["securityContext"] == {"runAsNonRoot": True}


@pytest.mark.parametrize(
    "obj",
    [
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {}},
        {"apiVersion": "apps/v1", "kind": "Deployment"},
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": None},
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": "text"}},
        {"apiVersion": "example.org/v1", "kind": "Deployment", "spec": {"template": {"spec": POD}}},
        {},
    ],
    ids=["other-kind", "no-spec", "null-spec", "text-template", "other-group", "empty"],
)
def test_no_template_where_there_is_none(obj: dict[str, Any]) -> None:
    assert list(pod_templates(obj)) == []


def test_images_are_named_with_their_places() -> None:
    obj = {
        "apiVersion": "sparkoperator.k8s.io/v1beta2",
        "kind": "SparkApplication",
        "spec": {"image": "a:1", "driver": {"image": "b:1"}, "executor": {"image": 5}},
    }
    assert list(images(obj)) == [("/spec/driver/image", "b:1"), ("/spec/image", "a:1")]
    assert list(images({**obj, "spec": {"image": 5, "driver": {"image": ""}}})) == []


def test_table_is_sorted_so_that_a_kind_is_found_by_eye() -> None:
    assert list(POD_PLACES) == sorted(POD_PLACES)
