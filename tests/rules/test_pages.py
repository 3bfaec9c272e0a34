"""Every rule's page, judged by the real engine in a repository of its own."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.checking import Options, Report, check
from plumbline.facts import Facts
from plumbline.findings import Location, Problem
from plumbline.rendering import choose_renderer
from plumbline.rules import ALL_RULES, Check, Config, Ledger, Overlay, Rule, Source, by_id
from plumbline.rules.page import TODAY, Example, parse_page, repository_of

PAGES = {rule.id: parse_page(rule.page, rule.id) for rule in ALL_RULES}
EXAMPLES = [
    pytest.param(rule.id, example, id=f"{rule.id}-{example.heading}")
    for rule in ALL_RULES
    for example in (*PAGES[rule.id].bad, *PAGES[rule.id].good)
]
WAIVED = re.compile(r"^- rule: ([A-Z]{3}[0-9]{3})\b", re.MULTILINE)


def judge(
    example: Example, rule_id: str, root: Path, *, catalogue: tuple[Rule, ...] = ALL_RULES
) -> Report:
    """The verdict of one rule; the rules that an example's waivers name run as well."""
    files = repository_of(example)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    waived = WAIVED.findall(files.get("policies/waivers.yaml", ""))
    select = tuple(sorted({rule_id, *waived}))
    renderer = choose_renderer(root, jobs=1, environ=os.environ)
    try:
        options = Options(select=select, today=TODAY)
        return check(root, options, catalogue=catalogue, renderer=renderer)
    finally:
        renderer.close()


def places(report: Report, rule_id: str) -> dict[tuple[str, int], int]:
    """(file, line) -> number of findings of the rule."""
    found = (finding.location for finding in report.findings if finding.rule == rule_id)
    return dict(Counter((place.file, place.line) for place in found))


@pytest.mark.parametrize(("rule_id", "example"), EXAMPLES)
def test_rule_speaks_exactly_where_its_page_says(
    rule_id: str, example: Example, tmp_path: Path
) -> None:
    report = judge(example, rule_id, tmp_path)
    said = "\n".join(f"{f.location} {f.rule} {f.message}" for f in report.findings)
    assert places(report, rule_id) == dict(example.expected), said
    assert report.counts.overlays == 1
    assert report.counts.sources > 0
    if not example.expected:
        assert report.counts.rendered == 1
        assert report.counts.objects > 0


def silent(_subject: object, _config: Config) -> Iterator[Problem]:
    yield from ()


def eager(subject: object, _config: Config) -> Iterator[Problem]:
    match subject:
        case Source():
            yield Problem("always", at=Location(subject.file))
        case Overlay():
            yield from (Problem("always", object=id_) for id_ in subject.ids)
        case Facts():
            for overlay in subject.overlays:
                yield Problem("always", overlay.resources[0].id, overlay=overlay.overlay)
        case Ledger():
            yield from (Problem("always", at=at) for _, at in subject.waivers)


@pytest.mark.parametrize("rule_id", ["YML003", "LBL001", "QTA001", "HYG001"])
@pytest.mark.parametrize(
    ("wrong", "examples"), [(silent, "bad"), (eager, "good")], ids=["silent", "eager"]
)
def test_a_rule_that_is_wrong_fails_its_page(
    rule_id: str, wrong: Check, examples: str, tmp_path: Path
) -> None:
    (example, *_) = getattr(PAGES[rule_id], examples)
    expected = dict(example.expected)
    assert places(judge(example, rule_id, tmp_path / "right"), rule_id) == expected
    broken = tuple(replace(r, check=wrong) if r.id == rule_id else r for r in ALL_RULES)
    report = judge(example, rule_id, tmp_path / "wrong", catalogue=broken)
    assert places(report, rule_id) != expected


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_form_of_a_rule(rule: Rule) -> None:
    page = PAGES[rule.id]
    assert re.fullmatch(r"[A-Z]{3}[0-9]{3}", rule.id)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert not rule.name.startswith(("require-", "no-", "must-", "allow-"))
    assert "\n" not in page.title
    assert len(page.why.split()) >= 15, "say why anyone should care"
    assert list(rule.controls) == list(dict.fromkeys(rule.controls))
    assert set(rule.scopes) <= {Source, Overlay, Facts, Ledger}
    assert rule.never_waived == (Ledger in rule.scopes)


def test_ids_and_names_are_unique_and_sorted() -> None:
    ids = [rule.id for rule in ALL_RULES]
    assert ids == sorted(set(ids))
    assert len({rule.name for rule in ALL_RULES}) == len(ids)


def test_rule_is_found_by_id_and_by_name() -> None:
    rule = by_id("LBL001")
    assert rule is not None
    assert by_id("missing-label") is rule
    assert by_id("LBL999") is None
