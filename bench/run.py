"""Times `plumbline check` against what teams run today, on generated repositories, in one go.

Absolute times belong to the machine; the ratios are what to compare. Every schema is offline.
"""

import argparse
import json
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import commands
from commands import Peers
from print_docs import write
from report import to_markdown
from repositories import FORMS
from scenarios import SHARDS, Bench, Cell

from plumbline import __version__
from plumbline.schemas import Kubernetes

REPOSITORY = Path(__file__).resolve().parents[1]
TOOLS = REPOSITORY / ".tools" / "bin"
SIZES = (10, 100, 1000, 5000)
KUBERNETES = "1.33"

ALL_FORMS_AT = 100  # overlays; elsewhere only mixed
PEERS_UP_TO = 1000  # overlays; beyond, a peer takes longer than anybody waits
KUSTOMIZE_ONLY = frozenset({"kustomize"})
EVERY_PEER = frozenset({"kustomize", "kubectl", "kube-score"})


def plan(sizes: Sequence[int], forms: Sequence[str] | None, *, runs: int | None) -> list[Cell]:
    """Which repositories are measured how often: `mixed` at every size, the others at one.

    `forms` asks for exactly these at every size. Small repositories are measured more often.
    """
    cells = []
    for overlays in sorted(set(sizes)):
        usual = FORMS if overlays == ALL_FORMS_AT else ("mixed",)
        for form in forms or usual:
            peers = EVERY_PEER if form == "mixed" else KUSTOMIZE_ONLY
            peers = peers if overlays <= PEERS_UP_TO else frozenset()
            cells.append(Cell(overlays, form, runs=runs or usual_runs(overlays), peers=peers))
    return cells


def usual_runs(overlays: int) -> int:
    """How often a repository is measured where nobody says: the larger, the steadier."""
    return next((runs for most, runs in ((10, 5), (100, 3), (1000, 2)) if overlays <= most), 1)


def find_peers(schemas: Path, *, tools: Path = TOOLS) -> Peers:
    """The peers built by tools/go_tools.py. Ends the program where an essential one is missing."""
    for name in ("kustomize", "kubeconform"):
        if not (tools / name).is_file():
            sys.exit(f"cannot run without {name}: python tools/go_tools.py kustomize kubeconform")
    return Peers(
        kustomize=tools / "kustomize",
        kubeconform=tools / "kubeconform",
        kubectl=_optional(tools / "kubectl"),
        kube_score=_optional(tools / "kube-score"),
        schemas=schemas,
    )


def _optional(tool: Path) -> Path | None:
    return tool if tool.is_file() else None


def not_run(cells: Sequence[Cell], peers: Peers, flags: Iterable[str]) -> list[dict[str, str]]:
    """What this run leaves out, each with its reason."""
    missing = []
    for name, tool in (("kubectl kustomize", peers.kubectl), ("kube-score", peers.kube_score)):
        if tool is None:
            why = "not built: `python tools/go_tools.py` says why"
            missing.append({"what": name, "why": why})
    for flag, what in (
        ("--no-cache", "warm, restored, edited, shared"),
        ("--shard", f"{SHARDS} shards"),
    ):
        if flag not in flags:
            missing.append({"what": what, "why": f"`plumbline check` has no {flag}"})
    large = sorted({cell.overlays for cell in cells if not cell.peers})
    if large:
        what = f"peers over {' and '.join(f'{each:,}' for each in large)} overlays"
        why = "they would take too long; nothing is extrapolated"
        missing.append({"what": what, "why": why})
    return missing


def machine(jobs: int) -> dict[str, object]:
    """What the figures belong to, and how much else it has to do."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cores": os.cpu_count(),
        "jobs": jobs,
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's name where the system tells it."""
    text = cpuinfo.read_text() if cpuinfo.is_file() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or "unknown"


def versions(peers: Peers) -> dict[str, str]:
    """Our version and the peers', as their pins say."""
    found = {"plumbline": __version__}
    for tool in (peers.kustomize, peers.kubeconform, peers.kubectl, peers.kube_score):
        stamp = tool.with_name(f"{tool.name}.version") if tool else None
        if tool and stamp and stamp.is_file():
            found[tool.name] = stamp.read_text().strip().rpartition("@")[2]
    return found


def measure_all(cells: Sequence[Cell], *, jobs: int) -> dict[str, Any]:
    """Every cell in its own scratch folder; the whole result as JSON holds it."""
    start, where = time.monotonic(), machine(jobs)
    results = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        schemas = Path(folder, "schemas")
        schemas.mkdir()
        Kubernetes(KUBERNETES).export(schemas)
        peers, flags = find_peers(schemas), commands.flags()
        for number, cell in enumerate(cells):
            scratch = Path(folder, str(number))
            scratch.mkdir()
            bench = Bench(cell, scratch, peers=peers, flags=flags, jobs=jobs, say=_say)
            bench.prepare()
            results.append(bench.run())
            shutil.rmtree(scratch)
    return {
        "machine": where,
        "versions": versions(peers),
        "cells": results,
        "not_run": not_run(cells, peers, flags),
        "seconds": round(time.monotonic() - start),
    }


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def arguments(argv: Sequence[str] | None) -> Mapping[str, Any]:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="OVERLAYS")
    parser.add_argument("--forms", nargs="+", choices=FORMS, help="exactly these, at every size")
    parser.add_argument("--runs", type=int, help="default: 5, 3, 2, 1 as the sizes grow")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--quick", action="store_true", help="10 and 100 mixed overlays, once")
    parser.add_argument("--write", type=Path, metavar="DIR", help="performance.json, .md and .svg")
    return vars(parser.parse_args(argv))


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, prints the document, and writes it with --write."""
    given = arguments(argv)
    sizes, forms, runs = given["sizes"], given["forms"], given["runs"]
    if given["quick"]:
        sizes, forms, runs = (10, 100), ("mixed",), 1
    result = measure_all(plan(sizes, forms, runs=runs), jobs=given["jobs"])
    if given["write"]:
        given["write"].mkdir(parents=True, exist_ok=True)
        (given["write"] / "performance.json").write_text(json.dumps(result, indent=1) + "\n")
        write(given["write"])
    print(to_markdown(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
