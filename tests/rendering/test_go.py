"""The helper's own checks: formatting, vet and its unit tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rendering.conftest import REPOSITORY
from tools import go_tools

RENDERER = REPOSITORY / "renderer"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=RENDERER,
        env=go_tools.go_environment({}),
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_sources_are_formatted() -> None:
    go = go_tools.require_go()
    formatter = go.resolve().with_name("gofmt")
    assert run(formatter, "-l", ".").stdout == ""


@pytest.mark.parametrize("verb", ["vet", "test"])
def test_go_is_content(verb: str) -> None:
    said = run(go_tools.require_go(), verb, "./...")
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_pins_agree() -> None:
    required = (RENDERER / "go.mod").read_text()
    assert "sigs.k8s.io/kustomize/api v0.21.2\n" in required
    assert "sigs.k8s.io/kustomize/kyaml v0.21.2\n" in required
    assert go_tools.JUDGES["kustomize"].endswith("@v5.8.2")


def test_an_unknown_tool_is_refused() -> None:
    script = str(REPOSITORY / "tools" / "go_tools.py")
    said = subprocess.run(
        [sys.executable, script, "helm"], check=False, capture_output=True, text=True
    )
    assert said.returncode == 2
    assert (
        said.stderr == "usage: go_tools.py {helper|kustomize|kubeconform|kube-score|kubectl}...\n"
    )
