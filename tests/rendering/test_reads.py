"""What a rendering read and missed, what it read instead, and where its objects are from."""

import hashlib
from pathlib import Path

import pytest

from plumbline.rendering.model import Origin
from tests.rendering.conftest import MakeRenderer, Tree, config_map, render_one

FILES: dict[str, str | bytes] = {
    "base/kustomization.yaml": "resources: [map.yaml, more]\n",
    "base/map.yaml": config_map("base"),
    "base/more/Kustomization": "resources: [map.yaml]\n",
    "base/more/map.yaml": config_map("more"),
    "component/kustomization.yml": "apiVersion: kustomize.config.k8s.io/v1alpha1\n"
    "kind: Component\nresources: [map.yaml]\n",
    "component/map.yaml": config_map("component"),
    "o/kustomization.yaml": """\
resources: [../base]
components: [../component]
patches: [{path: patch.yaml}]
configMapGenerator: [{name: g, files: [k=data/x.bin], envs: [data/x.env]}]
configurations: [names.yaml]
replacements: [{path: replacement.yaml}]
""",
    "o/patch.yaml": config_map("base", "2"),
    "o/data/x.bin": b"\x00\xff",
    "o/data/x.env": "A=b\n",
    "o/names.yaml": "namePrefix: []\n",
    "o/replacement.yaml": "source: {kind: ConfigMap, name: base, fieldPath: data.k}\n"
    "targets: [{select: {name: more}, fieldPaths: [data.k]}]\n",
    "o/unused.yaml": config_map("unused"),
}


def test_the_read_set_of_an_overlay(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(FILES)
    found = render_one(make_renderer(root), "o")
    assert found.error is None
    expected = {name for name in FILES if name != "o/unused.yaml"}
    assert dict(found.reads) == {
        name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in expected
    }
    assert found.absent == (
        "base/Kustomization",
        "base/kustomization.yml",
        "base/more/kustomization.yaml",
        "base/more/kustomization.yml",
        "component/Kustomization",
        "component/kustomization.yaml",
        "o/Kustomization",
        "o/kustomization.yml",
    )


def test_a_missing_file_is_noted_and_placed(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({"o/kustomization.yaml": "namespace: x\nresources:\n  - gone.yaml\n"})
    found = render_one(make_renderer(root), "o")
    assert found.error is not None
    assert (found.error.kind, found.error.file, found.error.line) == (
        "kustomize",
        "o/kustomization.yaml",
        3,
    )
    assert "gone.yaml" in found.error.message
    assert str(root) not in found.error.message
    assert "o/gone.yaml" in found.absent
    assert found.reads.keys() == {"o/kustomization.yaml"}
    (root / "o" / "gone.yaml").write_text(config_map("a"))
    assert render_one(make_renderer(root), "o").error is None


def test_a_directory_without_kustomization(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({"o/map.yaml": config_map("a")})
    found = render_one(make_renderer(root), "o")
    assert found.error is not None
    assert "unable to find one of 'kustomization.yaml'" in found.error.message
    assert found.absent == ("o/Kustomization", "o/kustomization.yaml", "o/kustomization.yml")


def test_overrides_are_read_instead(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(FILES)
    renderer = make_renderer(root)
    text = config_map("base", "override")
    overrides = {"o/patch.yaml": text, "base/more/Kustomization": "resources: [map.yaml, new.yaml]"}
    overrides["base/more/new.yaml"] = config_map("new")
    found = render_one(renderer, "o", overrides=overrides)
    assert found.error is None
    names = {each["metadata"]["name"]: each for each in found.objects}
    assert names["base"]["data"]["k"] == "override"
    assert "new" in names
    assert found.reads["o/patch.yaml"] == hashlib.sha256(text.encode()).hexdigest()
    assert (
        found.reads["base/more/new.yaml"]
        == hashlib.sha256(overrides["base/more/new.yaml"].encode()).hexdigest()
    )
    assert (root / "o" / "patch.yaml").read_text() == config_map("base", "2")
    again = render_one(renderer, "o")
    assert {each["metadata"]["name"]: each for each in again.objects}["base"]["data"]["k"] == "2"


def test_overrides_are_guarded_too(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(FILES)
    overrides = {"o/kustomization.yaml": "resources: [https://example.org/x.yaml]\n"}
    error = render_one(make_renderer(root), "o", overrides=overrides).error
    assert error is not None
    assert (error.kind, error.file, error.line) == ("remote", "o/kustomization.yaml", 1)


def test_origins_name_files_from_the_root(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(FILES)
    renderer = make_renderer(root)
    plain = render_one(renderer, "o")
    found = render_one(renderer, "o", origins=True)
    assert plain.origins == ()
    assert found.objects == plain.objects
    assert found.reads == plain.reads
    origins = {
        each["metadata"]["name"].partition("-")[0]: origin
        for each, origin in zip(found.objects, found.origins, strict=True)
    }
    assert origins == {
        "base": Origin(file="base/map.yaml"),
        "more": Origin(file="base/more/map.yaml"),
        "component": Origin(file="component/map.yaml"),
        "g": Origin(configured_in="o/kustomization.yaml"),
    }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("buildMetadata: [originAnnotations]\nresources: [a.yaml]\n", id="asked for"),
        pytest.param("buildMetadata:\n- managedByLabel\nresources: [a.yaml]\n", id="other option"),
        pytest.param("resources: [a.yaml]\nbuildMetadata:\n  - managedByLabel\n", id="at the end"),
        pytest.param("{resources: [a.yaml]}\n", id="flow"),
        pytest.param('{"resources": ["a.yaml"], "buildMetadata": []}\n', id="json"),
        pytest.param("# text\n---\nresources:\n- a.yaml", id="document mark, no last newline"),
        pytest.param("  resources: [a.yaml]\n  namespace: x\n", id="indented"),
    ],
)
def test_asking_for_origins_does_not_change_objects(
    tree: Tree, make_renderer: MakeRenderer, text: str
) -> None:
    root = tree({"o/kustomization.yaml": text, "o/a.yaml": config_map("a")})
    renderer = make_renderer(root)
    plain, found = render_one(renderer, "o"), render_one(renderer, "o", origins=True)
    assert plain.error is None
    assert found.objects == plain.objects
    assert found.origins == (Origin(file="o/a.yaml"),)
    assert (root / "o" / "kustomization.yaml").read_text() == text


def test_a_patch_of_annotations_is_not_helped_by_origins(
    tree: Tree, make_renderer: MakeRenderer
) -> None:
    root = tree(
        {
            "o/kustomization.yaml": "resources: [a.yaml]\npatches:\n- target: {kind: ConfigMap}\n"
            "  patch: '[{op: add, path: /metadata/annotations/x, value: y}]'\n",
            "o/a.yaml": config_map("a"),
        }
    )
    renderer = make_renderer(root)
    plain, found = render_one(renderer, "o"), render_one(renderer, "o", origins=True)
    assert plain.error is not None
    assert found.error == plain.error


def test_the_root_itself_can_be_an_overlay(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": config_map("a")})
    found = render_one(make_renderer(root), ".", origins=True)
    assert found.error is None
    assert found.reads.keys() == {"kustomization.yaml", "a.yaml"}
    assert found.origins == (Origin(file="a.yaml"),)


def test_a_link_that_points_at_itself(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({"o/kustomization.yaml": "resources: [a.yaml]\n", "o/a.yaml": config_map("a")})
    (root / "o" / "a.yaml").unlink()
    (root / "o" / "a.yaml").symlink_to("a.yaml")
    error = render_one(make_renderer(root), "o").error
    assert error is not None
    assert error.kind == "kustomize"
    assert error.file == "o/kustomization.yaml"


def test_the_helper_confines_an_overlay_path(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({**FILES})
    (Path(root).parent / "elsewhere").mkdir()
    error = render_one(make_renderer(root), "../elsewhere").error
    assert error is not None
    assert "lies outside the repository" in error.message
