"""Narrows a report to what a change can have altered, by the read sets of the overlays."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from plumbline.checking.custom import CRD_MARK
from plumbline.checking.record import Record
from plumbline.checking.report import Report
from plumbline.checking.verdict import Bench
from plumbline.facts import Facts
from plumbline.findings import Finding
from plumbline.repository import SETTINGS_FILE, WAIVERS_FILE, changed_since, held_at
from plumbline.rules import Ledger


def narrowed(
    report: Report, bench: Bench, records: Mapping[str, Record], crds: Collection[str]
) -> Report:
    """The findings of overlays whose closure changed, of files that changed, and on everything.

    A change of settings, waivers or CRDs, deleted ones included, concerns every overlay. Rules on
    the whole repository are always reported: a change anywhere may break what they hold together.
    """
    root, ref = bench.plan.tree.root, bench.options.changed_since
    changed = changed_since(root, ref)
    affected = affected_by(changed, records)
    manifests = [file for file in changed if file.endswith((".yaml", ".yml"))]
    if changed & {SETTINGS_FILE, WAIVERS_FILE, *crds} or held_at(root, ref, manifests, CRD_MARK):
        affected = set(records)
    read = {file for record in records.values() for file in record.reads}
    files = changed | {file for overlay in affected for file in records[overlay].reads}
    everywhere = {
        rule.id for rule in bench.plan.rules if Facts in rule.scopes or Ledger in rule.scopes
    }

    def concerned(finding: Finding) -> bool:
        if finding.rule in everywhere or len(affected) == len(records):
            return True
        if finding.overlay:
            return finding.overlay in affected
        # what no overlay reads now may have been read before, as anything
        return finding.location.file in files or finding.location.file not in read

    kept = tuple(finding for finding in report.findings if concerned(finding))
    counts = report.counts.of(kept)
    note = (
        f"changed since {ref}: {len(changed)} files, which concern "
        f"{len(affected)} of {len(records)} overlays; findings of the others are left out"
    )
    return replace(report, findings=kept, counts=counts, notes=(*report.notes, note))


def affected_by(changed: Collection[str], records: Mapping[str, Record]) -> set[str]:
    """Overlays that read a changed file, or looked for one where there was none."""
    wanted = set(changed)
    return {
        overlay
        for overlay, record in records.items()
        if not wanted.isdisjoint(record.reads) or not wanted.isdisjoint(record.absent)
    }
