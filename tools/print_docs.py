"""Prints docs/rules.md from the pages of the rules; `--check` fails where it is stale."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from plumbline.rules import ALL_RULES, Rule
from plumbline.rules.page import parse_page

DOCS = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
_HEAD = """\
# Rules

<!-- Printed by tools/print_docs.py from the rules' own pages: edit those. -->

A rule's id never changes and is never used again. A scope of *facts* means that the rule sees the
whole repository at once. Rules with a ¹ need a `plumbline.yaml`; those with a ² cannot be waived.
In the examples a comment such as `# LBL001` marks the line on which the rule speaks.
"""


def print_rules(rules: Sequence[Rule]) -> str:
    """The whole document: a table of all rules, then their pages."""
    lines = [_HEAD, *_table(rules), ""]
    for rule in rules:
        lines += _page(rule)
    return "\n".join(lines).rstrip() + "\n"


def _table(rules: Sequence[Rule]) -> Iterator[str]:
    yield "| id | name | severity | scope | what is wrong | controls |"
    yield "|---|---|---|---|---|---|"
    for rule in rules:
        title = parse_page(rule.page, rule.id).title
        notes = "¹" * rule.needs_settings + "²" * rule.never_waived
        yield (
            f"| [{rule.id}](#{rule.id.lower()}-{rule.name}) | {rule.name}{notes} "
            f"| {rule.severity} | {_scopes(rule)} | {title} | {_controls(rule)} |"
        )


def _scopes(rule: Rule) -> str:
    return ", ".join(scope.__name__.lower() for scope in rule.scopes)


def _controls(rule: Rule) -> str:
    return ", ".join(f"`{control}`" for control in rule.controls)


def _page(rule: Rule) -> Iterator[str]:
    page = parse_page(rule.page, rule.id)
    yield f"## {rule.id} {rule.name}"
    yield ""
    yield f"**{page.title}**"
    yield ""
    yield page.why
    for example in (*page.bad, *page.good):
        yield ""
        yield f"### {example.heading}"
        for name, text in example.files:
            yield ""
            yield f"`{name}`"
            yield ""
            yield f"```yaml\n{text}```"
    yield ""


def main(argv: Sequence[str] | None = None, *, target: Path = DOCS) -> int:
    """Writes the document, or says whether it is stale: 0 current, 1 stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where stale")
    arguments = parser.parse_args(argv)
    text = print_rules(ALL_RULES)
    current = target.read_text(encoding="utf-8") if target.is_file() else None
    if text == current:
        return 0
    if arguments.check:
        print(f"{target.name} is stale: run `python tools/print_docs.py`", file=sys.stderr)
        return 1
    whole = target.with_suffix(".md.new")
    whole.write_text(text, encoding="utf-8")
    whole.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
