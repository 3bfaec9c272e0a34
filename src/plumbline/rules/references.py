"""REF: names that a pod needs and nobody offers."""

from collections.abc import Iterator

from plumbline.facts import Facts
from plumbline.findings import Problem, Severity
from plumbline.rules.model import Config, rule

_ALWAYS = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
_EXTERNAL = {
    "ConfigMap": "configMaps",
    "PersistentVolumeClaim": "persistentVolumeClaims",
    "Secret": "secrets",
    "ServiceAccount": "serviceAccounts",
}


def _dangling(facts: Facts, config: Config, *kinds: str) -> Iterator[Problem]:
    """References that no overlay of the same environment answers.

    An environment with an overlay that did not build is passed over: what it offers is unknown.
    """
    unknown = {overlay.environment for overlay in facts.overlays if overlay.failed}
    offered = {
        (overlay.environment, resource.id.kind, resource.id.namespace, resource.id.name)
        for overlay in facts.overlays
        for resource in overlay.resources
        if resource.id.kind in kinds
    }
    external = config.settings.external
    listed = {
        "ConfigMap": external.config_maps,
        "PersistentVolumeClaim": external.persistent_volume_claims,
        "Secret": external.secrets,
        "ServiceAccount": external.service_accounts,
    }
    for overlay in facts.overlays:
        if overlay.environment in unknown:
            continue
        for reference in overlay.references:
            kind, name, space = reference.kind, reference.name, reference.source.namespace
            if kind not in kinds or (kind, name) in _ALWAYS or f"{space}/{name}" in listed[kind]:
                continue
            if (overlay.environment, kind, space, name) not in offered:
                message = (
                    f"{kind} {name} is offered by no overlay of {overlay.environment} in "
                    f"{f'namespace {space}' if space else 'its namespace'}: add it, "
                    f"or list it under external.{_EXTERNAL[kind]}"
                )
                yield Problem(message, reference.source, reference.path, overlay=overlay.overlay)


@rule("REF002", Severity.ERROR, needs_settings=True)
def missing_configuration(facts: Facts, config: Config) -> Iterator[Problem]:
    """A pod needs a ConfigMap or a Secret that nobody offers.

    The pod waits in `CreateContainerConfigError` or for its volume, for ever. Old pods keep
    running, so it shows on the next node failure and not on the day of the change.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
      namespace: fraud
    spec:
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
        envFrom:
        - configMapRef:
            name: thresholds  # REF002
        env:
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: registry-token  # REF002
              key: token
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
      namespace: fraud
    spec:
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
        envFrom:
        - configMapRef:
            name: thresholds
        env:
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: registry-token
              key: token
              optional: true
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: thresholds
      namespace: fraud
    data:
      lower: "0.5"
    ```
    """
    yield from _dangling(facts, config, "ConfigMap", "Secret")


@rule("REF004", Severity.ERROR, needs_settings=True)
def missing_claim(facts: Facts, config: Config) -> Iterator[Problem]:
    """A pod mounts a PersistentVolumeClaim that nobody offers.

    The pod stays `Pending`, and the training run that was to end by morning has not begun.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: trainer
      namespace: fraud
    spec:
      containers:
      - name: trainer
        image: registry.example.org/fraud/trainer:1.4.2
      volumes:
      - name: features
        persistentVolumeClaim:
          claimName: features  # REF004
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: trainer
      namespace: fraud
    spec:
      containers:
      - name: trainer
        image: registry.example.org/fraud/trainer:1.4.2
      volumes:
      - name: features
        persistentVolumeClaim:
          claimName: features
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: features
      namespace: fraud
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 50Gi}}
    ```
    """
    yield from _dangling(facts, config, "PersistentVolumeClaim")


@rule("REF005", Severity.ERROR, needs_settings=True)
def missing_account(facts: Facts, config: Config) -> Iterator[Problem]:
    """A pod runs as a ServiceAccount that nobody offers.

    The controller cannot create the pod at all, and says so only in its events. The quick remedy
    at night is the default account, which then stays.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
      namespace: fraud
    spec:
      serviceAccountName: scorer  # REF005
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
      namespace: fraud
    spec:
      serviceAccountName: scorer
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: scorer
      namespace: fraud
    ```
    """
    yield from _dangling(facts, config, "ServiceAccount")


RULES = (missing_configuration, missing_claim, missing_account)
