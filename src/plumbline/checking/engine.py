"""The whole way once: discover, render, analyse, fold, place, waive, count."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import plumbline
from plumbline.checking.analysis import Analysis, Tally, analyse
from plumbline.checking.custom import TreeKinds
from plumbline.checking.options import Options
from plumbline.checking.placing import Placer
from plumbline.checking.plan import Plan, make_plan
from plumbline.checking.report import Counts, Report
from plumbline.checking.sources import Survey, survey
from plumbline.checking.waiving import waive, waivers_of
from plumbline.facts import Facts
from plumbline.findings import CannotCheck, Finding, Problem, Severity
from plumbline.rendering import Place, Renderer, Request, choose_renderer
from plumbline.repository import WAIVERS_FILE
from plumbline.rules import ALL_RULES, Ledger, Overlay, Rule, Source
from plumbline.schemas import SchemaStore

Progress = Callable[[int, int], None]


def check(
    root: Path,
    options: Options,
    *,
    renderer: Renderer | None = None,
    catalogue: tuple[Rule, ...] = ALL_RULES,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """The verdict on the repository at `root`. Raises CannotCheck where there can be none."""
    plan = make_plan(root, options, catalogue=catalogue)
    chosen = renderer or choose_renderer(
        root,
        jobs=options.jobs or os.cpu_count() or 1,
        environ=options.environ,
        limits=plan.limits,
    )
    try:
        return _judge(plan, options, chosen, progress)
    finally:
        if renderer is None:
            chosen.close()


def _judge(plan: Plan, options: Options, renderer: Renderer, progress: Progress) -> Report:
    kinds = TreeKinds(plan.tree.yaml_files, plan.files)
    store = SchemaStore(plan.config.kubernetes_version, custom=kinds)
    analyses = _analyse_all(plan, store, renderer, progress)
    looked = survey(
        plan.tree.yaml_files,
        files=plan.files,
        store=store,
        rendered={f for a in analyses if not a.facts.failed for f in a.facts.reads},
        failed={f for a in analyses if a.facts.failed for f in (*a.facts.reads, a.place) if f},
        generated=plan.settings is not None,
    )
    rules = {rule.id: rule for rule in plan.rules}
    placer = Placer(
        tree=plan.tree,
        files=plan.files,
        renderer=renderer,
        rules=rules,
        settings=plan.settings,
        today=options.today,
    )
    findings = list(_findings(plan, analyses, looked, placer))
    findings.sort(key=Finding.sort_key)
    listed = waivers_of(next((s for s in looked.sources if s.file == WAIVERS_FILE), None))
    skipped = {entry.what for entry in plan.not_run}
    waiving = waive(findings, listed, today=options.today, rules=rules, skipped=skipped)
    hygiene = _ledger_findings(plan, waiving.ledger, placer)
    final = sorted((*waiving.findings, *hygiene), key=Finding.sort_key)
    counts = _count(analyses, looked, final, len(plan.rules))
    if not counts.objects and not final:
        message = (
            f"{counts.overlays} overlay(s) below {plan.tree.root} rendered no object at all: "
            "nothing was checked; list resources in their kustomization.yaml"
        )
        raise CannotCheck(message)
    return Report(
        findings=tuple(final),
        counts=counts,
        not_run=tuple(sorted(plan.not_run)),
        notes=plan.notes,
        tool=plumbline.__version__,
        renderer=renderer.version,
        kubernetes=plan.config.kubernetes_version,
    )


def _analyse_all(
    plan: Plan, store: SchemaStore, renderer: Renderer, progress: Progress
) -> list[Analysis]:
    rules = plan.of(Overlay)
    analyses = []
    requests = (Request(overlay) for overlay in plan.overlays)
    for done, rendering in enumerate(renderer.render(requests), start=1):
        analyses.append(analyse(rendering, config=plan.config, store=store, rules=rules))
        progress(done, len(plan.overlays))
    return sorted(analyses, key=lambda analysis: analysis.overlay)


def _findings(
    plan: Plan, analyses: list[Analysis], looked: Survey, placer: Placer
) -> Iterator[Finding]:
    """All findings but those on waivers."""
    in_overlays: list[tuple[str, Problem]] = []
    for analysis in analyses:
        for rule_id, problem in analysis.problems:
            placed = replace(problem, overlay=analysis.overlay)
            if analysis.facts.failed:
                yield placer.of_failed(analysis, rule_id, placed)
            else:
                in_overlays.append((rule_id, placed))
    facts = Facts(
        overlays=tuple(analysis.facts for analysis in analyses),
        sources=looked.facts,
        promotions=looked.promotions,
    )
    for rule in plan.of(Facts):
        for problem in rule.check(facts, plan.config):
            if problem.object is None:
                yield placer.finding(rule.id, problem, _given(problem))
            else:
                in_overlays.append((rule.id, problem))
    yield from placer.of_overlays(in_overlays)
    for rule in plan.of(Source):
        for source in looked.sources:
            for problem in rule.check(source, plan.config):
                yield placer.finding(rule.id, problem, _given(problem))


def _ledger_findings(plan: Plan, ledger: Ledger, placer: Placer) -> Iterator[Finding]:
    for rule in plan.of(Ledger):
        for problem in rule.check(ledger, plan.config):
            yield placer.finding(rule.id, problem, _given(problem))


def _given(problem: Problem) -> Place:
    """The place that the reader measured, which a rule without an object must pass on."""
    if problem.at is None:
        message = f"a rule gave a problem without object or place: {problem.message}"
        raise AssertionError(message)
    return Place(problem.at)


def _count(
    analyses: list[Analysis], looked: Survey, findings: Iterable[Finding], rules: int
) -> Counts:
    tallies: list[Tally] = [analysis.tally for analysis in analyses]
    workloads = [w for analysis in analyses for w in analysis.facts.workloads]
    counted = [finding for finding in findings if finding.waived is None]
    return Counts(
        overlays=len(analyses),
        rendered=sum(1 for analysis in analyses if not analysis.facts.failed),
        sources=len(looked.sources),
        objects=sum(tally.objects for tally in tallies),
        validated=sum(tally.validated for tally in tallies),
        loosely_validated=sum(tally.loosely_validated for tally in tallies),
        without_schema=sum(tally.without_schema for tally in tallies),
        workloads=len(workloads),
        workloads_not_counted=sum(1 for w in workloads if w.replicas is None),
        rules=rules,
        waived=sum(1 for finding in findings if finding.waived is not None),
        errors=sum(1 for finding in counted if finding.severity is Severity.ERROR),
        warnings=sum(1 for finding in counted if finding.severity is Severity.WARNING),
    )
