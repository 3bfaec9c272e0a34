"""How many pods an object becomes, as far as the object alone can say.

An autoscaler that overrides `replicas` is another object: who sees both must ask it first.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from plumbline.kubernetes.objects import group_of
from plumbline.kubernetes.shapes import dig, mapping
from plumbline.yaml import tokens

_PERCENT = re.compile(r"([0-9]+)%")
_OPERATORS = ("JAXJob", "MPIJob", "PaddleJob", "PyTorchJob", "TFJob", "XGBoostJob")


def steady_pods(obj: Mapping[str, Any], template_path: str = "/spec/template") -> int | None:
    """Pods of one template outside of a rollout, or None where the object does not say.

    None for a DaemonSet (one a node), a CronJob that may overlap itself, and unknown kinds.
    """
    counter = _COUNTERS.get((group_of(str(obj.get("apiVersion"))), str(obj.get("kind"))))
    return counter(obj, template_path) if counter else None


def most_pods(obj: Mapping[str, Any], template_path: str = "/spec/template") -> int | None:
    """Pods of one template at the worst moment: a Deployment's surge is added."""
    steady = steady_pods(obj, template_path)
    if not steady or obj.get("kind") != "Deployment":
        return steady
    return steady + surge(mapping(obj.get("spec")), steady)


def surge(spec: Mapping[str, Any], replicas: int) -> int:
    """Extra pods of a Deployment's rollout; the default is 25 %, and shares are rounded up."""
    strategy = mapping(spec.get("strategy"))
    if strategy.get("type") == "Recreate":
        return 0
    value = dig(strategy, "rollingUpdate", "maxSurge")
    return _share("25%" if value is None else value, replicas, math.ceil)


def unavailable(spec: Mapping[str, Any], replicas: int) -> int:
    """Pods that a Deployment's rollout may take away; shares are rounded down.

    Where neither surge nor this allows a single pod, the controller takes one away.
    """
    strategy = mapping(spec.get("strategy"))
    if strategy.get("type") == "Recreate":
        return replicas
    value = dig(strategy, "rollingUpdate", "maxUnavailable")
    count = _share("25%" if value is None else value, replicas, math.floor)
    return count if count or surge(spec, replicas) else min(1, replicas)


def _share(value: object, replicas: int, rounded: Callable[[float], int]) -> int:
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match:
        hundredfold = int(match[1]) * replicas
        return -(-hundredfold // 100) if rounded is math.ceil else hundredfold // 100
    return _whole(value, 0)


def _whole(value: object, default: int) -> int:
    sound = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if sound and isinstance(value, int) else default


def _one(_obj: Mapping[str, Any], _path: str) -> int:
    return 1


def _replicas(obj: Mapping[str, Any], _path: str) -> int:
    return _whole(dig(obj, "spec", "replicas"), 1)


def _job(obj: Mapping[str, Any], _path: str) -> int:
    return _job_pods(mapping(obj.get("spec")))


def _job_pods(spec: Mapping[str, Any]) -> int:
    if spec.get("suspend") is True:
        return 0
    parallel = _whole(spec.get("parallelism"), 1)
    return min(parallel, _whole(spec.get("completions"), parallel))


def _cron_job(obj: Mapping[str, Any], _path: str) -> int | None:
    spec = mapping(obj.get("spec"))
    if spec.get("suspend") is True:
        return 0
    if spec.get("concurrencyPolicy") not in ("Forbid", "Replace"):
        return None
    return _job_pods(mapping(dig(spec, "jobTemplate", "spec")))


def _replica_spec(obj: Mapping[str, Any], path: str) -> int:
    """`replicas` beside the template, as the training operator, Volcano and JobSet have it."""
    return _whole(mapping(_parent(obj, path)).get("replicas"), 1)


def _ray(obj: Mapping[str, Any], path: str) -> int:
    if "workerGroupSpecs" not in path:
        return 1
    group = mapping(_parent(obj, path))
    count = _whole(group.get("replicas"), 1)
    if dig(obj, "spec", "enableInTreeAutoscaling") is True:
        count = max(count, _whole(group.get("maxReplicas"), count))
    return count * _whole(group.get("numOfHosts"), 1)


def _inference(obj: Mapping[str, Any], path: str) -> int | None:
    component = mapping(dig(obj, *tokens(path)))
    least = _whole(component.get("minReplicas"), 1)
    most = _whole(component.get("maxReplicas"), 0)
    if path.endswith("/workerSpec") or "/canary/" in path:
        return None
    return max(least, most)


def _parent(obj: Mapping[str, Any], path: str) -> object:
    value: object = obj
    for name in tokens(path)[:-1]:
        value = value[int(name)] if isinstance(value, list) else mapping(value).get(name)
    return value


_COUNTERS: Mapping[tuple[str, str], Callable[[Mapping[str, Any], str], int | None]] = {
    ("", "Pod"): _one,
    ("", "ReplicationController"): _replicas,
    ("apps", "Deployment"): _replicas,
    ("apps", "ReplicaSet"): _replicas,
    ("apps", "StatefulSet"): _replicas,
    ("batch", "CronJob"): _cron_job,
    ("batch", "Job"): _job,
    ("batch.volcano.sh", "Job"): _replica_spec,
    ("kubeflow.org", "Notebook"): _one,
    **{("kubeflow.org", kind): _replica_spec for kind in _OPERATORS},
    ("ray.io", "RayCluster"): _ray,
    ("serving.kserve.io", "InferenceService"): _inference,
}
