"""What a change concerns: by what overlays read and looked for, never by where findings lie."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from plumbline.checking import Options, Report, check
from plumbline.findings import CannotCheck

Tree = Callable[[Mapping[str, str | bytes]], Path]

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME}
spec:
  containers:
  - name: c
    image: registry.example.org/c:1
    securityContext: {privileged: true}
"""
RULES = ("POD001", "LAY004", "YML003", "LAY002", "HYG001")


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tree: Tree, settings: str) -> Path:
    files = {"plumbline.yaml": settings, "policies/waivers.yaml": "[]\n"}
    for name in ("a", "b"):
        files[f"models/t/{name}/base/kustomization.yaml"] = "resources: [pod.yaml]\n"
        files[f"models/t/{name}/base/pod.yaml"] = POD.replace("NAME", name)
        for environment in ("dev", "prod"):
            overlay = f"models/t/{name}/overlays/{environment}"
            files[f"{overlay}/kustomization.yaml"] = "resources: [../../base]\n"
    root = tree(files)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "start")
    return root


def changed(root: Path) -> Report:
    return check(root, Options(select=RULES, changed_since="HEAD"))


def overlays(report: Report) -> list[str]:
    return sorted({finding.overlay for finding in report.findings})


def test_nothing_changed_concerns_nothing(repository: Path) -> None:
    report = changed(repository)
    assert overlays(report) == []
    assert report.counts.rendered == 4
    assert report.notes == (
        "changed since HEAD: 0 files, which concern 0 of 4 overlays; "
        "findings of the others are left out",
    )
    assert len(check(repository, Options(select=RULES)).findings) == 4


@pytest.mark.parametrize(
    ("file", "text", "concerned"),
    [
        ("models/t/a/overlays/dev/kustomization.yaml", "resources: [../../base]\n# x\n", ["a/dev"]),
        ("models/t/a/base/pod.yaml", POD.replace("NAME", "z"), ["a/dev", "a/prod"]),
        ("models/t/a/overlays/dev/kustomization.yml", "resources: []\n", ["a/dev"]),
        ("policies/waivers.yaml", "[]\n# x\n", ["a/dev", "a/prod", "b/dev", "b/prod"]),
    ],
    ids=["overlay", "base", "looked-for-in-vain", "waivers"],
)
def test_a_change_concerns_what_reads_it(
    repository: Path, file: str, text: str, concerned: list[str]
) -> None:
    (repository / file).write_text(text)
    names = [
        name.removeprefix("models/t/").replace("/overlays/", "/")
        for name in overlays(changed(repository))
    ]
    assert names == concerned


def test_a_change_of_settings_concerns_everything(repository: Path) -> None:
    settings = repository / "plumbline.yaml"
    settings.write_text(settings.read_text() + "  severity: {POD001: warning}\n")
    assert len(overlays(changed(repository))) == 4


def test_a_deleted_and_a_renamed_file(repository: Path) -> None:
    (repository / "models/t/b/base/pod.yaml").rename(repository / "models/t/b/base/other.yaml")
    report = changed(repository)
    rules = {(finding.rule, finding.overlay.rpartition("/")[2]) for finding in report.findings}
    assert rules == {("LAY004", "dev"), ("LAY004", "prod")}
    assert {f.overlay.split("/")[2] for f in report.findings if f.rule == "LAY004"} == {"b"}


def test_what_git_cannot_tell_is_a_sentence(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotCheck, match="--changed-since nope: git cannot compare with it"):
        check(repository, Options(changed_since="nope"))
    with pytest.raises(CannotCheck, match="name a branch, a tag or a commit"):
        check(repository, Options(changed_since="--output=x"))
    bare = tmp_path / "bare"
    (bare / "x").mkdir(parents=True)
    (bare / "x/kustomization.yaml").write_text("resources: [p.yaml]\n")
    (bare / "x/p.yaml").write_text(POD)
    with pytest.raises(CannotCheck, match="git cannot compare with it"):
        check(bare, Options(changed_since="HEAD"))
