"""Trees in `tmp_path`, both renderers, and the real kustomize to compare with."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from plumbline.rendering.command import CommandRenderer
from plumbline.rendering.limits import DEFAULT_LIMITS, Limits
from plumbline.rendering.linked import LinkedRenderer
from plumbline.rendering.model import Renderer, Rendering, Request

REPOSITORY = Path(__file__).resolve().parents[2]

MakeRenderer: TypeAlias = Callable[..., Renderer]
Tree: TypeAlias = Callable[[Mapping[str, str | bytes]], Path]


def _built(name: str) -> Path:
    command = [sys.executable, str(REPOSITORY / "tools" / "go_tools.py"), name]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Path(said.splitlines()[-1])


@pytest.fixture(scope="session")
def helper() -> Path:
    return _built("helper")


@pytest.fixture(scope="session")
def kustomize() -> Path:
    return _built("kustomize")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    def write(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "tree"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write


@pytest.fixture(params=["linked", "command"])
def make_renderer(
    request: pytest.FixtureRequest, helper: Path, kustomize: Path
) -> Iterator[MakeRenderer]:
    made: list[Renderer] = []

    def make(root: Path, *, limits: Limits = DEFAULT_LIMITS, jobs: int = 1) -> Renderer:
        renderer: Renderer
        if request.param == "linked":
            renderer = LinkedRenderer(root, jobs=jobs, helper=helper, limits=limits)
        else:
            renderer = CommandRenderer(
                root, jobs=jobs, executable=kustomize, limits=limits, environ=os.environ
            )
        made.append(renderer)
        return renderer

    yield make
    for renderer in made:
        renderer.close()


@pytest.fixture
def make_linked(helper: Path) -> Iterator[Callable[..., LinkedRenderer]]:
    made: list[LinkedRenderer] = []

    def make(
        root: Path, *, limits: Limits = DEFAULT_LIMITS, jobs: int = 1, program: Path = helper
    ) -> LinkedRenderer:
        made.append(LinkedRenderer(root, jobs=jobs, helper=program, limits=limits))
        return made[-1]

    yield make
    for renderer in made:
        renderer.close()


def render_one(renderer: Renderer, overlay: str, **more: Any) -> Rendering:
    """The rendering of one overlay."""
    (found,) = renderer.render([Request(overlay, **more)])
    return found


def config_map(name: str, value: str = "1") -> str:
    """A ConfigMap with one key."""
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{k: '{value}'}}\n"


def good(name: str) -> dict[str, str]:
    """An overlay in which nothing is wrong: the control case beside a broken one."""
    return {
        f"{name}/kustomization.yaml": "resources: [map.yaml]\n",
        f"{name}/map.yaml": config_map("fine"),
    }
