"""Answers: the bad ones are refused with the fix, the good ones all have an effect."""

import sys
from pathlib import Path

import pytest
import yaml

from plumbline.findings import CannotCheck
from plumbline.scaffolding import answers_from_file, find_template, new, parse_set, questions
from tests.template.baking import OTHER_ANSWERS, ROOT, cookiecutter, tree

INVALID = sorted((Path(__file__).parent / "invalid").glob("*.yaml"))

# Where a default's word stands although another answer was given, for a reason of its own.
HOMES = {
    "small": {
        "tenants/_tiers/small/kustomization.yaml",  # the tier itself
        "platform/kubernetes-baseline/overlays/dev/kustomization.yaml",  # the platform's own tier
    },
}


def test_there_are_many_invalid_answers() -> None:
    assert len(INVALID) >= 20


@pytest.mark.parametrize("fixture", INVALID, ids=lambda path: path.stem)
def test_invalid_answer_is_refused_with_the_fix(fixture: Path, tmp_path: Path) -> None:
    case = yaml.safe_load(fixture.read_text("utf-8"))
    target = tmp_path / case["answers"].get("project_slug", "control")
    with pytest.raises(CannotCheck) as refusal:
        new(target, answers=case["answers"], template=find_template())
    assert str(refusal.value) == case["message"]
    assert list(tmp_path.iterdir()) == []


def test_control_the_same_call_succeeds_with_valid_answers(tmp_path: Path) -> None:
    made = new(tmp_path / "control", answers={"team": "fraud"}, template=find_template())
    assert made.root == tmp_path / "control"
    assert made.files == len(tree(made.root)) > 50


@pytest.mark.parametrize("name", ["team-with-capitals", "slug-with-space", "prefix-without-dot"])
def test_plain_cookiecutter_refuses_in_the_same_words(name: str, tmp_path: Path) -> None:
    case = yaml.safe_load((Path(__file__).parent / "invalid" / f"{name}.yaml").read_text("utf-8"))
    done = cookiecutter(tmp_path / "out", *(f"{k}={v}" for k, v in case["answers"].items()))
    assert done.returncode != 0
    assert case["message"] in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_every_question_has_another_answer_here() -> None:
    asked = questions(find_template())
    assert set(OTHER_ANSWERS) == {question.name for question in asked}
    same = [q.name for q in asked if OTHER_ANSWERS[q.name] == q.default]
    assert same == []


@pytest.mark.parametrize("name", sorted(OTHER_ANSWERS))
def test_every_answer_has_an_effect(name: str, plain: Path, other: Path) -> None:
    default = {"project_slug": "example-ml-platform"}.get(
        name, next(q.default for q in questions(find_template()) if q.name == name)
    )
    homes = HOMES.get(default, set())
    found = {
        path
        for path, content in tree(other).items()
        if default in path or default.encode() in content
    }
    found -= {path for path in found if default in path and path.startswith("tenants/_tiers/")}
    assert found <= homes
    record = f'      {name}: "{OTHER_ANSWERS[name]}"'
    assert record in (other / "plumbline.yaml").read_text("utf-8").splitlines()
    beyond_the_record = [
        path
        for path, content in tree(other).items()
        if OTHER_ANSWERS[name] in path
        or OTHER_ANSWERS[name].encode() in content.replace(record.encode(), b"")
    ]
    assert beyond_the_record
    before = yaml.safe_load((plain / "plumbline.yaml").read_text("utf-8"))
    assert before["spec"]["template"]["answers"][name] == default


def test_answers_file(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text('team: fraud\ncost_center: "4711"\n', "utf-8")
    assert answers_from_file(file) == {"team": "fraud", "cost_center": "4711"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "team: a\ncost_center: 4711\n",
            '{}:2: cost_center is not text: write it in quotes, as cost_center: "…"',
            id="number",
        ),
        pytest.param(
            "- team\n",
            "{} is not one mapping of questions to answers: write lines as team: fraud",
            id="list",
        ),
        pytest.param(
            "",
            "{} is not one mapping of questions to answers: write lines as team: fraud",
            id="empty",
        ),
    ],
)
def test_answers_file_is_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(CannotCheck) as refusal:
        answers_from_file(file)
    assert str(refusal.value) == message.format(file)


def test_broken_and_missing_answers_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("team: fraud\nteam: risk\n", "utf-8")
    with pytest.raises(CannotCheck, match=r"answers\.yaml:2: .*team"):
        answers_from_file(file)
    with pytest.raises(CannotCheck, match=r"absent\.yaml cannot be read \(No such file"):
        answers_from_file(tmp_path / "absent.yaml")


def test_set() -> None:
    assert parse_set("organisation=a=b") == ("organisation", "a=b")
    with pytest.raises(CannotCheck) as refusal:
        parse_set("team")
    assert str(refusal.value) == '--set "team" is not key=value: write it as in --set team=fraud'


def test_the_hooks_are_short_and_need_nothing_installed() -> None:
    import ast

    hooks = sorted((ROOT / "hooks").glob("*.py"))
    assert [hook.name for hook in hooks] == ["post_gen_project.py", "pre_gen_project.py"]
    for hook in hooks:
        text = hook.read_text("utf-8")
        assert len(text.splitlines()) < 60
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            + [alias.name for alias in node.names if isinstance(node, ast.Import)]
        }
        assert imported
        assert imported <= sys.stdlib_module_names
