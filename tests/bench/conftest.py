"""The bench's own modules, which lie beside its programs, and the tools that it measures."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "bench"))


@pytest.fixture(scope="session")
def tool() -> Callable[[str], Path]:
    """Builds a pinned tool where it is not built already, and says where it is."""

    def built(name: str) -> Path:
        command = [sys.executable, str(REPOSITORY / "tools" / "go_tools.py"), name]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return Path(said.splitlines()[-1])

    return built
