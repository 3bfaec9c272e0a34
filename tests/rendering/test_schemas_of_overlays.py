"""An overlay with an OpenAPI schema of its own neither feels the others nor is felt by them."""

import json

from plumbline.rendering.linked import LinkedRenderer
from plumbline.rendering.model import Rendering
from tests.rendering.conftest import MakeRenderer, Tree, good, render_one

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  template:
    spec:
      containers: [{name: a, image: a}, {name: b, image: b}]
"""
PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  template:
    spec:
      containers: [{name: a, image: patched}]
"""
PLAIN = "resources: [d.yaml]\npatches: [{path: p.yaml}]\n"
# A Deployment whose containers have no merge key: a patch replaces the list.
SCHEMA = {
    "definitions": {
        "Deployment": {
            "type": "object",
            "x-kubernetes-group-version-kind": [
                {"group": "apps", "version": "v1", "kind": "Deployment"}
            ],
            "properties": {"spec": {"type": "object"}},
        }
    }
}
FILES = {
    "plain/kustomization.yaml": PLAIN,
    "plain/d.yaml": DEPLOYMENT,
    "plain/p.yaml": PATCH,
    "custom/kustomization.yaml": f"{PLAIN}openapi: {{path: schema.json}}\n",
    "custom/d.yaml": DEPLOYMENT,
    "custom/p.yaml": PATCH,
    "custom/schema.json": json.dumps(SCHEMA),
}


def images(rendering: Rendering) -> list[str]:
    assert rendering.error is None
    pod = rendering.objects[0]["spec"]["template"]["spec"]
    return [container["image"] for container in pod["containers"]]


def test_schemas_do_not_leak(tree: Tree, make_renderer: MakeRenderer) -> None:
    renderer = make_renderer(tree(FILES))
    order = ["custom", "plain", "custom", "custom", "plain", "plain", "custom"]
    found = [(overlay, images(render_one(renderer, overlay))) for overlay in order]
    expected = {"plain": ["patched", "b"], "custom": ["patched"]}
    assert found == [(overlay, expected[overlay]) for overlay in order]


def test_origins_of_an_overlay_with_a_schema(tree: Tree, make_renderer: MakeRenderer) -> None:
    found = render_one(make_renderer(tree(FILES)), "custom", origins=True)
    assert images(found) == ["patched"]
    assert [each.file for each in found.origins] == ["custom/d.yaml"]


def test_a_schema_that_makes_kustomize_panic(tree: Tree, make_renderer: MakeRenderer) -> None:
    broken = json.loads(json.dumps(SCHEMA))
    del broken["definitions"]["Deployment"]["x-kubernetes-group-version-kind"][0]["version"]
    root = tree({**FILES, "custom/schema.json": json.dumps(broken), **good("good")})
    renderer = make_renderer(root)
    before = renderer.pids if isinstance(renderer, LinkedRenderer) else ()
    error = render_one(renderer, "custom").error
    assert error is not None
    assert error.kind == "crash"
    assert error.message.startswith("kustomize crashed: interface conversion")
    assert error.file == "custom/kustomization.yaml"
    assert images(render_one(renderer, "plain")) == ["patched", "b"]
    assert before == ()
