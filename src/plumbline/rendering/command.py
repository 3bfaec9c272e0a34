"""The renderer that runs `kustomize build` or `kubectl kustomize`, a process an overlay."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from plumbline.findings import CannotCheck
from plumbline.rendering.closure import Closure, walk
from plumbline.rendering.copying import origins_of, write_closure
from plumbline.rendering.explaining import clean, explain, warnings_in
from plumbline.rendering.limits import DEFAULT_LIMITS, Limits
from plumbline.rendering.model import KubernetesObject, RenderError, Rendering, Request
from plumbline.rendering.output import read_objects
from plumbline.rendering.processes import describe_exit

_MINIMUM = (5, 0)
_RELEASE = re.compile(r"v(\d+)\.(\d+)\.\d+\S*")
_KUBECTL_RELEASE = re.compile(r"Kustomize Version: (v\S+)")
# Go reserves more than a gibibyte of addresses that it does not use, and cannot start with little
# less than it tries for.
_ADDRESS_SPACE_MB = 2048


@dataclass(frozen=True, slots=True)
class _Outcome:
    code: int
    output: bytes
    errors: str
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class _Built:
    error: RenderError | None = None
    warnings: tuple[str, ...] = ()
    objects: tuple[KubernetesObject, ...] = ()


class CommandRenderer:
    """Renders with a kustomize of the machine, after a walk that refuses what it must not run."""

    def __init__(
        self,
        root: Path,
        *,
        jobs: int,
        executable: Path,
        limits: Limits = DEFAULT_LIMITS,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._root = Path(os.path.realpath(root))
        self._executable = executable
        self._limits = limits
        self._environ = _without_network(environ or {})
        self._is_kubectl = executable.name.startswith("kubectl")
        self._release = _release(executable, self._environ, is_kubectl=self._is_kubectl)
        self._pool = ThreadPoolExecutor(max_workers=max(1, jobs))
        self._jobs = max(1, jobs)
        self._running: set[subprocess.Popen[bytes]] = set()

    @property
    def version(self) -> str:
        """What ran: `kustomize/v5.8.2 (command)` or `kustomize/v5.5.0 (kubectl)`."""
        return f"kustomize/{self._release} ({'kubectl' if self._is_kubectl else 'command'})"

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        """One `Rendering` a request, as they finish, in any order. Never raises for input."""
        waiting: deque[Future[Rendering]] = deque()
        try:
            for request in requests:
                waiting.append(self._pool.submit(self._one, request))
                if len(waiting) > self._jobs:
                    yield from _finished(waiting)
            while waiting:
                yield from _finished(waiting)
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """Ends the commands that still run; harmless when repeated."""
        for process in list(self._running):
            _kill(process)
        self._pool.shutdown(cancel_futures=True)

    def _one(self, request: Request) -> Rendering:
        closure = walk(
            self._root, request.overlay, overrides=request.overrides, limits=self._limits
        )
        found = Rendering(
            request.overlay,
            request.tag,
            reads=dict(sorted(closure.reads.items())),
            absent=tuple(sorted(closure.absent)),
            error=closure.error,
        )
        if closure.error is not None:
            return found
        rendered = self._in_place_or_copy(request, closure)
        found = replace(
            found, error=rendered.error, warnings=rendered.warnings, objects=rendered.objects
        )
        if found.error is None and request.origins:
            with _copy(closure, asking=request.overlay) as root:
                again = self._build(root, request, closure)
            origins = origins_of(found.objects, again.objects, top=closure.top)
            found = replace(found, origins=origins)
        return found

    def _in_place_or_copy(self, request: Request, closure: Closure) -> _Built:
        if not request.overrides:
            return self._build(self._root, request, closure)
        with _copy(closure) as root:
            return self._build(root, request, closure)

    def _build(self, root: Path, request: Request, closure: Closure) -> _Built:
        outcome = self._run(root / request.overlay)
        errors = clean(outcome.errors, root)
        if outcome.timed_out:
            message = (
                f"rendering took longer than {self._limits.seconds:g}s: "
                "make the overlay smaller, or allow it more time"
            )
            return _Built(RenderError("timeout", message))
        if outcome.code != 0:
            end = describe_exit(outcome.code)
            error = explain(errors, end, closure=closure, overlay=request.overlay)
            is_trace = error.kind in {"crash", "memory"}
            return _Built(error, () if is_trace else warnings_in(errors))
        try:
            objects = read_objects(outcome.output)
        except yaml.YAMLError as error:
            message = f"what kustomize printed is not YAML ({clean(str(error), root)})"
            return _Built(RenderError("kustomize", message))
        return _Built(warnings=warnings_in(errors), objects=objects)

    def _run(self, directory: Path) -> _Outcome:
        verb = "kustomize" if self._is_kubectl else "build"
        process = subprocess.Popen(
            [str(self._executable), verb, str(directory)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environ,
            start_new_session=True,
        )
        self._running.add(process)
        try:
            _limit_memory(process.pid, self._limits.memory_mb + _ADDRESS_SPACE_MB)
            output, errors = process.communicate(timeout=self._limits.seconds)
        except subprocess.TimeoutExpired:
            _kill(process)
            process.communicate()
            return _Outcome(process.returncode, b"", "", timed_out=True)
        finally:
            self._running.discard(process)
        return _Outcome(process.returncode, output, errors.decode(errors="replace"))


@contextlib.contextmanager
def _copy(closure: Closure, *, asking: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        write_closure(closure, Path(folder), asking=asking)
        yield Path(os.path.realpath(folder))


def _finished(waiting: deque[Future[Rendering]]) -> Iterator[Rendering]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        waiting.remove(future)
        yield future.result()


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _without_network(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment without programs (git) and with a proxy where nobody listens."""
    nowhere = "http://127.0.0.1:9"
    kept = {name: environ[name] for name in ("HOME", "TMPDIR", "LANG") if name in environ}
    proxies = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), nowhere
    )
    return {**kept, **proxies, "NO_PROXY": "", "PATH": ""}


def _limit_memory(pid: int, mebibytes: int) -> None:
    if sys.platform != "linux":
        return
    import resource

    size = mebibytes * 2**20
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (size, size))
    except ProcessLookupError:
        return


def _release(executable: Path, environ: Mapping[str, str], *, is_kubectl: bool) -> str:
    arguments = ["version", "--client"] if is_kubectl else ["version"]
    try:
        asked = subprocess.run(
            [str(executable), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=dict(environ),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotCheck(f"{executable} does not run ({error}): install kustomize 5.0") from error
    found = _KUBECTL_RELEASE.search(asked.stdout) if is_kubectl else _RELEASE.search(asked.stdout)
    release = (found[1] if is_kubectl else found[0]) if found else ""
    numbers = _RELEASE.fullmatch(release)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < _MINIMUM:
        said = f"has kustomize {release}" if release else "does not say which kustomize it has"
        raise CannotCheck(
            f"{executable} {said}: install kustomize 5.0 or later, or a plumbline wheel for this "
            "platform, which has its own renderer"
        )
    return release
