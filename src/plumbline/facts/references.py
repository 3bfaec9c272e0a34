"""What a pod template needs to exist beside it: the names it mounts, reads and runs as."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from plumbline.facts.model import Reference
from plumbline.findings import ObjectId
from plumbline.kubernetes import PodTemplate, containers, dig, mapping, sequence

Named: TypeAlias = tuple[str, str, str, str]
"""JSON pointer, kind, name and data key ("" where no key is named)."""

_ENV_FROM = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
_VALUE_FROM = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_VOLUMES = (
    ("configMap", "name", "ConfigMap"),
    ("secret", "secretName", "Secret"),
    ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
)
_PROJECTED = (("configMap", "name", "ConfigMap"), ("secret", "name", "Secret"))


def references(source: ObjectId, template: PodTemplate) -> Iterator[Reference]:
    """The references that a pod cannot start without; optional ones are left out."""
    for path, kind, name, key in _named(template):
        yield Reference(source, path, kind, name, key)


def _named(template: PodTemplate) -> Iterator[Named]:
    spec, base = template.spec, template.spec_path
    for path, container, _ in containers(template):
        yield from _environment(container, path)
    yield from _volumes(spec, base)
    for index, item in enumerate(sequence(spec.get("imagePullSecrets"))):
        yield from _text(f"{base}/imagePullSecrets/{index}/name", "Secret", dig(item, "name"))
    for field in ("serviceAccountName", "serviceAccount"):
        if spec.get(field):
            yield from _text(f"{base}/{field}", "ServiceAccount", spec[field])
            return


def _environment(container: Mapping[str, Any], path: str) -> Iterator[Named]:
    for index, item in enumerate(sequence(container.get("envFrom"))):
        for field, kind in _ENV_FROM:
            at = f"{path}/envFrom/{index}/{field}"
            yield from _required(mapping(item).get(field), at, kind, "name")
    for index, item in enumerate(sequence(container.get("env"))):
        for field, kind in _VALUE_FROM:
            at = f"{path}/env/{index}/valueFrom/{field}"
            yield from _required(dig(item, "valueFrom", field), at, kind, "name")


def _volumes(spec: Mapping[str, Any], base: str) -> Iterator[Named]:
    for index, item in enumerate(sequence(spec.get("volumes"))):
        at = f"{base}/volumes/{index}"
        for field, name, kind in _VOLUMES:
            yield from _required(mapping(item).get(field), f"{at}/{field}", kind, name)
        for number, part in enumerate(sequence(dig(item, "projected", "sources"))):
            for field, name, kind in _PROJECTED:
                place = f"{at}/projected/sources/{number}/{field}"
                yield from _required(mapping(part).get(field), place, kind, name)


def _required(value: object, path: str, kind: str, field: str) -> Iterator[Named]:
    holder = mapping(value)
    if holder.get("optional") is True:
        return
    key = holder.get("key")
    for at, of, name, _ in _text(f"{path}/{field}", kind, holder.get(field)):
        yield at, of, name, key if isinstance(key, str) else ""


def _text(path: str, kind: str, name: object) -> Iterator[Named]:
    if isinstance(name, str) and name:
        yield path, kind, name, ""
