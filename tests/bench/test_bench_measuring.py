"""What a command cost is told truly: also what its children and orphans cost."""

import os
import sys
from pathlib import Path

import pytest
from measuring import CommandError, Sample, measure

BURN = """\
import time
block = bytearray(b"x") * 200_000_000
while time.process_time() < 0.3: pass
"""
IN_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
IN_AN_ORPHAN = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]])"
LONG_ENOUGH_TO_BE_SEEN = BURN + "time.sleep(0.5)\n"

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no /proc here")


def cost(*code: str) -> Sample:
    command = [sys.executable, *code]
    return measure(command, directory=Path.cwd(), environ=os.environ)


@pytest.mark.parametrize(
    "code",
    [(BURN,), (IN_A_CHILD, BURN), (IN_AN_ORPHAN, BURN)],
    ids=["itself", "a child", "an orphan"],
)
def test_cpu_and_memory_are_counted_wherever_they_are_spent(code: tuple[str, ...]) -> None:
    if code[0] == IN_AN_ORPHAN and sys.platform != "linux":
        pytest.skip("only Linux lets a process adopt orphans")
    idle, busy = cost("-c", "pass"), cost("-c", *code)
    assert idle.cpu < 0.3 <= busy.cpu
    assert idle.largest < 200 <= busy.largest < 300


@needs_proc
def test_parent_and_worker_are_told_apart() -> None:
    itself = cost("-c", LONG_ENOUGH_TO_BE_SEEN)
    assert itself.parent is not None
    assert itself.parent >= 200
    assert itself.worker is None
    child = cost("-c", IN_A_CHILD, LONG_ENOUGH_TO_BE_SEEN)
    assert child.parent is not None
    assert child.worker is not None
    assert child.parent < 200 <= child.worker


def test_a_command_that_fails_is_not_measured() -> None:
    with pytest.raises(CommandError, match=r"^did not end with 0: .*\n.*it is broken"):
        cost("-c", "import sys; sys.exit('it is broken')")
    fails = [sys.executable, "-c", "raise SystemExit(3)"]
    measure(fails, directory=Path.cwd(), environ=os.environ, expect=3)


def test_a_command_that_is_not_there_is_not_measured() -> None:
    with pytest.raises(CommandError, match=r"^could not be measured: no-such-program: "):
        measure(["no-such-program"], directory=Path.cwd(), environ=os.environ)
