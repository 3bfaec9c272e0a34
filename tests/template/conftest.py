"""The template baked and rendered once a session."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.template.baking import OTHER_ANSWERS, ROOT, Repository, baked, rendered


@pytest.fixture(scope="session")
def kustomize() -> Path:
    program = ROOT / ".tools" / "bin" / "kustomize"
    if not program.exists():
        subprocess.run(
            [sys.executable, str(ROOT / "tools" / "go_tools.py"), "kustomize"], check=True
        )
    return program


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default answers; the parent's path has a space in it."""
    return baked(tmp_path_factory.mktemp("default") / "with space", {})


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every answer at another value than its default."""
    return baked(tmp_path_factory.mktemp("other") / "out", OTHER_ANSWERS)


@pytest.fixture(scope="session")
def repository(kustomize: Path, plain: Path) -> Repository:
    return rendered(kustomize, plain)


@pytest.fixture(scope="session")
def other_repository(kustomize: Path, other: Path) -> Repository:
    return rendered(kustomize, other)
