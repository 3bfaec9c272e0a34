"""The contracts of our own kinds: closed, described, with examples, and with words."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from plumbline.schemas import API_VERSION, SchemaStore, Status, check, named_schema, own_schemas
from plumbline.schemas.own import own_digest, schema_folder

FILES = sorted(schema_folder().glob("*.schema.json"))
KINDS = ["Approvers", "Dataset", "Inventory", "Model", "ModelPromotion", "Repository", "Tenant"]
MAPS = {
    "marks",
    "quantities",
    "labels",
    "annotations",
    "severity",
    "answers",
    "allocatable",
    "references",
}


def read(file: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def objects(node: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of a schema that is about a mapping, with the property that holds it."""
    if isinstance(node, list):
        for part in node:
            yield from objects(part, name)
    if not isinstance(node, dict):
        return
    if node.get("type") == "object":
        yield name, node
    for keyword, value in node.items():
        if keyword in ("properties", "$defs"):
            for key, part in value.items():
                yield from objects(part, key)
        elif keyword not in ("examples", "default", "enum"):
            yield from objects(value, name)


def test_all_kinds_are_there() -> None:
    assert sorted(own_schemas()) == [(API_VERSION, kind) for kind in KINDS]
    assert len(FILES) == len(KINDS) + 3  # waivers, report and shard are no kinds


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_contract_is_closed_described_and_has_valid_examples(file: Path) -> None:
    schema = read(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:plumbline:{file.name.removesuffix('.schema.json')}"
    assert schema["title"]
    assert schema["examples"]
    for example in schema["examples"]:
        assert check(schema, example) == ()
    for name, part in objects(schema):
        is_map = isinstance(part["additionalProperties"], dict)
        assert part["additionalProperties"] is False or (is_map and name in MAPS), name
        for key, value in part.get("properties", {}).items():
            assert value.get("description"), key


def example(kind: str) -> dict[str, Any]:
    return copy.deepcopy(own_schemas()[(API_VERSION, kind)]["examples"][0])


Change = Callable[[dict[str, Any]], Any]
DATE = 'a quoted date such as "2026-12-31"'
REFUSED: dict[str, tuple[str, Change, str, str]] = {
    "status-in-git": (
        "ModelPromotion",
        lambda d: d.update(status={}),
        "/status",
        "status is an empty mapping: expected nothing: "
        "status is observed in the cluster, never written in git",
    ),
    "unquoted-version": (
        "ModelPromotion",
        lambda d: d["spec"]["model"].update(version=4),
        "/spec/model/version",
        'version is 4: expected a string: write "4"',
    ),
    "neither-rollback-nor-first-release": (
        "ModelPromotion",
        lambda d: d["spec"].pop("rollback"),
        "/spec",
        'missing one of "rollback" or "firstRelease"',
    ),
    "rollback-of-a-first-release": (
        "ModelPromotion",
        lambda d: d["spec"].update(firstRelease=True),
        "/spec",
        "spec is a mapping: expected either rollback or firstRelease, not both",
    ),
    "short-digest": (
        "ModelPromotion",
        lambda d: d["spec"]["model"]["digest"].update(value="551dbf39"),
        "/spec/model/digest/value",
        'value is "551dbf39": expected 64 small hex digits (SHA-256)',
    ),
    "short-commit": (
        "ModelPromotion",
        lambda d: d["spec"]["source"].update(commit="d87c848"),
        "/spec/source/commit",
        'commit is "d87c848": expected a full commit id of 40 or 64 small hex digits',
    ),
    "no-training-data": (
        "ModelPromotion",
        lambda d: d["spec"]["lineage"].update(training=[]),
        "/spec/lineage/training",
        "training is an empty list: expected at least 1 item",
    ),
    "metrics-without-dataset": (
        "ModelPromotion",
        lambda d: d["spec"]["evidence"]["metrics"].pop(0),
        "/spec/evidence/metrics",
        "metrics is a list: expected at least one metric that names its dataset",
    ),
    "no-such-day": (
        "ModelPromotion",
        lambda d: d["spec"]["validity"].update(expires="2026-13-01"),
        "/spec/validity/expires",
        f'expires is "2026-13-01": expected {DATE} or time such as "2026-12-31T08:00:00Z"',
    ),
    "no-day-of-the-calendar": (
        "ModelPromotion",
        lambda d: d["spec"]["validity"].update(notBefore="2026-02-30T00:00:00Z"),
        "/spec/validity/notBefore",
        f'notBefore is "2026-02-30T00:00:00Z": '
        f'expected {DATE} or time such as "2026-12-31T08:00:00Z"',
    ),
    "misspelt-field": (
        "ModelPromotion",
        lambda d: d["spec"].update(justifcation="x"),
        "/spec/justifcation",
        'unknown field "justifcation": did you mean "justification"?',
    ),
    "rule-switched-off": (
        "Repository",
        lambda d: d["spec"].update(severity={"LBL001": "off"}),
        "/spec/severity/LBL001",
        'LBL001 is "off": expected one of "error" or "warning"',
    ),
    "no-rule": (
        "Repository",
        lambda d: d["spec"].update(severity={"missing-label": "error"}),
        "/spec/severity/missing-label",
        'field name "missing-label": expected a rule\'s id such as LBL001',
    ),
    "unquoted-kubernetes-version": (
        "Repository",
        lambda d: d["spec"].update(kubernetesVersion=1.3),
        "/spec/kubernetesVersion",
        "kubernetesVersion is 1.3: expected a string: put it in quotes",
    ),
    "environment-twice": (
        "Repository",
        lambda d: d["spec"].update(environments=["dev", "dev"]),
        "/spec/environments",
        "environments is a list: expected a list without repetitions",
    ),
    "capital-environment": (
        "Repository",
        lambda d: d["spec"].update(environments=["Prod"]),
        "/spec/environments/0",
        'environments[0] is "Prod": '
        "expected a name of small letters, digits and hyphens, at most 63",
    ),
    "url-for-registry": (
        "Repository",
        lambda d: d["spec"].update(registry="https://registry.example.org"),
        "/spec/registry",
        'registry is "https://registry.example.org": '
        "expected a registry such as registry.example.org or registry.example.org/ml",
    ),
    "kind-without-version": (
        "Repository",
        lambda d: d["spec"].update(acceptedKinds=["Widget"]),
        "/spec/acceptedKinds/0",
        'acceptedKinds[0] is "Widget": expected apiVersion/Kind, such as example.org/v1/Widget',
    ),
    "negative-count": (
        "Inventory",
        lambda d: d["spec"]["nodeClasses"][0].update(count=-1),
        "/spec/nodeClasses/0/count",
        "count is -1: expected at least 0",
    ),
    "unheard-of-taint": (
        "Inventory",
        lambda d: d["spec"]["nodeClasses"][1]["taints"][0].update(effect="NoShedule"),
        "/spec/nodeClasses/1/taints/0/effect",
        'effect is "NoShedule": expected one of "NoSchedule", "PreferNoSchedule" or "NoExecute": '
        'did you mean "NoSchedule"?',
    ),
    "person-for-group": (
        "Tenant",
        lambda d: d["spec"].update(contacts=["ann@example.org"]),
        "/spec/contacts/0",
        'contacts[0] is "ann@example.org": expected the name of a group or role, no e-mail address',
    ),
    "no-namespace": (
        "Tenant",
        lambda d: d["spec"].update(namespaces=[]),
        "/spec/namespaces",
        "namespaces is an empty list: expected at least 1 item",
    ),
    "no-approver": (
        "Model",
        lambda d: d["spec"].pop("approverRoles"),
        "/spec",
        'missing required field "approverRoles"',
    ),
    "unquoted-local-config": (
        "Model",
        lambda d: d["metadata"].update(annotations={"config.kubernetes.io/local-config": True}),
        "/metadata/annotations/config.kubernetes.io~1local-config",
        'config.kubernetes.io/local-config is true: expected a string: write "true"',
    ),
    "unknown-classification": (
        "Dataset",
        lambda d: d["spec"].update(dataClassification="secret"),
        "/spec/dataClassification",
        'dataClassification is "secret": '
        'expected one of "public", "internal", "confidential" or "restricted"',
    ),
}


@pytest.mark.parametrize(("kind", "change", "path", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_in_words(kind: str, change: Change, path: str, message: str) -> None:
    store = SchemaStore("1.33")
    value = example(kind)
    assert store.judge(value).status is Status.STRICT
    change(value)
    judgement = store.judge(value)
    assert [(problem.path, problem.message) for problem in judgement.problems] == [(path, message)]


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"expires": "soon"}, "/0/expires", f'expires is "soon": expected {DATE}'),
        ({"expires": "2026-02-30"}, "/0/expires", f'expires is "2026-02-30": expected {DATE}'),
        ({"reason": ""}, "/0/reason", 'reason is "": expected at least 1 character'),
        ({"line": 3}, "/0/line", 'unknown field "line"'),
        ({"rule": "POD4"}, "/0/rule", 'rule is "POD4": expected a rule\'s id such as LBL001'),
    ],
    ids=["date", "no-such-day", "reason", "line-number", "rule"],
)
def test_waivers_are_refused_in_words(change: dict[str, Any], path: str, message: str) -> None:
    schema = named_schema("waivers")
    waiver = schema["examples"][0][0]
    assert check(schema, [waiver]) == ()
    problems = check(schema, [waiver | change])
    assert [(problem.path, problem.message) for problem in problems] == [(path, message)]


def test_the_digest_is_stable() -> None:
    assert own_digest() == own_digest()
    assert len(own_digest()) == 64
