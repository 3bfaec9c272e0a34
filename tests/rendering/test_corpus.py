"""A real tree of 127 kustomizations: both renderers agree with kustomize on every one."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plumbline.rendering.command import CommandRenderer
from plumbline.rendering.linked import LinkedRenderer
from plumbline.rendering.model import Rendering, Request
from plumbline.rendering.output import read_objects
from tests.rendering.conftest import REPOSITORY

CORPUS = (REPOSITORY.parent / "shared" / "corpus" / "kubeflow").resolve()
NOT_RENDERABLE = CORPUS.parent / "kubeflow-not-renderable.txt"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus is not here: {CORPUS.name} beside the repository"
)


@pytest.fixture(scope="module")
def overlays() -> list[str]:
    found = sorted(CORPUS.rglob("kustomization.yaml"))
    return [path.parent.relative_to(CORPUS).as_posix() for path in found]


@pytest.fixture(scope="module")
def built(overlays: list[str], kustomize: Path) -> dict[str, subprocess.CompletedProcess[bytes]]:
    """What the real kustomize says of every overlay."""

    def build(overlay: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(kustomize), "build", overlay]
        return subprocess.run(command, cwd=CORPUS, capture_output=True, check=False)

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(overlays, pool.map(build, overlays), strict=True))


@pytest.fixture(scope="module")
def linked(overlays: list[str], helper: Path) -> Iterator[dict[str, Rendering]]:
    renderer = LinkedRenderer(CORPUS, jobs=2, helper=helper)
    yield {each.overlay: each for each in renderer.render(map(Request, overlays))}
    renderer.close()


def test_the_helper_agrees_with_kustomize(
    overlays: list[str],
    built: dict[str, subprocess.CompletedProcess[bytes]],
    linked: dict[str, Rendering],
) -> None:
    refused = [overlay for overlay in overlays if built[overlay].returncode != 0]
    assert len(overlays) > 100
    assert refused == sorted(
        name.removeprefix("kubeflow/") for name in NOT_RENDERABLE.read_text().split()
    )
    for overlay in overlays:
        found, said = linked[overlay], built[overlay]
        if overlay in refused:
            words = said.stderr.decode().rpartition("Error: ")[2].strip()
            assert found.error is not None
            assert found.error.kind == "kustomize"
            assert found.error.message == words.replace(f"{CORPUS}/", "")
        else:
            assert found.error is None
            assert list(found.objects) == list(read_objects(said.stdout)), overlay
    objects = sum(len(each.objects) for each in linked.values())
    counts = f"{len(overlays)} overlays, {len(refused)} refused, {objects} objects"
    print(counts)  # noqa: T201 - what the comparison covered


def test_the_command_agrees_with_the_helper(
    overlays: list[str], kustomize: Path, linked: dict[str, Rendering]
) -> None:
    renderer = CommandRenderer(CORPUS, jobs=2, executable=kustomize, environ=os.environ)
    found = {each.overlay: each for each in renderer.render(map(Request, overlays))}
    renderer.close()
    for overlay in overlays:
        mine, theirs = linked[overlay], found[overlay]
        assert (theirs.objects, theirs.warnings) == (mine.objects, mine.warnings), overlay
        assert theirs.error == mine.error, overlay
        if mine.error is None:
            assert (theirs.reads, theirs.absent) == (mine.reads, mine.absent), overlay


def test_origins_do_not_change_the_corpus(
    overlays: list[str], helper: Path, linked: dict[str, Rendering]
) -> None:
    renderer = LinkedRenderer(CORPUS, jobs=2, helper=helper)
    unknown = 0
    for each in renderer.render(Request(overlay, origins=True) for overlay in overlays):
        assert each.objects == linked[each.overlay].objects
        for origin in each.origins:
            unknown += not (origin.file or origin.configured_in)
            assert not origin.file or origin.file in each.reads
            assert not origin.configured_in or origin.configured_in in each.reads
    renderer.close()
    assert unknown == 0
