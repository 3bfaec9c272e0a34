"""`new`: all or nothing, at the place that was named, the same tree as plain cookiecutter."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import plumbline
from plumbline.findings import CannotCheck
from plumbline.scaffolding import CannotCreate, Question, find_template, new
from tests.template.baking import ROOT, baked, tree


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A copy of the template that a test may break."""
    copy = tmp_path / "template"
    copy.mkdir()
    shutil.copy(ROOT / "cookiecutter.json", copy)
    for folder in ("hooks", "{{cookiecutter.project_slug}}"):
        shutil.copytree(ROOT / folder, copy / folder)
    return copy


def test_plain_cookiecutter_and_new_give_the_same_tree(plain: Path, tmp_path: Path) -> None:
    made = new(tmp_path / plain.name, answers={}, template=find_template())
    assert tree(made.root) == tree(plain)
    assert made.notes == ()
    assert made.answers["project_slug"] == plain.name


def test_second_bake_is_identical(plain: Path, tmp_path: Path) -> None:
    assert tree(baked(tmp_path / "again", {})) == tree(plain)


def test_the_folder_is_a_git_repository_without_a_commit(plain: Path) -> None:
    assert (plain / ".git" / "HEAD").read_text("utf-8") == "ref: refs/heads/main\n"
    log = subprocess.run(["git", "log"], cwd=plain, capture_output=True, check=False)
    assert log.returncode != 0


def test_without_git_it_says_so_and_goes_on(tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    made = new(
        tmp_path / "here",
        answers={},
        template=find_template(),
        environment={"PATH": str(empty)},
    )
    assert made.notes == ("git is not installed: run `git init` here once it is",)
    assert not (made.root / ".git").exists()
    assert made.files == len(tree(made.root)) > 50


def test_the_directory_names_the_repository(tmp_path: Path) -> None:
    made = new(tmp_path / "north-star", answers={"team": "wind"}, template=find_template())
    assert "  name: north-star\n" in (made.root / "plumbline.yaml").read_text("utf-8")
    assert (made.root / "tenants" / "wind").is_dir()
    assert list(tmp_path.iterdir()) == [made.root]


def test_an_empty_directory_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "north-star").mkdir()
    made = new(tmp_path / "north-star", answers={}, template=find_template())
    assert (made.root / "plumbline.yaml").is_file()


def test_questions_left_open_are_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.name)
        return question.default

    made = new(tmp_path / "north-star", answers={"team": "wind"}, template=find_template(), ask=ask)
    assert "team" not in asked
    assert "project_slug" not in asked
    assert asked[:2] == ["project_name", "organisation"]
    assert made.answers["team"] == "wind"


def occupied(target: Path) -> str:
    target.mkdir()
    (target / "mine.txt").write_text("mine", "utf-8")
    return f"{target} is not empty: choose another place, or empty it"


def a_file(target: Path) -> str:
    target.write_text("mine", "utf-8")
    return f"{target} exists and is not a directory: choose another place"


def a_dangling_link(target: Path) -> str:
    target.symlink_to(target.parent / "nowhere")
    return f"{target} exists and is not a directory: choose another place"


@pytest.mark.parametrize("prepare", [occupied, a_file, a_dangling_link], ids=lambda f: f.__name__)
def test_taken_places_are_refused_untouched(prepare: object, tmp_path: Path) -> None:
    assert callable(prepare)
    message = prepare(tmp_path / "target")
    before = tree(tmp_path)
    with pytest.raises(CannotCreate) as refusal:
        new(tmp_path / "target", answers={}, template=find_template())
    assert str(refusal.value) == message
    assert tree(tmp_path) == before


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(CannotCreate) as refusal:
        new(tmp_path / "file" / "repository", answers={}, template=find_template())
    place = tmp_path / "file"
    expected = f"{place} is not a directory: make it first, or choose another place"
    assert str(refusal.value) == expected


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_read_only_parent_is_refused(tmp_path: Path) -> None:
    parent = tmp_path / "parent"
    parent.mkdir(mode=0o555)
    with pytest.raises(CannotCreate, match=r"cannot be made \(Permission denied\)"):
        new(parent / "repository", answers={}, template=find_template())


def test_a_name_too_long_for_the_file_system_is_refused(tmp_path: Path) -> None:
    target = tmp_path / ("a" * 300)
    with pytest.raises(CannotCreate, match=r"cannot be looked into \(File name too long\)"):
        new(target, answers={}, template=find_template())


def test_another_slug_than_the_directory_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "north-star"
    with pytest.raises(CannotCheck) as refusal:
        new(target, answers={"project_slug": "south-star"}, template=find_template())
    expected = f'project_slug "south-star" is not the name of the directory {target}: drop it'
    assert str(refusal.value) == expected
    assert new(target, answers={"project_slug": "north-star"}, template=find_template()).files


@pytest.mark.parametrize("wrong", ["{{ cookiecutter.temm }}", "{{ cookiecuter.team }}"])
def test_a_misspelt_variable_fails_and_leaves_nothing(
    wrong: str, template: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert new(out / "control", answers={}, template=template).files
    shutil.rmtree(out / "control")
    readme = template / "{{cookiecutter.project_slug}}" / "README.md"
    readme.write_text(readme.read_text("utf-8") + wrong, "utf-8")
    name = "temm" if "temm" in wrong else "cookiecuter"
    with pytest.raises(CannotCreate, match=rf"the template is broken: .*README\.md.*{name}"):
        new(out / "repository", answers={}, template=template)
    assert list(out.iterdir()) == []


def test_an_interruption_leaves_nothing(template: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    hook = template / "hooks" / "post_gen_project.py"
    hook.write_text(
        "import os, signal, time\nos.kill(os.getppid(), signal.SIGINT)\ntime.sleep(5)\n", "utf-8"
    )
    program = (
        "from pathlib import Path\n"
        "from plumbline.scaffolding import new\n"
        f"new(Path({str(out / 'repository')!r}), answers={{}}, template=Path({str(template)!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in done.stderr
    assert list(out.iterdir()) == []


def test_nobodys_cookiecutter_configuration_takes_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".cookiecutterrc").write_text("default_context: {team: intruder}\n", "utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COOKIECUTTER_CONFIG", str(home / ".cookiecutterrc"))
    made = new(tmp_path / "north-star", answers={}, template=find_template())
    assert made.answers["team"] == "fraud"
    assert [path.name for path in home.iterdir()] == [".cookiecutterrc"]


def test_the_template_lies_in_the_wheel_or_the_checkout(tmp_path: Path) -> None:
    assert find_template() == ROOT
    installed = tmp_path / "site-packages" / "plumbline"
    with pytest.raises(CannotCreate, match="has no template beside it: install plumbline again"):
        find_template(installed)
    (installed / "_data" / "template").mkdir(parents=True)
    shutil.copy(ROOT / "cookiecutter.json", installed / "_data" / "template")
    assert find_template(installed) == installed / "_data" / "template"


def test_the_template_has_the_toolkits_version() -> None:
    import json

    asked = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))
    assert asked["_template_version"] == plumbline.__version__


def test_importing_scaffolding_does_not_import_cookiecutter() -> None:
    program = "import sys, plumbline.scaffolding; print('cookiecutter' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
