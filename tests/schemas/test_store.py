"""The verdict on an object: status, place and words."""

import copy
import socket
from collections.abc import Callable
from typing import Any

import pytest

from plumbline.schemas import CustomKinds, SchemaStore, Status, check

Change = Callable[[dict[str, Any]], Any]


def deployment() -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "scorer",
            "namespace": "churn",
            "labels": {"app": "scorer"},
            "creationTimestamp": None,
        },
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "scorer"}},
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "template": {
                "metadata": {"labels": {"app": "scorer"}},
                "spec": {
                    "containers": [
                        {
                            "name": "scorer",
                            "image": "registry.example.org/scorer:1",
                            "ports": [{"containerPort": 8080}],
                            "env": [{"name": "LEVEL", "value": "info"}],
                            "resources": {"requests": {"cpu": 0.5, "memory": "1Gi"}},
                        }
                    ],
                },
            },
        },
        "status": {},
    }


def container(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = value["spec"]["template"]["spec"]["containers"][0]
    return found


def changed(value: dict[str, Any], change: Change) -> dict[str, Any]:
    result = copy.deepcopy(value)
    change(result)
    return result


WIDGET = ("example.org/v1", "Widget")
MONITOR = {
    "apiVersion": "monitoring.coreos.com/v1",
    "kind": "ServiceMonitor",
    "metadata": {"name": "m"},
    "spec": {"selector": {}, "endpoints": [{"port": "http", "somethingNew": 1}]},
}


@pytest.fixture(scope="module")
def store() -> SchemaStore:
    return SchemaStore("1.33")


VALID: dict[str, dict[str, Any]] = {
    "deployment": deployment(),
    "null-is-absent": changed(
        deployment(), lambda d: container(d).update(args=None, env=None, securityContext=None)
    ),
    "null-argument": changed(deployment(), lambda d: container(d).update(args=["a", None])),
    "null-metadata": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": None, "data": None},
    "null-kind-of-claim": {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "spec": {"resources": {"requests": {"storage": "1Gi"}}, "storageClassName": None},
    },
    "secret": {
        "apiVersion": "v1",
        "kind": "Secret",
        "data": {"a": "aGVs\nbG8=", "b": "", "c": None},
    },
    "absent-api-group-of-role": {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "roleRef": {"kind": "ClusterRole", "name": "view"},
    },
    "empty-pod-selector": {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "spec": {"podSelector": None, "policyTypes": ["Ingress"]},
    },
    "incomplete-status": {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "spec": {"maxReplicas": 2, "scaleTargetRef": {"kind": "Deployment", "name": "a"}},
        "status": {"currentMetrics": None},
    },
    "port-by-name-and-number": {
        "apiVersion": "v1",
        "kind": "Service",
        "spec": {"ports": [{"port": 1, "targetPort": "http"}, {"port": 2, "targetPort": 80}]},
    },
    "list-of-configmaps": {"apiVersion": "v1", "kind": "ConfigMapList", "items": None},
    "list": {"apiVersion": "v1", "kind": "List", "items": [deployment()]},
    "empty-list": {"apiVersion": "v1", "kind": "List", "items": None},
}


@pytest.mark.parametrize("value", VALID.values(), ids=VALID)
def test_valid_objects_are_valid(store: SchemaStore, value: dict[str, Any]) -> None:
    judgement = store.judge(value)
    assert (judgement.status, judgement.problems) == (Status.STRICT, ())
    assert judgement.is_valid


CONTAINER = "/spec/template/spec/containers/0"
INVALID: dict[str, tuple[Change, str, str]] = {
    "text-for-number": (
        lambda d: d["spec"].update(replicas="three"),
        "/spec/replicas",
        'replicas is "three": expected an integer',
    ),
    "quoted-number": (
        lambda d: d["spec"].update(replicas="3"),
        "/spec/replicas",
        'replicas is "3": expected an integer: write 3 without quotes',
    ),
    "fraction": (
        lambda d: d["spec"].update(replicas=1.5),
        "/spec/replicas",
        "replicas is 1.5: expected an integer",
    ),
    "too-large": (
        lambda d: d["spec"].update(replicas=2**31),
        "/spec/replicas",
        "replicas is 2147483648: expected at most 2147483647",
    ),
    "unquoted-number": (
        lambda d: container(d)["env"][0].update(value=8080),
        CONTAINER + "/env/0/value",
        'value is 8080: expected a string: write "8080"',
    ),
    "unquoted-flag": (
        lambda d: d["metadata"]["labels"].update({"a/b~c": True}),
        "/metadata/labels/a~1b~0c",
        'a/b~c is true: expected a string: write "true"',
    ),
    "unquoted-fraction": (
        lambda d: d["metadata"]["labels"].update(v=1.3),
        "/metadata/labels/v",
        "v is 1.3: expected a string: put it in quotes",
    ),
    "quoted-flag": (
        lambda d: container(d).update(tty="true"),
        CONTAINER + "/tty",
        'tty is "true": expected true or false: write true without quotes',
    ),
    "flag-for-quantity": (
        lambda d: container(d)["resources"]["requests"].update(cpu=True),
        CONTAINER + "/resources/requests/cpu",
        'cpu is true: expected a number or a string: write "true"',
    ),
    "misspelt-field": (
        lambda d: container(d).update(imagee="x"),
        CONTAINER + "/imagee",
        'unknown field "imagee": did you mean "image"?',
    ),
    "misspelt-case": (
        lambda d: container(d).update(Image="x"),
        CONTAINER + "/Image",
        'unknown field "Image": did you mean "image"?',
    ),
    "unheard-of-field": (
        lambda d: d["spec"].update(zzz=1),
        "/spec/zzz",
        'unknown field "zzz"',
    ),
    "missing-field": (
        lambda d: d["spec"].pop("selector"),
        "/spec",
        'missing required field "selector"',
    ),
    "missing-spec": (lambda d: d.pop("spec"), "", 'missing required field "spec"'),
    "missing-pod": (
        lambda d: d["spec"].update(template={}),
        "/spec/template",
        'missing required field "spec"',
    ),
    "null-for-required": (
        lambda d: d["spec"].update(selector=None),
        "/spec/selector",
        "selector is null: expected a mapping",
    ),
    "null-item": (
        lambda d: container(d)["env"].append(None),
        CONTAINER + "/env/1",
        "env[1] is null: expected a mapping",
    ),
    "list-for-mapping": (
        lambda d: d["metadata"].update(labels=["a"]),
        "/metadata/labels",
        "labels is a list: expected a mapping",
    ),
    "mapping-for-list": (
        lambda d: d["spec"]["template"]["spec"].update(containers={}),
        "/spec/template/spec/containers",
        "containers is an empty mapping: expected a list",
    ),
    "no-time": (
        lambda d: d["metadata"].update(creationTimestamp="yesterday"),
        "/metadata/creationTimestamp",
        'creationTimestamp is "yesterday": expected a time such as 2026-01-31T08:00:00Z',
    ),
    "no-kind": (lambda d: d.pop("kind"), "", 'missing required field "kind"'),
    "null-kind": (lambda d: d.update(kind=None), "", 'missing required field "kind"'),
    "empty-api-version": (
        lambda d: d.update(apiVersion=""),
        "",
        'missing required field "apiVersion"',
    ),
    "number-for-api-version": (
        lambda d: d.update(apiVersion=1),
        "/apiVersion",
        'apiVersion is 1: expected a string: write "1"',
    ),
    "list-for-kind": (
        lambda d: d.update(kind=["Deployment"]),
        "/kind",
        "kind is a list: expected a string",
    ),
    "misspelt-kind": (
        lambda d: d.update(kind="deployment"),
        "/kind",
        'apps/v1 has no kind "deployment": did you mean "Deployment"?',
    ),
    "number-as-key": (
        lambda d: d["spec"].update({5: 6}),
        "",
        "apps/v1 Deployment holds what JSON cannot say: "
        "Dict key must be str or str enum. Got 'int'",
    ),
}


@pytest.mark.parametrize(("change", "path", "message"), INVALID.values(), ids=INVALID)
def test_invalid_objects_are_explained(
    store: SchemaStore, change: Change, path: str, message: str
) -> None:
    judgement = store.judge(changed(deployment(), change))
    assert judgement.status is Status.INVALID
    assert not judgement.is_valid
    assert [(problem.path, problem.message) for problem in judgement.problems] == [(path, message)]


@pytest.mark.parametrize("value", [None, 3, "text", [deployment()]], ids=str)
def test_what_is_no_mapping_is_invalid(store: SchemaStore, value: Any) -> None:
    judgement = store.judge(value)
    assert judgement.status is Status.INVALID
    assert judgement.problems[0].message.endswith("expected a mapping")


def test_at_most_five_problems_are_told_in_the_order_of_their_places(store: SchemaStore) -> None:
    def spoil(value: dict[str, Any]) -> None:
        value["spec"] |= dict.fromkeys("abcdefg", 1)

    problems = store.judge(changed(deployment(), spoil)).problems
    assert [problem.path for problem in problems] == [f"/spec/{name}" for name in "abcde"]


def test_what_was_expected_is_said_apart(store: SchemaStore) -> None:
    judgement = store.judge(changed(deployment(), lambda d: d["spec"].update(replicas="x")))
    assert judgement.problems[0].expected == "an integer"


def test_values_of_secrets_are_not_repeated(store: SchemaStore) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a", "labels": {"x": 4711}},
        "data": {"password": "hunter2!", "pin": 123987},
        "stringData": {"token": 456456},
    }
    judgement = store.judge(secret)
    said = {problem.path: problem.message for problem in judgement.problems}
    assert said == {
        "/data/password": "password is a string: "
        "expected base64 (plain text of a Secret goes under stringData)",
        "/data/pin": "pin is a number: expected a string",
        "/metadata/labels/x": 'x is 4711: expected a string: write "4711"',
        "/stringData/token": "token is a number: expected a string",
    }


def test_a_list_is_judged_item_by_item(store: SchemaStore) -> None:
    bad = changed(deployment(), lambda d: d["spec"].pop("selector"))
    judgement = store.judge({"apiVersion": "v1", "kind": "List", "items": [deployment(), bad, {}]})
    assert judgement.status is Status.INVALID
    assert [(problem.path, problem.message) for problem in judgement.problems] == [
        ("/items/1/spec", 'missing required field "selector"'),
        ("/items/2", 'missing required field "apiVersion"'),
    ]
    assert store.judge({"apiVersion": "v1", "kind": "List", "items": 3}).problems[0].message == (
        "items is 3: expected a list"
    )


def test_an_ended_kind_is_unserved_and_a_strange_one_unknown(store: SchemaStore) -> None:
    ended = store.judge({"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget"})
    assert ended.status is Status.UNSERVED
    assert "last served by 1.24" in ended.problems[0].message
    strange = store.judge({"apiVersion": "example.org/v1", "kind": "Widget"})
    assert strange.status is Status.UNKNOWN
    assert strange.problems[0].message == (
        "no schema for example.org/v1 Widget here, and no CRD in the repository"
    )
    assert not strange.is_valid


def test_a_crd_of_the_tree_goes_before_our_open_schema(store: SchemaStore) -> None:
    assert store.judge(MONITOR).status is Status.LOOSE
    key = (MONITOR["apiVersion"], MONITOR["kind"])
    own = SchemaStore("1.33", custom={key: {"required": ["data"]}})  # type: ignore[dict-item]
    judgement = own.judge(MONITOR)
    assert judgement.status is Status.INVALID
    assert judgement.judge == "CRD in the repository"


def test_kubernetes_goes_before_a_crd_of_the_tree() -> None:
    store = SchemaStore("1.33", custom={("apps/v1", "Deployment"): {"required": ["data"]}})
    assert store.judge(deployment()).judge == "Kubernetes 1.33"
    assert store.judge(deployment()).is_valid


def test_our_own_kinds_are_judged_too(store: SchemaStore) -> None:
    judgement = store.judge({"apiVersion": "plumbline.dev/v1alpha1", "kind": "Tenant"})
    assert judgement.judge == "Plumbline"
    assert [problem.message for problem in judgement.problems] == [
        'missing required field "metadata"',
        'missing required field "spec"',
    ]


@pytest.mark.parametrize(
    "schema",
    [{"$ref": "https://example.org/schema.json"}, {"$ref": "#/$defs/nope"}, {"type": "strng"}],
    ids=["remote", "dangling", "no-schema"],
)
def test_a_schema_that_cannot_be_used_is_said_and_nothing_is_fetched(
    monkeypatch: pytest.MonkeyPatch, schema: dict[str, Any]
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    judgement = SchemaStore("1.33", custom={WIDGET: schema}).judge(
        {"apiVersion": WIDGET[0], "kind": WIDGET[1]}
    )
    assert judgement.status is Status.UNKNOWN
    assert judgement.problems[0].message.startswith(
        "the schema of example.org/v1 Widget (CRD in the repository) cannot be used: "
    )


def test_the_digest_follows_everything_that_judges() -> None:
    plain = SchemaStore("1.33").digest()
    assert plain == SchemaStore("1.33").digest()
    others = {
        SchemaStore("1.34").digest(),
        SchemaStore("1.33", custom={WIDGET: {}}).digest(),
        SchemaStore("1.33", custom={WIDGET: {"type": "object"}}).digest(),
    }
    assert len(others) == 3
    assert plain not in others
    assert SchemaStore("1.33", custom=CustomKinds()).digest() == plain


def test_a_single_value_can_be_checked_by_a_schema() -> None:
    schema = {"type": "array", "items": {"type": "integer"}}
    assert check(schema, [1, 2]) == ()
    assert [problem.path for problem in check(schema, [1, "x"])] == ["/1"]
    assert check(schema, [{1: 2}])[0].message.startswith("the document holds what JSON cannot say")
