"""What a rule is, what it may look at, and what it may know."""

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from plumbline.facts import Facts
from plumbline.findings import Finding, Location, ObjectId, Problem, Severity
from plumbline.kinds import Repository, Waiver
from plumbline.kubernetes import (
    PodTemplate,
    Role,
    containers,
    images,
    mapping,
    pod_templates,
)
from plumbline.rendering import RenderError
from plumbline.schemas import Judgement
from plumbline.yaml import Document, Hazard


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file as written: what it holds, what is hazardous in it, and our verdict on it.

    `judgements` runs parallel to `documents`: a verdict for each of our own kinds, else None.
    """

    file: str
    documents: tuple[Document, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    judgements: tuple[Judgement | None, ...] = ()

    def place(self, document: Document, path: str) -> Location:
        """Where the value at a JSON pointer, or its nearest parent that exists, is written."""
        mark = document.locate(path)
        return Location(self.file, mark.line, mark.column)


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod template, the object that holds it, and each container: JSON pointer, fields, role."""

    id: ObjectId
    template: PodTemplate
    containers: tuple[tuple[str, dict[str, Any], Role], ...]


@dataclass(frozen=True)  # no slots: what many rules look at is looked up once
class Overlay:
    """The objects of one rendering, or the reason why there are none.

    `objects`, `ids` and `judgements` run parallel. `environment` is "" outside the layout.
    """

    path: str
    environment: str = ""
    objects: tuple[dict[str, Any], ...] = ()
    ids: tuple[ObjectId, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    error: RenderError | None = None

    @cached_property
    def pods(self) -> tuple[Pod, ...]:
        """The pod templates of all objects, in order."""
        return tuple(
            Pod(id_, template, tuple(containers(template)))
            for _, id_, templates in self._templates
            for template in templates
        )

    @cached_property
    def images(self) -> tuple[tuple[ObjectId, str, str], ...]:
        """Every image that is named: object, JSON pointer, reference."""
        return tuple(
            (id_, path, reference)
            for obj, id_ in zip(self.objects, self.ids, strict=True)
            for path, reference in images(obj)
        )

    @cached_property
    def labels(self) -> tuple[tuple[ObjectId, str, Mapping[str, Any]], ...]:
        """Every set of labels: object, JSON pointer, labels; each object's pod templates follow."""
        found = []
        for obj, id_, templates in self._templates:
            own = mapping(mapping(obj.get("metadata")).get("labels"))
            found.append((id_, "/metadata/labels", own))
            for template in templates:
                if template.path and template.metadata is not None:
                    labels = mapping(template.metadata.get("labels"))
                    found.append((id_, f"{template.path}/metadata/labels", labels))
        return tuple(found)

    @cached_property
    def _templates(self) -> tuple[tuple[dict[str, Any], ObjectId, tuple[PodTemplate, ...]], ...]:
        return tuple(
            (obj, id_, tuple(pod_templates(obj)))
            for obj, id_ in zip(self.objects, self.ids, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The waivers, where they are written, and the findings that each one matched."""

    today: date
    waivers: tuple[tuple[Waiver, Location], ...] = ()
    matched: Mapping[Waiver, tuple[Finding, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """What a rule may know besides what it looks at: the repository's own settings.

    `repository` is None for a tree without plumbline.yaml; rules that need one do not run there.
    """

    repository: Repository | None
    kubernetes_version: str

    @property
    def settings(self) -> Repository:
        """The settings, for rules that are marked as needing them."""
        if self.repository is None:
            message = "a rule that needs plumbline.yaml ran without it"
            raise AssertionError(message)
        return self.repository


Scope: TypeAlias = type[Source] | type[Overlay] | type[Facts] | type[Ledger]
Check: TypeAlias = Callable[[Any, Config], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its page. `scopes` follow from the type of the check's first argument.

    `needs_settings`: does not run on a tree without plumbline.yaml. `never_waived`: waivers do
    not silence it. `enforced_from`: a warning until that date (YYYY-MM-DD), as life-cycle data.
    """

    id: str
    name: str
    severity: Severity
    controls: tuple[str, ...]
    scopes: tuple[Scope, ...]
    check: Check
    page: str
    needs_settings: bool
    never_waived: bool
    enforced_from: str | None


def rule(
    id_: str,
    severity: Severity,
    *,
    controls: tuple[str, ...] = (),
    needs_settings: bool = False,
    never_waived: bool = False,
    enforced_from: str | None = None,
) -> Callable[[Check], Rule]:
    """Turns a check with a page as its docstring into a `Rule`; the function's name names it."""

    def decorate(check: Check) -> Rule:
        first = next(iter(inspect.signature(check).parameters.values())).annotation
        return Rule(
            id=id_,
            name=check.__name__.replace("_", "-"),
            severity=severity,
            controls=controls,
            scopes=typing.get_args(first) or (first,),
            check=check,
            page=inspect.cleandoc(check.__doc__ or ""),
            needs_settings=needs_settings,
            never_waived=never_waived,
            enforced_from=enforced_from,
        )

    return decorate
