"""From the records of all overlays to the report: survey, fold, place, waive, count."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import plumbline
from plumbline.checking.keep import Memory
from plumbline.checking.options import Options
from plumbline.checking.placing import Placer, finding_of, given_place, wanted_places
from plumbline.checking.plan import Plan
from plumbline.checking.record import Record
from plumbline.checking.report import Counts, Report
from plumbline.checking.sources import Looked, look, source_of, sources_of
from plumbline.checking.waiving import waive, waivers_of
from plumbline.facts import Facts
from plumbline.findings import CannotCheck, Finding, Problem
from plumbline.rendering import Place
from plumbline.repository import WAIVERS_FILE
from plumbline.rules import Ledger, Rule, Source
from plumbline.schemas import SchemaStore


@dataclass(frozen=True, slots=True)
class Bench:
    """What the verdict is made with."""

    plan: Plan
    options: Options
    store: SchemaStore
    memory: Memory
    placer: Placer

    def finding(self, rule: Rule, problem: Problem, place: Place) -> Finding:
        """A finding of this run."""
        settings, today = self.plan.settings, self.options.today
        return finding_of(rule, problem, place, settings=settings, today=today)


def verdict(bench: Bench, records: Mapping[str, Record], *, renderer: str) -> Report:
    """The report over all overlays. Raises CannotCheck where nothing at all was looked at."""
    plan = bench.plan
    looked = list(_survey(bench, records))
    findings = sorted(_findings(bench, records, looked), key=Finding.sort_key)
    source = None
    if WAIVERS_FILE in {each.fact.file for each in looked}:
        source = source_of(WAIVERS_FILE, files=plan.files, store=bench.store, accepted=False)
    waiving = waive(
        findings,
        waivers_of(source),
        today=bench.options.today,
        rules={rule.id: rule for rule in plan.rules},
        skipped={entry.what for entry in plan.not_run},
    )
    hygiene = _ledger_findings(bench, waiving.ledger)
    final = tuple(sorted((*waiving.findings, *hygiene), key=Finding.sort_key))
    counts = count(records.values(), final, sources=len(looked), rules=len(plan.rules))
    if not counts.objects and not final:
        message = (
            f"{counts.overlays} overlay(s) below {plan.tree.root} rendered no object at all: "
            "nothing was checked; list resources in their kustomization.yaml"
        )
        raise CannotCheck(message)
    return Report(
        findings=final,
        counts=counts,
        not_run=tuple(sorted(plan.not_run)),
        notes=plan.notes,
        tool=plumbline.__version__,
        renderer=renderer,
        kubernetes=plan.config.kubernetes_version,
    )


def _survey(bench: Bench, records: Mapping[str, Record]) -> Iterator[Looked]:
    """What came of looking at each source; remembered by its content."""
    plan, memory = bench.plan, bench.memory
    built = [r for r in records.values() if not r.analysis.facts.failed]
    broken = [r for r in records.values() if r.analysis.facts.failed]
    rendered = {file for record in built for file in record.reads}
    failed = {f for r in broken for f in (*r.reads, r.analysis.place) if f}
    rules = plan.of(Source)
    for file in sources_of(
        plan.tree.yaml_files,
        files=plan.files,
        rendered=rendered,
        failed=failed,
        generated=plan.settings is not None,
    ):
        accepted = file in rendered and file not in failed
        state = f"{memory.snapshot.digest(file)}:{int(accepted)}"
        known = memory.looked(file, state)
        if known is None:
            known = look(
                file,
                files=plan.files,
                store=bench.store,
                accepted=accepted,
                config=plan.config,
                rules=rules,
            )
            memory.remember_looked(known, state)
        yield known


def _findings(
    bench: Bench, records: Mapping[str, Record], looked: list[Looked]
) -> Iterator[Finding]:
    """All findings but those on waivers."""
    rules = {rule.id: rule for rule in bench.plan.rules}
    problems: dict[str, list[tuple[str, Problem]]] = {}
    for overlay, record in records.items():
        problems[overlay] = [
            (rule, replace(problem, overlay=overlay)) for rule, problem in record.analysis.problems
        ]
    facts = Facts(
        overlays=tuple(record.analysis.facts for record in records.values()),
        sources=tuple(each.fact for each in looked),
        promotions=tuple(pair for each in looked for pair in each.promotions),
    )
    for rule in bench.plan.of(Facts):
        for problem in rule.check(facts, bench.plan.config):
            if problem.object is None:
                yield bench.finding(rule, problem, given_place(problem))
            else:
                problems[problem.overlay].append((rule.id, problem))
    for overlay, listed in problems.items():
        yield from _of_overlay(bench, records[overlay], listed, rules)
    for each in looked:
        for rule_id, problem in each.problems:
            yield bench.finding(rules[rule_id], problem, given_place(problem))


def _of_overlay(
    bench: Bench,
    record: Record,
    problems: list[tuple[str, Problem]],
    rules: Mapping[str, Rule],
) -> Iterator[Finding]:
    if record.analysis.facts.failed:
        for rule_id, problem in problems:
            yield bench.finding(rules[rule_id], problem, bench.placer.of_failed(record, problem))
        return
    known = bench.placer.placed(record, wanted_places(problems))
    for rule_id, problem in problems:
        place = (
            known.places[(problem.object, problem.path)]
            if problem.object is not None
            else given_place(problem)
        )
        yield bench.finding(rules[rule_id], problem, place)


def _ledger_findings(bench: Bench, ledger: Ledger) -> Iterator[Finding]:
    for rule in bench.plan.of(Ledger):
        for problem in rule.check(ledger, bench.plan.config):
            yield bench.finding(rule, problem, given_place(problem))


def count(
    records: Iterable[Record], findings: Collection[Finding], *, sources: int, rules: int
) -> Counts:
    """What was looked at, and what came of it."""
    analyses = [record.analysis for record in records]
    tallies = [analysis.tally for analysis in analyses]
    workloads = [w for analysis in analyses for w in analysis.facts.workloads]
    return Counts(
        overlays=len(analyses),
        rendered=sum(1 for analysis in analyses if not analysis.facts.failed),
        sources=sources,
        objects=sum(tally.objects for tally in tallies),
        validated=sum(tally.validated for tally in tallies),
        loosely_validated=sum(tally.loosely_validated for tally in tallies),
        without_schema=sum(tally.without_schema for tally in tallies),
        workloads=len(workloads),
        workloads_not_counted=sum(1 for w in workloads if w.replicas is None),
        rules=rules,
    ).of(findings)
