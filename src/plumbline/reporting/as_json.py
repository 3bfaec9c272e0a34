"""The JSON report: `schemas/report.schema.json`, version 1."""

import dataclasses
from typing import Any

import orjson

from plumbline.checking import Report
from plumbline.findings import Finding

VERSION = 1


def render(report: Report) -> str:
    """The report as indented JSON with a newline at its end."""
    document = {
        "version": VERSION,
        "tool": {
            "name": "plumbline",
            "version": report.tool,
            "renderer": report.renderer,
            "kubernetes": report.kubernetes,
        },
        "findings": [_finding(finding) for finding in report.findings],
        "counts": dataclasses.asdict(report.counts),
        "not_run": [dataclasses.asdict(entry) for entry in report.not_run],
        "notes": list(report.notes),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": finding.location.file,
        "line": finding.location.line,
        "column": finding.location.column,
        "related": [
            {
                "file": related.location.file,
                "line": related.location.line,
                "column": related.location.column,
                "message": related.message,
            }
            for related in finding.related
        ],
        "overlay": finding.overlay,
        "subject": finding.subject,
        "path": finding.path,
        "controls": list(finding.controls),
        "fingerprint": finding.fingerprint,
        "waived": dataclasses.asdict(finding.waived) if finding.waived else None,
        "enforced_from": finding.enforced_from,
        "docs": f"docs/rules.md#{finding.rule.lower()}",
    }
