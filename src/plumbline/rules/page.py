"""A rule's page, taken apart: its words, and its examples as small repositories.

A fence without a title is the manifest of one overlay (`MANIFEST`). `repository_of` adds what an
example leaves out: `plumbline.yaml` as in `SETTINGS`, and a kustomization that lists the manifest,
which is a ConfigMap where the example has no overlay of its own. Examples are judged on `TODAY`.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

OVERLAY = "models/fraud/churn/overlays/prod"
MANIFEST = f"{OVERLAY}/manifest.yaml"
TODAY = date(2026, 6, 1)
SETTINGS = """\
apiVersion: plumbline.dev/v1alpha1
kind: Repository
metadata:
  name: example
spec:
  labelPrefix: example.org
  requiredLabels: [example.org/owner]
  environments: [dev, staging, prod]
  kubernetesVersion: "1.33"
  registry: registry.example.org
"""
_PLAIN = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: example
  labels:
    example.org/owner: fraud
"""
_FENCE = re.compile(r"```yaml(?: title=(\S+))?")
_MARKS = re.compile(r"#((?: [A-Z]{3}[0-9]{3})+)$")


@dataclass(frozen=True, slots=True)
class Example:
    """A small repository: (path, text) of its files, and how often the rule speaks where.

    `expected` maps (file, line from 1) to the number of findings there.
    """

    heading: str
    files: tuple[tuple[str, str], ...]
    expected: Mapping[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """What is wrong (one line), why anyone should care, and the examples."""

    title: str
    why: str
    bad: tuple[Example, ...]
    good: tuple[Example, ...]


def parse_page(text: str, rule_id: str) -> Page:
    """Takes a page apart. ValueError with one sentence where it is not in the form of a page."""
    words, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _, why = words.strip().partition("\n")
    if not title.endswith(".") or not why.strip():
        raise ValueError(f"{rule_id}: write a title that ends with a full stop, then the reason")
    examples = [_example(section, rule_id) for section in sections]
    bad = tuple(e for e in examples if e.heading.partition(":")[0] == "Bad")
    good = tuple(e for e in examples if e.heading.partition(":")[0] == "Good")
    if not bad or not good or len(bad) + len(good) < len(examples):
        raise ValueError(f"{rule_id}: write sections `## Bad` and `## Good`, and no others")
    if any(not example.expected for example in bad):
        raise ValueError(f"{rule_id}: mark the lines of each Bad example with `# {rule_id}`")
    if any(example.expected for example in good):
        raise ValueError(f"{rule_id}: a Good example has a marked line: take the mark away")
    return Page(title, why.strip(), bad, good)


def repository_of(example: Example) -> dict[str, str]:
    """Path -> text of every file of an example's repository, with what it leaves out added."""
    files = {"plumbline.yaml": SETTINGS, **dict(example.files)}
    if any("/overlays/" in path and path.endswith("/kustomization.yaml") for path in files):
        return files
    files.setdefault(MANIFEST, _PLAIN)
    files[f"{OVERLAY}/kustomization.yaml"] = "resources:\n- manifest.yaml\n"
    return files


def _example(section: str, rule_id: str) -> Example:
    heading, _, body = section.partition("\n")
    files: list[tuple[str, str]] = []
    marks: Counter[tuple[str, int]] = Counter()
    lines: list[str] | None = None
    name = ""
    for line in body.splitlines():
        opening = _FENCE.fullmatch(line)
        if lines is None and opening:
            lines, name = [], opening[1] or MANIFEST
        elif lines is not None and line == "```":
            files.append((name, "\n".join(lines) + "\n"))
            lines = None
        elif lines is not None:
            lines.append(line)
            marks[name, len(lines)] += _count(line, rule_id)
        elif line.startswith("```"):
            raise ValueError(f"{rule_id}: {line} opens no example: write ```yaml or ```yaml title=")
    if lines is not None or not files:
        raise ValueError(f"{rule_id}: the section {heading!r} has no example, or one without end")
    return Example(heading, tuple(files), {place: n for place, n in marks.items() if n})


def _count(line: str, rule_id: str) -> int:
    marks = _MARKS.search(line)
    return marks[1].split().count(rule_id) if marks else 0
