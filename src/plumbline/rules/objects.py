"""SCH: objects that the API server would refuse, or that nobody here can judge."""

from collections.abc import Iterator
from typing import Any

from plumbline.findings import Problem, Severity
from plumbline.rules.model import Config, Overlay, Source, rule
from plumbline.schemas import Status, nearest, own_schemas


@rule("SCH001", Severity.ERROR, controls=("nist-800-53r5/CM-6",))
def invalid_object(subject: Overlay | Source, _config: Config) -> Iterator[Problem]:
    """An object does not fit the schema of its kind.

    The API server refuses it, or worse, drops the field that it does not know and runs without.
    Either way the merge is done, and the engine retries until somebody wakes up.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Service
    metadata:
      name: scorer
    spec:
      selector:
        app.kubernetes.io/name: scorer
      ports:
      - port: http  # SCH001
    ```
    ## Bad: a document of ours that nobody would read
    ```yaml title=models/fraud/churn/model.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: Modell  # SCH001
    metadata:
      name: churn
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Service
    metadata:
      name: scorer
    spec:
      selector:
        app.kubernetes.io/name: scorer
      ports:
      - port: 80
    ```
    """
    if isinstance(subject, Overlay):
        for id_, judgement in zip(subject.ids, subject.judgements, strict=True):
            if judgement.status is Status.INVALID:
                for problem in judgement.problems:
                    yield Problem(problem.message, object=id_, path=problem.path)
        return
    for document, verdict in zip(subject.documents, subject.judgements, strict=False):
        if verdict is None or verdict.is_valid:
            continue
        if verdict.status is Status.UNKNOWN:
            yield Problem(
                _unknown_kind(document.value), path="/kind", at=subject.place(document, "/kind")
            )
            continue
        for problem in verdict.problems:
            at = subject.place(document, problem.path)
            yield Problem(problem.message, path=problem.path, at=at)


def _unknown_kind(document: dict[str, Any]) -> str:
    kind, known = str(document.get("kind")), sorted({kind for _, kind in own_schemas()})
    close = nearest(kind, known)
    hint = f"did you mean {close}?" if close else f"write one of {', '.join(known)}"
    return f"{document.get('apiVersion')} has no kind {kind}: {hint}"


@rule("SCH002", Severity.WARNING)
def unknown_kind(overlay: Overlay, config: Config) -> Iterator[Problem]:
    """An object is of a kind for which there is no schema here.

    Nothing looked at its fields, so a spelling mistake in it stays green. Bring the schema in, or
    say in plumbline.yaml that the kind is accepted unseen, so that the gap is on record.

    ## Bad
    ```yaml
    apiVersion: example.org/v1
    kind: FeatureStore  # SCH002
    metadata:
      name: churn
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: churn
    ```
    """
    accepted = config.repository.accepted_kinds if config.repository else frozenset()
    for id_, judgement in zip(overlay.ids, overlay.judgements, strict=True):
        known = judgement.status is not Status.UNKNOWN
        if not known and (id_.api_version, id_.kind) not in accepted:
            message = (
                f"no schema for {id_.kind} of {id_.api_version}: add its CRD to the repository, "
                f"or list {id_.api_version}/{id_.kind} under acceptedKinds"
            )
            yield Problem(message, object=id_, path="/kind")


@rule("SCH003", Severity.ERROR, controls=("nist-800-53r5/CM-6",))
def deprecated_version(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """An object is written in an API version that this Kubernetes does not serve.

    It works until the upgrade, and after it the same file that ran for years is refused: on the
    night of the upgrade, in all environments at once.

    ## Bad
    ```yaml
    apiVersion: policy/v1beta1  # SCH003
    kind: PodDisruptionBudget
    metadata:
      name: scorer
    spec:
      minAvailable: 1
    ```
    ## Good
    ```yaml
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: scorer
    spec:
      minAvailable: 1
    ```
    """
    for id_, judgement in zip(overlay.ids, overlay.judgements, strict=True):
        if judgement.status is Status.UNSERVED:
            for problem in judgement.problems:
                yield Problem(problem.message, object=id_, path=problem.path or "/apiVersion")


RULES = (invalid_object, unknown_kind, deprecated_version)
