"""Where a rendered value was written: the patch, not the base that it changed."""

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from plumbline.kubernetes import object_id
from plumbline.rendering import Place, Question, Renderer, Request, choose_renderer, trace
from plumbline.repository import Files
from plumbline.yaml import Limits

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  labels: {tier: gold}
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: side
        image: side:1
      - name: app
        image: app
        env:
        - {name: A, value: "1"}
"""

COMPONENT = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- patch: |-
    - op: add
      path: /spec/template/spec/containers/1/env/-
      value:
        name: B
        value: "2"
  target: {kind: Deployment}
replacements:
- source: {kind: ConfigMap, name: facts, fieldPath: data.OWNER}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [metadata.annotations.owner]
    options: {create: true}
"""

OVERLAY = """\
resources: [../base, facts.yaml]
components: [../component]
namespace: prod
namePrefix: x-
images:
- name: app
  newTag: v2
replicas:
- name: app
  count: 5
patches:
- path: merge.yaml
- path: operations.yaml
  target: {kind: Deployment, name: app}
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: app}
    spec:
      minReadySeconds: 7
labels:
- pairs:
    owner: me
  includeTemplates: true
commonAnnotations: {reviewed: "yes"}
"""

MERGE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  template:
    spec:
      containers:
      - name: app
        resources:
          limits:
            memory: 1K
      - name: new
        image: new:1
"""

OPERATIONS = """\
- op: replace
  path: /metadata/labels/tier
  value: silver
- {op: add, path: /spec/paused, value: false}
"""

FACTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: facts}
data: {OWNER: fraud}
"""

FILES = {
    "base/kustomization.yaml": "resources: [deployment.yaml]\n"
    "configMapGenerator:\n- name: settings\n  literals: [A=1]\n",
    "base/deployment.yaml": DEPLOYMENT,
    "component/kustomization.yaml": COMPONENT,
    "overlay/kustomization.yaml": OVERLAY,
    "overlay/merge.yaml": MERGE,
    "overlay/operations.yaml": OPERATIONS,
    "overlay/facts.yaml": FACTS,
}


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(textwrap.dedent(text))


def places(root: Path, renderer: Renderer, kind: str, *paths: str) -> list[Place]:
    (rendering,) = renderer.render([Request("overlay")])
    assert rendering.error is None
    ids = [object_id(value, "") for value in rendering.objects]
    subject = next(one for one in ids if one.kind == kind and "facts" not in one.name)
    files = Files(root, Limits())
    questions = [Question(subject, path) for path in paths]
    return list(trace("overlay", questions, renderer=renderer, files=files).places)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tracing")
    write(root, FILES)
    return root


@pytest.fixture(scope="module", params=["linked", "kustomize"])
def renderer(request: pytest.FixtureRequest, repository: Path) -> Iterator[Renderer]:
    tools = Path(__file__).parents[2] / ".tools" / "bin"
    environ = {"PLUMBLINE_RENDERER": request.param, "PATH": str(tools)}
    chosen = choose_renderer(repository, jobs=2, environ=environ)
    yield chosen
    chosen.close()


CONTAINERS = "/spec/template/spec/containers"
CASES = [
    ("untouched", f"{CONTAINERS}/2/image", "base/deployment.yaml:12:16"),
    ("replicas", "/spec/replicas", "overlay/kustomization.yaml:10:10"),
    ("name-prefix", "/metadata/name", "overlay/kustomization.yaml:4:13"),
    ("namespace", "/metadata/namespace", "overlay/kustomization.yaml:3:12"),
    ("operation", "/metadata/labels/tier", "overlay/operations.yaml:3:10"),
    ("flow-operation", "/spec/paused", "overlay/operations.yaml:4:40"),
    ("label", "/metadata/labels/owner", "overlay/kustomization.yaml:23:12"),
    ("template-label", "/spec/template/metadata/labels/owner", "overlay/kustomization.yaml:23:12"),
    ("annotation", "/metadata/annotations/reviewed", "overlay/kustomization.yaml:25:31"),
    ("replacement", "/metadata/annotations/owner", "component/kustomization.yaml:12:3"),
    ("image", f"{CONTAINERS}/0/image", "overlay/kustomization.yaml:7:11"),
    ("merge-patch", f"{CONTAINERS}/0/resources/limits/memory", "overlay/merge.yaml:12:21"),
    ("inline-merge", "/spec/minReadySeconds", "overlay/kustomization.yaml:20:24"),
    ("inline-operation", f"{CONTAINERS}/0/env/1/value", "component/kustomization.yaml:9:16"),
    ("new-container", f"{CONTAINERS}/1/image", "overlay/merge.yaml:14:16"),
    ("missing-in-new-container", f"{CONTAINERS}/1/resources", "overlay/merge.yaml:13:9"),
    ("missing-label", "/metadata/labels/none", "base/deployment.yaml:5:3"),
    ("missing-in-base", f"{CONTAINERS}/2/livenessProbe", "base/deployment.yaml:11:9"),
    ("whole-object", "", "base/deployment.yaml:1:1"),
]


def test_values_are_traced_to_what_wrote_them(repository: Path, renderer: Renderer) -> None:
    found = places(repository, renderer, "Deployment", *(path for _, path, _ in CASES))
    told = {name: str(place.location) for (name, _, _), place in zip(CASES, found, strict=True)}
    assert told == {name: place for name, _, place in CASES}


def test_the_base_goes_along_where_it_was_changed(repository: Path, renderer: Renderer) -> None:
    changed, untouched = places(
        repository, renderer, "Deployment", "/spec/replicas", f"{CONTAINERS}/2/image"
    )
    assert [str(related.location) for related in changed.related] == ["base/deployment.yaml:7:13"]
    assert untouched.related == ()


def test_a_generated_object_is_traced_to_its_generator(
    repository: Path, renderer: Renderer
) -> None:
    (place,) = places(repository, renderer, "ConfigMap", "/data/A")
    assert str(place.location) == "base/kustomization.yaml:3:9"


def overlay_of_patches(**patches: str) -> dict[str, str]:
    listed = "".join(f"- {{path: {n}.yaml, target: {{kind: Deployment}}}}\n" for n in patches)
    return {
        "base/kustomization.yaml": "resources: [d.yaml]\n",
        "base/d.yaml": DEPLOYMENT,
        "overlay/kustomization.yaml": f"resources: [../base]\npatches:\n{listed}",
        **{f"overlay/{name}.yaml": text for name, text in patches.items()},
    }


def traced(root: Path, path: str) -> Place:
    chosen = choose_renderer(root, jobs=1, environ={"PLUMBLINE_RENDERER": "linked"})
    try:
        (place,) = places(root, chosen, "Deployment", path)
    finally:
        chosen.close()
    return place


def test_a_removed_value_is_traced_to_what_removed_it(tmp_path: Path) -> None:
    write(tmp_path, overlay_of_patches(p="- op: remove\n  path: /metadata/labels/tier\n"))
    place = traced(tmp_path, "/metadata/labels/tier")
    assert str(place.location) == "overlay/p.yaml:2:9"
    assert [str(related.location) for related in place.related] == ["base/d.yaml:5:18"]


def test_directives_that_agree_are_left_out_together(tmp_path: Path) -> None:
    patch = "- {op: add, path: /spec/replicas, value: 9}\n"
    write(tmp_path, overlay_of_patches(one=patch, two="# again\n" + patch))
    place = traced(tmp_path, "/spec/replicas")
    assert str(place.location) == "overlay/one.yaml:1:42"


def test_the_last_of_two_patches_wrote_the_value(tmp_path: Path) -> None:
    patch = "- {{op: add, path: /spec/replicas, value: {}}}\n"
    write(tmp_path, overlay_of_patches(one=patch.format(8), two=patch.format(9)))
    assert str(traced(tmp_path, "/spec/replicas").location) == "overlay/two.yaml:1:42"
