"""Turns problems into findings: gives each the place that a person must edit."""

from collections.abc import Iterable, Mapping
from datetime import date

from plumbline.checking.analysis import Analysis
from plumbline.findings import Finding, Location, Problem, Severity
from plumbline.kinds import Repository
from plumbline.rendering import Place, Question, Renderer, trace
from plumbline.repository import Files, Tree
from plumbline.rules import Rule


class Placer:
    """Makes findings; overlays are rendered again, with origins, only for what needs a place."""

    def __init__(
        self,
        *,
        tree: Tree,
        files: Files,
        renderer: Renderer,
        rules: Mapping[str, Rule],
        settings: Repository | None,
        today: date,
    ) -> None:
        self._tree = tree
        self._files = files
        self._renderer = renderer
        self._rules = rules
        self._severities = settings.severity if settings else {}
        self._today = today

    def of_overlays(self, problems: Iterable[tuple[str, Problem]]) -> list[Finding]:
        """Findings of problems that name an overlay and an object in it; an overlay at a time."""
        by_overlay: dict[str, list[tuple[str, Problem]]] = {}
        for rule, problem in problems:
            by_overlay.setdefault(problem.overlay, []).append((rule, problem))
        found: list[Finding] = []
        for overlay, entries in sorted(by_overlay.items()):
            questions = [Question(p.object, p.path) for _, p in entries if p.object is not None]
            places = trace(overlay, questions, renderer=self._renderer, files=self._files)
            for (rule, problem), place in zip(entries, places, strict=True):
                found.append(self.finding(rule, problem, place))
        return found

    def of_failed(self, analysis: Analysis, rule: str, problem: Problem) -> Finding:
        """The finding of an overlay that was not rendered: the renderer's place, or its own."""
        own = self._tree.kustomizations.get(analysis.overlay, analysis.overlay)
        location = problem.at or Location(analysis.place or own, analysis.line)
        return self.finding(rule, problem, Place(location))

    def finding(self, rule_id: str, problem: Problem, place: Place) -> Finding:
        """A finding at a known place."""
        rule = self._rules[rule_id]
        return Finding(
            rule=rule_id,
            name=rule.name,
            severity=self._severity(rule),
            message=problem.message,
            location=place.location,
            overlay=problem.overlay,
            subject=str(problem.object) if problem.object else "",
            path=problem.path,
            related=place.related,
            controls=rule.controls,
            enforced_from=rule.enforced_from,
        )

    def _severity(self, rule: Rule) -> Severity:
        if rule.id in self._severities:
            return Severity(self._severities[rule.id])
        if rule.enforced_from and self._today < date.fromisoformat(rule.enforced_from):
            return Severity.WARNING
        return rule.severity
