"""Where pod templates hide: in the built-in workloads and in the custom resources of this field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from plumbline.kubernetes.objects import group_of
from plumbline.kubernetes.shapes import dig, mapping, sequence
from plumbline.yaml import pointer

Form: TypeAlias = Literal["template", "pod", "step", "container"]
Role: TypeAlias = Literal["container", "init", "ephemeral"]

# A place is a path of keys; `*` stands for every item of a list and every value of a mapping.
# "template": metadata and spec. "pod": a pod's fields, inline. "step": an Argo Workflows template.
# "container": one mapping that is a container and its pod at once.
_TEMPLATE: tuple[tuple[str, Form], ...] = (("spec.template", "template"),)
_STEPS: tuple[tuple[str, Form], ...] = (("spec.templates.*", "step"),)
_RUNTIME: tuple[tuple[str, Form], ...] = (("spec", "pod"),)
_SPARK: tuple[tuple[str, Form], ...] = (
    ("spec.driver", "container"),
    ("spec.driver.template", "template"),
    ("spec.executor", "container"),
    ("spec.executor.template", "template"),
)
_JOBS: tuple[tuple[str, Form], ...] = (
    ("spec.replicatedJobs.*.template.spec.template", "template"),
)
_TRAINING: tuple[tuple[str, Form], ...] = (
    ("spec.template.spec.replicatedJobs.*.template.spec.template", "template"),
)


def _ray(prefix: str) -> tuple[tuple[str, Form], ...]:
    return (
        (f"{prefix}.headGroupSpec.template", "template"),
        (f"{prefix}.workerGroupSpecs.*.template", "template"),
    )


def _replicas(field: str) -> tuple[tuple[str, Form], ...]:
    return ((f"spec.{field}.*.template", "template"),)


POD_PLACES: Mapping[tuple[str, str], tuple[tuple[str, Form], ...]] = {
    ("", "Pod"): (("", "template"),),
    ("", "PodTemplate"): (("template", "template"),),
    ("", "ReplicationController"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("apps.openshift.io", "DeploymentConfig"): _TEMPLATE,
    ("argoproj.io", "ClusterWorkflowTemplate"): _STEPS,
    ("argoproj.io", "CronWorkflow"): (("spec.workflowSpec.templates.*", "step"),),
    ("argoproj.io", "Rollout"): _TEMPLATE,
    ("argoproj.io", "Workflow"): _STEPS,
    ("argoproj.io", "WorkflowTemplate"): _STEPS,
    ("batch", "CronJob"): (("spec.jobTemplate.spec.template", "template"),),
    ("batch", "Job"): _TEMPLATE,
    ("batch.volcano.sh", "Job"): (("spec.tasks.*.template", "template"),),
    ("jobset.x-k8s.io", "JobSet"): _JOBS,
    ("kubeflow.org", "JAXJob"): _replicas("jaxReplicaSpecs"),
    ("kubeflow.org", "MPIJob"): _replicas("mpiReplicaSpecs"),
    ("kubeflow.org", "Notebook"): _TEMPLATE,
    ("kubeflow.org", "PaddleJob"): _replicas("paddleReplicaSpecs"),
    ("kubeflow.org", "PyTorchJob"): _replicas("pytorchReplicaSpecs"),
    ("kubeflow.org", "TFJob"): _replicas("tfReplicaSpecs"),
    ("kubeflow.org", "XGBoostJob"): _replicas("xgbReplicaSpecs"),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"): (
        ("spec.leaderWorkerTemplate.leaderTemplate", "template"),
        ("spec.leaderWorkerTemplate.workerTemplate", "template"),
    ),
    ("machinelearning.seldon.io", "SeldonDeployment"): (
        ("spec.predictors.*.componentSpecs.*", "template"),
    ),
    ("ray.io", "RayCluster"): _ray("spec"),
    ("ray.io", "RayJob"): (*_ray("spec.rayClusterSpec"), ("spec.submitterPodTemplate", "template")),
    ("ray.io", "RayService"): _ray("spec.rayClusterConfig"),
    ("serving.knative.dev", "Service"): _TEMPLATE,
    ("serving.kserve.io", "ClusterServingRuntime"): _RUNTIME,
    ("serving.kserve.io", "InferenceService"): (
        ("spec.predictor", "pod"),
        ("spec.predictor.workerSpec", "pod"),
        ("spec.transformer", "pod"),
        ("spec.explainer", "pod"),
        ("spec.canary.*.predictor", "pod"),
    ),
    ("serving.kserve.io", "LLMInferenceService"): (
        ("spec.template", "pod"),
        ("spec.worker", "pod"),
        ("spec.prefill.template", "pod"),
        ("spec.prefill.worker", "pod"),
    ),
    ("serving.kserve.io", "ServingRuntime"): _RUNTIME,
    ("sparkoperator.k8s.io", "ScheduledSparkApplication"): tuple(
        (place.replace("spec.", "spec.template.", 1), form) for place, form in _SPARK
    ),
    ("sparkoperator.k8s.io", "SparkApplication"): _SPARK,
    ("trainer.kubeflow.org", "ClusterTrainingRuntime"): _TRAINING,
    ("trainer.kubeflow.org", "TrainingRuntime"): _TRAINING,
}

_IMAGE_PLACES: Mapping[tuple[str, str], str] = {
    ("sparkoperator.k8s.io", "ScheduledSparkApplication"): "spec.template.image",
    ("sparkoperator.k8s.io", "SparkApplication"): "spec.image",
}

_LISTS: tuple[tuple[str, Role], ...] = (
    ("containers", "container"),
    ("initContainers", "init"),
    ("ephemeralContainers", "ephemeral"),
)
# KServe's predictors name their one container after a framework; Argo's steps hold one as well.
_KSERVE_SINGLES = (
    *("model", "sklearn", "xgboost", "tensorflow", "pytorch", "triton"),
    *("onnx", "huggingface", "pmml", "lightgbm", "paddle"),
)
_STEP_SINGLES = ("container", "script")


@dataclass(frozen=True, slots=True)
class PodTemplate:
    """A pod to be: JSON pointers of the template and of its pod fields, and both of them.

    `metadata` is None where the place holds pod fields only.
    """

    path: str
    spec_path: str
    metadata: Mapping[str, Any] | None
    spec: Mapping[str, Any]
    form: Form


def pod_templates(obj: Mapping[str, Any]) -> Iterator[PodTemplate]:
    """The pod templates of an object, in the order of the table; none for other kinds."""
    key = (group_of(str(obj.get("apiVersion"))), str(obj.get("kind")))
    for place, form in POD_PLACES.get(key, ()):
        for path, value in _find(obj, place.split(".") if place else []):
            if form == "template":
                spec, metadata = mapping(value.get("spec")), mapping(value.get("metadata"))
                yield PodTemplate(path, f"{path}/spec", metadata, spec, form)
            else:
                spec = {**_inherited(obj, place, form), **value}
                yield PodTemplate(path, path, None, spec, form)


def _inherited(obj: Mapping[str, Any], place: str, form: Form) -> dict[str, Any]:
    """What Argo Workflows gives to each step that does not say otherwise."""
    workflow = mapping(dig(obj, *place.split(".")[:-2])) if form == "step" else {}
    return {key: workflow[key] for key in ("securityContext",) if key in workflow}


def containers(template: PodTemplate) -> Iterator[tuple[str, dict[str, Any], Role]]:
    """Each container with its JSON pointer and role: init and ephemeral ones, and sidecars too."""
    spec, base = template.spec, template.spec_path
    if template.form == "container":
        yield base, dict(spec), "container"
    for field, role in _LISTS:
        yield from _listed(spec, base, field, role)
    if template.form in ("step", "container"):
        yield from _listed(spec, base, "sidecars", "container")
    if template.form == "step":
        yield from _single(spec, base, _STEP_SINGLES)
        yield from _listed(mapping(spec.get("containerSet")), f"{base}/containerSet", *_LISTS[0])
    if template.form == "pod":
        yield from _single(spec, base, _KSERVE_SINGLES)


def images(obj: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each image that an object names, with its JSON pointer; what is not text is left out."""
    for template in pod_templates(obj):
        for path, container, _ in containers(template):
            image = container.get("image")
            if isinstance(image, str) and image:
                yield f"{path}/image", image
    key = (group_of(str(obj.get("apiVersion"))), str(obj.get("kind")))
    place = _IMAGE_PLACES.get(key)
    image = dig(obj, *place.split(".")) if place else None
    if place and isinstance(image, str) and image:
        yield pointer(*place.split(".")), image


def _listed(
    spec: Mapping[str, Any], base: str, field: str, role: Role
) -> Iterator[tuple[str, dict[str, Any], Role]]:
    for index, item in enumerate(sequence(spec.get(field))):
        if isinstance(item, dict):
            yield f"{base}/{field}/{index}", item, role


def _single(
    spec: Mapping[str, Any], base: str, fields: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, Any], Role]]:
    for field in fields:
        value = spec.get(field)
        if isinstance(value, dict):
            yield f"{base}/{field}", value, "container"


def _find(obj: Mapping[str, Any], keys: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, Any]] = [("", obj)]
    for key in keys:
        found = [below for path, value in found for below in _step(path, value, key)]
    for path, value in found:
        if isinstance(value, dict):
            yield path, value


def _step(path: str, value: object, key: str) -> Iterator[tuple[str, Any]]:
    if key == "*" and isinstance(value, list):
        yield from ((f"{path}/{index}", item) for index, item in enumerate(value))
    elif key == "*" and isinstance(value, dict):
        yield from ((path + pointer(name), item) for name, item in value.items())
    elif isinstance(value, dict) and key in value:
        yield path + pointer(key), value[key]
