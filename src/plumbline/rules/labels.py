"""LBL: labels that answer who owns it, where it belongs and what it may touch."""

from collections.abc import Iterator

from plumbline.findings import Problem, Severity
from plumbline.rules.model import Config, Overlay, rule
from plumbline.yaml import pointer

_VOCABULARY = {
    "data-classification": ("public", "internal", "confidential", "restricted"),
    "personal-data": ("none", "pseudonymised", "personal", "special-category"),
    "ai-risk-tier": ("prohibited", "high", "limited", "minimal", "not-ai"),
    "ai-role": ("provider", "deployer"),
    "criticality": ("tier-0", "tier-1", "tier-2", "tier-3"),
}


@rule(
    "LBL001",
    Severity.ERROR,
    controls=("nist-800-53r5/RA-2", "iso-27001-2022/A.5.13", "iso-27001-2022/A.5.9"),
    needs_settings=True,
)
def missing_label(overlay: Overlay, config: Config) -> Iterator[Problem]:
    """An object lacks a label that this site requires.

    When a model misbehaves at night, the first question is whom to call. An auditor asks the
    same a year later. Pods carry the labels of their template, not those of their Deployment.

    ## Bad
    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: scorer
      labels: {tier: gold}  # LBL001
    spec:
      selector:
        matchLabels: {app: scorer}
      template:
        metadata:
          labels: {app: scorer}  # LBL001
        spec:
          containers:
          - name: scorer
            image: registry.example.org/fraud/scorer:1.4.2
    ```
    ## Bad: a label without a value
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
      labels:
        example.org/owner: ""  # LBL001
    ```
    ## Good
    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: scorer
      labels: {tier: gold, example.org/owner: fraud}
    spec:
      selector:
        matchLabels: {app: scorer}
      template:
        metadata:
          labels: {app: scorer, example.org/owner: fraud}
        spec:
          containers:
          - name: scorer
            image: registry.example.org/fraud/scorer:1.4.2
    ```
    """
    required = config.settings.required_labels
    for id_, path, labels in overlay.labels:
        where = "the object" if path == "/metadata/labels" else "its pod template"
        for label in required:
            if not labels.get(label):
                message = f"{where} has no label {label}: add it, with a value"
                yield Problem(message, object=id_, path=path + pointer(label))


@rule(
    "LBL002",
    Severity.ERROR,
    controls=("nist-800-53r5/RA-2", "iso-27001-2022/A.5.12", "iso-27001-2022/A.5.13"),
    needs_settings=True,
)
def unlisted_label_value(overlay: Overlay, config: Config) -> Iterator[Problem]:
    """A compliance label carries a value that is not in the vocabulary.

    `confidental` is in no policy: the network rule, the report and the alert that look for
    `confidential` all pass over it, and the data is treated as if it had no class.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
      labels:
        example.org/data-classification: confidental  # LBL002
        example.org/environment: production  # LBL002
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
      labels:
        example.org/data-classification: confidential
        example.org/environment: prod
    ```
    """
    prefix = config.settings.label_prefix
    vocabulary = {f"{prefix}/{name}": values for name, values in _VOCABULARY.items()}
    vocabulary[f"{prefix}/environment"] = tuple(config.settings.environments)
    for id_, path, labels in overlay.labels:
        for label, value in labels.items():
            allowed = vocabulary.get(label)
            if allowed is not None and value and value not in allowed:
                message = f"{label} is {value!r}: write one of {', '.join(allowed)}"
                yield Problem(message, object=id_, path=path + pointer(label))


@rule("LBL003", Severity.ERROR, controls=("iso-27001-2022/A.8.31",), needs_settings=True)
def contradicting_label(overlay: Overlay, config: Config) -> Iterator[Problem]:
    """An object's environment label contradicts the overlay that it comes from.

    Dashboards, cost reports and alerts select by the label. A production workload that calls
    itself staging fails without anybody being paged.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
      labels:
        example.org/environment: staging  # LBL003
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
      labels:
        example.org/environment: prod
    ```
    """
    label = f"{config.settings.label_prefix}/environment"
    for id_, path, labels in overlay.labels:
        value = labels.get(label)
        named = value in config.settings.environments
        if overlay.environment and named and value != overlay.environment:
            message = f"{label} is {value!r} in the overlay of {overlay.environment}: make it so"
            yield Problem(message, object=id_, path=path + pointer(label))


RULES = (missing_label, unlisted_label_value, contradicting_label)
