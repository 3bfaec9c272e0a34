"""A cache says the same in another clone, under another clock, in any order and in several runs."""

import multiprocessing
import os
import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from plumbline.checking import Options
from plumbline.rendering import Renderer, Rendering, Request
from plumbline.rendering.choose import HELPER
from plumbline.rendering.linked import LinkedRenderer
from tests.scale.edits import edits
from tests.scale.harness import CACHE, OPTIONS, Counting, Outcome, Scene, outcome, same
from tests.scale.profile import tries
from tests.scale.repositories import repositories


class Shuffled:
    """A renderer that takes all requests first and answers in a random order."""

    def __init__(self, inner: Renderer, seed: int) -> None:
        self.inner = inner
        self.random = random.Random(seed)

    @property
    def version(self) -> str:
        return self.inner.version

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        asked = list(requests)
        self.random.shuffle(asked)
        found = list(self.inner.render(iter(asked)))
        self.random.shuffle(found)
        return iter(found)

    def close(self) -> None:
        self.inner.close()


@given(repositories(), st.integers(0, 99))
@tries(10)
def test_any_order(files: dict[str, str], number: int) -> None:
    with Scene(files) as scene:
        cold = scene.cold()
        shuffled = Shuffled(scene.renderer.inner, number)
        same(outcome(scene.root, OPTIONS, renderer=shuffled), cold)
        cached = replace(OPTIONS, cache=scene.cache)
        same(outcome(scene.root, cached, renderer=shuffled), cold)
        same(scene.warm(), cold)


@given(repositories(), st.sampled_from((2, 3, 5)))
@tries(5)
def test_any_number_of_jobs(files: dict[str, str], jobs: int) -> None:
    with Scene(files) as scene:
        cold = outcome(
            scene.root, OPTIONS
        )  # with a renderer of its own, as the repository limits it
        same(outcome(scene.root, replace(OPTIONS, jobs=jobs)), cold)
        same(outcome(scene.root, replace(OPTIONS, jobs=jobs, cache=scene.cache)), cold)
        again = outcome(scene.root, replace(OPTIONS, cache=scene.cache))
        same(again, cold)
        assert again.rendered == 0


@given(repositories(), st.integers(0, 99))
@tries(10)
def test_another_clone_at_another_path(files: dict[str, str], number: int) -> None:
    with Scene(files) as scene:
        cold = scene.warm()
        other = scene.top / "another" / "place"
        shutil.copytree(scene.root, other, symlinks=True)
        for folder, _, names in os.walk(other):
            for name in names:
                os.utime(Path(folder, name), (number * 1e7, number * 1e7), follow_symlinks=False)
        with_renderer = Counting(LinkedRenderer(other, jobs=1, helper=HELPER))
        warm = outcome(other, replace(OPTIONS, cache=other / CACHE), renderer=with_renderer)
        asked = with_renderer.take()
        with_renderer.close()
        same(warm, cold)
        assert (warm.rendered, asked) == (0, [])


@given(repositories(), st.data())
@tries(6)
def test_a_clock_that_goes_backwards(files: dict[str, str], data: st.DataObject) -> None:
    with Scene(files) as scene:
        for _ in range(4):
            today = data.draw(st.dates(date(2020, 1, 1), date(2035, 1, 1)), label="today")
            for name in scene.files:
                moment = data.draw(st.sampled_from((0, 1e9, 1.9e9, 4e9)), label="time")
                os.utime(scene.root / name, (moment, moment), follow_symlinks=False)
            same(scene.warm(today=today), scene.cold(today=today))
            scene.apply(data.draw(edits(scene.states[1:], ()), label="edit"))


def _run(root: Path, options: Options, found: "multiprocessing.Queue[str]") -> None:
    found.put(outcome(root, options).text)


@given(repositories())
@tries(4)
def test_several_runs_at_once(files: dict[str, str]) -> None:
    spawn = multiprocessing.get_context("fork")
    with Scene(files) as scene:
        cold = scene.cold()
        found: multiprocessing.Queue[str] = spawn.Queue()
        cached = replace(OPTIONS, cache=scene.cache)
        runs = [spawn.Process(target=_run, args=(scene.root, cached, found)) for _ in range(3)]
        for run in runs:
            run.start()
        for text in [found.get(timeout=60) for _ in runs]:
            same(Outcome(text), cold)
        for run in runs:
            run.join()
        again = scene.warm()
        same(again, cold)
        assert again.rendered == 0
