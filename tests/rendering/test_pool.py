"""Helper processes that are slow, greedy or dead cost their own overlay and nothing else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from plumbline.rendering import linked
from plumbline.rendering.limits import Limits
from plumbline.rendering.linked import LinkedRenderer
from plumbline.rendering.model import Rendering, Request
from tests.rendering.conftest import MakeRenderer, Tree, config_map, good, render_one

MakeLinked = Callable[..., LinkedRenderer]


def large(name: str, size: int) -> dict[str, str]:
    """An overlay that takes a while and a good deal of memory."""
    maps = "---\n".join(config_map(f"m{index}") for index in range(size))
    return {f"{name}/kustomization.yaml": "resources: [maps.yaml]\n", f"{name}/maps.yaml": maps}


def gone(pids: tuple[int, ...], *, within: float = 5.0) -> bool:
    """Whether these processes end in the time given (seconds)."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_an_overlay_that_takes_too_long(tree: Tree, make_renderer: MakeRenderer) -> None:
    root = tree({**large("slow", 3000), **good("good")})
    hasty = make_renderer(root, limits=Limits(seconds=0.3))
    error = render_one(hasty, "slow").error
    assert error is not None
    assert (error.kind, error.message) == (
        "timeout",
        "rendering took longer than 0.3s: make the overlay smaller, or allow it more time",
    )
    assert render_one(hasty, "good").error is None


def test_an_overlay_that_takes_too_much_memory(tree: Tree, make_linked: MakeLinked) -> None:
    root = tree({**large("large", 3000), **good("good")})
    strict = make_linked(root, limits=Limits(memory_mb=8))
    error = render_one(strict, "large").error
    assert error is not None
    assert (error.kind, error.message) == (
        "memory",
        "rendering took more than 8 MiB of memory: make the overlay smaller, or allow it more",
    )
    assert render_one(strict, "good").error is None


def test_many_overlays_while_workers_are_killed(tree: Tree, make_linked: MakeLinked) -> None:
    overlays = [f"o{index}" for index in range(12)]
    root = tree({name: text for each in overlays for name, text in large(each, 150).items()})
    renderer = make_linked(root, jobs=2)
    seen: list[Rendering] = []
    for rendering in renderer.render(map(Request, overlays)):
        seen.append(rendering)
        if len(seen) in {1, 5}:
            os.kill(renderer.pids[0], signal.SIGKILL)
    assert sorted(each.overlay for each in seen) == sorted(overlays)
    assert [each.error for each in seen] == [None] * len(overlays)
    assert {len(each.objects) for each in seen} == {150}


MORTAL = """\
#!{python}
import json, os, sys
if sys.argv[1] == "version":
    print(json.dumps({{"protocol": {protocol}, "kustomize": "v5.8.2", "api": "v0.21.2"}}))
    sys.exit()
for line in sys.stdin:
    asked = json.loads(line)
    if asked["path"] == "deadly":
        os.kill(os.getpid(), 9)
    if asked["path"] == "leaving":
        print("fatal error: stack overflow", file=sys.stderr)
        sys.exit(2)
    while asked["path"] == "endless":
        pass
    given = {{name: [] for name in ("objects", "origins", "absent", "warnings")}}
    given.update(tag=asked["tag"], path=asked["path"], reads={{}})
    print(json.dumps(given), flush=True)
"""


@pytest.fixture
def mortal(tmp_path: Path) -> Path:
    """A helper that dies of some overlays, which the real one is built not to do."""
    program = tmp_path / "mortal"
    program.write_text(MORTAL.format(python=sys.executable, protocol=1))
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("overlay", "end"),
    [
        pytest.param("deadly", "signal 9 (SIGKILL)", id="killed"),
        pytest.param("leaving", "exit code 2: fatal error: stack overflow", id="left"),
    ],
)
def test_an_overlay_that_kills_its_worker(
    tree: Tree, make_linked: MakeLinked, mortal: Path, overlay: str, end: str
) -> None:
    renderer = make_linked(tree({}), program=mortal, jobs=2)
    overlays = [*(f"a{index}" for index in range(20)), overlay, *(f"b{i}" for i in range(20))]
    found = {each.overlay: each for each in renderer.render(map(Request, overlays))}
    assert found.keys() == set(overlays)
    error = found.pop(overlay).error
    assert error is not None
    assert (error.kind, error.message) == (
        "crash",
        f"the renderer died of this overlay ({end}): look for what it includes",
    )
    assert [each.error for each in found.values()] == [None] * 40


def test_a_helper_that_does_not_answer(
    tree: Tree, make_linked: MakeLinked, mortal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked, "_GRACE", 0.1)
    renderer = make_linked(tree({}), program=mortal, limits=Limits(seconds=0.4))
    found = {each.overlay: each for each in renderer.render(map(Request, ["endless", "after"]))}
    error = found["endless"].error
    assert error is not None
    assert (error.kind, error.message) == (
        "timeout",
        "rendering took longer than 0.5 s and was ended",
    )
    assert found["after"].error is None


def test_requests_are_taken_as_they_are_needed(tree: Tree, make_linked: MakeLinked) -> None:
    renderer = make_linked(tree(good("good")), jobs=2)
    taken = count()

    def endless() -> Iterator[Request]:
        while True:
            yield Request("good", tag=str(next(taken)))

    renderings = renderer.render(endless())
    tags = {next(renderings).tag for _ in range(10)}
    assert len(tags) == 10
    assert next(taken) <= 10 + 2 * 2 + 1


def test_renderings_may_be_nested(tree: Tree, make_linked: MakeLinked) -> None:
    renderer = make_linked(tree({**good("a"), **good("b")}), jobs=2)
    pairs = [
        (outer.overlay, inner.overlay)
        for outer in renderer.render(map(Request, ["a", "b"]))
        for inner in renderer.render(map(Request, ["a", "b"]))
    ]
    assert sorted(pairs) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]


def test_nothing_is_rendered_for_no_request(tree: Tree, make_renderer: MakeRenderer) -> None:
    assert list(make_renderer(tree(good("good"))).render([])) == []


def test_close_ends_the_processes(tree: Tree, make_linked: MakeLinked) -> None:
    renderer = make_linked(tree(good("good")), jobs=2)
    half_read = renderer.render(map(Request, ["good"] * 50))
    next(half_read)
    pids = renderer.pids
    assert len(pids) == 2
    renderer.close()
    renderer.close()
    assert gone(pids)
    assert renderer.pids == ()


SCRIPT = """\
import signal, sys, pathlib
from plumbline.rendering.linked import LinkedRenderer
from plumbline.rendering.model import Request
renderer = LinkedRenderer(pathlib.Path(sys.argv[2]), jobs=2, helper=pathlib.Path(sys.argv[1]))
signal.signal(signal.SIGINT, signal.default_int_handler)
def many():  # more than the test waits for, and yet an end
    for _ in range(100_000):
        yield Request("o")
for index, _ in enumerate(renderer.render(many())):
    if index == 3:
        print(*renderer.pids, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_its_parent(tree: Tree, helper: Path, number: signal.Signals) -> None:
    root = tree(large("o", 20))
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(helper), str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    try:
        pids = tuple(map(int, parent.stdout.readline().split()))
        assert len(pids) == 2
        os.killpg(parent.pid, number)
        parent.wait(timeout=60)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    assert gone(pids)


def test_memory_stays_flat(tree: Tree, make_linked: MakeLinked) -> None:
    renderer = make_linked(tree(large("o", 20)))

    def resident() -> int:
        status = Path(f"/proc/{renderer.pids[0]}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    list(renderer.render([Request("o")] * 60))
    early = resident()
    list(renderer.render([Request("o")] * 300))
    assert resident() < early + 40_000


def test_a_name_that_is_not_utf8(tree: Tree, make_linked: MakeLinked) -> None:
    name = os.fsdecode(b"caf\xe9")
    root = tree({**good("good")})
    (root / name).mkdir()
    (root / name / "kustomization.yaml").write_text("namespace: x\n")
    found = render_one(make_linked(root), name)
    assert found.overlay == name
    assert found.error is not None
    assert found.error.kind == "kustomize"
