"""A run's result as the text of docs/performance.md. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from figures import Row, balance, middle, ratio, total
from reach import GROWTH_FROM, Result, goals, growth

_HEAD = """\
# Performance

<!-- Printed by bench/print_docs.py from performance.json, which `make bench` writes. -->

Absolute times belong to the machine below; the ratios are what to compare. All rows of a table come
from one run over one generated repository, ours and a peer's in turn, the first of each pair
alternating; figures are medians. An overlay has nine objects, a base that three environments share,
components with labels and a replacement, a generated ConfigMap and an image; `json6902` and
`strategic-merge` add one patch each, `mixed` both, as the template's platform overlays do. *Faster*
and *less CPU* are against `kustomize build | kubeconform -strict` of the same table.
"""

_ROWS = {
    "cold": "`plumbline check`, cold: empty cache, written on the way",
    "uncached": "`plumbline check --no-cache`",
    "shared": "one shared component edited",
    "edited": "one overlay's patch edited",
    "warm": "warm, nothing changed",
    "restored": "cache restored in another clone, other path and timestamps",
    "kustomize": "`kustomize build \\| kubeconform -strict`",
    "kubectl": "`kubectl kustomize \\| kubeconform -strict`",
    "kube-score": "`kube-score score` of what was rendered before",
}

_HOW = """\
## How it was measured

- `make bench` generates the repositories in a temporary folder, an hour old and clean for every
  judge. A run counts only if every command ended with 0, and if all our reports of a repository,
  the one merged from shards too, are byte-equal: the edits are such that the report stays as it is.
- Peers run a process each an overlay under `xargs -P`, as many at a time as we have workers, and
  read the same schemas from files. kube-score only reads what kustomize has rendered before.
  kubectl is built from its own module, see bench/kubectl; it brings a kustomize of its own.
- CPU is user and system time of every process of the tree, from the kernel (`getrusage`).
- Memory: *parent* and *worker* are the high-water marks (`VmHWM`) of the command and of the largest
  process below it, read from /proc every 50 ms; *largest* is the kernel's `ru_maxrss` over the
  whole tree, exact also for processes too short to be looked at, and never below the 15 MB of the
  process that measures. 1 MB is 10⁶ bytes. A hyphen: not seen, or nothing to compare with.
- The page cache is warm for everybody. The growth exponent is the slope of a least-squares line
  through the logarithms of overlays and seconds.
"""


def to_markdown(result: Result) -> str:
    """The whole document."""
    parts = [
        _HEAD,
        _about(result),
        "## What was asked, what was reached\n",
        *_goals(result),
        "",
        "## Growth\n",
        "![Seconds against overlays, both logarithmic](performance.svg)\n",
        *_growth(result),
    ]
    for cell in result["cells"]:
        parts += ["", *_cell(cell)]
    parts += ["", "## What was not run\n", *_not_run(result), "", _HOW]
    return "\n".join(parts)


def _about(result: Result) -> str:
    machine = result["machine"]
    versions = ", ".join(f"{name} {each}" for name, each in result["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}; {machine['jobs']} workers; {versions}. Load average before the run: "
        f"{machine['load']:.1f}{_busy(machine)}. The whole run took {result['seconds'] / 60:.0f} "
        "minutes.\n"
    )


def _busy(machine: Mapping[str, Any]) -> str:
    busy = machine["load"] > machine["cores"] / 2
    return ", so other work took part of the wall time: rather look at CPU" if busy else ""


def _goals(result: Result) -> Iterator[str]:
    yield "| 1,000 mixed overlays, unless said | asked | measured | |"
    yield "|---|---|---|---|"
    words = {True: "reached", False: "**not reached**", None: ""}
    for goal in goals(result):
        what = goal.what.replace("|", "\\|")
        yield f"| {what} | {goal.asked} | {goal.measured} | {words[goal.reached]} |"


def _growth(result: Result) -> Iterator[str]:
    yield f"Exponent over the mixed repositories of {GROWTH_FROM} overlays and more:\n"
    yield "| | wall | CPU |"
    yield "|---|--:|--:|"
    for name, title in _ROWS.items():
        wall, cpu = (growth(result, name, column=column) for column in ("wall", "cpu"))
        if wall is not None and cpu is not None:
            yield f"| {title} | {wall:.3f} | {cpu:.3f} |"


def _cell(cell: Mapping[str, Any]) -> Iterator[str]:
    samples: Mapping[str, Sequence[Row]] = cell["samples"]
    runs = len(samples["cold"])
    times = "once" if runs == 1 else f"median of {runs} runs"
    yield f"## {cell['overlays']:,} overlays, {cell['form']} ({times})\n"
    yield "| | wall s | CPU s | parent MB | worker MB | largest MB | faster, wall | less CPU |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for name, title in _ROWS.items():
        if name in samples:
            yield f"| {title} | {_figures(samples[name], samples.get('kustomize', ()))} |"
    yield from _shards(cell)


def _figures(rows: Sequence[Row], peer: Sequence[Row]) -> str:
    found = middle(rows)
    cells = [_seconds(found[column]) for column in ("wall", "cpu")]
    cells += [_rounded(found[column]) for column in ("parent", "worker", "largest")]
    cells += [_times(ratio(rows, peer, column=column)) for column in ("wall", "cpu")]
    return " | ".join(cells)


def _shards(cell: Mapping[str, Any]) -> Iterator[str]:
    for number, run in enumerate(cell["shards"], 1):
        if number == 1:
            yield ""
        parts, size = run["shards"], run["facts_bytes"] / cell["overlays"]
        yield (
            f"{len(parts)} shards, run {number}: CPU {total(parts, column='cpu'):.2f} s, merge "
            f"{run['merge']['cpu']:.2f} s; largest {balance(parts, column='cpu'):.2f}x the mean; "
            f"facts {size:,.0f} bytes an overlay.  "
        )


def _not_run(result: Result) -> list[str]:
    rows = [f"- {each['what']}: {each['why']}." for each in result["not_run"]]
    return rows or ["- Everything was run."]


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _rounded(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}x" if value < 10 else f"{value:.0f}x"
