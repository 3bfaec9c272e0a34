"""Runs a command and says what it cost: seconds of wall and CPU time, memory of parent and workers.

CPU time is the kernel's account of every process of the tree (`getrusage` of the children of a
small process that is the command's parent and adopts what the command leaves behind).
`largest` is `ru_maxrss` of the same account: exact also for processes that live a millisecond.
`parent` and `worker` are the high-water marks (`VmHWM` in /proc) of the command itself and of the
largest process below it, read every 50 ms: a mark cannot be missed, only what grows after the
last look. They are absent where there is no /proc, and `worker` where nothing lived for a look.
"""

import ctypes
import json
import os
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.05  # seconds
PATIENCE = 10  # seconds
PROC = Path("/proc")
_SET_CHILD_SUBREAPER = 36  # prctl(2)


@dataclass(frozen=True)
class Sample:
    """One run: seconds of wall and CPU time, MB of the largest process, the parent, a worker."""

    wall: float
    cpu: float
    largest: float
    parent: float | None
    worker: float | None


class CommandError(Exception):
    """A command ended with an exit code that a measurement must not count as done."""


def measure(
    command: Sequence[str],
    *,
    directory: Path,
    environ: Mapping[str, str],
    expect: int = 0,
) -> Sample:
    """What the command cost, measured by a small process of its own. Raises CommandError."""
    with tempfile.NamedTemporaryFile(mode="r", suffix=".json") as answer:
        me = [sys.executable, "-I", "-S", __file__, answer.name]
        done = subprocess.run(
            [*me, *command],
            cwd=directory,
            env=dict(environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
        if done.returncode != 0:
            raise CommandError(f"could not be measured: {command[0]}: {done.stderr[-500:]}")
        said = json.load(answer)
    if said.pop("code") != expect:
        raise CommandError(f"did not end with {expect}: {' '.join(command)}\n{done.stderr[-500:]}")
    return Sample(**said)


class Tree:
    """The processes below one process, as /proc shows them from look to look."""

    def __init__(self, top: int) -> None:
        self._top = top
        self._ours = {top, os.getpid()}
        self._foreign: set[int] = set()
        self.marks: dict[int, int] = {}

    def look(self) -> None:
        """Adds what was born since, and reads every mark again (KiB)."""
        alive = {int(each) for each in os.listdir(PROC) if each.isdigit()}  # noqa: PTH208
        self._foreign &= alive
        for process in sorted(alive - self._foreign - self._ours):
            parent = _parent(process)
            if parent in self._ours:
                self._ours.add(process)
            elif parent in self._foreign or process < self._top:
                self._foreign.add(process)
        for process in self._ours & alive - {os.getpid()}:
            mark = _high_water(process)
            # The latest, not the largest: between fork and exec a child shows its parent's.
            if mark is not None:
                self.marks[process] = mark

    def parent(self) -> float | None:
        """MB of the command itself."""
        return _megabytes(self.marks.get(self._top))

    def worker(self) -> float | None:
        """MB of the largest process below the command."""
        below = [mark for process, mark in self.marks.items() if process != self._top]
        return _megabytes(max(below, default=None))


def _parent(process: int) -> int | None:
    try:
        stat = (PROC / str(process) / "stat").read_text()
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


def _high_water(process: int) -> int | None:
    try:
        status = (PROC / str(process) / "status").read_text()
    except OSError:
        return None
    _, found, rest = status.partition("VmHWM:")
    return int(rest.split()[0]) if found else None


def _megabytes(kibibytes: int | None) -> float | None:
    return None if kibibytes is None else round(kibibytes * 1024 / 1e6, 2)


def _run(command: Sequence[str]) -> dict[str, object]:
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        tree = Tree(running.pid)
        if PROC.is_dir():
            ended = os.pidfd_open(running.pid)
            while not select.select([ended], [], [], INTERVAL)[0]:
                tree.look()
        code = running.wait()
        wall = time.monotonic() - start
    _bury_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1024 if sys.platform == "linux" else 1  # bytes; macOS counts bytes
    return {
        "code": code,
        "wall": round(wall, 4),
        "cpu": round(used.ru_utime + used.ru_stime, 4),
        "largest": round(used.ru_maxrss * unit / 1e6, 2),
        "parent": tree.parent(),
        "worker": tree.worker(),
    }


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _bury_orphans() -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            gone, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not gone:
            time.sleep(0.01)
    sys.exit(f"a process that it started still ran {PATIENCE} s after its end")


def main() -> None:
    """`measuring.py ANSWER COMMAND...`: runs the command, writes what it cost as JSON."""
    _adopt_orphans()
    Path(sys.argv[1]).write_text(json.dumps(_run(sys.argv[2:])))


if __name__ == "__main__":
    main()
