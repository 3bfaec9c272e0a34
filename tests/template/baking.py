"""How tests bake and render the template: by the real cookiecutter and kustomize."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "cookiecutter")
ENVIRONMENTS = ("dev", "staging", "prod")

OTHER_ANSWERS = {
    "project_name": "Nordstern & Söhne",
    "project_slug": "nordstern",
    "organisation": "Überland Energie 株式会社 🌱",
    "label_prefix": "ml.uberland.test",
    "registry": "mirror.uberland.test:5000/ml",
    "kubernetes_version": "1.34",
    "forge": "azure-devops",
    "platform_owner": "grid-operators",
    "compliance_owner": "audit",
    "team": "forecasting",
    "owner_group": "007",
    "cost_center": "4711",
    "tenant_tier": "gold",
    "model_name": "load-curve",
    "data_classification": "restricted",
}


@dataclass(frozen=True)
class Repository:
    """A baked repository and what its overlays render to."""

    root: Path
    overlays: Mapping[str, list[dict[str, Any]]]

    def objects(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for overlay, objects in self.overlays.items():
            for each in objects:
                yield f"{overlay}: {each['kind']}/{each['metadata']['name']}", each


KEPT = {".git", ".plumbline_cache"}


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a directory but git's own and what a check keeps."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not KEPT & set(path.relative_to(root).parts)
    }


def cookiecutter(into: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Plain cookiecutter with a home of its own, so that nobody's configuration takes part."""
    into.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [*COMMAND, str(ROOT), "--no-input", "-o", str(into), *arguments],
        env={**os.environ, "HOME": str(into.parent), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def baked(into: Path, answers: Mapping[str, str]) -> Path:
    done = cookiecutter(into, *(f"{name}={value}" for name, value in answers.items()))
    assert done.returncode == 0, done.stderr
    (made,) = into.iterdir()
    return made


def build(kustomize: Path, directory: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [str(kustomize), "build", str(directory)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return list(yaml.load_all(done.stdout, Loader=yaml.CSafeLoader))


def rendered(kustomize: Path, root: Path) -> Repository:
    found = sorted(
        path.parent.relative_to(root).as_posix()
        for path in root.rglob("kustomization.yaml")
        if path.parent.parent.name == "overlays"
    )
    return Repository(root, {each: build(kustomize, root / each) for each in found})
