"""PRM: promotions that do not say, once and for all, which bytes serve where."""

import re
from collections.abc import Iterator

from plumbline.findings import Problem, Severity
from plumbline.kubernetes import dig
from plumbline.rules.model import Config, Source, rule
from plumbline.schemas import API_VERSION
from plumbline.yaml import Document

_ALIASED = re.compile(r"(?:models|runs|mlflow-artifacts):/")


def _promotions(source: Source) -> Iterator[tuple[Document, object]]:
    """The promotions of a file: each document with its `spec`."""
    for document, judgement in zip(source.documents, source.judgements, strict=False):
        value = document.value if judgement is not None else None
        if dig(value, "apiVersion") == API_VERSION and dig(value, "kind") == "ModelPromotion":
            yield document, dig(value, "spec")


@rule(
    "PRM001",
    Severity.ERROR,
    controls=("nist-800-53r5/CM-2", "nist-800-53r5/SI-7", "dora-2022-2554/9(4)(e)"),
)
def alias_instead_of_version(source: Source, _config: Config) -> Iterator[Problem]:
    """A promotion names a model by an alias, a stage or a registry link.

    An alias can be moved in the registry by anybody, at any hour, and MLflow does not record who
    did. What was reviewed and what serves are then two models with one name.

    ## Bad
    ```yaml title=models/fraud/churn/overlays/prod/promotion.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: ModelPromotion
    metadata:
      name: churn
    spec:
      model:
        name: churn
        registry: mlflow-prod
        version: champion  # PRM001
        storageUri: models:/churn@champion  # PRM001
    ```
    ## Good
    ```yaml title=models/fraud/churn/overlays/prod/promotion.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: ModelPromotion
    metadata:
      name: churn
    spec:
      model:
        name: churn
        registry: mlflow-prod
        version: "4"
        storageUri: s3://models/churn/551dbf39/
    ```
    """
    for document, spec in _promotions(source):
        version = dig(spec, "model", "version")
        if version is not None and not re.fullmatch(r"[0-9]+", str(version)):
            message = f"{version!r} is no version: write the version's number, in quotes"
            path = "/spec/model/version"
            yield Problem(message, path=path, at=source.place(document, path))
        uri = dig(spec, "model", "storageUri")
        if isinstance(uri, str) and _ALIASED.match(uri):
            message = (
                f"{uri} is a link into the registry: write where the files lie, as serving does"
            )
            path = "/spec/model/storageUri"
            yield Problem(message, path=path, at=source.place(document, path))


@rule(
    "PRM008",
    Severity.ERROR,
    controls=("nist-800-53r5/CM-3(2)", "iso-27001-2022/A.8.31"),
    needs_settings=True,
)
def skipped_environment(source: Source, config: Config) -> Iterator[Problem]:
    """A promotion does not come from the environment before.

    The step that was left out is where it would have failed in front of nobody. The record of
    what was tested where has a hole exactly where an auditor looks.

    ## Bad
    ```yaml title=models/fraud/churn/overlays/prod/promotion.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: ModelPromotion
    metadata:
      name: churn
    spec:
      target:
        environment: prod
        from:
          environment: dev  # PRM008
    ```
    ## Bad: it comes from nowhere
    ```yaml title=models/fraud/churn/overlays/prod/promotion.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: ModelPromotion
    metadata:
      name: churn
    spec:
      target:  # PRM008
        environment: prod
    ```
    ## Good
    ```yaml title=models/fraud/churn/overlays/prod/promotion.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: ModelPromotion
    metadata:
      name: churn
    spec:
      target:
        environment: prod
        from:
          environment: staging
    ```
    ## Good: the first environment has none before it
    ```yaml title=models/fraud/churn/overlays/dev/promotion.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: ModelPromotion
    metadata:
      name: churn
    spec:
      target:
        environment: dev
    ```
    """
    order = config.settings.environments
    for document, spec in _promotions(source):
        target = dig(spec, "target", "environment")
        if target not in order[1:]:
            continue
        before = order[order.index(target) - 1]
        origin = dig(spec, "target", "from", "environment")
        if origin != before:
            said = f"not from {origin}" if origin else "and it names no environment before"
            message = f"a promotion to {target} comes from {before}, {said}: serve it there first"
            path = "/spec/target/from/environment"
            yield Problem(message, path=path, at=source.place(document, path))


RULES = (alias_instead_of_version, skipped_environment)
