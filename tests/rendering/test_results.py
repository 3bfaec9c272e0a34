"""Both renderers give what the real kustomize gives."""

import subprocess
from pathlib import Path

import pytest

from plumbline.rendering.model import Request
from plumbline.rendering.output import plain_value, read_objects
from tests.rendering.conftest import MakeRenderer, Tree, config_map, render_one

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: churn, labels: {app: churn}}
spec:
  replicas: 2
  selector: {matchLabels: {app: churn}}
  template:
    metadata: {labels: {app: churn}}
    spec:
      containers:
        - name: model
          image: registry.example.org/churn:1.10
          env:
            - {name: A, value: "yes"}
            - {name: MAP, valueFrom: {configMapKeyRef: {name: settings, key: a}}}
"""

FILES = {
    "base/kustomization.yaml": """\
resources: [deployment.yaml, service.yaml]
configMapGenerator:
  - name: settings
    literals: [a=b]
""",
    "base/deployment.yaml": DEPLOYMENT,
    "base/service.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: churn}
spec: {selector: {app: churn}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: later}
""",
    "component/kustomization.yaml": """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
  - target: {kind: Deployment}
    patch: |-
      - {op: add, path: /metadata/annotations, value: {team: fraud}}
""",
    "overlay/kustomization.yaml": """\
namespace: fraud
namePrefix: prod-
resources: [../base, extra.json]
components: [../component]
labels: [{pairs: {env: prod}, includeTemplates: true}]
images: [{name: registry.example.org/churn, newTag: "2.0"}]
replicas: [{name: churn, count: 5}]
patches: [{path: patch.yaml}]
replacements:
  - source: {kind: Service, name: churn, fieldPath: metadata.name}
    targets:
      - select: {kind: Deployment}
        fieldPaths: [spec.template.spec.serviceAccountName]
        options: {create: true}
""",
    "overlay/patch.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: churn}
spec:
  template:
    spec:
      containers: [{name: model, resources: {limits: {cpu: 1e3, memory: 2Gi}}}]
""",
    "overlay/extra.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j"}}',
    "sorted/kustomization.yaml": "resources: [../overlay]\nsortOptions: {order: fifo}\n",
}

SCALARS = """\
apiVersion: v1
kind: Traps
metadata: {name: traps}
spec:
  words: [y, Y, n, yes, on, off, no, "null", null, ~, "true", true, False]
  dates: [2024-01-01, "2024-01-01", 2024-01-01T10:00:00Z]
  numbers: [1:30, 1e3, 1.5e3, 1E3, 0777, 08, 0o777, 1_000, 0x1F, 0b101, 1.10, -0, +5, 1., .5]
  large: [12345678901234567890, 9007199254740993, 123456789012345678901, 1e30, "1e400", 1e400]
  texts: ["0777", "0o777", "1e3", "1_000", "1:30", "=", "<<", "", " a ", "a: b", "#", "\\u00e9"]
  block: |
    line
      more: [
  folded: "a\\n\\tb\\n"
  unknown: !foo bar
  keys: {y: 1, on: 2, "5": 3, "": 4}
"""


def built(kustomize: Path, directory: Path) -> bytes:
    return subprocess.run([kustomize, "build", directory], check=True, capture_output=True).stdout


@pytest.mark.parametrize("overlay", ["base", "overlay", "sorted"])
def test_an_overlay_is_rendered_as_kustomize_does(
    tree: Tree, make_renderer: MakeRenderer, kustomize: Path, overlay: str
) -> None:
    root = tree(FILES)
    found = render_one(make_renderer(root), overlay, tag="t")
    assert found.error is None
    assert (found.overlay, found.tag) == (overlay, "t")
    assert list(found.objects) == list(read_objects(built(kustomize, root / overlay)))


def test_scalars_keep_the_types_that_kustomize_gives_them(
    tree: Tree, make_renderer: MakeRenderer, kustomize: Path
) -> None:
    root = tree({"o/kustomization.yaml": "resources: [traps.yaml]\n", "o/traps.yaml": SCALARS})
    found = render_one(make_renderer(root), "o")
    assert found.error is None
    spec = found.objects[0]["spec"]
    assert spec["words"][:7] == ["y", "Y", "n", "yes", "on", "off", "no"]
    assert spec["words"][7:] == ["null", None, None, "true", True, False]
    assert spec["dates"] == ["2024-01-01T00:00:00Z", "2024-01-01", "2024-01-01T10:00:00Z"]
    assert spec["numbers"][:6] == ["1:30", 1000, 1500, 1000, 511, 8]
    assert spec["numbers"][6:] == [511, 1000, 31, 5, 1.1, 0, 5, 1, 0.5]
    assert spec["large"] == [
        12345678901234567890,
        9007199254740993,
        1.2345678901234568e20,
        1e30,
        "1e400",
        "1e400",
    ]
    texts = ["0777", "0o777", "1e3", "1_000", "1:30", "=", "<<", "", " a ", "a: b", "#", "é"]
    assert spec["texts"] == texts
    assert [type(each) for each in spec["large"]] == [int, int, float, float, str, str]
    assert spec["block"] == "line\n  more: [\n"
    assert spec["unknown"] == "bar"
    assert spec["keys"] == {"y": 1, "on": 2, "5": 3, "": 4}
    assert list(found.objects) == list(read_objects(built(kustomize, root / "o")))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("511", 511, id="integer"),
        pytest.param("-3", -3, id="negative"),
        pytest.param("18446744073709551615", 18446744073709551615, id="uint64"),
        pytest.param("1e+21", 1e21, id="float"),
        pytest.param("1.1", 1.1, id="decimal"),
        pytest.param("1e400", "1e400", id="beyond float"),
        pytest.param("null", None, id="null"),
        pytest.param("true", True, id="true"),
        pytest.param("1.2.3", "1.2.3", id="version"),
        pytest.param("100m", "100m", id="quantity"),
        pytest.param("\u0661", "\u0661", id="arabic digit"),
    ],
)
def test_plain_scalars_of_the_output(text: str, value: object) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


def test_the_order_of_requests_does_not_matter(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(FILES)
    overlays = ["base", "overlay", "sorted"]
    renderer = make_renderer(root, jobs=2)
    forth = {each.overlay: each for each in renderer.render(map(Request, overlays))}
    back = {each.overlay: each for each in renderer.render(map(Request, reversed(overlays)))}
    assert forth == back
    assert forth.keys() == set(overlays)


def test_a_number_that_json_does_not_have_is_an_error_of_its_overlay(
    tree: Tree, make_renderer: MakeRenderer
) -> None:
    root = tree(
        {
            "bad/kustomization.yaml": "resources: [a.yaml]\n",
            "bad/a.yaml": "apiVersion: v1\nkind: X\nmetadata: {name: x}\nspec: {limit: .inf}\n",
            "good/kustomization.yaml": "resources: [a.yaml]\n",
            "good/a.yaml": config_map("a"),
        }
    )
    renderer = make_renderer(root)
    bad = render_one(renderer, "bad")
    assert bad.error is not None
    assert bad.error.kind == "kustomize"
    assert "json: unsupported value: +Inf" in bad.error.message
    assert render_one(renderer, "good").error is None


def test_warnings_come_with_the_answer(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree(
        {
            "old/kustomization.yaml": "commonLabels: {a: b}\nresources: [a.yaml]\n",
            "old/a.yaml": config_map("a"),
            "new/kustomization.yaml": "resources: [../old/../plain]\n",
            "plain/kustomization.yaml": "resources: [a.yaml]\n",
            "plain/a.yaml": config_map("a"),
        }
    )
    renderer = make_renderer(root)
    (warning,) = render_one(renderer, "old").warnings
    assert warning.startswith("'commonLabels' is deprecated. Please use 'labels' instead.")
    assert render_one(renderer, "new").warnings == ()


def test_the_version_says_which_kustomize_ran(tree: Tree, make_renderer: MakeRenderer) -> None:
    version = make_renderer(tree(FILES)).version
    assert version in {"kustomize/v5.8.2 (linked)", "kustomize/v5.8.2 (command)"}
