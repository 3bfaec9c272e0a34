"""Holds waivers against findings: which are covered, and which waivers cover what."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from plumbline.findings import Finding, Location, Waived
from plumbline.kinds import Waiver
from plumbline.rules import Ledger, Rule, Source


@dataclass(frozen=True, slots=True)
class Waiving:
    """Findings after the waivers, and the book that the rules on waivers look at."""

    findings: tuple[Finding, ...]
    ledger: Ledger


def waivers_of(source: Source | None) -> tuple[tuple[Waiver, Location], ...]:
    """The waivers of policies/waivers.yaml; an invalid file gives none and is a finding itself."""
    if source is None or not source.documents:
        return ()
    document, judgement = source.documents[0], source.judgements[0]
    if judgement is None or not judgement.is_valid or not isinstance(document.value, list):
        return ()
    return tuple(
        (Waiver.from_document(value), source.place(document, f"/{index}"))
        for index, value in enumerate(document.value)
    )


def waive(
    findings: Sequence[Finding],
    waivers: Iterable[tuple[Waiver, Location]],
    *,
    today: date,
    rules: Mapping[str, Rule],
    skipped: Set[str] = frozenset(),
) -> Waiving:
    """Marks the findings that a waiver covers: same rule, subject and overlay, not yet expired.

    `rules` are those that ran; a waiver of one in `skipped` is neither used nor unused.
    """
    listed = tuple(waivers)
    matched: dict[Waiver, list[Finding]] = {w: [] for w, _ in listed if w.rule not in skipped}
    result = []
    for finding in findings:
        covering = [w for w, _ in listed if _covers(w, finding) and _may(rules, finding)]
        for waiver in covering:
            matched[waiver].append(finding)
        valid = [w for w in covering if date.fromisoformat(w.expires) >= today]
        result.append(replace(finding, waived=_waived(valid[0])) if valid else finding)
    book = {waiver: tuple(found) for waiver, found in matched.items()}
    return Waiving(tuple(result), Ledger(today, listed, book))


def _covers(waiver: Waiver, finding: Finding) -> bool:
    subject = finding.subject or finding.location.file
    return (waiver.rule, waiver.subject, waiver.overlay) == (
        finding.rule,
        subject,
        finding.overlay,
    ) and waiver.path in ("", finding.path)


def _may(rules: Mapping[str, Rule], finding: Finding) -> bool:
    return not rules[finding.rule].never_waived


def _waived(waiver: Waiver) -> Waived:
    return Waived(waiver.reason, waiver.owner, waiver.expires, waiver.ticket)
