"""Whatever is edited, in whatever way: a run with a cache says what a run without one says."""

from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from plumbline.checking.plan import make_plan
from plumbline.findings import CannotCheck
from plumbline.rules import ALL_RULES
from tests.scale.edits import Edit, edits
from tests.scale.harness import OPTIONS, Closure, Outcome, Scene, same
from tests.scale.profile import tries
from tests.scale.repositories import repositories

CRD = "CustomResourceDefinition"


def planned(scene: Scene) -> set[str]:
    """The overlays of the present state."""
    try:
        return set(make_plan(scene.root, OPTIONS, catalogue=ALL_RULES).overlays)
    except CannotCheck:
        return set()


def configuration(files: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """What all overlays depend on: the settings and the CRDs."""
    return files.get("plumbline.yaml"), {f: text for f, text in files.items() if CRD in text}


def may_render(
    scene: Scene, *, known: set[str], closures: Mapping[str, Closure], before: Outcome
) -> set[str]:
    """The overlays of the present state that depend on something that was edited.

    `known` are the overlays of the state before, `closures` what they read then.
    """
    now = planned(scene)
    last, this = scene.states[-2:]
    if before.report is None or configuration(last) != configuration(this):
        return now
    return {o for o in now if o not in known or not closures[o].holds(scene.root)}


@given(st.data())
@tries(24)
def test_an_edit_costs_its_closure_and_changes_what_it_changes(data: st.DataObject) -> None:
    with Scene(data.draw(repositories(), label="repository")) as scene:
        before = scene.warm()
        same(before, scene.cold())
        for _ in range(data.draw(st.integers(2, 5), label="edits")):
            known, closures = planned(scene), scene.closures()
            absent = sorted({path for each in closures.values() for path in each.absent})
            edit: Edit = data.draw(edits(scene.states[1:], absent), label="edit")
            scene.apply(edit)
            warm = scene.warm()
            asked = scene.renderer.take()
            allowed = may_render(scene, known=known, closures=closures, before=before)
            rendered = {r.overlay for r in asked if not r.origins and not r.overrides}
            assert rendered <= allowed
            same(warm, scene.cold())
            again = scene.warm()
            assert again.rendered == 0
            assert scene.renderer.take() == []
            same(again, warm)
            before = warm


@given(st.data())
@tries(8)
def test_many_edits_between_two_runs(data: st.DataObject) -> None:
    with Scene(data.draw(repositories(), label="repository")) as scene:
        scene.warm()
        for _ in range(data.draw(st.integers(1, 3), label="runs")):
            for _ in range(data.draw(st.integers(2, 4), label="edits")):
                scene.apply(data.draw(edits(scene.states[1:], ()), label="edit"))
            same(scene.warm(), scene.cold())


CHOICES: tuple[dict[str, object], ...] = (
    {},
    {"today": date(2026, 9, 1)},
    {"today": date(2026, 1, 1)},
    {"today": date(2031, 1, 1)},
    {"kubernetes_version": "1.31"},
    {"select": ("POD001", "LAY004", "REF002")},
    {"ignore": ("LAY004", "LBL001", "QTA001")},
    {"select": ("HYG001", "HYG002")},
)


@given(repositories(), st.lists(st.sampled_from(CHOICES), min_size=2, max_size=6))
@tries(8)
def test_runs_with_other_options_share_a_cache(
    files: dict[str, str], choices: list[dict[str, object]]
) -> None:
    with Scene(files) as scene:
        scene.warm()
        for choice in choices:
            same(scene.warm(**choice), scene.cold(**choice))
        assert scene.warm().rendered == 0


@given(repositories(), st.data())
@tries(8)
def test_a_state_that_was_seen_costs_nothing(files: dict[str, str], data: st.DataObject) -> None:
    with Scene(files) as scene:
        first = scene.warm()
        scene.apply(data.draw(edits(scene.states[1:], ()), label="edit"))
        scene.warm()
        scene.apply(Edit("back", dict(files)))
        back = scene.warm()
        same(back, first)
        assert back.rendered == 0
