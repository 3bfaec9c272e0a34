"""POD: as whom a pod runs, and with which rights, as Pod Security's "restricted" has it."""

from collections.abc import Iterator
from typing import Any

from plumbline.findings import Problem, Severity
from plumbline.kubernetes import dig, mapping, sequence
from plumbline.rules.model import Config, Overlay, Pod, rule


@rule(
    "POD004",
    Severity.ERROR,
    controls=("cis-kubernetes-1.12/5.2.7", "nist-800-53r5/AC-6"),
)
def root_user(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A container may run as root.

    Every flaw in the container runtime starts with root inside the container. Without
    `runAsNonRoot` it is the image that decides, and the next image may decide otherwise.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer  # POD004
        image: registry.example.org/fraud/scorer:1.4.2
    ```
    ## Bad: a container overrides its pod
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      securityContext:
        runAsNonRoot: true
      initContainers:
      - name: permissions
        image: registry.example.org/fraud/tools:1.4.2
        securityContext:
          runAsNonRoot: false  # POD004
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
        securityContext:
          runAsUser: 0  # POD004
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
    ```
    ## Good: said by the container itself
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
        securityContext:
          runAsNonRoot: true
          runAsUser: 1000
    ```
    """
    for pod in overlay.pods:
        for path, message in _root(pod):
            yield Problem(message, object=pod.id, path=path)


def _root(pod: Pod) -> Iterator[tuple[str, str]]:
    template = pod.template
    shared = mapping(template.spec.get("securityContext"))
    if shared.get("runAsUser") == 0:
        where = f"{template.spec_path}/securityContext/runAsUser"
        yield where, "the pod runs as user 0: write another number"
    for path, container, _ in pod.containers:
        own = mapping(container.get("securityContext"))
        where = f"{path}/securityContext"
        if own.get("runAsUser") == 0 and where != f"{template.spec_path}/securityContext":
            yield f"{where}/runAsUser", "the container runs as user 0: write another number"
        stated = own.get("runAsNonRoot", shared.get("runAsNonRoot"))
        # A container without an image is completed elsewhere: only what it says counts.
        if stated is not True and ("image" in container or own.get("runAsNonRoot") is False):
            message = "the container may run as root: set runAsNonRoot to true, here or on the pod"
            yield f"{where}/runAsNonRoot", message


@rule(
    "POD005",
    Severity.ERROR,
    controls=(
        "cis-kubernetes-1.12/5.2.8",
        "cis-kubernetes-1.12/5.2.9",
        "cis-kubernetes-1.12/5.2.10",
        "nist-800-53r5/AC-6",
    ),
)
def added_capability(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A container keeps or adds kernel capabilities.

    The runtime's default set already lets a process forge packets and change file owners. A
    model server needs none of it; who breaks in would.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
        securityContext:
          capabilities:
            drop: [ALL]
            add: [NET_BIND_SERVICE, SYS_ADMIN]  # POD005
      - name: proxy  # POD005
        image: registry.example.org/fraud/proxy:1.4.2
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
        securityContext:
          capabilities:
            drop: [ALL]
            add: [NET_BIND_SERVICE]
    ```
    """
    for pod in overlay.pods:
        if mapping(pod.template.spec.get("os")).get("name") == "windows":
            continue
        for path, container, _ in pod.containers:
            for where, message in _capabilities(container):
                yield Problem(message, object=pod.id, path=path + where)


def _capabilities(container: dict[str, Any]) -> Iterator[tuple[str, str]]:
    stated = mapping(dig(container, "securityContext", "capabilities"))
    base = "/securityContext/capabilities"
    for index, name in enumerate(sequence(stated.get("add"))):
        if name != "NET_BIND_SERVICE":
            yield f"{base}/add/{index}", f"the container adds the capability {name}: drop it"
    if "image" in container and "ALL" not in sequence(stated.get("drop")):
        yield f"{base}/drop", "the container keeps the default capabilities: write drop: [ALL]"


@rule(
    "POD008",
    Severity.ERROR,
    controls=("cis-kubernetes-1.12/5.7.2", "nist-800-53r5/CM-7"),
)
def missing_seccomp(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A container runs without a filter on system calls.

    Kubernetes filters none unless asked. Most escapes from containers need a call that no model
    server ever makes.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer  # POD008
        image: registry.example.org/fraud/scorer:1.4.2
      - name: proxy
        image: registry.example.org/fraud/proxy:1.4.2
        securityContext:
          seccompProfile:
            type: Unconfined  # POD008
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      securityContext:
        seccompProfile:
          type: RuntimeDefault
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
    ```
    """
    for pod in overlay.pods:
        if mapping(pod.template.spec.get("os")).get("name") == "windows":
            continue
        for path, message in _seccomp(pod):
            yield Problem(message, object=pod.id, path=path)


def _seccomp(pod: Pod) -> Iterator[tuple[str, str]]:
    remedy = "write seccompProfile with type RuntimeDefault, here or on the pod"
    shared = dig(pod.template.spec, "securityContext", "seccompProfile", "type")
    for path, container, _ in pod.containers:
        own = dig(container, "securityContext", "seccompProfile", "type")
        stated = own or shared
        if stated not in ("RuntimeDefault", "Localhost") and (own or "image" in container):
            message = f"the container's seccomp profile is {stated or 'not stated'}: {remedy}"
            yield f"{path}/securityContext/seccompProfile/type", message


RULES = (root_user, added_capability, missing_seccomp)
