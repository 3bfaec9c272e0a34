"""IMG: which bytes run, and where they come from."""

from collections.abc import Iterator

from plumbline.findings import Problem, Severity
from plumbline.kubernetes import Image, parse_image
from plumbline.rules.model import Config, Overlay, rule

_MOVING = {
    *("latest", "main", "master", "trunk", "develop", "dev", "edge", "nightly", "stable"),
    *("canary", "snapshot", "staging", "prod", "production", "current", "head"),
}


def _read(reference: str) -> Image | None:
    try:
        return parse_image(reference)
    except ValueError:
        return None  # floating-image says what is wrong with it


@rule(
    "IMG001",
    Severity.ERROR,
    controls=("nist-800-53r5/CM-2", "nist-800-53r5/SI-7"),
)
def floating_image(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """An image is named by a tag that moves, or by none.

    The pod that restarts tonight may run other bytes than the one that was tested, on one node
    and not on the next. A roll-back to `latest` rolls back to the same thing.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      initContainers:
      - name: fetch
        image: registry.example.org/fraud/fetch  # IMG001
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:latest  # IMG001
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      initContainers:
      - name: fetch
        image: registry.example.org/fraud/fetch:2.0.1
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2
    ```
    """
    for id_, path, reference in overlay.images:
        try:
            image = parse_image(reference)
        except ValueError as error:
            yield Problem(str(error), object=id_, path=path)
            continue
        if not image.digest and (not image.tag or image.tag.lower() in _MOVING):
            what = f"the tag {image.tag} moves" if image.tag else "it names no version"
            message = f"image {reference}: {what}; write a release's tag or a digest"
            yield Problem(message, object=id_, path=path)


@rule(
    "IMG002",
    Severity.ERROR,
    controls=("nist-800-53r5/SR-3", "nist-800-53r5/SR-11"),
    needs_settings=True,
)
def foreign_registry(overlay: Overlay, config: Config) -> Iterator[Problem]:
    """An image comes from a registry that is not the company's mirror.

    Without internet the pod never starts. With it, nobody has scanned what runs, and the day the
    foreign registry is down or limits its callers is not of our choosing.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer
        image: docker.io/fraud/scorer:1.4.2  # IMG002
    ```
    ## Bad: Docker Hub is what a short name means
    ```yaml
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      name: scorer
    spec:
      schedule: "0 2 * * *"
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
              - name: scorer
                image: python:3.12.4  # IMG002
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
    ```
    """
    mirror = config.settings.registry
    if not mirror:
        return
    for id_, path, reference in overlay.images:
        image = _read(reference)
        if image is not None and not image.name.startswith(f"{mirror}/"):
            message = f"image {reference} is not from the mirror: copy it to {mirror}"
            yield Problem(message, object=id_, path=path)


@rule(
    "IMG003",
    Severity.WARNING,
    controls=("nist-800-53r5/SI-7(1)", "nist-800-53r5/SR-11"),
    needs_settings=True,
)
def missing_digest(overlay: Overlay, _config: Config) -> Iterator[Problem]:
    """An image is named by tag only.

    A tag can be pushed again, by mistake or by somebody who should not be there. A digest cannot:
    what was scanned and signed is what runs.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: Pod
    metadata:
      name: scorer
    spec:
      containers:
      - name: scorer
        image: registry.example.org/fraud/scorer:1.4.2  # IMG003
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
        image: >-
          registry.example.org/scorer@sha256:9f2b7c1a6d5e4f30812b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9f0a1b
    ```
    """
    for id_, path, reference in overlay.images:
        image = _read(reference)
        if image is not None and not image.digest:
            message = f"image {reference} has no digest: append @sha256:<what the mirror says>"
            yield Problem(message, object=id_, path=path)


RULES = (floating_image, foreign_registry, missing_digest)
