"""The printed page says what the JSON says, and a table of goals what the samples say."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import print_docs
import pytest
import run
from commands import Peers
from plot import to_svg
from reach import goals
from report import to_markdown
from repositories import make
from scenarios import Bench, Cell, WrongAnswerError

from tests.bench.conftest import REPOSITORY

DOCS = REPOSITORY / "docs"


def sample(wall: float, *, cpu: float | None = None, parent: float = 40) -> dict[str, float | None]:
    cpu = wall if cpu is None else cpu
    return {"wall": wall, "cpu": cpu, "largest": parent, "parent": parent, "worker": 100.0}


def cell(overlays: int, **samples: float) -> dict[str, Any]:
    measured = {name.replace("_", "-"): [sample(wall)] for name, wall in samples.items()}
    return {"overlays": overlays, "form": "mixed", "samples": measured, "shards": []}


@pytest.fixture
def result() -> dict[str, Any]:
    thousand = cell(
        1000,
        cold=10.0,
        uncached=10.0,
        warm=0.4,
        edited=0.42,
        restored=0.6,
        kustomize=130.0,
        kubectl=210.0,
    )
    thousand["shards"] = [
        {"shards": [sample(1.0)] * 6 + [sample(2.0)] * 2, "merge": sample(0.5), "facts_bytes": 9e5}
    ]
    return {
        "machine": {
            "system": "S",
            "processor": "P",
            "cores": 2,
            "jobs": 2,
            "load": 0.3,
            "python": "3.11.1",
        },
        "versions": {"plumbline": "1", "kustomize": "v2"},
        "cells": [cell(10, cold=0.7), cell(100, cold=1.0), thousand, cell(5000, cold=50.0)],
        "not_run": [{"what": "kube-score", "why": "not built"}],
        "seconds": 600,
    }


def verdicts(result: dict[str, Any]) -> dict[str, tuple[str, bool | None]]:
    return {goal.what: (goal.measured, goal.reached) for goal in goals(result)}


def test_goals_are_held_against_the_samples(result: dict[str, Any]) -> None:
    assert list(verdicts(result).values()) == [
        ("13.0x wall, 13.0x CPU", True),
        ("21.0x wall, 21.0x CPU", False),
        ("0.40 s, 325x", True),
        ("0.42 s = warm + 2.0 renders, 310x", True),
        ("1.50x warm", True),
        ("1.000", True),
        ("1.000", True),
        ("40 MB", True),
        ("100 MB", True),
        ("1.05x", True),
        ("1.60x", False),
    ]


def test_a_goal_in_wall_and_cpu_wants_both(result: dict[str, Any]) -> None:
    result["cells"][2]["samples"]["kustomize"] = [sample(130.0, cpu=119.0)]
    measured = verdicts(result)["cold against `kustomize build | kubeconform -strict`"]
    assert measured == ("13.0x wall, 11.9x CPU", False)


def test_what_was_not_measured_is_neither_reached_nor_missed(result: dict[str, Any]) -> None:
    result["cells"] = result["cells"][:1]
    assert set(verdicts(result).values()) == {("not measured", None)}


def test_growth_is_not_proven_on_smaller_repositories(result: dict[str, Any]) -> None:
    result["cells"] = result["cells"][:3]
    wall = verdicts(result)["growth of cold, wall, from 100 to 5,000 overlays"]
    assert wall == ("1.000 up to 1,000 only", None)


def test_the_page_says_what_was_measured_and_what_was_not(result: dict[str, Any]) -> None:
    page = to_markdown(result)
    assert "| warm, nothing changed | ≤ 0.5 s and ≥ 300x | 0.40 s, 325x | reached |" in page
    assert "| 21.0x wall, 21.0x CPU | **not reached** |" in page
    assert "| warm, nothing changed | 0.40 | 0.40 | 40 | 100 | 40 | 325x | 325x |" in page
    assert "8 shards, run 1: CPU 10.00 s, merge 0.50 s; largest 1.60x the mean" in page
    assert "facts 900 bytes an overlay" in page
    assert "- kube-score: not built." in page
    assert "- Everything was run." not in page
    assert "- Everything was run." in to_markdown({**result, "not_run": []})


def test_a_machine_with_other_work_is_no_judge_of_wall_time(result: dict[str, Any]) -> None:
    note = "so other work took part of the wall time"
    assert note not in to_markdown(result)
    result["machine"]["load"] = 4.0
    assert f"Load average before the run: 4.0, {note}" in to_markdown(result)


def test_the_plot_has_a_point_a_size(result: dict[str, Any]) -> None:
    drawn = ElementTree.fromstring(to_svg(result))
    lines = drawn.findall("{*}polyline")
    assert [len(str(line.get("points")).split()) for line in lines] == [1, 1, 4, 1, 1, 1]
    cold = [point.split(",") for point in str(lines[2].get("points")).split()]
    assert [float(x) for x, _ in cold] == sorted(float(x) for x, _ in cold)
    assert [float(y) for _, y in cold] == sorted((float(y) for _, y in cold), reverse=True)
    ElementTree.fromstring(to_svg({**result, "cells": []}))


def test_stale_pages_are_told(result: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "performance.json").write_text(json.dumps(result))
    assert print_docs.main([], folder=tmp_path) == 0
    assert print_docs.main(["--check"], folder=tmp_path) == 0
    page = tmp_path / "performance.md"
    page.write_text(page.read_text().replace("13.0x", "31.0x"))
    assert print_docs.stale(tmp_path) == ["performance.md"]
    assert print_docs.main(["--check"], folder=tmp_path) == 1


def test_the_committed_pages_are_printed_from_the_committed_run() -> None:
    assert print_docs.stale(DOCS) == []


def test_the_usual_plan_is_bounded() -> None:
    cells = run.plan(run.SIZES, None, runs=None)
    assert [(c.overlays, c.form, c.runs, len(c.peers)) for c in cells] == [
        (10, "mixed", 5, 3),
        (100, "plain", 3, 1),
        (100, "json6902", 3, 1),
        (100, "strategic-merge", 3, 1),
        (100, "mixed", 3, 3),
        (1000, "mixed", 2, 3),
        (5000, "mixed", 1, 0),
    ]


def test_a_plan_as_asked() -> None:
    cells = run.plan([20, 10, 10], ["plain", "mixed"], runs=7)
    assert [(c.overlays, c.form, c.runs) for c in cells] == [
        (10, "plain", 7),
        (10, "mixed", 7),
        (20, "plain", 7),
        (20, "mixed", 7),
    ]


def test_what_is_left_out_is_said() -> None:
    peers = Peers(Path("a"), Path("b"), kubectl=None, kube_score=Path("c"), schemas=Path("d"))
    cells = run.plan([10, 5000], None, runs=1)
    said = [each["what"] for each in run.not_run(cells, peers, {"--no-cache"})]
    assert said == ["kubectl kustomize", "8 shards", "peers over 5,000 overlays"]
    everything = Peers(*[Path("a")] * 5)
    assert run.not_run(cells[:1], everything, {"--no-cache", "--shard"}) == []


def test_without_an_essential_tool_there_is_no_bench(tmp_path: Path) -> None:
    (tmp_path / "kustomize").touch()
    with pytest.raises(SystemExit, match=r"^cannot run without kubeconform: python tools/go_to"):
        run.find_peers(tmp_path, tools=tmp_path)
    (tmp_path / "kubeconform").touch()
    assert run.find_peers(tmp_path, tools=tmp_path).kubectl is None


def test_a_report_that_differs_ends_the_bench(tmp_path: Path) -> None:
    peers = Peers(*[Path("unused")] * 5)
    cell = Cell(3, "mixed", runs=1, peers=frozenset())
    bench = Bench(cell, tmp_path, peers=peers, flags=frozenset(), jobs=1, say=lambda _text: None)
    bench.prepare()
    first = dict(bench.ours())["cold"]
    assert first().wall > 0
    assert first().wall > 0
    make(bench.root, 4)
    with pytest.raises(WrongAnswerError, match=r"^the report of cold is not that of the first"):
        first()
