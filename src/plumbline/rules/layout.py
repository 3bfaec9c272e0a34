"""LAY: overlays that do not build, and files that nobody builds."""

import posixpath
from collections.abc import Iterator

from plumbline.facts import Facts, SourceFact
from plumbline.findings import Location, Problem, Severity
from plumbline.rules.model import Config, Overlay, rule


@rule("LAY001", Severity.ERROR, controls=("nist-800-53r5/CM-2",), needs_settings=True)
def misplaced_file(facts: Facts, config: Config) -> Iterator[Problem]:
    """A kustomization lies where none belongs, and nothing includes it.

    Paths say what is deployed where. An overlay under a misspelt environment is never rendered,
    never checked and never deployed, and every run stays green.

    ## Bad
    ```yaml title=models/fraud/churn/overlays/prd/kustomization.yaml
    resources:  # LAY001
    - ../../base
    ```
    ```yaml title=models/fraud/churn/overlays/prod/kustomization.yaml
    resources:
    - ../../base
    ```
    ```yaml title=models/fraud/churn/base/kustomization.yaml
    resources:
    - scorer.yaml
    ```
    ```yaml title=models/fraud/churn/base/scorer.yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    ```
    ## Good
    ```yaml title=models/fraud/churn/overlays/prod/kustomization.yaml
    resources:
    - ../../base
    ```
    ```yaml title=models/fraud/churn/base/kustomization.yaml
    resources:
    - scorer.yaml
    ```
    ```yaml title=models/fraud/churn/base/scorer.yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    ```
    ```yaml title=clusters/prod/kustomization.yaml
    resources:
    - ../../models/fraud/churn/overlays/prod
    ```
    """
    environments = config.settings.environments
    entries = {f"clusters/{environment}" for environment in environments}
    for source in _unread(facts):
        if source.kustomization and posixpath.dirname(source.file) not in entries:
            message = (
                "no overlay includes this kustomization, and its own path is not that of an "
                f"overlay: move it to .../overlays/<{'|'.join(environments)}>, or delete it"
            )
            yield Problem(message, at=Location(source.file))


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
    for source in _unread(facts):
        if source.objects and not source.own:
            message = (
                "no overlay reads this manifest: list it in a kustomization.yaml that is deployed, "
                "or delete it"
            )
            yield Problem(message, at=Location(source.file))


def _unread(facts: Facts) -> Iterator[SourceFact]:
    """Files that no overlay reads, as far as is known.

    What an overlay would have read that did not build is unknown: files beside what it did read,
    beside itself and in the base of its own are left out.
    """
    read = {file for overlay in facts.overlays for file in overlay.reads}
    broken = [overlay for overlay in facts.overlays if overlay.failed]
    doubtful = {posixpath.dirname(file) for overlay in broken for file in overlay.reads}
    doubtful |= {overlay.overlay for overlay in broken}
    doubtful |= {f"{overlay.overlay.rpartition('/overlays/')[0]}/base" for overlay in broken}
    for source in facts.sources:
        if source.file not in read and posixpath.dirname(source.file) not in doubtful:
            yield source


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


RULES = (misplaced_file, unused_file, unbuildable_overlay, remote_input)
