from typing import Any

import pytest

from plumbline.kubernetes.replicas import most_pods, steady_pods, unavailable
from plumbline.kubernetes.workloads import pod_templates

Spec = dict[str, Any]


def rolling(**update: Any) -> Spec:
    return {"strategy": {"type": "RollingUpdate", "rollingUpdate": update}}


CASES: dict[str, tuple[str, str, Spec, int | None, int | None]] = {
    "one replica by default, one more in a rollout": ("apps/v1", "Deployment", {}, 1, 2),
    "a quarter rounds up": ("apps/v1", "Deployment", {"replicas": 5}, 5, 7),
    "surge in pods": ("apps/v1", "Deployment", {"replicas": 4, **rolling(maxSurge=3)}, 4, 7),
    "surge in percent": ("apps/v1", "Deployment", {"replicas": 3, **rolling(maxSurge="50%")}, 3, 5),
    "no surge": ("apps/v1", "Deployment", {"replicas": 4, **rolling(maxSurge=0)}, 4, 4),
    "recreated": ("apps/v1", "Deployment", {"replicas": 4, "strategy": {"type": "Recreate"}}, 4, 4),
    "switched off": ("apps/v1", "Deployment", {"replicas": 0}, 0, 0),
    "stateful sets do not surge": ("apps/v1", "StatefulSet", {"replicas": 3}, 3, 3),
    "a daemon set is for the nodes to say": ("apps/v1", "DaemonSet", {}, None, None),
    "a job": ("batch/v1", "Job", {}, 1, 1),
    "a job ends with its completions": (
        *("batch/v1", "Job", {"parallelism": 8, "completions": 3}),
        *(3, 3),
    ),
    "a suspended job": ("batch/v1", "Job", {"suspend": True, "parallelism": 8}, 0, 0),
    "a cron job that may overlap itself": ("batch/v1", "CronJob", {}, None, None),
    "a cron job that may not": (
        "batch/v1",
        "CronJob",
        {"concurrencyPolicy": "Forbid", "jobTemplate": {"spec": {"parallelism": 2}}},
        2,
        2,
    ),
    "an unknown kind": ("example.org/v1", "Thing", {"replicas": 3}, None, None),
}


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "steady", "most"), CASES.values(), ids=CASES
)
def test_pods_of_an_object(
    api_version: str, kind: str, spec: Spec, steady: int | None, most: int | None
) -> None:
    obj = {"apiVersion": api_version, "kind": kind, "spec": spec}
    assert (steady_pods(obj), most_pods(obj)) == (steady, most)


def test_replicas_stand_beside_the_template_in_a_training_job() -> None:
    roles = {"Master": {"template": {}}, "Worker": {"replicas": 7, "template": {}}}
    spec = {"pytorchReplicaSpecs": roles}
    obj = {"apiVersion": "kubeflow.org/v1", "kind": "PyTorchJob", "spec": spec}
    assert [most_pods(obj, template.path) for template in pod_templates(obj)] == [1, 7]


@pytest.mark.parametrize(("autoscaling", "pods"), [(False, [1, 4, 1]), (True, [1, 10, 1])])
def test_ray_workers_grow_only_with_the_autoscaler(autoscaling: bool, pods: list[int]) -> None:
    workers = {"replicas": 2, "maxReplicas": 5, "numOfHosts": 2, "template": {}}
    spec = {
        "enableInTreeAutoscaling": autoscaling,
        "headGroupSpec": {"template": {}},
        "workerGroupSpecs": [workers, {"template": {}}],
    }
    obj = {"apiVersion": "ray.io/v1", "kind": "RayCluster", "spec": spec}
    assert [most_pods(obj, template.path) for template in pod_templates(obj)] == pods


def test_predictor_grows_to_its_maximum() -> None:
    spec = {"predictor": {"minReplicas": 2, "maxReplicas": 6}, "transformer": {}}
    obj = {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "spec": spec}
    assert [most_pods(obj, template.path) for template in pod_templates(obj)] == [6, 1]


@pytest.mark.parametrize(
    ("spec", "pods"),
    [
        ({}, 1),
        (rolling(maxUnavailable=2), 2),
        (rolling(maxSurge=0, maxUnavailable=0), 1),
        (rolling(maxSurge=1, maxUnavailable="10%"), 0),
        (rolling(maxUnavailable="20%"), 1),
        ({"strategy": {"type": "Recreate"}}, 5),
    ],
    ids=[
        "a quarter rounds down",
        "in pods",
        "never both zero",
        "a tenth of five",
        "a fifth of five",
        "recreated",
    ],
)
def test_pods_that_a_rollout_may_take_away(spec: Spec, pods: int) -> None:
    assert unavailable(spec, 5) == pods
