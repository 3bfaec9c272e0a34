"""Which renderer a run uses."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from plumbline.findings import CannotCheck
from plumbline.rendering.limits import DEFAULT_LIMITS, Limits
from plumbline.rendering.linked import LinkedRenderer
from plumbline.rendering.model import Renderer

FORCED_BY = "PLUMBLINE_RENDERER"
HELPER = Path(__file__).parent / "bin" / "plumbline-renderer"
_COMMANDS = ("kustomize", "kubectl")


def choose_renderer(
    root: Path, *, jobs: int, environ: Mapping[str, str], limits: Limits = DEFAULT_LIMITS
) -> Renderer:
    """The helper of this package, else `kustomize`, else `kubectl` on PATH.

    `PLUMBLINE_RENDERER` in `environ` forces one: `linked`, `kustomize`, `kubectl`, or the path of
    a helper or of either command. Raises `CannotCheck` where there is none that can be used.
    """
    forced = environ.get(FORCED_BY, "")
    if forced:
        return _forced(forced, root, jobs=jobs, environ=environ, limits=limits)
    if HELPER.is_file():
        return _linked(HELPER, root, jobs=jobs, environ=environ, limits=limits)
    for name in _COMMANDS:
        found = shutil.which(name, path=environ.get("PATH", ""))
        if found:
            return _command(Path(found), root, jobs=jobs, environ=environ, limits=limits)
    raise CannotCheck(
        "nothing here can render: install a plumbline wheel for this platform, which has its own "
        "renderer, or put kustomize 5.0 or later on PATH"
    )


def renderer_identity(renderer: Renderer, *, environ: Mapping[str, str]) -> str:
    """What a result depends on besides its input: the version, and the helper's own bytes."""
    forced = Path(environ.get(FORCED_BY, ""))
    helper = forced if forced.name.startswith(HELPER.name) else HELPER
    try:
        with helper.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        digest = ""
    return f"{renderer.version} {digest}"


def _forced(
    forced: str, root: Path, *, jobs: int, environ: Mapping[str, str], limits: Limits
) -> Renderer:
    if forced == "linked":
        return _linked(HELPER, root, jobs=jobs, environ=environ, limits=limits)
    is_name = forced in _COMMANDS
    found = shutil.which(forced, path=environ.get("PATH", "")) if is_name else forced
    if not found or not Path(found).is_file():
        where = "on PATH" if is_name else "there"
        raise CannotCheck(
            f"{FORCED_BY}={forced}, but there is no such program {where}: unset it or correct it"
        )
    if Path(found).name.startswith(HELPER.name):
        return _linked(Path(found), root, jobs=jobs, environ=environ, limits=limits)
    return _command(Path(found), root, jobs=jobs, environ=environ, limits=limits)


def _command(
    executable: Path, root: Path, *, jobs: int, environ: Mapping[str, str], limits: Limits
) -> Renderer:
    # imported here because the helper's runs, which are most, start without it
    from plumbline.rendering.command import CommandRenderer

    return CommandRenderer(root, jobs=jobs, executable=executable, environ=environ, limits=limits)


def _linked(
    helper: Path, root: Path, *, jobs: int, environ: Mapping[str, str], limits: Limits
) -> Renderer:
    if not helper.is_file():
        raise CannotCheck(
            f"{FORCED_BY}=linked, but this installation has no helper ({helper.name}): "
            "install a wheel for this platform, or run `python tools/go_tools.py helper`"
        )
    return LinkedRenderer(root, jobs=jobs, helper=helper, limits=limits, environ=environ)
