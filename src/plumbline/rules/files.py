"""YML: what the text of a file hides from its readers."""

from collections.abc import Iterator

from plumbline.findings import Location, Problem, Severity
from plumbline.rules.model import Config, Source, rule


def _problems(source: Source, *kinds: str) -> Iterator[Problem]:
    for hazard in source.hazards:
        if hazard.kind in kinds:
            at = Location(source.file, hazard.line, hazard.column)
            yield Problem(hazard.message, path=hazard.path, at=at)


@rule("YML001", Severity.ERROR)
def unreadable_file(source: Source, _config: Config) -> Iterator[Problem]:
    """A file cannot be read as YAML, or is too large to be read safely.

    Nothing in it is checked, and nothing in it will be deployed. A file that unfolds to millions
    of nodes takes the GitOps controller down with it, and every other tenant's changes wait.

    ## Bad
    ```yaml title=datasets/churn.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: Dataset
    metadata:
      name: @churn  # YML001
    ```
    ## Good
    ```yaml title=datasets/churn.yaml
    apiVersion: plumbline.dev/v1alpha1
    kind: Dataset
    metadata:
      name: "@churn"
    ```
    """
    yield from _problems(source, "unreadable", "limit")


@rule("YML002", Severity.ERROR)
def repeated_key(source: Source, _config: Config) -> Iterator[Problem]:
    """A mapping holds the same key twice.

    kubectl keeps the last one without a word, kustomize refuses the file. The reviewer read the
    first one. Whichever was meant, one of the three is wrong about what runs.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    data:
      threshold: "0.5"
      threshold: "0.9"  # YML002
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    data:
      threshold: "0.5"
      threshold-night: "0.9"
    ```
    """
    yield from _problems(source, "repeated-key")


@rule("YML003", Severity.ERROR)
def raw_rendered_difference(source: Source, _config: Config) -> Iterator[Problem]:
    """A value means one thing to kubectl and another to kustomize.

    YAML 1.1 and 1.2 disagree on `yes`, on dates and on more. What was tried by hand with kubectl
    is then not what the GitOps engine deploys. Quotes end the argument.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    data:
      shadow: yes  # YML003
      since: 2026-01-01  # YML003
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    data:
      shadow: "yes"
      since: "2026-01-01"
    ```
    """
    yield from _problems(source, "raw-rendered")


@rule("YML004", Severity.ERROR)
def lost_document(source: Source, _config: Config) -> Iterator[Problem]:
    """A part of a file is dropped in silence by the tools that read it.

    The reviewer approved it, the pipeline is green, and it never reaches the cluster. Nobody
    looks for a NetworkPolicy that is plainly there in the file.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    ...
    apiVersion: v1  # YML004
    kind: ConfigMap
    metadata:
      name: lost
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: kept
    ```
    """
    yield from _problems(source, "lost-document")


RULES = (unreadable_file, repeated_key, raw_rendered_difference, lost_document)
