"""Times `plumbline check` against `kustomize build | kubeconform -strict`, on the same overlays.

Whole processes, in one run, alternating; every schema offline. Absolute times belong to the
machine; the ratios are what to compare.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from repositories import FORMS, make  # beside this file

from plumbline.schemas import Kubernetes

REPOSITORY = Path(__file__).resolve().parents[1]
TOOLS = REPOSITORY / ".tools" / "bin"


@dataclass(frozen=True)
class Sample:
    """One run: seconds of wall and CPU time (children included), MiB of the largest process."""

    wall: float
    cpu: float
    peak: float


def measure(command: Sequence[str], *, directory: Path, environ: Mapping[str, str]) -> Sample:
    """Runs a command to its successful end in a process of its own, so that peaks are its own."""
    script = (
        "import json,resource,subprocess,sys,time\n"
        "start=time.monotonic()\n"
        "code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode\n"
        "wall=time.monotonic()-start\n"
        "used=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([code,wall,used.ru_utime+used.ru_stime,used.ru_maxrss]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        cwd=directory,
        env=dict(environ),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    code, wall, cpu, peak = json.loads(done.stdout)
    if code:
        sys.exit(f"exit code {code}: {shlex.join(command)}")
    return Sample(wall, cpu, peak / 1024)


def middle(samples: Sequence[Sample]) -> Sample:
    """The median of each figure."""
    return Sample(
        *(median(column) for column in zip(*(asdict(s).values() for s in samples), strict=True))
    )


def peer(schemas: Path, jobs: int) -> list[str]:
    """The pipeline that teams run today: one `kustomize build | kubeconform` an overlay."""
    location = shlex.quote(f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json")
    line = f"{TOOLS}/kustomize build {{}} | {TOOLS}/kubeconform -strict -schema-location {location}"
    find = "find . -path '*/overlays/*' -name kustomization.yaml -printf '%h\\n'"
    inner = shlex.quote(f"set -e -o pipefail; {line}")
    return ["bash", "-c", f"{find} | xargs -P{jobs} -I{{}} bash -c {inner}"]


def compare(overlays: int, form: str, *, runs: int, jobs: int) -> dict[str, object]:
    """Both ways over one generated repository; medians and ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        root, schemas = Path(scratch, "repository"), Path(scratch, "schemas")
        make(root, overlays, form=form)
        schemas.mkdir()
        Kubernetes("1.33").export(schemas)
        ours_command = [
            str(Path(sys.executable).parent / "plumbline"),
            "check",
            "--jobs",
            str(jobs),
        ]
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(measure(ours_command, directory=root, environ=os.environ))
            theirs.append(measure(peer(schemas, jobs), directory=root, environ=os.environ))
    a, b = middle(ours), middle(theirs)
    return {
        "overlays": overlays,
        "form": form,
        "ours": asdict(a),
        "peer": asdict(b),
        "ratio": {"wall": b.wall / a.wall, "cpu": b.cpu / a.cpu, "peak": b.peak / a.peak},
    }


def main() -> None:
    """Prints a table, and JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--overlays", type=int, nargs="+", default=[100])
    parser.add_argument("--form", choices=FORMS, default="mixed")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    missing = [tool for tool in ("kustomize", "kubeconform") if not shutil.which(str(TOOLS / tool))]
    if missing:
        sys.exit(
            f"cannot run without {' and '.join(missing)}: "
            "python tools/go_tools.py kustomize kubeconform"
        )
    print("plumbline check (cold) against kustomize build | kubeconform -strict, a process each,")
    print(
        f"xargs -P{arguments.jobs}; {arguments.form} overlays, median of {arguments.runs} runs; "
        "peak is the largest process"
    )
    print(f"{'overlays':>8} {'':>10} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9}")
    results = []
    for overlays in arguments.overlays:
        result = compare(overlays, arguments.form, runs=arguments.runs, jobs=arguments.jobs)
        results.append(result)
        for name in ("ours", "peer", "ratio"):
            row = result[name]
            assert isinstance(row, dict)
            wall, cpu, peak = row.values()
            print(
                f"{overlays:>8} {name:>10} {wall:>8.2f} {cpu:>8.2f} {peak:>9.2f}",
                flush=True,
            )
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
