"""CRDs become schemas that refuse what the API server refuses, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.schemas import CustomKinds, Schema, SchemaStore, Status, is_crd
from plumbline.schemas.explain import compiled

KEY = ("example.org/v1", "Widget")
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "kubeflow"


class GoLoader(yaml.CSafeLoader):
    """Reads the lone `=` that PyYAML takes for a YAML 1.1 value."""


GoLoader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


def crd(schema: Schema | None, *, api: str = "v1", **more: Any) -> dict[str, Any]:
    """A CRD of Widget with the given openAPIV3Schema for its spec."""
    root = {"type": "object", "properties": {"spec": schema}} if schema is not None else None
    version = {"name": "v1", "served": True, "storage": True, **more.pop("version", {})}
    if root is not None:
        version["schema"] = {"openAPIV3Schema": root}
    names = {"kind": "Widget", "plural": "widgets"}
    spec = {"group": "example.org", "names": names, "versions": [version], **more}
    return {
        "apiVersion": f"apiextensions.k8s.io/{api}",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.org"},
        "spec": spec,
    }


def problems(definition: dict[str, Any], value: dict[str, Any]) -> list[tuple[str, str]]:
    store = SchemaStore("1.33", custom=CustomKinds([definition]))
    widget = {"apiVersion": KEY[0], "kind": KEY[1], "metadata": {"name": "w"}, **value}
    judgement = store.judge(widget)
    assert judgement.status in (Status.STRICT, Status.INVALID)
    assert judgement.judge == "CRD in the repository"
    return [(problem.path, problem.message) for problem in judgement.problems]


def obj(**properties: Any) -> Schema:
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
COUNT = {"type": "integer"}
INT_OR_STRING = {
    "x-kubernetes-int-or-string": True,
    "anyOf": [{"type": "integer"}, {"type": "string"}],
    "pattern": "^[0-9]+%?$",
}
ONE_OF = {
    **obj(a=TEXT, b=TEXT),
    "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
}

ACCEPTED: dict[str, tuple[Schema, Any]] = {
    "known-field": (obj(a=TEXT), {"a": "x"}),
    "null-field": (obj(a=TEXT), {"a": None}),
    "null-of-enum": (obj(a={**TEXT, "enum": ["x"]}), {"a": None}),
    "null-map-value": (obj(a={"type": "object", "additionalProperties": TEXT}), {"a": {"k": None}}),
    "nullable-required": ({**obj(a={**TEXT, "nullable": True}), "required": ["a"]}, {"a": None}),
    "nullable-item": (
        obj(a={"type": "array", "items": {**TEXT, "nullable": True}}),
        {"a": ["x", None]},
    ),
    "required-with-default": ({**obj(a={**TEXT, "default": "x"}), "required": ["a"]}, {}),
    "one-of-with-default": ({**ONE_OF, **obj(a={**TEXT, "default": "x"}, b=TEXT)}, {"b": "x"}),
    "one-of": (ONE_OF, {"a": "x"}),
    "one-of-with-null": (ONE_OF, {"a": None, "b": "x"}),
    "integer-port": (obj(a=INT_OR_STRING), {"a": 8080}),
    "percentage": (obj(a=INT_OR_STRING), {"a": "25%"}),
    "open-map": (obj(a={"type": "object", "additionalProperties": TEXT}), {"a": {"any": "x"}}),
    "bare-object": (obj(a={"type": "object"}), {"a": {"any": 1}}),
    "additional-true": ({**obj(a=TEXT), "additionalProperties": True}, {"b": 1}),
    "preserved-fields": ({**obj(a=TEXT), "x-kubernetes-preserve-unknown-fields": True}, {"b": 1}),
    "embedded-resource": (
        obj(a={**obj(spec=TEXT), "x-kubernetes-embedded-resource": True}),
        {"a": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": "x"}},
    ),
    "unknown-format": (obj(a={**TEXT, "format": "made-up"}), {"a": "x"}),
    "broken-pattern": (obj(a={**TEXT, "pattern": "(?P<x"}), {"a": "x"}),
    "pattern-of-go": (obj(a={**TEXT, "pattern": "^(?i)(abort|warn)?$"}), {"a": "ABORT"}),
    "posix-class": (obj(a={**TEXT, "pattern": "^[[:alpha:]]+$"}), {"a": "abc"}),
    "exclusive-bound": (obj(a={**COUNT, "minimum": 1, "exclusiveMinimum": True}), {"a": 2}),
    "any-value": (obj(a={"x-kubernetes-preserve-unknown-fields": True}), {"a": [1, {"b": None}]}),
}


@pytest.mark.parametrize(("schema", "spec"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(schema: Schema, spec: Any) -> None:
    assert problems(crd(schema), {"spec": spec}) == []


REFUSED: dict[str, tuple[Schema, Any, str, str]] = {
    "unknown-field": (
        obj(image=TEXT),
        {"imgae": "x"},
        "/spec/imgae",
        'unknown field "imgae": did you mean "image"?',
    ),
    "wrong-type": (
        obj(a=TEXT),
        {"a": 1},
        "/spec/a",
        'a is 1: expected a string: write "1"',
    ),
    "missing-field": (
        {**obj(a=TEXT), "required": ["a"]},
        {},
        "/spec",
        'missing required field "a"',
    ),
    "null-of-required": (
        {**obj(a=TEXT), "required": ["a"]},
        {"a": None},
        "/spec/a",
        "a is null: expected a string",
    ),
    "null-item": (
        obj(a={"type": "array", "items": TEXT}),
        {"a": [None]},
        "/spec/a/0",
        "a[0] is null: expected a string",
    ),
    "map-value": (
        obj(a={"type": "object", "additionalProperties": COUNT}),
        {"a": {"k": "x"}},
        "/spec/a/k",
        'k is "x": expected an integer',
    ),
    "neither-integer-nor-string": (
        obj(a=INT_OR_STRING),
        {"a": 0.5},
        "/spec/a",
        "a is 0.5: expected an integer or a string: put it in quotes",
    ),
    "pattern-of-int-or-string": (
        obj(a=INT_OR_STRING),
        {"a": "x"},
        "/spec/a",
        'a is "x": expected a string like ^[0-9]+%?$',
    ),
    "neither-alternative": (ONE_OF, {}, "/spec", 'missing one of "a" or "b"'),
    "exclusive-bound": (
        obj(a={**COUNT, "minimum": 1, "exclusiveMinimum": True}),
        {"a": 1},
        "/spec/a",
        "a is 1: expected more than 1",
    ),
    "closed-below-preserved": (
        {**obj(a=obj(b=TEXT)), "x-kubernetes-preserve-unknown-fields": True},
        {"z": 1, "a": {"z": 1}},
        "/spec/a/z",
        'unknown field "z"',
    ),
    "metadata-of-embedded-resource": (
        obj(a={**obj(spec=TEXT), "x-kubernetes-embedded-resource": True}),
        {"a": {"metadata": {"labels": {"x": 1}}}},
        "/spec/a/metadata/labels/x",
        'x is 1: expected a string: write "1"',
    ),
    "condition": (
        {**obj(a=TEXT), "allOf": [{"properties": {"a": {"maxLength": 1}}}]},
        {"a": "xx"},
        "/spec/a",
        'a is "xx": expected at most 1 character',
    ),
}


@pytest.mark.parametrize(("schema", "spec", "path", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(schema: Schema, spec: Any, path: str, message: str) -> None:
    assert problems(crd(schema), {"spec": spec}) == [(path, message)]


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"metadata": {"labels": {"a": 1}}}, "/metadata/labels/a", "a is 1: expected a string"),
        (
            {"metadata": {"nmae": "x"}},
            "/metadata/nmae",
            'unknown field "nmae": did you mean "name"?',
        ),
        ({"sepc": {}}, "/sepc", 'unknown field "sepc": did you mean "spec"?'),
    ],
    ids=["label", "metadata", "root"],
)
def test_identity_and_metadata_are_judged_as_everywhere(
    change: dict[str, Any], path: str, message: str
) -> None:
    found = problems(crd(obj(a=TEXT)), change)
    assert [place for place, _ in found] == [path]
    assert found[0][1].startswith(message)


def test_status_is_not_judged_where_writes_ignore_it() -> None:
    root = {"type": "object", "properties": {"status": {**obj(a=TEXT), "required": ["a"]}}}
    version = {"schema": {"openAPIV3Schema": root}}
    judged = crd(None, version=version)
    ignored = crd(None, version={**version, "subresources": {"status": {}}})
    assert problems(judged, {"status": {}}) == [("/status", 'missing required field "a"')]
    assert problems(ignored, {"status": {}}) == []


def test_only_served_versions_count() -> None:
    definition = crd(obj(a=TEXT))
    definition["spec"]["versions"].append({"name": "v2", "served": False})
    definition["spec"]["versions"].append({"name": "v1alpha1"})
    assert sorted(CustomKinds([definition])) == [
        ("example.org/v1", "Widget"),
        ("example.org/v1alpha1", "Widget"),
    ]


def test_the_old_form_keeps_unknown_fields_unless_told_otherwise() -> None:
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": obj(a=TEXT)}}}
    old = crd(None, api="v1beta1", validation=schema)
    del old["spec"]["versions"]
    old["spec"]["version"] = "v1"
    assert problems(old, {"spec": {"b": 1}, "more": 1}) == []
    assert problems(old, {"spec": {"a": 1}})[0][0] == "/spec/a"
    old["spec"]["preserveUnknownFields"] = False
    assert problems(old, {"spec": {"b": 1}}) == [("/spec/b", 'unknown field "b"')]


def test_without_schema_anything_goes() -> None:
    assert problems(crd(None), {"spec": {"b": 1}, "more": [1]}) == []


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        {"kind": "CustomResourceDefinition"},
        {"kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1"},
        {"kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1", "spec": 3},
        crd(obj(a=TEXT), group=None),
        crd(obj(a=TEXT), names=None),
        crd(obj(a=TEXT), versions=3),
        crd(obj(a=TEXT), versions=[3, {"name": 4}]),
    ],
    ids=range(9),
)
def test_what_defines_nothing_adds_nothing(value: Any) -> None:
    assert dict(CustomKinds([value])) == {}


@pytest.mark.parametrize(
    "schema",
    [3, [], {"type": "nonsense"}, {"properties": 3}, {"properties": {"a": 3}}, {"required": 3},
     {"required": [3]}, {"enum": 3}, {"items": []}, {"anyOf": [3]}, {"pattern": 3}, {"not": 3}],
    ids=str,
)  # fmt: skip
def test_a_malformed_definition_judges_loosely_and_does_not_crash(schema: Any) -> None:
    assert (
        problems(crd({"type": "object", "properties": {"a": schema}}), {"spec": {"a": None}}) == []
    )


def test_the_digest_follows_the_definitions() -> None:
    digests = {
        CustomKinds([]).digest(),
        CustomKinds([crd(obj(a=TEXT))]).digest(),
        CustomKinds([crd(obj(a=COUNT))]).digest(),
        CustomKinds([crd(obj(a=TEXT), preserveUnknownFields=True)]).digest(),
    }
    assert len(digests) == 4
    assert CustomKinds([crd(obj(a=TEXT))]).digest() == CustomKinds([crd(obj(a=TEXT))]).digest()


@pytest.fixture(scope="module")
def corpus() -> list[tuple[str, dict[str, Any]]]:
    if not CORPUS.is_dir():
        pytest.skip(f"the corpus of real manifests is not at {CORPUS.name}")
    found: list[tuple[str, dict[str, Any]]] = []
    for file in sorted(CORPUS.rglob("*.yaml")):
        try:
            documents = list(yaml.load_all(file.read_text(encoding="utf-8"), GoLoader))
        except yaml.YAMLError:
            continue
        name = file.relative_to(CORPUS).as_posix()
        found += [(name, one) for one in documents if isinstance(one, dict) and "kind" in one]
    return found


def test_real_definitions_convert_and_compile(corpus: list[tuple[str, dict[str, Any]]]) -> None:
    kinds = CustomKinds(value for _, value in corpus if is_crd(value))
    assert len(kinds) > 50
    for key in kinds:
        compiled(kinds[key])


def test_real_objects_of_bases_are_valid(corpus: list[tuple[str, dict[str, Any]]]) -> None:
    store = SchemaStore("1.33", custom=CustomKinds(value for _, value in corpus))
    judged = [
        (one["kind"], store.judge(one))
        for name, one in corpus
        if "/base/" in name and "patch" not in name and one["kind"] != "Kustomization"
    ]
    assert sum(1 for _, judgement in judged if judgement.is_valid) > 300
    wrong = {
        (kind, problem.message)
        for kind, judgement in judged
        if judgement.status is Status.INVALID
        for problem in judgement.problems
    }
    # Both are fragments: kustomize adds a namespace to the one and merges the other.
    assert wrong == {
        ("MutatingWebhookConfiguration", 'missing required field "namespace"'),
        ("Deployment", 'missing required field "selector"'),
    }
