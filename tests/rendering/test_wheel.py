"""A wheel carries the helper, the schemas and the template, from a tree as from an sdist."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from hatch_build import go_platform
from plumbline.rendering.helper import helper_version
from tests.rendering.conftest import REPOSITORY

PARTS = ("src", "renderer", "schemas", "hooks", "tools", "{{cookiecutter.project_slug}}")
FILES = ("pyproject.toml", "hatch_build.py", "cookiecutter.json", "README.md", "LICENSE")
LITTER = shutil.ignore_patterns("__pycache__")


def build(source: Path, target: str, destination: Path, **environ: str) -> Path:
    """One distribution, built by the backend itself as pip does after it made an environment."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(destination)]
    subprocess.run(
        command, cwd=source, env={**os.environ, **environ}, check=True, capture_output=True
    )
    (made,) = destination.iterdir()
    return made


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this tree, so that nothing changes while it is built twice."""
    copy = tmp_path_factory.mktemp("source") / "plumbline"
    copy.mkdir()
    # What the development helper leaves in the tree must not reach a distribution.
    (copy / "src/plumbline/rendering/bin").mkdir(parents=True)
    (copy / "src/plumbline/rendering/bin/plumbline-renderer.digest").write_text("0")
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, copy / part, ignore=LITTER, dirs_exist_ok=True)
    for file in FILES:
        shutil.copy(REPOSITORY / file, copy)
    return copy


def test_a_wheel_is_the_same_from_a_tree_and_from_an_sdist(source: Path, tmp_path: Path) -> None:
    wheel = build(source, "wheel", tmp_path / "wheel")
    with tarfile.open(build(source, "sdist", tmp_path / "sdist")) as archive:
        assert not [name for name in archive.getnames() if "rendering/bin" in name]
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    again = build(unpacked, "wheel", tmp_path / "again")
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        names = set(first.namelist())
        assert names == set(second.namelist())
        first.extractall(tmp_path / "installed")
    assert wheel.name == again.name
    assert "-py3-none-" in wheel.name
    assert not wheel.name.endswith("-any.whl")
    assert [name for name in names if name.startswith("plumbline/rendering/bin/")] == [
        "plumbline/rendering/bin/plumbline-renderer"
    ]
    assert "plumbline/_data/template/cookiecutter.json" in names
    assert "plumbline/schemas/kubernetes/kinds-by-version.json" in names
    for folder, place in (("schemas", ""), ("hooks", "template/"), (PARTS[-1], "template/")):
        for path in (source / folder).rglob("*"):
            if path.is_file():
                assert f"plumbline/_data/{place}{path.relative_to(source).as_posix()}" in names
    helper = tmp_path / "installed" / "plumbline" / "rendering" / "bin" / "plumbline-renderer"
    helper.chmod(0o755)
    assert helper_version(helper) == "v5.8.2"


def test_a_wheel_without_the_helper_is_for_every_platform(source: Path, tmp_path: Path) -> None:
    wheel = build(source, "wheel", tmp_path, PLUMBLINE_BUILD_HELPER="0")
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if "/bin/" in name]


@pytest.mark.parametrize(
    ("tag", "system", "machine"),
    [
        ("manylinux_2_17_x86_64", "linux", "amd64"),
        ("musllinux_1_2_aarch64", "linux", "arm64"),
        ("linux_x86_64", "linux", "amd64"),
        ("macosx_11_0_arm64", "darwin", "arm64"),
        ("macosx_10_13_x86_64", "darwin", "amd64"),
    ],
)
def test_a_platform_tag_says_what_to_compile_for(tag: str, system: str, machine: str) -> None:
    assert go_platform(tag) == {"GOOS": system, "GOARCH": machine}


def test_a_platform_that_has_no_helper() -> None:
    with pytest.raises(SystemExit) as caught:
        go_platform("win32")
    assert "no helper can be built for win32" in str(caught.value)
    assert "PLUMBLINE_BUILD_HELPER=0" in str(caught.value)
