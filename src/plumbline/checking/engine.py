"""The whole way once: plan, gather the overlays' analyses, and give the verdict."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from plumbline.checking.cache import Cache
from plumbline.checking.changes import narrowed
from plumbline.checking.custom import TreeKinds
from plumbline.checking.gather import CountedRenderer, Gathered, Progress, gather
from plumbline.checking.keep import Memory, configuration
from plumbline.checking.options import Options
from plumbline.checking.placing import Placer, wanted_places
from plumbline.checking.plan import Plan, make_plan
from plumbline.checking.report import Report, Work
from plumbline.checking.shards import Shard, partition, read_shards, recalled
from plumbline.checking.snapshot import Snapshot
from plumbline.checking.verdict import Bench, verdict
from plumbline.rendering import Renderer, choose_renderer, renderer_identity
from plumbline.rules import ALL_RULES, Rule
from plumbline.schemas import SchemaStore


def quiet(_done: int, _total: int) -> None:
    """A progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class _Run:
    plan: Plan
    renderer: CountedRenderer
    bench: Bench
    config: str
    kinds: TreeKinds


def check(
    root: Path,
    options: Options,
    *,
    renderer: Renderer | None = None,
    catalogue: tuple[Rule, ...] = ALL_RULES,
    progress: Progress = quiet,
) -> Report:
    """The verdict on the repository at `root`. Raises CannotCheck where there can be none."""
    with _run(root, options, renderer, catalogue) as run:
        gathered = _gather(run, run.plan.overlays, progress)
        return _report(run, gathered)


def check_shard(
    root: Path,
    options: Options,
    shard: tuple[int, int],
    *,
    renderer: Renderer | None = None,
    catalogue: tuple[Rule, ...] = ALL_RULES,
    progress: Progress = quiet,
) -> Shard:
    """Shard I of N, with its places found; `merge` makes the report. Raises CannotCheck."""
    with _run(root, options, renderer, catalogue) as run:
        mine = partition(run.plan, shard)
        gathered = _gather(run, mine, progress)
        records = {
            overlay: record
            if record.analysis.facts.failed
            else run.bench.placer.placed(record, wanted_places(record.analysis.problems))
            for overlay, record in gathered.records.items()
        }
        return Shard(run.config, shard, run.renderer.version, records)


def merge(
    root: Path,
    options: Options,
    files: tuple[Path, ...],
    *,
    renderer: Renderer | None = None,
    catalogue: tuple[Rule, ...] = ALL_RULES,
) -> Report:
    """The report of all shards, byte-equal to that of one run. Raises CannotCheck."""
    with _run(root, options, renderer, catalogue) as run:
        shards = read_shards(files)
        records = recalled(shards, run.plan, config=run.config, snapshot=run.bench.memory.snapshot)
        return _report(run, Gathered(records, len(records)))


def _gather(run: _Run, overlays: tuple[str, ...], progress: Progress) -> Gathered:
    return gather(
        run.plan,
        overlays,
        memory=run.bench.memory,
        store=run.bench.store,
        renderer=run.renderer,
        progress=progress,
    )


def _report(run: _Run, gathered: Gathered) -> Report:
    report = verdict(run.bench, gathered.records, renderer=run.renderer.version)
    if run.bench.options.changed_since:
        report = narrowed(report, run.bench, gathered.records, run.kinds.files)
    work = Work(rendered=run.renderer.requests, recalled=gathered.recalled)
    return replace(report, work=work)


@contextmanager
def _run(
    root: Path, options: Options, renderer: Renderer | None, catalogue: tuple[Rule, ...]
) -> Iterator[_Run]:
    """Everything that a run is made with; what was learnt is written when it ends well."""
    plan = make_plan(root, options, catalogue=catalogue)
    jobs = options.jobs or os.cpu_count() or 1
    chosen = renderer or choose_renderer(
        root, jobs=jobs, environ=options.environ, limits=plan.limits
    )
    cache = Cache(options.cache if renderer is not None or _is_exact(chosen) else None)
    try:
        kinds = TreeKinds(plan.tree.yaml_files, plan.files)
        store = SchemaStore(plan.config.kubernetes_version, custom=kinds)
        identity = renderer_identity(chosen, environ=options.environ)
        config = configuration(plan, schemas=store.digest(), renderer=identity)
        memory = Memory(cache, config, Snapshot(plan.files))
        counted = CountedRenderer(chosen)
        placer = Placer(
            tree=plan.tree, files=plan.files, renderer=counted, remember=memory.remember
        )
        yield _Run(plan, counted, Bench(plan, options, store, memory, placer), config, kinds)
        memory.end()
    finally:
        cache.close()
        if renderer is None:
            chosen.close()


def _is_exact(renderer: Renderer) -> bool:
    """Whether a renderer knows what it read; the commands' read sets are approximations."""
    return renderer.version.endswith("(linked)")
