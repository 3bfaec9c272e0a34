"""Which renderer is chosen, and what is said where there is none."""

import os
from pathlib import Path

import pytest

from plumbline.findings import CannotCheck
from plumbline.rendering import choose
from plumbline.rendering.choose import choose_renderer
from plumbline.rendering.linked import LinkedRenderer
from tests.rendering.conftest import Tree, good, render_one


def program(folder: Path, name: str, said: str) -> Path:
    """A command that only says its version."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n".replace("cat", "/bin/cat"))
    path.chmod(0o755)
    return path


@pytest.fixture
def without_helper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(choose, "HELPER", tmp_path / "plumbline-renderer")


def test_the_helper_of_the_package_comes_first(tree: Tree, helper: Path) -> None:
    renderer = choose_renderer(tree(good("o")), jobs=1, environ=os.environ)
    assert renderer.version == "kustomize/v5.8.2 (linked)"
    assert render_one(renderer, "o").error is None
    renderer.close()


@pytest.mark.usefixtures("without_helper")
def test_kustomize_on_path_comes_next(tree: Tree, kustomize: Path) -> None:
    environ = {"PATH": str(kustomize.parent)}
    renderer = choose_renderer(tree(good("o")), jobs=1, environ=environ)
    assert renderer.version == "kustomize/v5.8.2 (command)"
    assert render_one(renderer, "o").error is None
    renderer.close()


@pytest.mark.usefixtures("without_helper")
def test_kubectl_on_path_comes_last(tree: Tree, tmp_path: Path) -> None:
    program(tmp_path / "bin", "kubectl", "Client Version: v1.32.4\nKustomize Version: v5.5.0")
    environ = {"PATH": str(tmp_path / "bin")}
    renderer = choose_renderer(tree(good("o")), jobs=1, environ=environ)
    assert renderer.version == "kustomize/v5.5.0 (kubectl)"
    renderer.close()


@pytest.mark.usefixtures("without_helper")
def test_nothing_at_all(tree: Tree, tmp_path: Path) -> None:
    with pytest.raises(CannotCheck) as caught:
        choose_renderer(tree(good("o")), jobs=1, environ={"PATH": str(tmp_path)})
    assert str(caught.value) == (
        "nothing here can render: install a plumbline wheel for this platform, which has its own "
        "renderer, or put kustomize 5.0 or later on PATH"
    )


@pytest.mark.parametrize(
    ("name", "said", "complaint"),
    [
        pytest.param("kustomize", "v4.5.7", "has kustomize v4.5.7", id="old kustomize"),
        pytest.param(
            "kubectl",
            'Client Version: version.Info{GitVersion:"v1.20.2"}',
            "does not say which kustomize it has",
            id="old kubectl",
        ),
        pytest.param("kustomize", "hello", "does not say which kustomize it has", id="nonsense"),
    ],
)
@pytest.mark.usefixtures("without_helper")
def test_a_kustomize_that_is_too_old(
    tree: Tree, tmp_path: Path, name: str, said: str, complaint: str
) -> None:
    found = program(tmp_path / "bin", name, said)
    with pytest.raises(CannotCheck) as caught:
        choose_renderer(tree(good("o")), jobs=1, environ={"PATH": str(tmp_path / "bin")})
    assert str(caught.value) == (
        f"{found} {complaint}: install kustomize 5.0 or later, or a plumbline wheel for this "
        "platform, which has its own renderer"
    )


def test_one_can_be_forced(tree: Tree, helper: Path, kustomize: Path) -> None:
    root = tree(good("o"))
    for forced, version in {
        "linked": "kustomize/v5.8.2 (linked)",
        str(helper): "kustomize/v5.8.2 (linked)",
        "kustomize": "kustomize/v5.8.2 (command)",
        str(kustomize): "kustomize/v5.8.2 (command)",
    }.items():
        environ = {"PATH": str(kustomize.parent), "PLUMBLINE_RENDERER": forced}
        renderer = choose_renderer(root, jobs=1, environ=environ)
        assert renderer.version == version
        renderer.close()


@pytest.mark.parametrize(
    ("forced", "message"),
    [
        pytest.param("kubectl", "there is no such program on PATH", id="name"),
        pytest.param("/no/such/file", "there is no such program there", id="path"),
    ],
)
def test_a_forced_renderer_must_exist(
    tree: Tree, tmp_path: Path, forced: str, message: str
) -> None:
    environ = {"PATH": str(tmp_path), "PLUMBLINE_RENDERER": forced}
    with pytest.raises(CannotCheck) as caught:
        choose_renderer(tree(good("o")), jobs=1, environ=environ)
    assert str(caught.value) == (
        f"PLUMBLINE_RENDERER={forced}, but {message}: unset it or correct it"
    )


def test_a_helper_of_another_protocol(tree: Tree, tmp_path: Path) -> None:
    old = program(tmp_path / "bin", "plumbline-renderer", '{"protocol": 0, "kustomize": "v5.8.2"}')
    with pytest.raises(CannotCheck) as caught:
        LinkedRenderer(tree(good("o")), jobs=1, helper=old)
    assert str(caught.value) == (
        f"the rendering helper {old} speaks protocol 0, not 1: rebuild it with "
        "`python tools/go_tools.py helper`"
    )
