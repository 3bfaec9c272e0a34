"""The command lines that are measured: ours, and those that teams run today."""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PLUMBLINE = Path(sys.executable).parent / "plumbline"
CACHE = ".plumbline_cache"


@dataclass(frozen=True)
class Peers:
    """The peers' programs (None: not to be had), and the folder of schemas that they share."""

    kustomize: Path
    kubeconform: Path
    kubectl: Path | None
    kube_score: Path | None
    schemas: Path

    def build_and_validate(self, overlays: Path, *, jobs: int) -> list[str]:
        """`kustomize build | kubeconform -strict`, both a process an overlay."""
        return self._validate(f"{_quote(self.kustomize)} build", overlays, jobs=jobs)

    def kubectl_and_validate(self, overlays: Path, *, jobs: int) -> list[str] | None:
        """The same with `kubectl kustomize`."""
        if self.kubectl is None:
            return None
        return self._validate(f"{_quote(self.kubectl)} kustomize", overlays, jobs=jobs)

    def score(self, rendered: Path, *, jobs: int) -> list[str] | None:
        """`kube-score score`, a process a file that kustomize rendered before."""
        if self.kube_score is None:
            return None
        return under_xargs(rendered, f"{_quote(self.kube_score)} score {{}}", jobs=jobs)

    def render(self, overlays: Path, *, into: Path, jobs: int) -> list[str]:
        """Writes each overlay's rendering to a file in `into`, named after the overlay."""
        line = f"{_quote(self.kustomize)} build {{}} > {_quote(into)}/$(echo {{}} | tr / _).yaml"
        return under_xargs(overlays, line, jobs=jobs)

    def _validate(self, build: str, overlays: Path, *, jobs: int) -> list[str]:
        location = f"{self.schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        judge = f"{_quote(self.kubeconform)} -strict -schema-location {shlex.quote(location)}"
        return under_xargs(overlays, f"{build} {{}} | {judge}", jobs=jobs)


def under_xargs(lines: Path, line: str, *, jobs: int) -> list[str]:
    """One shell an input line, `jobs` at a time; fails (123) where any of them failed."""
    inner = shlex.quote(f"set -o pipefail; {line}")
    return ["bash", "-c", f"xargs -P{jobs} -I{{}} bash -c {inner} < {_quote(lines)}"]


def check(*more: str, jobs: int) -> list[str]:
    """`plumbline check` of the working directory."""
    return [str(PLUMBLINE), "check", "--jobs", str(jobs), *more]


def merge(facts: Sequence[Path], *more: str) -> list[str]:
    """`plumbline check --merge` of what the shards wrote."""
    return [str(PLUMBLINE), "check", "--merge", *map(str, facts), *more]


def flags() -> frozenset[str]:
    """The options that `plumbline check` says it has."""
    command = [str(PLUMBLINE), "check", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return frozenset(word.strip("[],") for word in said.split() if word.strip("[],")[:2] == "--")


def _quote(path: Path) -> str:
    return shlex.quote(str(path))
