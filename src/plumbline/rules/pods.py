"""POD: what a pod may do to the node that it runs on, as Pod Security's "restricted" has it."""

from collections.abc import Iterator

from plumbline.findings import Problem, Severity
from plumbline.kubernetes import mapping, sequence
from plumbline.rules.model import Config, Overlay, rule


@rule(
    "POD001",
    Severity.ERROR,
    controls=("cis-kubernetes-1.12/5.2.2", "nist-800-53r5/AC-6"),
)
def privileged_container(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A container is privileged.

    It is root on the node, with every device. Who breaks into it owns the node, and with it the
    secrets and the data of every pod that runs there.

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
          privileged: true  # POD001
    ```
    ## Bad: in a training job's replica specs
    ```yaml
    apiVersion: kubeflow.org/v1
    kind: PyTorchJob
    metadata:
      name: trainer
    spec:
      pytorchReplicaSpecs:
        Worker:
          replicas: 2
          template:
            spec:
              containers:
              - name: pytorch
                image: registry.example.org/fraud/trainer:1.4.2
                securityContext:
                  privileged: true  # POD001
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
          privileged: false
    ```
    """
    for pod in overlay.pods:
        for path, container, _ in pod.containers:
            if mapping(container.get("securityContext")).get("privileged") is True:
                message = "the container is privileged: set privileged to false, or drop the field"
                yield Problem(message, object=pod.id, path=f"{path}/securityContext/privileged")


@rule(
    "POD002",
    Severity.ERROR,
    controls=(
        "cis-kubernetes-1.12/5.2.3",
        "cis-kubernetes-1.12/5.2.4",
        "cis-kubernetes-1.12/5.2.5",
        "nist-800-53r5/AC-6",
    ),
)
def host_namespace(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A pod shares the node's network, processes or inter-process memory.

    It sees what other pods send and do, and network policies do not hold it: on the host's
    network its traffic is the node's.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      hostNetwork: true  # POD002
      hostPID: true  # POD002
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      hostNetwork: false
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
    ```
    """
    for pod in overlay.pods:
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.template.spec.get(field) is True:
                message = f"the pod has {field}: set it to false, or drop the field"
                yield Problem(message, object=pod.id, path=f"{pod.template.spec_path}/{field}")


@rule(
    "POD003",
    Severity.ERROR,
    controls=("cis-kubernetes-1.12/5.2.6", "nist-800-53r5/AC-6"),
)
def privilege_escalation(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A container may gain more rights than its parent process has.

    One setuid binary in the image is then enough to become root. Kubernetes allows it unless the
    manifest says otherwise.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer  # POD003
        image: registry.example.org/fraud/scorer:1.4.2
      - name: proxy
        image: registry.example.org/fraud/proxy:1.4.2
        securityContext:
          allowPrivilegeEscalation: true  # POD003
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
          allowPrivilegeEscalation: false
    ```
    """
    for pod in overlay.pods:
        if mapping(pod.template.spec.get("os")).get("name") == "windows":
            continue
        for path, container, _ in pod.containers:
            allowed = mapping(container.get("securityContext")).get("allowPrivilegeEscalation")
            # A container without an image is completed elsewhere: only what it says counts.
            if allowed is True or (allowed is None and "image" in container):
                message = "the container may escalate: set allowPrivilegeEscalation to false"
                where = f"{path}/securityContext/allowPrivilegeEscalation"
                yield Problem(message, object=pod.id, path=where)


@rule(
    "POD006",
    Severity.ERROR,
    controls=("cis-kubernetes-1.12/5.2.12", "nist-800-53r5/AC-6"),
)
def host_path(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A pod mounts a directory of the node.

    Through it a pod reads other tenants' data and the node's own keys. And the data is gone from
    the pod's point of view the day that it is scheduled somewhere else.

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
      volumes:
      - name: models
        hostPath:  # POD006
          path: /srv/models
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
      volumes:
      - name: models
        emptyDir: {}
    ```
    """
    for pod in overlay.pods:
        for index, volume in enumerate(sequence(pod.template.spec.get("volumes"))):
            if mapping(volume).get("hostPath") is not None:
                where = f"{pod.template.spec_path}/volumes/{index}/hostPath"
                message = "the volume is a path of the node: mount a PersistentVolumeClaim instead"
                yield Problem(message, object=pod.id, path=where)


@rule(
    "POD007",
    Severity.ERROR,
    controls=("cis-kubernetes-1.12/5.2.13", "nist-800-53r5/CM-7"),
)
def host_port(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """A container opens a port on the node itself.

    The port is reachable past every Service and, with most network plugins, past the network
    policies. Only one such pod fits a node, so the next roll-out hangs.

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
        ports:
        - containerPort: 8080
          hostPort: 8080  # POD007
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
        ports:
        - containerPort: 8080
    ```
    """
    for pod in overlay.pods:
        for path, container, _ in pod.containers:
            for index, port in enumerate(sequence(container.get("ports"))):
                if mapping(port).get("hostPort"):
                    message = "the container opens a port on the node: drop hostPort, add a Service"
                    where = f"{path}/ports/{index}/hostPort"
                    yield Problem(message, object=pod.id, path=where)


RULES = (privileged_container, host_namespace, privilege_escalation, host_path, host_port)
