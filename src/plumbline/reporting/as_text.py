"""The report for people: a finding a paragraph, then what was looked at."""

import itertools
from collections.abc import Callable, Iterator
from typing import TypeAlias

from plumbline.checking import Report
from plumbline.findings import Finding, Severity

Paint: TypeAlias = Callable[[str, str], str]

_COLOURS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m"}
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def render(report: Report) -> str:
    """The report as plain text."""
    return "\n".join(_lines(report, _plain)) + "\n"


def render_in_colour(report: Report) -> str:
    """The report with ANSI colours, for a terminal that wants them."""
    return "\n".join(_lines(report, _coloured)) + "\n"


def _plain(words: str, _style: str) -> str:
    return words


def _coloured(words: str, style: str) -> str:
    return f"{style}{words}{_RESET}"


def _lines(report: Report, paint: Paint) -> Iterator[str]:
    for _, group in itertools.groupby(report.findings, key=_alike):
        yield from _group(list(group), paint)
    if report.findings:
        yield ""
    yield from report.notes
    yield from _not_run(report)
    yield from _counts(report)
    yield _verdict(report, paint)


def _alike(finding: Finding) -> tuple[object, ...]:
    """Findings that a person mends at one place by one edit are told once."""
    return (finding.location, finding.rule, finding.message, finding.waived)


def _group(findings: list[Finding], paint: Paint) -> Iterator[str]:
    first = findings[0]
    severity = paint(first.severity.value, _COLOURS[first.severity])
    place = paint(str(first.location), _BOLD)
    yield f"{place}: {severity} {first.rule} {first.name}: {first.message}"
    for finding in findings:
        yield from (paint(f"    {line}", _DIM) for line in _about(finding))
    if first.enforced_from:
        yield paint(f"    will block from {first.enforced_from}", _DIM)
    if first.waived:
        words = f"    waived until {first.waived.expires} by {first.waived.owner}"
        ticket = f" ({first.waived.ticket})" if first.waived.ticket else ""
        yield paint(f"{words}{ticket}: {first.waived.reason}", _DIM)


def _about(finding: Finding) -> Iterator[str]:
    about = [
        finding.subject,
        f"at {finding.path}" if finding.subject and finding.path else "",
        f"in {finding.overlay}" if finding.overlay else "",
    ]
    if any(about):
        yield " ".join(part for part in about if part)
    for related in finding.related:
        yield f"{related.location}: {related.message}"


def _not_run(report: Report) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for entry in report.not_run:
        reasons.setdefault(entry.why, []).append(entry.what)
    for why, what in sorted(reasons.items()):
        yield f"not run: {', '.join(what)} ({why})"


def _counts(report: Report) -> Iterator[str]:
    counts = report.counts
    yield (
        f"rendered {counts.rendered} of {counts.overlays} overlays with {report.renderer}, "
        f"read {_many(counts.sources, 'source file')}, ran {_many(counts.rules, 'rule')}"
    )
    yield (
        f"{_many(counts.objects, 'object')} for Kubernetes {report.kubernetes}: "
        f"{counts.validated} validated, {counts.loosely_validated} loosely validated, "
        f"{counts.without_schema} without schema; {_many(counts.workloads, 'workload')}, "
        f"{counts.workloads_not_counted} not counted"
    )


def _verdict(report: Report, paint: Paint) -> str:
    counts = report.counts
    words = (
        f"{_many(counts.errors, 'error')}, {_many(counts.warnings, 'warning')}, "
        f"{counts.waived} waived"
    )
    return paint(words, _COLOURS[Severity.ERROR] if counts.errors else _BOLD)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
