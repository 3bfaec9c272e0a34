"""Generated repositories have the size that they claim, are clean, and are what kustomize reads."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from repositories import FORMS, age, check_out_again, edit_one, edit_shared, make, overlays_of

from plumbline.rendering import Request
from plumbline.rendering.command import CommandRenderer
from plumbline.rendering.linked import LinkedRenderer

SIZE = 7  # the last application is without some of its environments

Objects = dict[str, tuple[dict[str, Any], ...]]


@pytest.fixture(params=FORMS)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make(tmp_path / "repository", SIZE, form=request.param)
    return tmp_path / "repository"


@pytest.fixture
def linked(repository: Path, tool: Callable[[str], Path]) -> Iterator[LinkedRenderer]:
    renderer = LinkedRenderer(repository, jobs=2, helper=tool("helper"))
    yield renderer
    renderer.close()


def rendered(renderer: LinkedRenderer | CommandRenderer, root: Path) -> Objects:
    found = list(renderer.render([Request(overlay) for overlay in overlays_of(root)]))
    assert [each.error for each in found] == [None] * SIZE
    return {each.overlay: tuple(each.objects) for each in found}


def counts(root: Path) -> tuple[dict[str, int], int]:
    command = [sys.executable, "-m", "plumbline", "check", "--format", "json", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report: dict[str, dict[str, int]] = json.loads(done.stdout)
    return report["counts"], done.returncode


def test_it_is_clean_and_has_as_many_overlays_as_asked(repository: Path) -> None:
    found, code = counts(repository)
    assert (found["overlays"], found["rendered"], found["validated"]) == (SIZE, SIZE, 9 * SIZE)
    assert (found["errors"], found["warnings"], found["waived"], code) == (0, 0, 0, 0)


def test_clean_is_no_matter_of_course(tmp_path: Path) -> None:
    make(tmp_path, 1, form="plain")
    base = tmp_path / "platform/app-0000/base/all.yaml"
    base.write_text(base.read_text().replace("maxReplicas: 4", "maxReplicas: four"))
    found, code = counts(tmp_path)
    assert found["errors"] >= 1
    assert code == 1


def test_the_real_kustomize_renders_the_same(
    repository: Path, linked: LinkedRenderer, tool: Callable[[str], Path]
) -> None:
    command = CommandRenderer(
        repository, jobs=2, executable=tool("kustomize"), environ=dict(os.environ)
    )
    theirs = rendered(command, repository)
    command.close()
    assert rendered(linked, repository) == theirs


def test_one_edit_moves_one_overlay_and_each_serial_is_new(
    repository: Path, linked: LinkedRenderer
) -> None:
    states = [rendered(linked, repository)]
    for serial in (1, 2):
        edit_one(repository, serial)
        states.append(rendered(linked, repository))
    for before, after in ((0, 1), (1, 2), (0, 2)):
        moved = [name for name in states[0] if states[before][name] != states[after][name]]
        assert len(moved) == 1
    assert counts(repository)[1] == 0


def test_a_shared_edit_moves_every_overlay(repository: Path, linked: LinkedRenderer) -> None:
    states = [rendered(linked, repository)]
    for serial in (1, 2):
        edit_shared(repository, serial)
        states.append(rendered(linked, repository))
    for before, after in ((0, 1), (1, 2), (0, 2)):
        assert all(states[before][name] != states[after][name] for name in states[0])
    assert counts(repository)[1] == 0


def test_forms_have_the_patches_that_they_are_named_for(tmp_path: Path) -> None:
    for form, patches in (
        ("plain", []),
        ("json6902", ["settings.yaml"]),
        ("strategic-merge", ["tier.yaml"]),
        ("mixed", ["settings.yaml", "tier.yaml"]),
    ):
        root = tmp_path / form
        make(root, 5, form=form)
        for overlay in overlays_of(root):
            files = sorted(file.name for file in (root / overlay).iterdir())
            assert files == ["kustomization.yaml", *patches]
            text = (root / overlay / "kustomization.yaml").read_text()
            assert [name for name in ("settings.yaml", "tier.yaml") if name in text] == patches


def test_another_checkout_has_the_contents_but_not_the_times(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "here", tmp_path / "there" / "1"
    make(root, 3)
    age(root, 3600)
    with pytest.raises(FileNotFoundError, match=r"^there is no \.cache to restore in "):
        check_out_again(root, tmp_path / "without", cache=".cache")
    (root / ".cache").mkdir()
    (root / ".cache" / "entry").write_text("kept")
    check_out_again(root, elsewhere, cache=".cache")
    files = [f.relative_to(root) for f in root.rglob("*") if f.is_file()]
    assert Path(".cache/entry") in files
    assert all((root / f).read_bytes() == (elsewhere / f).read_bytes() for f in files)
    aged = [f for f in files if f.parts[0] != ".cache"]
    assert all((elsewhere / f).stat().st_mtime - (root / f).stat().st_mtime > 3000 for f in aged)
