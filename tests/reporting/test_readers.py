"""A golden file a reader, and the JSON report against its published schema."""

import dataclasses
import json
from pathlib import Path

import pytest

from plumbline.checking import Counts, NotRun, Report
from plumbline.findings import Finding, Location, Related, Severity, Waived
from plumbline.reporting import READERS
from plumbline.reporting.as_text import render_in_colour
from plumbline.schemas import check, named_schema

GOLDEN = Path(__file__).parent / "golden"
FINDINGS = (
    Finding(
        rule="IMG001",
        name="floating-image",
        severity=Severity.WARNING,
        message="image a/b:latest: the tag latest moves",
        location=Location("platform/x/base/d.yaml", 9, 16),
        overlay="platform/x/overlays/dev",
        subject="Deployment/x-dev/x",
        path="/spec/template/spec/containers/0/image",
        enforced_from="2027-01-01",
    ),
    Finding(
        rule="IMG001",
        name="floating-image",
        severity=Severity.WARNING,
        message="image a/b:latest: the tag latest moves",
        location=Location("platform/x/base/d.yaml", 9, 16),
        overlay="platform/x/overlays/prod",
        subject="Deployment/x-prod/x",
        path="/spec/template/spec/containers/0/image",
        enforced_from="2027-01-01",
    ),
    Finding(
        rule="SCH001",
        name="invalid-object",
        severity=Severity.ERROR,
        message='replicas is "three": expected an integer',
        location=Location("platform/x/overlays/prod/settings.yaml", 7, 13),
        overlay="platform/x/overlays/prod",
        subject="Deployment/x-prod/x",
        path="/spec/replicas",
        related=(Related(Location("platform/x/base/d.yaml", 4, 13), "the value before"),),
        controls=("nist-800-53r5/CM-6",),
    ),
    Finding(
        rule="POD006",
        name="host-path",
        severity=Severity.ERROR,
        message="the volume is a path of the node",
        location=Location("platform/y/base/d.yaml", 2, 1),
        overlay="platform/y/overlays/prod",
        subject="DaemonSet/y/y",
        path="/spec/template/spec/volumes/0/hostPath",
        waived=Waived("reads counters", "platform-team", "2026-12-31", "RISK-412"),
    ),
)
REPORT = Report(
    findings=FINDINGS,
    counts=Counts(
        overlays=12,
        rendered=12,
        sources=40,
        objects=97,
        validated=95,
        without_schema=2,
        workloads=14,
        workloads_not_counted=1,
        rules=34,
        waived=1,
        errors=1,
        warnings=2,
    ),
    not_run=(NotRun("LBL001", "needs plumbline.yaml"), NotRun("LBL002", "needs plumbline.yaml")),
    notes=("a note",),
    tool="0.1.0",
    renderer="kustomize/v5.8.2 (linked)",
    kubernetes="1.33",
)


@pytest.mark.parametrize("name", READERS)
def test_every_reader_prints_its_golden_file(name: str) -> None:
    assert READERS[name](REPORT) == (GOLDEN / f"{name}.txt").read_text()


def test_colours_change_nothing_but_colours() -> None:
    coloured = render_in_colour(REPORT)
    assert "\x1b[31merror\x1b[0m" in coloured
    for code in ("0", "1", "2", "31", "33"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == READERS["text"](REPORT)


def test_the_json_report_fits_its_schema() -> None:
    schema = named_schema("report")
    document = json.loads(READERS["json"](REPORT))
    assert check(schema, document) == ()
    document["findings"][0]["line"] = 0
    assert [problem.path for problem in check(schema, document)] == ["/findings/0/line"]


def test_a_fingerprint_outlives_edits_above_it() -> None:
    finding = FINDINGS[2]
    moved = dataclasses.replace(finding, location=Location(finding.location.file, 99, 1))
    other = dataclasses.replace(finding, path="/spec/paused")
    assert moved.fingerprint == finding.fingerprint
    assert other.fingerprint != finding.fingerprint


@pytest.mark.parametrize(
    ("threshold", "rules"),
    [
        (Severity.ERROR, ["SCH001"]),
        (Severity.WARNING, ["IMG001", "IMG001", "SCH001"]),
        (None, []),
    ],
    ids=["error", "warning", "never"],
)
def test_what_fails_is_what_nobody_waived(threshold: Severity | None, rules: list[str]) -> None:
    assert [finding.rule for finding in REPORT.failing(threshold)] == rules
