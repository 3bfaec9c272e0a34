"""What is measured on one repository, ours and the peers' in turn, and that all of it is true."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import count, zip_longest
from pathlib import Path
from typing import Any, TypeAlias

import commands
from commands import CACHE, Peers
from measuring import Sample, measure
from repositories import age, check_out_again, edit_one, edit_shared, make, overlays_of

SHARDS = 8
HOUR = 3600.0  # seconds
JSON_REPORT = ("--format", "json", "--output")

Step: TypeAlias = tuple[str, Callable[[], Sample]]
Say: TypeAlias = Callable[[str], None]


class WrongAnswerError(Exception):
    """Two ways to the same report said different things: their times mean nothing."""


@dataclass(frozen=True)
class Cell:
    """One repository of the bench and how often it is measured."""

    overlays: int
    form: str
    runs: int
    peers: frozenset[str]


@dataclass
class Bench:
    """One generated repository under measurement, in a scratch folder of its own."""

    cell: Cell
    scratch: Path
    peers: Peers
    flags: frozenset[str]
    jobs: int
    say: Say
    serial: Iterator[int] = field(default_factory=lambda: count(1))
    reports: dict[str, bytes] = field(default_factory=dict)
    shards: list[dict[str, Any]] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The repository."""
        return self.scratch / "repository"

    def prepare(self) -> None:
        """Writes the repository, the list of its overlays, and what kube-score reads."""
        make(self.root, self.cell.overlays, form=self.cell.form)
        age(self.root, HOUR)
        overlays = overlays_of(self.root)
        self._overlays.write_text("".join(f"{overlay}\n" for overlay in overlays))
        if "kube-score" in self.cell.peers and self.peers.kube_score is not None:
            self._render(overlays)

    def run(self) -> dict[str, Any]:
        """Every step `runs` times, ours and a peer's in turn, the first of a pair alternating."""
        samples: dict[str, list[dict[str, float | None]]] = {}
        for number in range(self.cell.runs):
            for pair in zip_longest(self.ours(), self.theirs()):
                present = [step for step in pair if step is not None]
                for name, step in present if number % 2 == 0 else reversed(present):
                    self.say(f"{self.cell.overlays} {self.cell.form}, run {number + 1}: {name}")
                    samples.setdefault(name, []).append(asdict(step()))
            if "--shard" in self.flags:
                self.say(f"{self.cell.overlays} {self.cell.form}, run {number + 1}: shards")
                self.shards.append(self._all_shards())
        return {
            "overlays": self.cell.overlays,
            "form": self.cell.form,
            "samples": samples,
            "shards": self.shards,
        }

    def ours(self) -> Iterator[Step]:
        """Cold first, since the others need its cache; edits last, so that warm has nothing new."""
        yield "cold", self._cold
        if "--no-cache" in self.flags:
            yield "warm", partial(self._judged, "warm")
            yield "restored", self._restored
            yield "uncached", partial(self._judged, "uncached", "--no-cache")
            yield "edited", self._edited
            yield "shared", self._shared

    def theirs(self) -> Iterator[Step]:
        """The peers that this cell is measured against."""
        peers, overlays, jobs = self.peers, self._overlays, self.jobs
        lines = {
            "kustomize": peers.build_and_validate(overlays, jobs=jobs),
            "kubectl": peers.kubectl_and_validate(overlays, jobs=jobs),
            "kube-score": peers.score(self._rendered, jobs=jobs),
        }
        for name, line in lines.items():
            if line is not None and name in self.cell.peers:
                yield name, partial(self._measure, line)

    def _cold(self) -> Sample:
        shutil.rmtree(self.root / CACHE, ignore_errors=True)
        return self._judged("cold")

    def _restored(self) -> Sample:
        elsewhere = self.scratch / "elsewhere" / str(next(self.serial))
        check_out_again(self.root, elsewhere, cache=CACHE)
        sample = self._judged("restored", directory=elsewhere)
        shutil.rmtree(elsewhere)
        return sample

    def _edited(self) -> Sample:
        edit_one(self.root, next(self.serial))
        return self._judged("edited")

    def _shared(self) -> Sample:
        edit_shared(self.root, next(self.serial))
        return self._judged("shared")

    def _all_shards(self) -> dict[str, Any]:
        folder = self.scratch / "facts"
        folder.mkdir(exist_ok=True)
        files = [folder / f"{number}.json" for number in range(1, SHARDS + 1)]
        options = ("--no-cache",) if "--no-cache" in self.flags else ()
        rows = []
        for number, file in enumerate(files, 1):
            part = ("--shard", f"{number}/{SHARDS}", "--facts-out", str(file), *options)
            rows.append(asdict(self._measure(commands.check(*part, jobs=self.jobs))))
        report = self.scratch / "report.json"
        merged = self._measure(commands.merge(files, *JSON_REPORT, str(report)))
        self._compare("merged shards", report)
        facts = sum(file.stat().st_size for file in files)
        return {"shards": rows, "merge": asdict(merged), "facts_bytes": facts}

    def _judged(self, name: str, *options: str, directory: Path | None = None) -> Sample:
        report = self.scratch / "report.json"
        line = commands.check(*options, *JSON_REPORT, str(report), jobs=self.jobs)
        sample = self._measure(line, directory=directory)
        self._compare(name, report)
        return sample

    def _compare(self, name: str, report: Path) -> None:
        self.reports.setdefault("first", report.read_bytes())
        if self.reports["first"] != report.read_bytes():
            raise WrongAnswerError(
                f"the report of {name} is not that of the first cold run, over "
                f"{self.cell.overlays} {self.cell.form} overlays"
            )

    def _measure(self, line: list[str], *, directory: Path | None = None) -> Sample:
        return measure(line, directory=directory or self.root, environ=os.environ)

    def _render(self, overlays: list[str]) -> None:
        folder = self.scratch / "rendered"
        folder.mkdir()
        line = self.peers.render(self._overlays, into=folder, jobs=self.jobs)
        subprocess.run(line, cwd=self.root, check=True)
        files = sorted(map(str, folder.iterdir()))
        if len(files) != len(overlays):
            raise WrongAnswerError(f"{len(files)} renderings of {len(overlays)} overlays")
        self._rendered.write_text("".join(f"{file}\n" for file in files))

    @property
    def _overlays(self) -> Path:
        return self.scratch / "overlays.txt"

    @property
    def _rendered(self) -> Path:
        return self.scratch / "rendered.txt"
