"""What is reported on a change: a part of the whole that leaves out nothing that is new."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.checking import Report
from tests.scale import pieces
from tests.scale.edits import Edit, edits
from tests.scale.harness import TALLY, Scene, same
from tests.scale.profile import tries
from tests.scale.repositories import Repository, repositories
from tests.scale.test_edits import configuration
from tests.scale.test_shards import FEW, MODEL


def git(root: Path, *arguments: str) -> None:
    """Runs git as somebody, quietly."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)


def commit(root: Path) -> None:
    """Commits everything."""
    git(root, "add", "--all", "--force", ".", ":!.plumbline_cache")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "state")


def concerns_everything(scene: Scene, first: dict[str, str]) -> bool:
    """Whether settings, waivers or CRDs differ from those of a state."""
    waivers = "policies/waivers.yaml"
    return configuration(scene.files) != configuration(first) or scene.files.get(
        waivers
    ) != first.get(waivers)


def holds(scene: Scene, before: Report | None, full: Report, some: Report) -> set[str]:
    """Asserts that `some` is a part of `full` with everything new; overlays of the rest."""
    kept = set(some.findings)
    assert some.findings == tuple(f for f in full.findings if f in kept)
    left_out = set(full.findings) - kept
    if before is not None:
        assert not left_out - set(before.findings), "a finding that is new was left out"
    assert (some.counts.overlays, some.counts.objects) == (
        full.counts.overlays,
        full.counts.objects,
    )
    TALLY["comparisons"] += 1
    return {finding.overlay for finding in left_out}


@given(st.data())
@tries(20)
def test_a_change_is_reported_with_all_that_it_breaks(data: st.DataObject) -> None:
    with Scene(data.draw(repositories(), label="repository")) as scene:
        git(scene.root, "init", "--quiet")
        commit(scene.root)
        git(scene.root, "tag", "base")
        first, before, closures = scene.files, scene.warm(), scene.closures()
        for _ in range(data.draw(st.integers(1, 3), label="edits")):
            scene.apply(data.draw(edits(scene.states[1:], ()), label="edit"))
            if data.draw(st.booleans(), label="commit"):
                commit(scene.root)
        full = scene.cold()
        cache = data.draw(st.sampled_from((scene.cache, None)), label="cache")
        some = scene.run(cache, changed_since="base")
        if full.report is None or some.report is None:
            same(some, full)
            return
        untouched = holds(scene, before.report, full.report, some.report)
        moved = [o for o in sorted(untouched) if o and not closures[o].holds(scene.root)]
        assert moved == []
        if concerns_everything(scene, first):
            assert some.report.findings == full.report.findings


@given(repositories())
@tries(4)
def test_no_change_leaves_repository_wide_rules_only(files: dict[str, str]) -> None:
    with Scene(files) as scene:
        git(scene.root, "init", "--quiet")
        commit(scene.root)
        full, some = scene.warm(), scene.warm(changed_since="HEAD")
        if full.report is None or some.report is None:
            same(some, full)
            return
        holds(scene, full.report, full.report, some.report)
        assert not {f.rule for f in some.report.findings} & {"POD001", "LBL001", "YML001"}


SILENT: dict[str, tuple[Repository, Repository]] = {
    "deleted-crd": (
        {
            f"{MODEL}/dev/kustomization.yaml": "resources: [store.yaml]\n",
            f"{MODEL}/dev/store.yaml": pieces.STORE.format(name="s"),
            "platform/crds/overlays/dev/kustomization.yaml": "resources: [crd.yaml]\n",
            "platform/crds/overlays/dev/crd.yaml": pieces.CRD.format(type="string"),
        },
        {
            f"{MODEL}/dev/kustomization.yaml": "resources: [store.yaml]\n",
            f"{MODEL}/dev/store.yaml": pieces.STORE.format(name="s"),
        },
    ),
    "data-that-is-no-longer-used": (
        {
            f"{MODEL}/dev/kustomization.yaml": (
                "resources: [map.yaml]\nconfigMapGenerator: [{name: m, files: [data.yaml]}]\n"
            ),
            f"{MODEL}/dev/data.yaml": "a: 1\na: 2\n",
        },
        {f"{MODEL}/dev/data.yaml": "a: 1\na: 2\n"},
    ),
    "new-file-where-one-was-looked-for": ({}, {f"{MODEL}/dev/kustomization.yml": ""}),
}


@pytest.mark.parametrize(("first", "then"), SILENT.values(), ids=SILENT.keys())
def test_a_finding_in_a_file_that_did_not_change(first: Repository, then: Repository) -> None:
    with Scene({**FEW, **first}) as scene:
        git(scene.root, "init", "--quiet")
        commit(scene.root)
        before = scene.cold()
        scene.apply(Edit("edit", {**FEW, **then}))
        full, some = scene.cold(), scene.cold(changed_since="HEAD")
        assert full.report is not None
        assert some.report is not None
        assert before.report is not None
        assert set(full.report.findings) - set(before.report.findings), "nothing new to report"
        holds(scene, before.report, full.report, some.report)
