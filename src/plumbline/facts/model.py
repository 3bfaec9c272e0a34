"""Facts are small, plain and complete: what the repository-wide rules see instead of objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plumbline.findings import Location, ObjectId


@dataclass(frozen=True, slots=True)
class Resource:
    """An object that an overlay offers; `keys` are a ConfigMap's or Secret's data keys."""

    id: ObjectId
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """An object (`source`, at JSON pointer `path`) names another one in its namespace.

    `kind` is ConfigMap, Secret, PersistentVolumeClaim, ServiceAccount, ...; `key` is a data key
    that must exist there, or "". Optional references are not facts.
    """

    source: ObjectId
    path: str
    kind: str
    name: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """A ResourceQuota's hard limits as written: resource name -> quantity."""

    id: ObjectId
    hard: Mapping[str, str] = field(default_factory=dict)
    scoped: int = 0


@dataclass(frozen=True, slots=True)
class Workload:
    """A pod template and how many pods it can become at most.

    `replicas` is None where it cannot be known from the object (it is then reported as not
    counted, never taken for 0).
    """

    id: ObjectId
    replicas: int | None
    requests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a promotion.yaml in the closure of an overlay says: who serves what where."""

    model: str
    version: str
    environment: str
    file: str


@dataclass(frozen=True, slots=True)
class OverlayFacts:
    """One overlay's contribution. `reads` are files (POSIX, from the root) that it was made of."""

    overlay: str
    environment: str = ""
    resources: tuple[Resource, ...] = ()
    references: tuple[Reference, ...] = ()
    quotas: tuple[Quota, ...] = ()
    limit_ranges: tuple[ObjectId, ...] = ()
    workloads: tuple[Workload, ...] = ()
    images: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    failed: int = 0


@dataclass(frozen=True, slots=True)
class SourceFact:
    """A YAML file of the repository.

    `objects` counts the Kubernetes objects in it; `own` our own documents, which the toolkit reads
    itself; `kustomization` is 1 for a kustomization file.
    """

    file: str
    objects: int
    own: int = 0
    kustomization: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole repository, as its overlays and files tell it; sorted by path."""

    overlays: tuple[OverlayFacts, ...] = ()
    sources: tuple[SourceFact, ...] = ()
    promotions: tuple[tuple[Promotion, Location], ...] = ()
