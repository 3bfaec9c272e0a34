"""The whole way: what is looked at, what is counted, what is waived, and that nothing is lost."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from plumbline.checking import NotRun, Options, Report, check
from plumbline.findings import CannotCheck, Severity
from plumbline.reporting import READERS

Tree = Callable[[Mapping[str, str | bytes]], Path]

PROD = "models/fraud/churn/overlays/prod"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: c
    image: registry.example.org/c:1
    securityContext: {privileged: true}
"""
WAIVER = """\
- rule: POD001
  subject: Pod/a
  overlay: models/fraud/churn/overlays/prod
  reason: the driver's installer
  owner: platform-team
  ticket: RISK-1
  expires: "{}"
"""
TODAY = date(2026, 6, 1)


def overlay(**files: str) -> dict[str, str]:
    listed = "".join(f"- {name}.yaml\n" for name in files)
    return {
        f"{PROD}/kustomization.yaml": f"resources:\n{listed}",
        **{f"{PROD}/{name}.yaml": text for name, text in files.items()},
    }


def rules(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, str(finding.location)) for finding in report.findings]


def privileged(root: Path, **options: object) -> Report:
    only = Options(select=("POD001", "HYG001", "HYG002", "HYG003"), today=TODAY)
    return check(root, dataclasses.replace(only, **options))  # type: ignore[arg-type]


def test_a_waiver_covers_its_finding_until_its_last_day(tree: Tree, settings: str) -> None:
    files = {"plumbline.yaml": settings, **overlay(pod=POD)}
    files["policies/waivers.yaml"] = WAIVER.format("2026-09-01")
    root = tree(files)
    report = privileged(root)
    assert rules(report) == [("POD001", f"{PROD}/pod.yaml:8:35")]
    assert report.findings[0].waived is not None
    assert report.findings[0].waived.ticket == "RISK-1"
    assert report.failing(Severity.WARNING) == ()
    assert (report.counts.waived, report.counts.errors) == (1, 0)
    assert privileged(root, today=date(2026, 9, 1)).counts.waived == 1
    late = privileged(root, today=date(2026, 9, 2))
    assert rules(late) == [
        ("POD001", f"{PROD}/pod.yaml:8:35"),
        ("HYG001", "policies/waivers.yaml:1:3"),
    ]
    assert (late.counts.waived, late.counts.errors) == (0, 2)


MISSES = [
    ("rule", "POD001", "POD999"),
    ("subject-prefix", "Pod/a", "Pod/"),
    ("overlay", "overlays/prod", "overlays/dev"),
]


@pytest.mark.parametrize(("old", "new"), [m[1:] for m in MISSES], ids=[m[0] for m in MISSES])
def test_a_waiver_that_nearly_fits_covers_nothing(
    tree: Tree, settings: str, old: str, new: str
) -> None:
    files = {"plumbline.yaml": settings, **overlay(pod=POD)}
    files["policies/waivers.yaml"] = WAIVER.format("2026-09-01").replace(old, new)
    report = privileged(tree(files))
    assert [rule for rule, _ in rules(report)] == ["POD001", "HYG002"]
    assert report.counts.waived == 0


def test_severity_is_the_repositorys_to_set(tree: Tree, settings: str) -> None:
    files = {"plumbline.yaml": settings, **overlay(pod=POD)}
    assert privileged(tree(files)).findings[0].severity is Severity.ERROR
    files["plumbline.yaml"] += "  severity: {POD001: warning}\n"
    report = privileged(tree(files))
    assert report.findings[0].severity is Severity.WARNING
    assert report.failing(Severity.ERROR) == ()


CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: stores.example.org}
spec:
  group: example.org
  names: {kind: Store, plural: stores, singular: store, listKind: StoreList}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties: {size: {type: integer}}
"""
STORE = "apiVersion: example.org/v1\nkind: Store\nmetadata: {name: s}\nspec:\n  size: big\n"


def test_a_crd_in_the_tree_judges_objects_of_other_overlays(tree: Tree, settings: str) -> None:
    files = {"plumbline.yaml": settings, **overlay(store=STORE)}
    options = Options(select=("SCH001", "SCH002"))
    alone = check(tree(files), options)
    assert rules(alone) == [("SCH002", f"{PROD}/store.yaml:2:7")]
    assert alone.counts.without_schema == 1
    files["platform/store/overlays/dev/kustomization.yaml"] = "resources: [crd.yaml]\n"
    files["platform/store/overlays/dev/crd.yaml"] = CRD
    judged = check(tree(files), options)
    assert rules(judged) == [("SCH001", f"{PROD}/store.yaml:5:9")]
    assert judged.findings[0].message == 'size is "big": expected an integer'
    assert (judged.counts.without_schema, judged.counts.validated) == (0, 2)


def test_an_own_document_is_judged_where_it_is_written(tree: Tree, settings: str) -> None:
    tenant = "apiVersion: plumbline.dev/v1alpha1\nkind: Tenant\nmetadata:\n  name: x\n  nmae: y\n"
    files = {"plumbline.yaml": settings, **overlay(pod=POD), "tenants/x/tenant.yaml": tenant}
    report = check(tree(files), Options(select=("SCH001",)))
    found = {str(f.location): f.message for f in report.findings}
    assert 'did you mean "name"?' in found["tenants/x/tenant.yaml:5:9"]


def test_a_broken_overlay_does_not_hide_the_others(tree: Tree, settings: str) -> None:
    files = {"plumbline.yaml": settings, **overlay(pod=POD)}
    files["models/fraud/other/overlays/prod/kustomization.yaml"] = "resources: [gone.yaml]\n"
    report = check(tree(files), Options(select=("POD001", "LAY004")))
    assert [rule for rule, _ in rules(report)] == ["POD001", "LAY004"]
    assert (report.counts.overlays, report.counts.rendered) == (2, 1)


def test_a_file_that_a_broken_overlay_may_read_is_not_called_unused(
    tree: Tree, settings: str
) -> None:
    files = {"plumbline.yaml": settings, **overlay(gone="x", pod=POD)}
    del files[f"{PROD}/gone.yaml"]
    report = check(tree(files), Options(select=("LAY002", "LAY004")))
    assert [rule for rule, _ in rules(report)] == ["LAY004"]
    files[f"{PROD}/kustomization.yaml"] = "resources: [other.yaml]\n"
    files[f"{PROD}/other.yaml"] = POD.replace("name: a", "name: b")
    mended = check(tree(files), Options(select=("LAY002", "LAY004")))
    assert rules(mended) == [("LAY002", f"{PROD}/pod.yaml:1:1")]


def test_a_tree_that_we_did_not_make(tree: Tree) -> None:
    root = tree(
        {
            "app/base/kustomization.yaml": "resources: [pod.yaml]\n",
            "app/base/pod.yaml": POD,
            "app/top/kustomization.yaml": "resources: [../base]\n",
            "parts/kustomization.yaml": "kind: Component\n",
            "circle/a/kustomization.yaml": "resources: [../b]\n",
            "circle/b/kustomization.yaml": "resources: [../a]\n",
            "values.yaml": "{{ not yaml }}: [\n",
        }
    )
    report = check(root, Options())
    assert (report.counts.overlays, report.counts.rendered, report.counts.objects) == (2, 1, 1)
    assert ("POD001", "app/base/pod.yaml:8:35") in rules(report)
    assert [rule for rule, place in rules(report) if place.startswith("circle/")] == ["LAY004"]
    assert NotRun("LBL001", "needs plumbline.yaml") in report.not_run
    assert [entry.what for entry in report.not_run if "Component" in entry.why] == ["parts"]
    assert report.notes[0].startswith("no plumbline.yaml: rendered every kustomization that")


def test_rules_left_out_are_named(tree: Tree, settings: str) -> None:
    root = tree({"plumbline.yaml": settings, **overlay(pod=POD)})
    report = check(root, Options(ignore=("POD001",)))
    assert NotRun("POD001", "ignored on the command line") in report.not_run
    assert "POD001" not in {finding.rule for finding in report.findings}
    with pytest.raises(CannotCheck, match="no rule is left to run"):
        check(root, Options(select=("POD001",), ignore=("POD001",)))


@pytest.mark.parametrize("name", READERS)
def test_a_report_is_the_same_however_it_was_made(tree: Tree, settings: str, name: str) -> None:
    files = {"plumbline.yaml": settings, **overlay(pod=POD, store=STORE)}
    for number in range(12):
        folder = f"models/fraud/m{number}/overlays/prod"
        files[f"{folder}/kustomization.yaml"] = "resources: [../../../churn/overlays/prod]\n"
    root = tree(files)
    tools = str(Path(__file__).parents[2] / ".tools" / "bin")

    def text(jobs: int, renderer: str) -> str:
        environ = {"PLUMBLINE_RENDERER": renderer, "PATH": tools}
        report = check(root, Options(jobs=jobs, today=TODAY, environ=environ))
        return READERS[name](report).replace("(command)", "(linked)")

    assert text(1, "linked") == text(3, "linked") == text(2, "kustomize")
    assert "POD001" in text(1, "linked")


def test_limits_are_the_repositorys_to_set(tree: Tree, settings: str) -> None:
    files = {"plumbline.yaml": settings, **overlay(pod=POD)}
    options = Options(select=("YML001", "LAY004"))
    assert rules(check(tree(files), options)) == []
    files["plumbline.yaml"] += "  limits: {depth: 4}\n"
    report = check(tree(files), options)
    assert [finding.rule for finding in report.findings] == ["LAY004", "YML001"]
    assert "nested more than 4 levels deep" in report.findings[1].message
