"""The generated files themselves: which ones, and that they are clean."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.yaml import Limits, read
from tests.template.baking import ENVIRONMENTS, ROOT, baked, tree

PIPELINES = {
    "gitlab": ".gitlab-ci.yml",
    "azure-devops": "azure-pipelines.yml",
    "bitbucket": "Jenkinsfile",
}
FILES = Path(__file__).with_name("files.txt")
FOREIGN_BRACES = "platform/prometheus/base/rules.yaml"


def texts(root: Path) -> Iterator[tuple[str, str]]:
    for path, content in tree(root).items():
        yield path, content.decode("utf-8")


def test_exactly_these_files(plain: Path) -> None:
    assert list(tree(plain)) == FILES.read_text("utf-8").splitlines()


def test_other_answers_rename_files_and_change_the_pipeline(plain: Path, other: Path) -> None:
    renamed = {
        path.replace("fraud", "forecasting")
        .replace("churn", "load-curve")
        .replace(".gitlab-ci.yml", "azure-pipelines.yml")
        for path in tree(plain)
    }
    assert tree(other).keys() == renamed


@pytest.mark.parametrize("forge", sorted(PIPELINES))
def test_each_forge_gets_its_pipeline_and_no_other(forge: str, tmp_path: Path) -> None:
    root = baked(tmp_path / "out", {"forge": forge})
    present = {name for name in PIPELINES.values() if (root / name).exists()}
    assert present == {PIPELINES[forge]}
    text = (root / PIPELINES[forge]).read_text("utf-8")
    assert len(re.findall(r"plumbline check --shard \S+ --facts-out \S+", text)) == 1
    assert text.count("--format text --format json --output plumbline-report.json") == 1
    assert text.count("plumbline check --merge ") == 1
    assert re.search(r"registry\.example\.internal/plumbline/plumbline@sha256:[0-9a-f]{64}", text)
    assert "plumbline-report.json" in (root / ".gitignore").read_text("utf-8").splitlines()


def test_no_template_mark_is_left(plain: Path, other: Path) -> None:
    for root in (plain, other):
        for path, text in texts(root):
            if path != FOREIGN_BRACES:
                assert not re.search(r"\{\{|\}\}|\{%|%\}|cookiecutter", text + path), path
    assert "{{ $labels.namespace }}" in (plain / FOREIGN_BRACES).read_text("utf-8")


def test_files_are_clean(plain: Path, other: Path) -> None:
    for root in (plain, other):
        for path, text in texts(root):
            assert text.endswith("\n"), path
            assert not text.endswith("\n\n"), path
            assert not re.search(r"[ \t]$|\t|\r|\n\n\n", text, re.MULTILINE), path


def test_yaml_files_mean_the_same_to_every_reader(plain: Path, other: Path) -> None:
    counted = 0
    for root in (plain, other):
        for path, content in tree(root).items():
            if path.endswith((".yaml", ".yml")):
                reading = read(content, Limits())
                assert reading.hazards == (), path
                assert len(reading.documents) >= 1, path
                counted += 1
    assert counted >= 150


def test_every_manifest_is_included(plain: Path) -> None:
    """Each YAML file below a kustomization's directory is named by that kustomization."""
    outside = {"inventory.yaml", "plumbline.yaml", "waivers.yaml"}
    for path in sorted(plain.rglob("*.yaml")):
        beside = path.with_name("kustomization.yaml")
        if path == beside or path.name in outside or path.name.startswith("."):
            continue
        names = set(leaves(yaml.safe_load(beside.read_text("utf-8"))))
        assert path.name in names, path


def test_facts_of_the_repository(plain: Path) -> None:
    spec = yaml.safe_load((plain / "plumbline.yaml").read_text("utf-8"))["spec"]
    assert tuple(spec["environments"]) == ENVIRONMENTS
    assert sorted(spec["components"]) == sorted(p.name for p in (plain / "platform").iterdir())
    assert yaml.safe_load((plain / "policies/waivers.yaml").read_text("utf-8")) == []


def test_the_judges_files_belong_to_compliance(plain: Path) -> None:
    owners = dict(
        line.split(maxsplit=1)
        for line in (plain / "CODEOWNERS").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    assert owners["/policies/"] == owners["/plumbline.yaml"] == "@compliance-office"
    for pattern in owners:
        assert pattern == "*" or (plain / pattern.strip("/")).exists(), pattern


def test_paths_that_the_documents_name_exist(plain: Path) -> None:
    counted = 0
    for name in ("README.md", "docs/where-does-my-change-go.md"):
        text = (plain / name).read_text("utf-8")
        for path in re.findall(r"`([a-z_]+/[^` ]+)`", text):
            pattern = re.sub(r"<[a-z]+>", "*", path).rstrip("/")
            assert list(plain.glob(pattern)), f"{name}: {path}"
            counted += 1
    assert counted >= 15


def test_the_check_finds_nothing_and_counts_more_than_nothing(plain: Path, other: Path) -> None:
    program = "import sys; from plumbline.cli.main import main; sys.exit(main())"
    for root in (plain, other):
        done = subprocess.run(
            [sys.executable, "-c", program, "check", "--format", "json", "--fail-on", "warning"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        report = json.loads(done.stdout)
        assert report["findings"] == []
        assert report["counts"]["rendered"] == report["counts"]["overlays"] == 15
        assert report["counts"]["objects"] == 117
        assert report["counts"]["without_schema"] == 0
        assert report["counts"]["workloads"] > 0
        assert report["counts"]["workloads_not_counted"] == 0
        assert report["counts"]["waived"] == 0


def test_the_hook_configuration_is_one_that_pre_commit_takes(plain: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"],
        cwd=plain,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from leaves(child)
    else:
        yield value
