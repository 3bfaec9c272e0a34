"""kustomize's errors come with a file, often a line, and without this machine's paths."""

from collections.abc import Mapping

import pytest

from plumbline.rendering.closure import Closure
from plumbline.rendering.explaining import explain
from plumbline.rendering.processes import describe_exit
from tests.rendering.conftest import MakeRenderer, Tree, config_map, good, render_one

ERRORS: dict[str, tuple[dict[str, str], str, str, int]] = {
    "malformed resource": (
        {"o/kustomization.yaml": "resources: [a.yaml]\n", "o/a.yaml": "a: b\nc: [\n"},
        "MalformedYAMLError",
        "o/a.yaml",
        2,
    ),
    "unknown field": (
        {"o/kustomization.yaml": "resource: [a.yaml]\n"},
        'unknown field "resource"',
        "o/kustomization.yaml",
        0,
    ),
    "unknown field of a base": (
        {
            "o/kustomization.yaml": "resources: [../base]\n",
            "base/kustomization.yaml": "resource: [a.yaml]\n",
        },
        'unknown field "resource"',
        "base/kustomization.yaml",
        0,
    ),
    "patch without target": (
        {
            "o/kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
            "o/a.yaml": config_map("a"),
            "o/p.yaml": config_map("b"),
        },
        "no resource matches strategic merge patch",
        "o/kustomization.yaml",
        0,
    ),
    "itself": ({"o/kustomization.yaml": "resources: [.]\n"}, "cycle", "o/kustomization.yaml", 0),
    "each other": (
        {
            "o/kustomization.yaml": "resources: [../p]\n",
            "p/kustomization.yaml": "resources: [../o]\n",
        },
        "cycle detected",
        "o/kustomization.yaml",
        0,
    ),
    "two kustomizations": (
        {"o/kustomization.yaml": "namespace: x\n", "o/kustomization.yml": "namespace: x\n"},
        "Found multiple kustomization files under: o",
        "o/kustomization.yaml",
        0,
    ),
    "same object twice": (
        {
            "o/kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
            "o/a.yaml": config_map("a"),
            "o/b.yaml": config_map("a"),
        },
        "may not add resource with an already registered id",
        "o/b.yaml",
        0,
    ),
}


@pytest.mark.parametrize(("files", "words", "file", "line"), ERRORS.values(), ids=ERRORS)
def test_an_error_has_a_place(
    tree: Tree,
    make_renderer: MakeRenderer,
    files: Mapping[str, str],
    words: str,
    file: str,
    line: int,
) -> None:
    root = tree({**files, **good("good")})
    renderer = make_renderer(root)
    error = render_one(renderer, "o").error
    assert error is not None
    assert error.kind == "kustomize"
    assert words in error.message
    assert str(root) not in error.message
    assert "\n" not in error.message
    assert error.file == file
    assert error.line in {0, line}
    assert render_one(renderer, "good").error is None


def test_a_file_is_found_for_an_object_that_cannot_be_written(
    tree: Tree, make_linked: MakeRenderer
) -> None:
    root = tree(
        {
            "o/kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
            "o/a.yaml": config_map("a") + "kind: X\n",
            "o/b.yaml": config_map("b"),
        }
    )
    error = render_one(make_linked(root), "o").error
    assert error is not None
    assert 'mapping key "kind" already defined' in error.message
    assert (error.file, error.line) == ("o/a.yaml", 0)


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        pytest.param(
            "fatal error: out of memory allocating heap arena map\n\nruntime stack:\n",
            "memory",
            "rendering took more memory than it may: make the overlay smaller",
            id="memory",
        ),
        pytest.param(
            "",
            "crash",
            "kustomize died of this overlay (signal 9 (SIGKILL)): look for what it includes",
            id="killed",
        ),
        pytest.param(
            "panic: interface conversion [recovered, repanicked]\n\ngoroutine 1 [running]:\n",
            "crash",
            "kustomize crashed: interface conversion",
            id="panic",
        ),
        pytest.param("Error: one\n  two\n", "kustomize", "one two", id="plain"),
        pytest.param(
            'E0101 00:00:00.1 7 run.go:72] "command failed" err="one \\"two\\""\n',
            "kustomize",
            'one "two"',
            id="logged by kubectl",
        ),
    ],
)
def test_the_end_of_a_command(said: str, kind: str, message: str) -> None:
    error = explain(said, describe_exit(-9), closure=Closure(), overlay="o")
    assert (error.kind, error.message) == (kind, message)
