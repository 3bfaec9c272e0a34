"""Rules over files, over the whole repository, and over waivers, without an engine."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from plumbline.facts import Facts, OverlayFacts, Quota, Reference, Resource, SourceFact
from plumbline.findings import Finding, Location, ObjectId, Problem, Severity
from plumbline.kinds import External, Repository, Waiver
from plumbline.rules import Config, Ledger, Source, by_id
from plumbline.schemas import Judgement, SchemaProblem, Status
from plumbline.yaml import Hazard, Limits, read

REPOSITORY: dict[str, Any] = {
    "name": "example",
    "label_prefix": "example.org",
    "environments": ("dev", "staging", "prod"),
    "kubernetes_version": "1.33",
}
CONFIG = Config(Repository(**REPOSITORY), "1.33")
TODAY = date(2026, 6, 1)


def problems(rule_id: str, subject: object, config: Config = CONFIG) -> list[Problem]:
    rule = by_id(rule_id)
    assert rule is not None
    return list(rule.check(subject, config))


def source(text: str, status: Status = Status.STRICT, *more: SchemaProblem) -> Source:
    reading = read(text.encode(), Limits())
    return Source("f.yaml", reading.documents, reading.hazards, (Judgement(status, more),))


@pytest.mark.parametrize(
    ("rule_id", "kind"),
    [
        ("YML001", "unreadable"),
        ("YML001", "limit"),
        ("YML002", "repeated-key"),
        ("YML003", "raw-rendered"),
        ("YML004", "lost-document"),
    ],
)
def test_each_hazard_has_one_rule(rule_id: str, kind: str) -> None:
    subject = Source("f.yaml", hazards=(Hazard(kind, "it is wrong", 3, 5, "/a"),))
    expected = Problem("it is wrong", path="/a", at=Location("f.yaml", 3, 5))
    assert problems(rule_id, subject) == [expected]
    for other in {"YML001", "YML002", "YML003", "YML004"} - {rule_id}:
        assert problems(other, subject) == []


def test_document_of_ours_is_judged_where_it_is_written() -> None:
    text = "kind: Model\nspec:\n  owner: 5\n"
    subject = source(text, Status.INVALID, SchemaProblem("/spec/owner", "no text"))
    (problem,) = problems("SCH001", subject)
    assert (problem.message, problem.at) == ("no text", Location("f.yaml", 3, 10))
    assert problems("SCH001", source(text)) == []


def test_document_of_somebody_else_is_not_judged_as_a_file() -> None:
    reading = read(b"kind: Model", Limits())
    assert problems("SCH001", Source("f.yaml", reading.documents, (), (None,))) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [("ModelPromtion", "did you mean ModelPromotion?"), ("Zzzzzzz", "write one of Approvers, ")],
)
def test_misspelt_kind_of_ours_is_named(kind: str, words: str) -> None:
    text = f"apiVersion: plumbline.dev/v1alpha1\nkind: {kind}\n"
    (problem,) = problems("SCH001", source(text, Status.UNKNOWN))
    assert problem.at == Location("f.yaml", 2, 7)
    assert problem.message.startswith(f"plumbline.dev/v1alpha1 has no kind {kind}: {words}")


def promotion(spec: str) -> str:
    return (
        "apiVersion: plumbline.dev/v1alpha1\n"
        "kind: ModelPromotion\n"
        "metadata: {name: churn}\n"
        f"spec: {spec}\n"
    )


@pytest.mark.parametrize(
    ("rule_id", "spec", "expected"),
    [
        ("PRM001", "{model: {version: latest}}", "'latest' is no version"),
        ("PRM001", "{model: {version: '4.0'}}", "'4.0' is no version"),
        ("PRM001", "{model: {storageUri: 'models:/churn/4'}}", "is a link into the registry"),
        ("PRM001", "{model: {storageUri: 'runs:/abc/model'}}", "is a link into the registry"),
        ("PRM001", "{model: {storageUri: 'mlflow-artifacts:/1'}}", "is a link into the registry"),
        ("PRM008", "{target: {environment: prod}}", "comes from staging, and it names no"),
        ("PRM008", "{target: {environment: staging}}", "comes from dev, and it names no"),
        (
            "PRM008",
            "{target: {environment: prod, from: {environment: prod}}}",
            "comes from staging, not from prod",
        ),
    ],
)
def test_promotion_is_refused(rule_id: str, spec: str, expected: str) -> None:
    (problem,) = problems(rule_id, source(promotion(spec)))
    assert expected in problem.message
    assert problem.at is not None
    assert problem.at.line == 4


@pytest.mark.parametrize(
    ("rule_id", "spec"),
    [
        ("PRM001", "{model: {version: '4', storageUri: 's3://models/churn'}}"),
        ("PRM001", "{model: {version: 4}}"),
        ("PRM001", "[]"),
        ("PRM008", "{target: {environment: dev}}"),
        ("PRM008", "{target: {environment: staging, from: {environment: dev}}}"),
        ("PRM008", "{target: {environment: moon}}"),
        ("PRM008", "{target: prod}"),
    ],
)
def test_promotion_is_accepted(rule_id: str, spec: str) -> None:
    assert problems(rule_id, source(promotion(spec))) == []


def test_kind_of_somebody_else_is_no_promotion() -> None:
    text = promotion("{model: {version: latest}}")
    assert len(problems("PRM001", source(text))) == 1
    assert problems("PRM001", source(text.replace("plumbline.dev", "example.org"))) == []


def test_unused_file_is_one_with_objects_that_nobody_reads() -> None:
    facts = Facts(
        (OverlayFacts("a", reads=("read.yaml",)),),
        (
            SourceFact("own.yaml", 1, 1),
            SourceFact("read.yaml", 2),
            SourceFact("unused.yaml", 2),
            SourceFact("values.yaml", 0),
        ),
    )
    (problem,) = problems("LAY002", facts)
    assert problem.at == Location("unused.yaml")
    assert "no overlay reads this manifest: list it in" in problem.message


QUOTA = ObjectId("v1", "ResourceQuota", "fraud", "team")
RANGE = ObjectId("v1", "LimitRange", "fraud", "team")


def quota(name: str, environment: str = "prod") -> OverlayFacts:
    return OverlayFacts("tenants/fraud", environment, quotas=(Quota(QUOTA, {name: "4"}),))


@pytest.mark.parametrize(
    ("overlays", "count"),
    [
        ((quota("cpu"),), 1),
        ((quota("limits.memory"),), 1),
        ((quota("pods"),), 0),
        ((quota("requests.nvidia.com/gpu"),), 0),
        ((quota("cpu"), OverlayFacts("b", "prod", limit_ranges=(RANGE,))), 0),
        ((quota("cpu"), OverlayFacts("b", "dev", limit_ranges=(RANGE,))), 1),
        (
            (
                quota("cpu"),
                OverlayFacts("b", "prod", limit_ranges=(ObjectId("v1", "LimitRange", "x", "y"),)),
            ),
            1,
        ),
    ],
    ids=["cpu", "memory", "pods", "gpu", "same-place", "other-environment", "other-namespace"],
)
def test_quota_wants_a_limit_range(overlays: tuple[OverlayFacts, ...], count: int) -> None:
    found = problems("QTA001", Facts(overlays))
    assert [(p.object, p.path, p.overlay) for p in found] == [
        (QUOTA, "/spec/hard", "tenants/fraud")
    ] * count


POD = ObjectId("v1", "Pod", "fraud", "scorer")


def needing(kind: str, name: str, environment: str = "prod") -> OverlayFacts:
    reference = Reference(POD, "/spec/a", kind, name)
    return OverlayFacts("a", environment, references=(reference,))


def offering(kind: str, name: str, environment: str = "prod", **more: Any) -> OverlayFacts:
    offer = Resource(ObjectId("v1", kind, more.pop("namespace", "fraud"), name))
    return OverlayFacts("b", environment, resources=(offer,), **more)


KINDS = {
    "ConfigMap": ("REF002", "config_maps"),
    "Secret": ("REF002", "secrets"),
    "PersistentVolumeClaim": ("REF004", "persistent_volume_claims"),
    "ServiceAccount": ("REF005", "service_accounts"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_reference_is_dangling_until_somebody_offers_it(kind: str) -> None:
    rule_id, field = KINDS[kind]
    alone = Facts((needing(kind, "x"),))
    (problem,) = problems(rule_id, alone)
    assert (problem.object, problem.path, problem.overlay) == (POD, "/spec/a", "a")
    assert problem.message.startswith(f"{kind} x is offered by no overlay of prod in namespace fra")
    others = {each for each, _ in KINDS.values()} - {rule_id}
    assert [problems(other, alone) for other in others] == [[], []]
    assert problems(rule_id, Facts((needing(kind, "x"), offering(kind, "x")))) == []
    outside = External(**{field: frozenset({"fraud/x"})})
    config = Config(Repository(**REPOSITORY, external=outside), "1.33")
    assert problems(rule_id, alone, config) == []


@pytest.mark.parametrize(
    "other",
    [
        offering("Secret", "x"),
        offering("ConfigMap", "y"),
        offering("ConfigMap", "x", "dev"),
        offering("ConfigMap", "x", namespace="churn"),
    ],
    ids=["other-kind", "other-name", "other-environment", "other-namespace"],
)
def test_offer_that_does_not_answer(other: OverlayFacts) -> None:
    assert len(problems("REF002", Facts((needing("ConfigMap", "x"), other)))) == 1


def test_what_kubernetes_makes_itself_is_offered() -> None:
    assert problems("REF002", Facts((needing("ConfigMap", "kube-root-ca.crt"),))) == []
    assert problems("REF005", Facts((needing("ServiceAccount", "default"),))) == []


def test_environment_with_an_unbuilt_overlay_is_passed_over() -> None:
    broken = OverlayFacts("c", "prod", failed=1)
    assert problems("REF002", Facts((needing("Secret", "x"), broken))) == []
    elsewhere = OverlayFacts("c", "dev", failed=1)
    assert len(problems("REF002", Facts((needing("Secret", "x"), elsewhere)))) == 1


def ledger(expires: str, matched: tuple[Finding, ...] | None = ()) -> Ledger:
    waiver = Waiver("POD004", "Pod/a/b", "because", "platform-team", expires)
    book: Mapping[Waiver, tuple[Finding, ...]] = {} if matched is None else {waiver: matched}
    return Ledger(TODAY, ((waiver, Location("policies/waivers.yaml", 1, 3)),), book)


@pytest.mark.parametrize(
    ("expires", "rules"),
    [
        ("2026-05-31", ["HYG001"]),
        ("2026-06-01", ["HYG002", "HYG003"]),
        ("2026-06-15", ["HYG002", "HYG003"]),
        ("2026-06-16", ["HYG002"]),
    ],
)
def test_waivers_by_their_last_day(expires: str, rules: list[str]) -> None:
    subject = ledger(expires)
    assert [r for r in ("HYG001", "HYG002", "HYG003") if problems(r, subject)] == rules


def test_days_of_warning_are_the_repositorys() -> None:
    config = Config(Repository(**REPOSITORY, warn_waiver_days=30), "1.33")
    assert len(problems("HYG003", ledger("2026-07-01"), config)) == 1
    assert problems("HYG003", ledger("2026-07-02"), config) == []
    assert problems("HYG003", ledger("2026-07-01"), Config(None, "1.33")) == []


def test_waiver_is_unused_only_where_its_rule_ran() -> None:
    finding = Finding("POD004", "root-user", Severity.ERROR, "it is wrong", Location("f.yaml"))
    assert len(problems("HYG002", ledger("2026-12-31"))) == 1
    assert problems("HYG002", ledger("2026-12-31", (finding,))) == []
    assert problems("HYG002", ledger("2026-12-31", None)) == []
