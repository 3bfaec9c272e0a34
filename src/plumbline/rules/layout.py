"""LAY: overlays that do not build, and files that nobody builds."""

from collections.abc import Iterator

from plumbline.facts import Facts
from plumbline.findings import Location, Problem, Severity
from plumbline.rules.model import Config, Overlay, rule


@rule(
    "LAY002",
    Severity.WARNING,
    controls=("nist-800-53r5/CM-2", "nist-800-53r5/CM-8"),
    needs_settings=True,
)
def unused_file(facts: Facts, _config: Config) -> Iterator[Problem]:
    """A manifest lies in the repository, and no overlay reads it.

    Somebody believes that it is deployed: the alert, the quota, the network policy. An auditor
    who samples files finds a control that exists on paper only.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    ```
    ```yaml title=models/fraud/churn/base/alert.yaml
    apiVersion: v1  # LAY002
    kind: ConfigMap
    metadata:
      name: alert
    ```
    ## Good
    ```yaml title=models/fraud/churn/overlays/prod/kustomization.yaml
    resources:
    - ../../base
    ```
    ```yaml title=models/fraud/churn/base/kustomization.yaml
    resources:
    - alert.yaml
    ```
    ```yaml title=models/fraud/churn/base/alert.yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: alert
    ```
    """
    read = {file for overlay in facts.overlays for file in overlay.reads}
    for source in facts.sources:
        if source.objects and not source.own and source.file not in read:
            message = (
                "no overlay reads this manifest: list it in a kustomization.yaml that is deployed, "
                "or delete it"
            )
            yield Problem(message, at=Location(source.file))


@rule("LAY004", Severity.ERROR, controls=("nist-800-53r5/CM-3(2)",))
def unbuildable_overlay(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """kustomize cannot build an overlay.

    The GitOps engine keeps the last state that it could build. The environment looks healthy and
    takes no change at all, also not the fix that is needed tonight.

    ## Bad
    ```yaml title=models/fraud/churn/overlays/prod/kustomization.yaml
    resources:
    - scorer.yaml  # LAY004
    ```
    ## Good
    ```yaml title=models/fraud/churn/overlays/prod/kustomization.yaml
    resources:
    - scorer.yaml
    ```
    ```yaml title=models/fraud/churn/overlays/prod/scorer.yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    ```
    """
    if overlay.error is not None and overlay.error.kind != "remote":
        yield Problem(overlay.error.message)


@rule("LAY005", Severity.ERROR, controls=("nist-800-53r5/SR-3", "nist-800-53r5/CM-2"))
def remote_input(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """An overlay takes a part of itself from another machine.

    What is reviewed is an address; what is deployed is whatever stands there at that hour. In a
    network without internet it does not build at all.

    ## Bad
    ```yaml title=models/fraud/churn/overlays/prod/kustomization.yaml
    resources:
    - https://git.example.org/platform/base.git//monitoring?ref=main  # LAY005
    ```
    ## Good
    ```yaml title=models/fraud/churn/overlays/prod/kustomization.yaml
    resources:
    - ../../../../../platform/monitoring/base
    ```
    ```yaml title=platform/monitoring/base/kustomization.yaml
    resources:
    - rules.yaml
    ```
    ```yaml title=platform/monitoring/base/rules.yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: rules
    ```
    """
    if overlay.error is not None and overlay.error.kind == "remote":
        yield Problem(overlay.error.message)


RULES = (unused_file, unbuildable_overlay, remote_input)
