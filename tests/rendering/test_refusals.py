"""What must not be rendered is refused with its place, before anything runs or is fetched."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from plumbline.rendering.limits import Limits
from plumbline.rendering.model import RenderError
from tests.rendering.conftest import MakeRenderer, Tree, config_map, good, render_one

VENDOR = "is not allowed: vendor it into the repository"

REMOTE = {
    "https file": "resources: [https://example.org/a.yaml]\n",
    "http file": "resources: [http://example.org/a.yaml]\n",
    "github short form": "resources: [github.com/org/repo]\n",
    "github with ref": "resources: ['github.com/org/repo/base?ref=v1']\n",
    "scp form": "resources: ['git@example.org:org/repo.git']\n",
    "ssh": "resources: ['ssh://git@example.org/org/repo//base']\n",
    "git over https": "resources: ['git::https://example.org/org/repo//base?ref=v1']\n",
    "file address": "resources: ['file:///srv/git/repo//base']\n",
    "azure form": "resources: ['https://me@dev.azure.com/org/project/_git/repo/base']\n",
    "base": "bases: [github.com/org/repo]\n",
    "spelt in capitals": "Resources: [github.com/org/repo]\n",
    "component": "components: [github.com/org/repo]\n",
    "crd": "crds: [https://example.org/a.yaml]\n",
    "configuration": "configurations: [https://example.org/a.yaml]\n",
    "patch": "patches: [{path: https://example.org/a.yaml}]\n",
    "old json patch": "patchesJson6902: [{path: https://example.org/a.yaml}]\n",
    "old merge patch": "patchesStrategicMerge: [https://example.org/a.yaml]\n",
    "replacement": "replacements: [{path: https://example.org/a.yaml}]\n",
    "schema": "openapi: {path: https://example.org/a.json}\n",
    "generator": "generators: [https://example.org/a.yaml]\n",
    "transformer": "transformers: [github.com/org/repo]\n",
    "config map file": "configMapGenerator: [{name: a, files: [k=https://example.org/a]}]\n",
    "secret env": "secretGenerator: [{name: a, envs: [https://example.org/a]}]\n",
    "merged key": "<<: {resources: [github.com/org/repo]}\n",
}
LOCAL = {
    "organisation of one part": "resources: [../team@prod/base]\n",
    "directory with a dot": "resources: [../github.community/base]\n",
}


@pytest.mark.parametrize("text", REMOTE.values(), ids=REMOTE)
def test_remote_inputs(tree: Tree, make_renderer: MakeRenderer, text: str) -> None:
    root = tree({"o/kustomization.yaml": f"namespace: x\n{text}", **good("good")})
    renderer = make_renderer(root)
    error = render_one(renderer, "o").error
    assert error is not None
    assert (error.kind, error.file, error.line) == ("remote", "o/kustomization.yaml", 2)
    assert error.message.startswith("remote input ")
    assert error.message.endswith(VENDOR)
    assert render_one(renderer, "good").error is None


@pytest.mark.parametrize("text", LOCAL.values(), ids=LOCAL)
def test_local_inputs_that_look_remote(tree: Tree, make_renderer: MakeRenderer, text: str) -> None:
    where = text.partition("../")[2].partition("]")[0]
    root = tree({"o/kustomization.yaml": text, **good(where)})
    assert render_one(make_renderer(root), "o").error is None


def test_a_remote_input_of_a_base_names_the_base(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(
        {
            "o/kustomization.yaml": "resources: [../base]\n",
            "base/kustomization.yaml": "resources:\n  - map.yaml\n  - https://example.org/x?ref=1\n",
            "base/map.yaml": config_map("a"),
        }
    )
    error = render_one(make_renderer(root), "o").error
    message = f"remote input https://example.org/x?ref=1 {VENDOR}"
    assert error == RenderError("remote", message, "base/kustomization.yaml", 3)


CHART = "it runs helm: commit the rendered chart as a resource"
PLUGIN = "is not allowed, only those built into kustomize are: commit what it makes as a resource"
FUNCTION = """\
apiVersion: example.org/v1
kind: Fancy
metadata:
  name: f
  annotations: {config.kubernetes.io/function: "container: {image: example.org/f}"}
"""
CHART_GENERATOR = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: h}\n"
REFUSED: dict[str, tuple[dict[str, str], str, str, int]] = {
    "chart": (
        {"o/kustomization.yaml": "namespace: x\nhelmCharts: [{name: a, repo: https://e.org}]\n"},
        f"helmCharts is not allowed, {CHART}",
        "o/kustomization.yaml",
        2,
    ),
    "old chart field": (
        {"o/kustomization.yaml": "helmChartInflationGenerator: [{chartName: a}]\n"},
        f"helmChartInflationGenerator is not allowed, {CHART}",
        "o/kustomization.yaml",
        1,
    ),
    "function in a file": (
        {"o/kustomization.yaml": "transformers: [f.yaml]\n", "o/f.yaml": FUNCTION},
        f"the plugin example.org/v1 Fancy {PLUGIN}",
        "o/f.yaml",
        2,
    ),
    "generator in a file": (
        {"o/kustomization.yaml": "generators: [f.yaml]\n", "o/f.yaml": FUNCTION},
        f"the plugin example.org/v1 Fancy {PLUGIN}",
        "o/f.yaml",
        2,
    ),
    "chart as a built-in plugin": (
        {"o/kustomization.yaml": "generators: [h.yaml]\n", "o/h.yaml": CHART_GENERATOR},
        f"HelmChartInflationGenerator is not allowed, {CHART}",
        "o/h.yaml",
        2,
    ),
    "inline validator": (
        {
            "o/kustomization.yaml": "validators:\n  - |-\n    apiVersion: a/v1\n    kind: B\n"
            "    metadata: {name: b}\n"
        },
        f"the plugin a/v1 B {PLUGIN}",
        "o/kustomization.yaml",
        4,
    ),
}


@pytest.mark.parametrize(("files", "message", "file", "line"), REFUSED.values(), ids=REFUSED)
def test_what_would_run_a_program(
    tree: Tree,
    make_renderer: MakeRenderer,
    files: Mapping[str, str],
    message: str,
    file: str,
    line: int,
) -> None:
    root = tree({**files, **good("good")})
    renderer = make_renderer(root)
    assert render_one(renderer, "o").error == RenderError("refused", message, file, line)
    assert render_one(renderer, "good").error is None


def test_a_plugin_that_a_base_of_generators_makes(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(
        {
            "o/kustomization.yaml": "generators: [../made]\n",
            "made/kustomization.yaml": "resources: [f.yaml]\n",
            "made/f.yaml": FUNCTION,
        }
    )
    error = render_one(make_renderer(root), "o").error
    assert error is not None
    assert error.kind == "refused"
    assert "external plugins disabled; unable to load external plugin 'Fancy'" in error.message


def test_built_in_plugins_are_allowed(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(
        {
            "o/kustomization.yaml": "resources: [map.yaml]\ntransformers: [p.yaml]\n",
            "o/map.yaml": config_map("a"),
            "o/p.yaml": "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\n"
            "prefix: x-\nfieldSpecs: [{path: metadata/name}]\n",
        }
    )
    found = render_one(make_renderer(root), "o")
    assert found.error is None
    assert found.objects[0]["metadata"]["name"] == "x-a"
    assert sorted(found.reads) == ["o/kustomization.yaml", "o/map.yaml", "o/p.yaml"]


OUTSIDE = "lies outside the repository: copy it into the repository"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        pytest.param("resources: [../../outside]\n", "../../outside", id="base"),
        pytest.param("components: [../../outside]\n", "../../outside", id="component"),
        pytest.param("resources: [../../outside/map.yaml]\n", "../../outside/map.yaml", id="file"),
        pytest.param("resources: [link]\n", "link", id="linked directory"),
        pytest.param("resources: [link.yaml]\n", "link.yaml", id="linked file"),
        pytest.param(
            "configMapGenerator: [{name: a, files: [link.yaml]}]\n", "link.yaml", id="linked data"
        ),
    ],
)
def test_paths_that_leave_the_repository(
    tree: Tree, make_renderer: MakeRenderer, tmp_path: Path, text: str, entry: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kustomization.yaml").write_text("resources: [map.yaml]\n")
    (outside / "map.yaml").write_text(config_map("secret"))
    root = tree({"o/kustomization.yaml": f"namespace: x\n{text}", **good("good")})
    (root / "o" / "link").symlink_to(outside)
    (root / "o" / "link.yaml").symlink_to(outside / "map.yaml")
    renderer = make_renderer(root)
    found = render_one(renderer, "o")
    expected = RenderError("kustomize", f"{entry} {OUTSIDE}", "o/kustomization.yaml", 2)
    assert found.error == expected
    read = {path for path, digest in found.reads.items() if digest != "-> ?"}
    assert read == {"o/kustomization.yaml"}
    assert render_one(renderer, "good").error is None


def test_links_inside_the_repository_are_followed(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({"o/kustomization.yaml": "resources: [../link]\n", **good("base")})
    (root / "link").symlink_to("base")
    found = render_one(make_renderer(root), "o")
    assert found.error is None
    assert {"base/map.yaml", "link/map.yaml", "link/kustomization.yaml"} <= found.reads.keys()


def nested(opening: str, closing: str, count: int) -> str:
    return (
        f"apiVersion: v1\nkind: X\nmetadata: {{name: x}}\nspec: {opening * count}{closing * count}"
    )


DOUBLING = "\n".join(
    ["apiVersion: v1", "kind: X", "metadata: {name: x}", "a0: &a0 [x, x]"]
    + [f"a{index}: &a{index} [*a{index - 1}, *a{index - 1}]" for index in range(1, 64)]
)
LONG_CHAIN = "\n".join(
    ["apiVersion: v1", "kind: X", "metadata: {name: x}", "a0: &a0 [x]"]
    + [f"a{index}: &a{index} [*a{index - 1}]" for index in range(1, 250)]
)
DEEP = "the document is nested more than 200 levels deep: flatten it"
LIMITS = {
    "doubling aliases": (
        DOUBLING,
        "aliases expand to more than 500000 nodes: write the values out",
    ),
    "alias cycle": (
        "apiVersion: v1\nkind: X\nmetadata: {name: x}\nspec: &s {again: *s}\n",
        "the alias *s stands inside the anchor that it names: write the value out",
    ),
    "chain of aliases": (LONG_CHAIN, DEEP),
    "20,000 flow maps": (nested("{a: ", "}", 20_000), DEEP),
    "20,000 flow lists": (nested("[", "]", 20_000), DEEP),
    "20,000 opened lists": (nested("[", "", 20_000), DEEP),
    "3,000 flow maps": (nested("{a: ", "}", 3_000), DEEP),
    "20,000 dashes": (f"a:\n  {'- ' * 20_000}b\n", DEEP),
    "300 indents": ("".join(f"{' ' * i}a:\n" for i in range(300)) + " " * 300 + "b", DEEP),
    "documents": ("---\n" * 10_001, "the file holds more than 10000 documents: split it"),
}


PLACES = [
    pytest.param(place, *case, id=f"{name} in {place}")
    for place in ("a file", "a kustomization", "an inline patch")
    for name, case in LIMITS.items()
    # A document mark at the margin is the only one that YAML has.
    if (place, name) != ("an inline patch", "documents")
]


@pytest.mark.parametrize(("place", "text", "message"), PLACES)
def test_documents_beyond_the_limits(
    tree: Tree, make_renderer: MakeRenderer, place: str, text: str, message: str
) -> None:
    files = {"o/kustomization.yaml": "resources: [a.yaml]\n", "o/a.yaml": text}
    if place == "a kustomization":
        files = {"o/kustomization.yaml": text}
    if place == "an inline patch":
        indented = "".join(f"    {line}\n" for line in text.splitlines())
        files = {"o/kustomization.yaml": f"patches:\n- patch: |\n{indented}"}
    renderer = make_renderer(tree({**files, **good("good")}))
    started = time.monotonic()
    error = render_one(renderer, "o").error
    assert time.monotonic() - started < 5
    assert error is not None
    assert (error.kind, error.message) == ("limit", message)
    assert error.file == ("o/a.yaml" if place == "a file" else "o/kustomization.yaml")
    assert render_one(renderer, "good").error is None


HARMLESS = {
    "brackets in a text": f"k: '{'[' * 1000}'\n",
    "brackets in a comment": f"# {'{' * 1000}\nk: v\n",
    "brackets in a block": f"k: |\n  {'[{' * 1000}\n",
    "colours in a text": 'k: "\\x1b[31m"\n',
    "json in a text": f"k: '{'[' * 300}{']' * 300}'\n",
    "a wide table": f"k: |\n  {' ' * 400}x\n",
    "aliases that stay small": "k: &a x\nl: *a\n",
    "many flow lists side by side": "l:\n" + "- [a, {b: [c]}]\n" * 400,
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_documents_within_the_limits(tree: Tree, make_renderer: MakeRenderer, text: str) -> None:
    head = "apiVersion: v1\nkind: X\nmetadata: {name: x}\n"
    root = tree({"o/kustomization.yaml": "resources: [a.yaml]\n", "o/a.yaml": head + text})
    assert render_one(make_renderer(root), "o").error is None


def test_a_huge_file(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({"o/kustomization.yaml": "resources: [a.yaml]\n", **good("good")})
    with (root / "o" / "a.yaml").open("wb") as stream:
        stream.truncate(100_000_000)
    renderer = make_renderer(root)
    found = render_one(renderer, "o")
    message = "the file has 100000000 bytes, the limit is 16777216: split it"
    assert found.error == RenderError("limit", message, "o/a.yaml")
    assert "o/a.yaml" in found.reads
    assert render_one(renderer, "good").error is None


def test_limits_are_the_callers(tree: Tree, make_renderer: MakeRenderer) -> None:
    deep = {"o/kustomization.yaml": "resources: [a.yaml]\n", "o/a.yaml": nested("[", "]", 30)}
    root = tree(deep)
    assert render_one(make_renderer(root), "o").error is None
    error = render_one(make_renderer(root, limits=Limits(depth=20)), "o").error
    assert error is not None
    assert error.message == "the document is nested more than 20 levels deep: flatten it"
    assert error.line == 4


def test_binary_data_is_not_taken_for_yaml(tree: Tree, make_renderer: MakeRenderer) -> None:
    data = bytes(range(256)) * 40 + b"[" * 5000 + b"&a *a\n"
    root = tree(
        {
            "o/kustomization.yaml": "configMapGenerator: [{name: m, files: [model.bin]}]\n",
            "o/model.bin": data,
        }
    )
    found = render_one(make_renderer(root), "o")
    assert found.error is None
    assert list(found.objects[0]["binaryData"]) == ["model.bin"]


@pytest.mark.parametrize("address", ["https://example.org/x", "http://example.org/x"])
def test_a_remote_input_that_only_a_plugin_names(
    tree: Tree, make_renderer: MakeRenderer, address: str
) -> None:
    root = tree(
        {
            "o/kustomization.yaml": "generators: [g.yaml]\n",
            "o/g.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\n"
            f"files: ['k={address}']\n",
        }
    )
    error = render_one(make_renderer(root), "o").error
    message = f"remote input {address} {VENDOR}"
    assert error == RenderError("remote", message, "o/kustomization.yaml")
