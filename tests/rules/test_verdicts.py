"""Rules that pass on a verdict: of the schemas, or of the renderer."""

import pytest

from plumbline.findings import ObjectId
from plumbline.kinds import Repository
from plumbline.rendering import RenderError
from plumbline.rules import Config, Overlay, by_id
from plumbline.schemas import Judgement, SchemaProblem, Status

CONFIG = Config(
    Repository(
        name="example",
        label_prefix="example.org",
        environments=("dev", "prod"),
        kubernetes_version="1.33",
        accepted_kinds=frozenset({("example.org/v1", "Thing")}),
    ),
    "1.33",
)


def judged(kind: str, judgement: Judgement) -> Overlay:
    id_ = ObjectId("example.org/v1", kind, "a", "b")
    return Overlay("a", "prod", ({"kind": kind},), (id_,), (judgement,))


def failed(kind: str) -> Overlay:
    return Overlay("a", "prod", error=RenderError(kind, "it fell over"))


def said(rule_id: str, subject: Overlay) -> list[tuple[str, str]]:
    rule = by_id(rule_id)
    assert rule is not None
    return [(problem.path, problem.message) for problem in rule.check(subject, CONFIG)]


INVALID = Judgement(Status.INVALID, (SchemaProblem("/spec/a", "it is wrong"),), "Kubernetes 1.33")
UNSERVED = Judgement(Status.UNSERVED, (SchemaProblem("", "it is gone"),), "Kubernetes 1.33")
UNKNOWN = Judgement(Status.UNKNOWN)


@pytest.mark.parametrize(
    ("rule_id", "judgement", "kind", "expected"),
    [
        ("SCH001", INVALID, "Widget", [("/spec/a", "it is wrong")]),
        ("SCH001", UNSERVED, "Widget", []),
        ("SCH001", Judgement(Status.LOOSE), "Widget", []),
        ("SCH003", UNSERVED, "Widget", [("/apiVersion", "it is gone")]),
        ("SCH003", INVALID, "Widget", []),
        ("SCH002", UNKNOWN, "Thing", []),
        ("SCH002", INVALID, "Widget", []),
    ],
)
def test_verdicts_of_schemas(
    rule_id: str, judgement: Judgement, kind: str, expected: list[tuple[str, str]]
) -> None:
    assert said(rule_id, judged(kind, judgement)) == expected


def test_kind_without_schema_is_named_with_its_remedy() -> None:
    ((path, message),) = said("SCH002", judged("Widget", UNKNOWN))
    assert path == "/kind"
    assert message.startswith("no schema for Widget of example.org/v1: add its CRD")


@pytest.mark.parametrize("kind", ["kustomize", "refused", "limit", "crash", "timeout", "memory"])
def test_failed_rendering_is_one_finding(kind: str) -> None:
    assert said("LAY004", failed(kind)) == [("", "it fell over")]
    assert said("LAY005", failed(kind)) == []


def test_remote_input_has_a_rule_of_its_own() -> None:
    assert said("LAY005", failed("remote")) == [("", "it fell over")]
    assert said("LAY004", failed("remote")) == []
    assert said("LAY004", Overlay("a", "prod")) == []
