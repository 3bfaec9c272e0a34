"""QTA: quotas that refuse what they should admit, or limit nothing."""

import re
from collections.abc import Iterator

from plumbline.facts import Facts
from plumbline.findings import Problem, Severity
from plumbline.kubernetes import dig, mapping
from plumbline.rules.model import Config, Overlay, rule
from plumbline.yaml import pointer

_DEMANDING = {
    *("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"),
}
_KNOWN = re.compile(
    r"(?:(?:requests\.|limits\.)?(?:cpu|memory|ephemeral-storage|storage)"
    r"|(?:requests\.)?hugepages-.+|pods|services(?:\.nodeports|\.loadbalancers)?"
    r"|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims)"
)
_ENFORCED = re.compile(
    r"requests\.[^/]+/.+|count/.+"
    r"|.+\.storageclass\.storage\.k8s\.io/(?:requests\.storage|persistentvolumeclaims)"
    r"|.+\.deviceclass\.resource\.k8s\.io/devices"
)


@rule(
    "QTA001",
    Severity.ERROR,
    controls=("nist-800-53r5/SC-6", "iso-27001-2022/A.8.6"),
)
def missing_limit_range(facts: Facts, _config: Config) -> Iterator[Problem]:
    """A namespace has a quota on CPU or memory, and no LimitRange.

    From then on every container must state its own numbers, also those that operators and
    sidecar injectors make. The Deployment says success, and no pod comes up.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: team
      namespace: fraud
    spec:
      hard:  # QTA001
        requests.cpu: "16"
        requests.memory: 64Gi
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: team
      namespace: fraud
    spec:
      hard:
        requests.cpu: "16"
        requests.memory: 64Gi
    ---
    apiVersion: v1
    kind: LimitRange
    metadata:
      name: team
      namespace: fraud
    spec:
      limits:
      - type: Container
        defaultRequest: {cpu: 100m, memory: 128Mi}
        default: {memory: 512Mi}
    ```
    ## Good: a quota that asks nothing of containers
    ```yaml
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: team
      namespace: fraud
    spec:
      hard:
        pods: "40"
        requests.nvidia.com/gpu: "8"
    ```
    """
    limited = {(o.environment, id_.namespace) for o in facts.overlays for id_ in o.limit_ranges}
    for overlay in facts.overlays:
        for quota in overlay.quotas:
            namespace = quota.id.namespace
            demanded = sorted(_DEMANDING.intersection(quota.hard))
            if demanded and (overlay.environment, namespace) not in limited:
                where = f"namespace {namespace}" if namespace else "the same namespace"
                message = (
                    f"the quota on {demanded[0]} refuses every container that states none: "
                    f"add a LimitRange with defaults to {where}"
                )
                yield Problem(message, quota.id, "/spec/hard", overlay=overlay.overlay)


@rule(
    "QTA003",
    Severity.ERROR,
    controls=("nist-800-53r5/SC-6", "iso-27001-2022/A.8.6"),
)
def misspelt_quota(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A quota names a resource in a form that is never enforced.

    The API server takes `nvidia.com/gpu` and counts nothing. One team's notebook holds all
    GPUs of the cluster, and the quota in git says that it cannot.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: team
      namespace: fraud
    spec:
      hard:
        nvidia.com/gpu: "4"  # QTA003
        limits.nvidia.com/gpu: "4"  # QTA003
        gpus: "4"  # QTA003
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: team
      namespace: fraud
    spec:
      hard:
        requests.nvidia.com/gpu: "4"
        count/jobs.batch: "20"
        limits.memory: 64Gi
        ssd.storageclass.storage.k8s.io/requests.storage: 1Ti
    ```
    """
    for obj, id_ in zip(overlay.objects, overlay.ids, strict=True):
        if id_.kind != "ResourceQuota" or id_.api_version != "v1":
            continue
        for name in map(str, mapping(dig(obj, "spec", "hard"))):
            if not _KNOWN.fullmatch(name) and not _ENFORCED.fullmatch(name):
                message = f"{name} {_cure(name)}"
                yield Problem(message, object=id_, path="/spec/hard" + pointer(name))


def _cure(name: str) -> str:
    if "/" not in name:
        return "is no resource that a quota knows: write one such as requests.nvidia.com/gpu"
    return f"is accepted and never enforced: write requests.{name.removeprefix('limits.')}"


RULES = (missing_limit_range, misspelt_quota)
