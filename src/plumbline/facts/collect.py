"""Reads off an overlay's objects what the rules over the whole repository need to know."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plumbline.facts.model import OverlayFacts, Quota, Reference, Resource, Workload
from plumbline.facts.references import references
from plumbline.findings import ObjectId
from plumbline.kubernetes import (
    PodTemplate,
    canonical,
    containers,
    dig,
    group_of,
    images,
    mapping,
    most_pods,
    pod_requests,
    pod_templates,
)

_DATA = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}
# Objects whose controller makes a Secret: where its name stands, else it is the object's own.
_SECRET_MAKERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("bitnami.com", "SealedSecret"): ("spec", "template", "metadata", "name"),
    ("cert-manager.io", "Certificate"): ("spec", "secretName"),
    ("external-secrets.io", "ExternalSecret"): ("spec", "target", "name"),
    ("isindir.github.com", "SopsSecret"): (),
    ("secrets.hashicorp.com", "VaultStaticSecret"): ("spec", "destination", "name"),
}
# Kinds that only hold a template for others to run.
_DORMANT = {
    *("PodTemplate", "ServingRuntime", "ClusterServingRuntime", "TrainingRuntime"),
    *("ClusterTrainingRuntime", "WorkflowTemplate", "ClusterWorkflowTemplate"),
}


def collect(
    overlay: str,
    *,
    environment: str,
    objects: Sequence[Mapping[str, Any]],
    ids: Sequence[ObjectId],
    reads: Sequence[str],
) -> OverlayFacts:
    """The facts of one rendering; `ids` runs parallel to `objects`."""
    named: list[Reference] = []
    workloads: list[Workload] = []
    found: set[str] = set()
    for obj, id_ in zip(objects, ids, strict=True):
        for template in pod_templates(obj):
            named += references(id_, template)
            if id_.kind not in _DORMANT:
                workloads.append(_workload(obj, id_, template))
        found |= {image for _, image in images(obj)}
    pairs = list(zip(objects, ids, strict=True))
    return OverlayFacts(
        overlay,
        environment,
        resources=tuple(offer for obj, id_ in pairs for offer in _offers(obj, id_)),
        references=tuple(named),
        quotas=tuple(_quota(o, i) for o, i in pairs if i.kind == "ResourceQuota"),
        limit_ranges=tuple(i for _, i in pairs if i.kind == "LimitRange"),
        workloads=tuple(workloads),
        images=tuple(sorted(found)),
        reads=tuple(reads),
    )


def _offers(obj: Mapping[str, Any], id_: ObjectId) -> Iterator[Resource]:
    keys = {key for field in _DATA.get(id_.kind, ()) for key in mapping(obj.get(field))}
    yield Resource(id_, tuple(sorted(map(str, keys))))
    place = _SECRET_MAKERS.get((group_of(id_.api_version), id_.kind))
    if place is not None:
        name = dig(obj, *place) if place else None
        made = name if isinstance(name, str) and name else id_.name
        yield Resource(ObjectId("v1", "Secret", id_.namespace, made))


def _quota(obj: Mapping[str, Any], id_: ObjectId) -> Quota:
    spec = mapping(obj.get("spec"))
    hard = {str(name): str(value) for name, value in mapping(spec.get("hard")).items()}
    return Quota(id_, hard, int(bool(spec.get("scopes") or spec.get("scopeSelector"))))


def _workload(obj: Mapping[str, Any], id_: ObjectId, template: PodTemplate) -> Workload:
    if template.form in ("step", "container"):
        return Workload(id_, None)  # their size is not written as Kubernetes resources
    running = [container for _, container, role in containers(template) if role == "container"]
    try:
        needs = pod_requests({**template.spec, "containers": running})
    except ValueError:
        return Workload(id_, None)  # not counted: the rule on quantities says what is wrong
    requests = {name: canonical(value) for name, value in sorted(needs.items())}
    return Workload(id_, most_pods(obj, template.path), requests)
