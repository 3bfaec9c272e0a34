"""The peers judge: an invalid object ends them with a failure, and so the bench."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import commands
import pytest
from commands import Peers
from measuring import CommandError, Sample, measure
from repositories import make, overlays_of

from plumbline.schemas import Kubernetes
from tests.bench.conftest import REPOSITORY

FAILED_UNDER_XARGS = 123
BASE = "platform/app-0000/base/all.yaml"


def built(name: str) -> Path | None:
    tool = REPOSITORY / ".tools" / "bin" / name
    return tool if tool.is_file() else None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make(tmp_path / "repository", 4)
    overlays = overlays_of(tmp_path / "repository")
    (tmp_path / "overlays.txt").write_text("".join(f"{each}\n" for each in overlays))
    return tmp_path / "repository"


@pytest.fixture
def peers(tmp_path: Path, tool: Callable[[str], Path]) -> Peers:
    schemas = tmp_path / "the schemas"
    schemas.mkdir()
    Kubernetes("1.33").export(schemas)
    return Peers(
        kustomize=tool("kustomize"),
        kubeconform=tool("kubeconform"),
        kubectl=built("kubectl"),
        kube_score=built("kube-score"),
        schemas=schemas,
    )


def spoil(root: Path, before: str, after: str) -> None:
    file = root / BASE
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def run(line: list[str] | None, root: Path) -> Sample:
    if line is None:
        pytest.skip("not built: `python tools/go_tools.py kubectl kube-score`")
    return measure(line, directory=root, environ=os.environ)


@pytest.mark.parametrize("peer", [Peers.build_and_validate, Peers.kubectl_and_validate])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("maxReplicas: 4", "maxReplicas: four"),
        ("maxReplicas: 4", "maxReplicas: 4\n  mostReplicas: 4"),
        ("kind: Role\n", "kind: Rule\n"),
        ("kind: Service\n", "kind: Service\n- broken\n"),
    ],
    ids=["a wrong type", "a field that is not there", "an unknown kind", "not even YAML"],
)
def test_what_is_invalid_fails_the_validating_peers(
    peers: Peers,
    root: Path,
    tmp_path: Path,
    peer: Callable[..., list[str] | None],
    before: str,
    after: str,
) -> None:
    line = peer(peers, tmp_path / "overlays.txt", jobs=2)
    run(line, root)
    spoil(root, before, after)
    with pytest.raises(CommandError, match=r"^did not end with 0: "):
        run(line, root)
    assert line is not None
    assert subprocess.run(line, cwd=root, capture_output=True).returncode == FAILED_UNDER_XARGS


def test_every_overlay_is_rendered_for_kube_score_and_it_judges(
    peers: Peers, root: Path, tmp_path: Path
) -> None:
    folder, names = tmp_path / "rendered", tmp_path / "rendered.txt"
    folder.mkdir()
    run(peers.render(tmp_path / "overlays.txt", into=folder, jobs=2), root)
    files = sorted(folder.iterdir())
    assert len(files) == 4
    names.write_text("".join(f"{file}\n" for file in files))
    line = peers.score(names, jobs=2)
    run(line, root)
    text = files[-1].read_text()
    files[-1].write_text(text.replace("readOnlyRootFilesystem: true", "privileged: true"))
    assert files[-1].read_text() != text
    with pytest.raises(CommandError, match=r"^did not end with 0: "):
        run(line, root)


def test_each_line_is_run_once(tmp_path: Path) -> None:
    lines, seen = tmp_path / "lines.txt", tmp_path / "seen"
    lines.write_text("a\nb\nc\n")
    run(commands.under_xargs(lines, f"echo {{}} >> '{seen}'", jobs=2), tmp_path)
    assert sorted(seen.read_text().split()) == ["a", "b", "c"]


def test_one_failure_among_many_is_a_failure(tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("0\n1\n0\n")
    with pytest.raises(CommandError, match=r"^did not end with 0: "):
        run(commands.under_xargs(lines, "exit {}", jobs=2), tmp_path)
    with pytest.raises(CommandError, match=r"^did not end with 0: "):
        run(commands.under_xargs(lines, "(exit {}) | cat", jobs=2), tmp_path)
    lines.write_text("0\n0\n0\n")
    run(commands.under_xargs(lines, "(exit {}) | cat", jobs=2), tmp_path)


def test_ours_fails_where_theirs_do(root: Path) -> None:
    line = commands.check(jobs=2)
    run(line, root)
    spoil(root, "maxReplicas: 4", "maxReplicas: four")
    with pytest.raises(CommandError, match=r"^did not end with 0: "):
        run(line, root)


def test_the_flags_that_we_have_are_seen() -> None:
    assert {"--jobs", "--format"} <= commands.flags()
    assert "--no-such-flag" not in commands.flags()
