"""Runs on real files: writes states of a repository, judges them, and says what was rendered."""

import contextlib
import difflib
import hashlib
import io
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from plumbline.checking import Options, Report, check
from plumbline.cli.main import main
from plumbline.findings import CannotCheck
from plumbline.rendering import Renderer, Rendering, Request
from plumbline.rendering.choose import HELPER
from plumbline.rendering.linked import LinkedRenderer
from plumbline.reporting import READERS
from tests.scale.edits import Edit
from tests.scale.repositories import Link, Repository

TODAY = date(2026, 6, 1)
OPTIONS = Options(today=TODAY, environ={}, jobs=1)
CACHE = ".plumbline_cache"
TALLY: Counter[str] = Counter()
"""What a session did: repositories, edits, comparisons."""


@dataclass(frozen=True)
class Outcome:
    """What a run said, as bytes; `report` is None where it could not check."""

    text: str
    report: Report | None = field(default=None, compare=False)

    @property
    def rendered(self) -> int:
        """Overlays that were rendered for analysis."""
        return self.report.work.rendered if self.report else 0


class Counting:
    """A renderer that notes what it is asked for."""

    def __init__(self, inner: Renderer) -> None:
        self.inner = inner
        self.asked: list[Request] = []

    @property
    def version(self) -> str:
        """As the inner one says it."""
        return self.inner.version

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        """Passes on, and notes."""
        return self.inner.render(self._noted(requests))

    def _noted(self, requests: Iterable[Request]) -> Iterator[Request]:
        for request in requests:
            self.asked.append(request)
            yield request

    def close(self) -> None:
        """Ends the inner one."""
        self.inner.close()

    def take(self) -> list[Request]:
        """What was asked for since the last time."""
        taken, self.asked = self.asked, []
        return taken


class Scene:
    """A repository on disk that changes, with a renderer that stays."""

    def __init__(self, files: Repository, *, jobs: int = 1) -> None:
        self.top = Path(tempfile.mkdtemp(prefix="scale-"))
        self.root = self.top / "repository"
        self.root.mkdir()
        self.cache = self.root / CACHE
        self.states: list[Repository] = [{}]
        self.renderer = Counting(LinkedRenderer(self.root, jobs=jobs, helper=HELPER))
        self.apply(Edit("first", files))
        TALLY["repositories"] += 1

    def __enter__(self) -> "Scene":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.renderer.close()
        shutil.rmtree(self.top)

    @property
    def files(self) -> Repository:
        """The state that is on disk."""
        return self.states[-1]

    def apply(self, edit: Edit) -> None:
        """Makes the tree what the edit says."""
        write(self.root, self.files, edit)
        self.states.append(edit.after)
        TALLY["edits"] += len(self.states) > 2

    def run(self, cache: Path | None = None, **options: Any) -> Outcome:
        """One run; a note of what was rendered is taken away first."""
        self.renderer.take()
        chosen = replace(OPTIONS, **options)
        return outcome(self.root, replace(chosen, cache=cache), renderer=self.renderer)

    def cold(self, **options: Any) -> Outcome:
        """What a run without a cache says."""
        return self.run(None, **options)

    def warm(self, **options: Any) -> Outcome:
        """What a run with the repository's cache says."""
        return self.run(self.cache, **options)

    def closures(self) -> dict[str, "Closure"]:
        """What every directory with a kustomization depends on, by a rendering of each."""
        names = {"kustomization.yaml", "kustomization.yml", "Kustomization"}
        found = sorted({f.rpartition("/")[0] or "." for f in self.files if Path(f).name in names})
        return {
            r.overlay: Closure(dict(r.reads), r.absent)
            for r in self.renderer.inner.render(Request(overlay) for overlay in found)
        }


@dataclass(frozen=True)
class Closure:
    """Files that a rendering read, with digests, and paths that it looked for in vain."""

    reads: Mapping[str, str]
    absent: tuple[str, ...]

    def holds(self, root: Path) -> bool:
        """Whether a tree still is what this rendering saw, as far as git can tell.

        Git knows no directory without a file.
        """
        return all(
            known in (stands(root, root / file), kind(root / file), digest(root / file))
            for file, known in self.reads.items()
            if known != "directory"
        ) and not any((root / path).exists() for path in self.absent)


def kind(path: Path) -> str:
    """A file that was not opened is known by that alone."""
    return "file" if path.is_file() and not path.is_symlink() else ""


def stands(root: Path, path: Path) -> str:
    """What a renderer says of what is at a path: a digest, a directory, or where a link leads."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "-> ?" if path.is_symlink() else ""
    if real != root.resolve() / path.relative_to(root):
        inside = real.is_relative_to(root.resolve())
        return f"-> {real.relative_to(root.resolve()).as_posix()}" if inside else "-> ?"
    return "directory" if path.is_dir() else digest(path)


def digest(path: Path) -> str:
    """SHA-256 (hex) of a file, or "" where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def outcome(root: Path, options: Options, *, renderer: Renderer | None = None) -> Outcome:
    """What a run says, to a program and to a person."""
    try:
        report = check(root, options, renderer=renderer)
    except CannotCheck as error:
        return Outcome(f"cannot check: {error}".replace(str(root), "ROOT"))
    return Outcome(READERS["json"](report) + READERS["text"](report), report)


def command(*arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command line, in this process."""
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        code = main([str(argument) for argument in arguments])
    return code, said.getvalue(), complained.getvalue()


def same(left: Outcome, right: Outcome) -> None:
    """Asserts that two runs said the same, byte for byte."""
    TALLY["comparisons"] += 1
    assert left.text == right.text, "\n".join(
        difflib.unified_diff(left.text.splitlines(), right.text.splitlines(), "this", "other")
    )


def write(root: Path, before: Repository, edit: Edit) -> None:
    """Turns a tree in the state `before` into that after an edit, in place."""
    for path in sorted(before.keys() - edit.after.keys()):
        (root / path).unlink()
    for path in sorted(before):
        _prune(root, root / path)
    for path, text in edit.after.items():
        old = before.get(path)
        if old != text or isinstance(old, Link) != isinstance(text, Link):
            _put(root / path, text, edit.how)
    for path in edit.touched:
        if not isinstance(edit.after[path], Link):
            os.utime(root / path)


def _prune(root: Path, path: Path) -> None:
    for folder in path.parents:
        if folder == root or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def _put(path: Path, text: str, how: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    was = path.lstat() if os.path.lexists(path) else None
    if path.is_symlink() or (was and how == "replaced"):
        path.unlink()
    if isinstance(text, Link):
        path.unlink(missing_ok=True)
        path.symlink_to(text)
        return
    path.write_text(text)
    if how == "same-time" and was:
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    elif how == "older":
        os.utime(path, (1e9, 1e9))
    elif how == "future":
        os.utime(path, (4e9, 4e9))
