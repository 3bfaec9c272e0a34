"""The conversation with the Go helper: how it is started, asked and understood."""

import json
import subprocess
from pathlib import Path
from typing import Any

import orjson

from plumbline.findings import CannotCheck
from plumbline.rendering.limits import Limits
from plumbline.rendering.model import Origin, RenderError, Rendering, Request

PROTOCOL = 1


def helper_command(helper: Path, root: Path, *, limits: Limits) -> list[str]:
    """The command line that serves one repository."""
    return [
        str(helper),
        "serve",
        f"--root={root}",
        f"--max-file-bytes={limits.file_bytes}",
        f"--max-depth={limits.depth}",
        f"--max-alias-nodes={limits.alias_nodes}",
        f"--max-documents={limits.documents}",
        f"--timeout-ms={round(limits.seconds * 1000)}",
        f"--memory-mb={limits.memory_mb}",
    ]


def helper_version(helper: Path) -> str:
    """The kustomize release that the helper links, such as `v5.8.2`.

    Raises `CannotCheck` where the helper does not start or speaks another protocol.
    """
    try:
        asked = subprocess.run(
            [str(helper), "version"], capture_output=True, check=True, timeout=60, text=True
        )
        known = json.loads(asked.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise CannotCheck(
            f"the rendering helper {helper} does not run ({error}): reinstall plumbline"
        ) from error
    if known.get("protocol") != PROTOCOL:
        raise CannotCheck(
            f"the rendering helper {helper} speaks protocol {known.get('protocol')}, "
            f"not {PROTOCOL}: rebuild it with `python tools/go_tools.py helper`"
        )
    return str(known["kustomize"])


def encode(request: Request) -> bytes:
    """A request as the line that the helper reads."""
    asked = {
        "tag": request.tag,
        "path": request.overlay,
        "origins": request.origins,
        "overrides": dict(request.overrides),
    }
    try:
        return orjson.dumps(asked) + b"\n"
    except TypeError:
        # A name that is not UTF-8: the helper will not find it, and says so.
        return json.dumps(asked).encode() + b"\n"


def decode(line: bytes, request: Request) -> Rendering:
    """The helper's line as the rendering of a request."""
    given: dict[str, Any] = orjson.loads(line)
    return Rendering(
        overlay=request.overlay,
        tag=request.tag,
        objects=tuple(given["objects"]),
        origins=tuple(Origin(each["file"], each["configuredIn"]) for each in given["origins"]),
        reads=given["reads"],
        absent=tuple(given["absent"]),
        warnings=tuple(given["warnings"]),
        error=_error(given.get("error")),
    )


def _error(given: dict[str, Any] | None) -> RenderError | None:
    if given is None:
        return None
    return RenderError(given["kind"], given["message"], given["file"], given["line"])
