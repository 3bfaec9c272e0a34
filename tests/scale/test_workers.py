"""A renderer that dies or hangs once is not heard of; one that always does is one finding."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.rendering import Limits, RenderError, Rendering, Request, linked
from plumbline.rendering.choose import HELPER
from plumbline.rendering.linked import LinkedRenderer
from tests.scale.harness import OPTIONS, TALLY, Counting, Scene, outcome, same
from tests.scale.profile import tries
from tests.scale.repositories import repositories
from tests.scale.test_shards import FEW, MODEL

PROXY = """\
#!{python}
import json, os, pathlib, signal, subprocess, sys, time
real, here = {helper!r}, pathlib.Path(__file__).parent
if sys.argv[1] == "version":
    os.execv(real, [real, *sys.argv[1:]])
served = subprocess.Popen(
    [real, *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
)
for line in sys.stdin.buffer:
    asked = json.loads(line)
    faults = here / "faults"
    left = int(faults.read_text())
    if asked["path"] == (here / "victim").read_text() and left:
        faults.write_text(str(left - 1))
        fault = (here / "fault").read_text()
        if fault == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "left":
            sys.exit("fatal error: out of memory")
        if fault == "half":
            os.write(1, b'{{"tag": "", "obj')
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(600)
    served.stdin.write(line)
    os.write(1, served.stdout.readline())
"""
FAULTS = ("killed", "left", "half", "hangs")
MakeProxy = Callable[[str, str, int], Path]


@pytest.fixture
def make_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeProxy:
    """A helper that fails so many times at an overlay, and else passes on to the real one."""
    monkeypatch.setattr(linked, "_GRACE", 0.3)
    program = tmp_path / "plumbline-renderer-proxy"
    program.write_text(PROXY.format(python=sys.executable, helper=str(HELPER)))
    program.chmod(0o755)

    def make(victim: str, fault: str, times: int) -> Path:
        for name, text in (("victim", victim), ("fault", fault), ("faults", str(times))):
            (tmp_path / name).write_text(text)
        return program

    return make


LIMITS = Limits(seconds=1.5)
VICTIM = f"{MODEL}/dev"


def renderer(scene: Scene, program: Path, *, jobs: int = 2) -> LinkedRenderer:
    return LinkedRenderer(scene.root, jobs=jobs, helper=program, limits=LIMITS)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_that_happens_once(make_proxy: MakeProxy, fault: str, jobs: int) -> None:
    with Scene(FEW) as scene:
        cold = scene.cold()
        options = replace(OPTIONS, limits=LIMITS, cache=scene.cache)
        faulty = renderer(scene, make_proxy(VICTIM, fault, 1), jobs=jobs)
        same(outcome(scene.root, options, renderer=faulty), cold)
        faulty.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_stays(make_proxy: MakeProxy, fault: str) -> None:
    with Scene(FEW) as scene:
        cold = scene.cold()
        options = replace(OPTIONS, limits=LIMITS, cache=scene.cache)
        faulty = renderer(scene, make_proxy(VICTIM, fault, 99))
        found = outcome(scene.root, options, renderer=faulty)
        faulty.close()
        assert cold.report is not None
        assert found.report is not None
        of_victim = [f for f in found.report.findings if f.overlay == VICTIM]
        assert [finding.rule for finding in of_victim] == ["LAY004"]
        others = [f for f in found.report.findings if f.overlay != VICTIM]
        assert others == [f for f in cold.report.findings if f.overlay != VICTIM]
        assert others
        sound = renderer(scene, make_proxy(VICTIM, fault, 0))
        same(outcome(scene.root, options, renderer=sound), cold)
        sound.close()


class Faulty(Counting):
    """A renderer that answers the nth request and those after it, so many, with a crash."""

    def __init__(self, scene: Scene, *, moment: int, times: int) -> None:
        super().__init__(scene.renderer.inner)
        self.sound = range(moment)
        self.last = moment + times

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        for request in requests:
            (found,) = super().render([request])
            number = len(self.asked) - 1
            if number in self.sound or number >= self.last:
                yield found
            else:
                TALLY["crashes"] += 1
                kind = ("crash", "timeout", "memory")[number % 3]
                error = RenderError(kind, "the renderer died")
                yield Rendering(request.overlay, request.tag, error=error)


@given(repositories(), st.integers(0, 9), st.sampled_from((1, 2, 99)))
@tries(20)
def test_a_death_is_not_remembered(files: dict[str, str], moment: int, times: int) -> None:
    with Scene(files) as scene:
        cold = scene.cold()
        faulty = Faulty(scene, moment=moment, times=times)
        outcome(scene.root, replace(OPTIONS, cache=scene.cache), renderer=faulty)
        same(scene.warm(), cold)
        again = scene.warm()
        same(again, cold)
        assert again.rendered == 0
