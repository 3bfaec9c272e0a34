"""A run that is killed at any moment leaves nothing behind that could be believed wrongly."""

import functools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.checking import cache, check
from plumbline.findings import CannotCheck
from plumbline.rendering import Rendering, Request
from tests.scale.edits import Edit, edits
from tests.scale.harness import OPTIONS, TALLY, Counting, Scene, same
from tests.scale.profile import SEED, TIMES, tries
from tests.scale.repositories import repositories
from tests.scale.test_shards import FEW

PROGRAM = "import sys; from plumbline.cli.main import main; sys.exit(main())"


def die() -> NoReturn:
    """Ends this process as the kernel does it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class Mortal(sqlite3.Connection):
    """A connection in whose process only so many more statements are begun."""

    left = 0

    def execute(self, *given: Any) -> sqlite3.Cursor:
        self._count()
        return super().execute(*given)

    def executemany(self, query: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        self._count()
        return super().executemany(query, self._counted(rows))

    def _counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self._count()
            yield row

    def _count(self) -> None:
        Mortal.left -= 1
        if Mortal.left < 0:
            die()


def doomed(scene: Scene, *, statements: int) -> int:
    """A run in a child process that dies after some statements; the signal that ended it, or 0."""
    child = os.fork()
    if not child:
        try:
            Mortal.left = statements
            mortal = functools.partial(sqlite3.connect, factory=Mortal)
            cache.sqlite3.connect = mortal  # type: ignore[attr-defined]
            check(scene.root, replace(OPTIONS, cache=scene.cache))
        except CannotCheck:
            pass
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@given(st.data())
@tries(12)
def test_killed_at_any_statement(data: st.DataObject) -> None:
    with Scene(data.draw(repositories(), label="repository")) as scene:
        if data.draw(st.booleans(), label="warm before"):
            scene.warm()
            scene.apply(data.draw(edits(scene.states[1:], ()), label="edit"))
        for _ in range(2):
            ended = doomed(scene, statements=data.draw(st.integers(0, 30), label="statements"))
            TALLY["kills"] += ended == signal.SIGKILL
        cold = scene.cold()
        same(scene.warm(), cold)
        again = scene.warm()
        same(again, cold)
        assert again.rendered == 0


def test_killed_at_any_time() -> None:
    chance = random.Random(SEED)
    command = [sys.executable, "-c", PROGRAM, "check"]
    with Scene(FEW) as scene:
        cold = scene.cold()
        arguments = [*command, str(scene.root), "--today", "2026-06-01", "--jobs", "2"]
        begun = time.monotonic()
        assert subprocess.run(arguments, capture_output=True, check=False).returncode == 1
        whole = time.monotonic() - begun
        (scene.cache / "cache.db").unlink()
        for _ in range(round(6 * max(1, TIMES))):
            run = subprocess.Popen(
                arguments,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(chance.uniform(whole / 3, whole))
            run.kill()
            TALLY["kills"] += run.wait() == -signal.SIGKILL
            same(scene.warm(), cold)
            assert scene.warm().rendered == 0
            (scene.cache / "cache.db").unlink()


class Meddling(Counting):
    """A renderer beside which somebody edits the tree, just before the nth request is rendered."""

    def __init__(self, scene: Scene, edit: Edit, *, moment: int) -> None:
        super().__init__(scene.renderer.inner)
        self.scene = scene
        self.edit = edit
        self.moment = moment

    @property
    def version(self) -> str:
        """Asked before anything is rendered, when settings are read already."""
        self._tick()
        return super().version

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        for request in requests:
            self._tick()
            yield from super().render([request])

    def _tick(self) -> None:
        if self.moment == 0:
            self.scene.apply(self.edit)
        self.moment -= 1


@given(st.data())
@tries(24)
def test_edited_while_it_runs(data: st.DataObject) -> None:
    with Scene(data.draw(repositories(), label="repository")) as scene:
        edit: Edit = data.draw(edits(scene.states[1:], ()), label="edit")
        moment = data.draw(st.integers(0, 8), label="moment")
        first = scene.files
        meddling = Meddling(scene, edit, moment=moment)
        try:
            check(scene.root, replace(OPTIONS, cache=scene.cache), renderer=meddling)
        except CannotCheck:
            TALLY["interrupted"] += 1
        same(scene.warm(), scene.cold())
        scene.apply(Edit("back", dict(first)))
        same(scene.warm(), scene.cold())
