"""Judges one rendering: pure, and depends on nothing but its arguments."""

from dataclasses import dataclass, replace

from plumbline.facts import OverlayFacts
from plumbline.facts.collect import collect
from plumbline.findings import Problem
from plumbline.kubernetes import object_id
from plumbline.rendering import Rendering
from plumbline.repository import environment_of
from plumbline.rules import Config, Overlay, Rule
from plumbline.schemas import SchemaStore, Status


@dataclass(frozen=True, slots=True)
class Tally:
    """How the objects of one overlay were judged."""

    objects: int = 0
    validated: int = 0
    loosely_validated: int = 0
    without_schema: int = 0


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one overlay comes to: rule ids with their problems, facts for the fold, a tally."""

    overlay: str
    problems: tuple[tuple[str, Problem], ...]
    facts: OverlayFacts
    tally: Tally
    place: str = ""
    line: int = 1


def analyse(
    rendering: Rendering, *, config: Config, store: SchemaStore, rules: tuple[Rule, ...]
) -> Analysis:
    """The analysis of a rendering, by the rules that look at overlays."""
    environments = config.repository.environments if config.repository else ()
    environment = environment_of(rendering.overlay, environments)
    ids = tuple(object_id(value, "") for value in rendering.objects)
    judgements = tuple(store.judge(value) for value in rendering.objects)
    overlay = Overlay(
        path=rendering.overlay,
        environment=environment,
        objects=rendering.objects,
        ids=ids,
        judgements=judgements,
        error=rendering.error,
    )
    problems = tuple((rule.id, p) for rule in rules for p in rule.check(overlay, config))
    facts = collect(
        rendering.overlay,
        environment=environment,
        objects=rendering.objects,
        ids=ids,
        reads=tuple(sorted(rendering.reads)),
    )
    statuses = [judgement.status for judgement in judgements]
    tally = Tally(
        objects=len(statuses),
        validated=len(statuses) - statuses.count(Status.LOOSE) - statuses.count(Status.UNKNOWN),
        loosely_validated=statuses.count(Status.LOOSE),
        without_schema=statuses.count(Status.UNKNOWN),
    )
    error = rendering.error
    return Analysis(
        overlay=rendering.overlay,
        problems=problems,
        facts=replace(facts, failed=int(rendering.error is not None)),
        tally=tally,
        place=error.file if error else "",
        line=max(error.line, 1) if error else 1,
    )
