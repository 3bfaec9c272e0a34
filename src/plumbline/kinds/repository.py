"""plumbline.yaml: the facts of a repository."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Names: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class External:
    """Objects outside the repository that may be referred to.

    Namespaced ones as `namespace/name`, the others by name.
    """

    config_maps: Names = frozenset()
    secrets: Names = frozenset()
    services: Names = frozenset()
    service_accounts: Names = frozenset()
    persistent_volume_claims: Names = frozenset()
    local_queues: Names = frozenset()
    namespaces: Names = frozenset()
    priority_classes: Names = frozenset()
    storage_classes: Names = frozenset()
    cluster_roles: Names = frozenset()

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> "External":
        """From `spec.external`."""
        return cls(
            config_maps=frozenset(value.get("configMaps", ())),
            secrets=frozenset(value.get("secrets", ())),
            services=frozenset(value.get("services", ())),
            service_accounts=frozenset(value.get("serviceAccounts", ())),
            persistent_volume_claims=frozenset(value.get("persistentVolumeClaims", ())),
            local_queues=frozenset(value.get("localQueues", ())),
            namespaces=frozenset(value.get("namespaces", ())),
            priority_classes=frozenset(value.get("priorityClasses", ())),
            storage_classes=frozenset(value.get("storageClasses", ())),
            cluster_roles=frozenset(value.get("clusterRoles", ())),
        )


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository's own settings.

    `environments` are in the order of promotion. `severity` maps a rule's id to "error" or
    "warning". `limits` maps `fileBytes`, `depth`, `aliasNodes`, `documents` to numbers.
    `accepted_kinds` holds `(apiVersion, kind)`.
    """

    name: str
    label_prefix: str
    environments: tuple[str, ...]
    kubernetes_version: str
    organisation: str = ""
    required_labels: tuple[str, ...] = ()
    registry: str = ""
    forge: str = "other"
    gitops: str = "none"
    components: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    accepted_kinds: frozenset[tuple[str, str]] = frozenset()
    severity: Mapping[str, str] = field(default_factory=dict)
    max_waiver_days: int = 180
    warn_waiver_days: int = 14
    limits: Mapping[str, int] = field(default_factory=dict)
    external: External = field(default_factory=External)
    template_version: str = ""
    template_source: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_document(cls, value: Mapping[str, Any]) -> "Repository":
        """From a document that its schema accepted."""
        spec = value["spec"]
        waivers = spec.get("waivers", {})
        template = spec.get("template", {})
        return cls(
            name=value["metadata"]["name"],
            label_prefix=spec["labelPrefix"],
            environments=tuple(spec["environments"]),
            kubernetes_version=spec["kubernetesVersion"],
            organisation=spec.get("organisation", ""),
            required_labels=tuple(spec.get("requiredLabels", ())),
            registry=spec.get("registry", ""),
            forge=spec.get("forge", "other"),
            gitops=spec.get("gitops", "none"),
            components=tuple(spec.get("components", ())),
            packs=tuple(spec.get("packs", ())),
            accepted_kinds=frozenset(map(_split_kind, spec.get("acceptedKinds", ()))),
            severity=dict(spec.get("severity", {})),
            max_waiver_days=waivers.get("maxDays", 180),
            warn_waiver_days=waivers.get("warnDays", 14),
            limits=dict(spec.get("limits", {})),
            external=External.from_document(spec.get("external", {})),
            template_version=template.get("version", ""),
            template_source=template.get("source", ""),
            answers=dict(template.get("answers", {})),
        )


def _split_kind(name: str) -> tuple[str, str]:
    api_version, _, kind = name.rpartition("/")
    return api_version, kind
