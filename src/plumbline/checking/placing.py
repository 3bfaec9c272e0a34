"""Turns problems into findings: gives each the place that a person must edit."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from plumbline.checking.record import PlaceKey, Record
from plumbline.checking.snapshot import state_and_marks
from plumbline.findings import Finding, Location, Problem, Severity
from plumbline.kinds import Repository
from plumbline.rendering import Place, Question, Renderer, trace
from plumbline.repository import Files, Tree
from plumbline.rules import Rule


class Placer:
    """Makes findings; an overlay is rendered again, with origins, only for a place not yet known.

    `remember` is given a record whenever places were added to it.
    """

    def __init__(
        self,
        *,
        tree: Tree,
        files: Files,
        renderer: Renderer,
        remember: Callable[[Record], None],
    ) -> None:
        self._tree = tree
        self._files = files
        self._renderer = renderer
        self._remember = remember

    def placed(self, record: Record, wanted: Iterable[PlaceKey]) -> Record:
        """The record with a place for each object and pointer that is wanted."""
        missing = sorted(set(wanted) - record.places.keys())
        if not missing:
            return record
        overlay = record.analysis.overlay
        questions = [Question(subject, path) for subject, path in missing]
        found = trace(overlay, questions, renderer=self._renderer, files=self._files)
        places = dict(zip(missing, found.places, strict=True))
        known = replace(record, places={**record.places, **places})
        if found.is_lasting and state_and_marks(found.rendering) == (record.state, record.marks):
            self._remember(known)  # else the files, or the machine, were not what they were
        return known

    def of_failed(self, record: Record, problem: Problem) -> Place:
        """Where an overlay was not rendered: the renderer's place, or its kustomization."""
        analysis = record.analysis
        own = self._tree.kustomizations.get(analysis.overlay, analysis.overlay)
        return Place(problem.at or Location(analysis.place or own, analysis.line))


def wanted_places(problems: Iterable[tuple[str, Problem]]) -> Iterable[PlaceKey]:
    """The objects and pointers that problems are about."""
    return [(p.object, p.path) for _, p in problems if p.object is not None]


def given_place(problem: Problem) -> Place:
    """The place that the reader measured, which a rule without an object must pass on."""
    if problem.at is None:
        message = f"a rule gave a problem without object or place: {problem.message}"
        raise AssertionError(message)
    return Place(problem.at)


def finding_of(
    rule: Rule, problem: Problem, place: Place, *, settings: Repository | None, today: date
) -> Finding:
    """A finding at a known place, as severe as the repository, the rule or the day say."""
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=_severity(rule, settings, today),
        message=problem.message,
        location=place.location,
        overlay=problem.overlay,
        subject=str(problem.object) if problem.object else "",
        path=problem.path,
        related=place.related,
        controls=rule.controls,
        enforced_from=rule.enforced_from,
    )


def _severity(rule: Rule, settings: Repository | None, today: date) -> Severity:
    if settings is not None and rule.id in settings.severity:
        return Severity(settings.severity[rule.id])
    if rule.enforced_from and today < date.fromisoformat(rule.enforced_from):
        return Severity.WARNING
    return rule.severity
