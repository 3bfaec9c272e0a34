"""The files that rendering an overlay reads, found by walking its kustomizations.

This is what protects a kustomize that is run as a command, and an approximation of what it reads:
files that only a built-in plugin's configuration names are guessed from its words.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from plumbline.rendering.guard import guard_documents
from plumbline.rendering.inspection import (
    Entry,
    Role,
    entries,
    plugin_words,
    read_document,
    refusal,
    refuse_plugins,
)
from plumbline.rendering.limits import Limits
from plumbline.rendering.model import RenderError
from plumbline.rendering.remote import is_git, is_http, remote_message

KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(slots=True)
class Closure:
    """Contents by path from the root, what was looked for in vain, and the first refusal.

    `top` is the overlay's directory with links followed. `places` maps a path that an entry names
    to the kustomization and line that name it.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    directories: set[str] = field(default_factory=set)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    top: str = ""
    error: RenderError | None = None


def walk(root: Path, overlay: str, *, overrides: Mapping[str, str], limits: Limits) -> Closure:
    """Follows an overlay's entries as kustomize would, and stops at the first refusal."""
    walker = _Walker(Path(os.path.realpath(root)), overrides, limits)
    try:
        walker.directory(os.path.normpath(overlay))
    except _RefusedError as refused:
        walker.found.error = refused.error
    return walker.found


class _RefusedError(Exception):
    def __init__(self, error: RenderError) -> None:
        super().__init__(error.message)
        self.error = error


class _Walker:
    def __init__(self, root: Path, overrides: Mapping[str, str], limits: Limits) -> None:
        self.found = Closure()
        self._root = root
        self._limits = limits
        self._overrides = {os.path.normpath(name): text for name, text in overrides.items()}
        self._links: dict[str, str] = {}

    def directory(self, name: str, place: Entry | None = None, by: str = "") -> None:
        """Reads the kustomization of a directory, once."""
        resolved = self._resolve(name, place, by)
        if resolved in self.found.directories:
            return
        self.found.top = self.found.top or resolved
        self.found.directories.add(resolved)
        present = []
        for each in KUSTOMIZATION_NAMES:
            path = _join(resolved, each)
            if self._is_file(path):
                present.append(path)
            else:
                self._miss(path)
        for path in present:
            self._kustomization(path)

    def _kustomization(self, path: str) -> None:
        content = self._read(path)
        document = read_document(content)
        refused = refusal(document, limits=self._limits)
        if refused is not None:
            raise _RefusedError(_placed(refused, path))
        found = list(entries(document))
        for entry in found:
            self._refuse_remote(entry, path)
        for entry in found:
            self._follow(entry, path)

    def _refuse_remote(self, entry: Entry, by: str) -> None:
        fetched = is_http(entry.value)
        if entry.role in {Role.RESOURCE, Role.PLUGIN, Role.DIRECTORY} and is_git(entry.value):
            is_file = self._is_file(_target(by, entry.value))
            fetched = fetched or entry.role is Role.DIRECTORY or not is_file
        if fetched:
            error = RenderError("remote", remote_message(entry.value), by, entry.line)
            raise _RefusedError(error)

    def _follow(self, entry: Entry, by: str) -> None:
        name = _target(by, entry.value)
        self.found.places[name] = (by, entry.line)
        resolved = self._resolve(name, entry, by)
        if self._is_directory(resolved) and entry.role in {
            Role.RESOURCE,
            Role.PLUGIN,
            Role.DIRECTORY,
        }:
            self.directory(name, entry, by)
        elif not self._is_file(resolved):
            self._miss(name)
        elif entry.role is Role.DATA:
            self._load(resolved)
        elif entry.role is not Role.DIRECTORY:
            self._document(resolved, entry.role, by)

    def _document(self, path: str, role: Role, by: str) -> None:
        content = self._read(path)
        if role is not Role.PLUGIN:
            return
        refused = refuse_plugins(content)
        if refused is not None:
            raise _RefusedError(_placed(refused, path))
        for word in plugin_words(content):
            name = _target(by, word)
            if self._is_file(name) and not word.startswith("/"):
                self._read(self._resolve(name, None, by))

    def _read(self, path: str) -> bytes:
        content = self._load(path)
        refused = guard_documents(content, limits=self._limits)
        if refused is not None:
            raise _RefusedError(_placed(refused, path))
        return content

    def _load(self, path: str) -> bytes:
        content = self._overridden(path)
        if content is None:
            content = self._from_disk(path)
        self._too_long(path, len(content))
        digest = hashlib.sha256(content).hexdigest()
        for name in (path, *self._aliases(path)):
            self.found.files[name], self.found.reads[name] = content, digest
        return content

    def _overridden(self, path: str) -> bytes | None:
        text = self._overrides.get(path)
        return None if text is None else text.encode()

    def _from_disk(self, path: str) -> bytes:
        full = self._root / path
        try:
            size = full.stat().st_size
            if size > self._limits.file_bytes:
                with full.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                self.found.reads[path] = digest
            self._too_long(path, size)
            return full.read_bytes()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise _RefusedError(
                RenderError("kustomize", f"the file cannot be read: {reason}", path)
            ) from error

    def _too_long(self, path: str, size: int) -> None:
        limit = self._limits.file_bytes
        if size > limit:
            message = f"the file has {size} bytes, the limit is {limit}: split it"
            raise _RefusedError(RenderError("limit", message, path))

    def _resolve(self, name: str, entry: Entry | None, by: str) -> str:
        """The path with links followed, from the root; refuses what lies outside."""
        full = os.path.normpath(self._root / name)
        resolved = os.path.realpath(full)
        for path in (full, resolved):
            if path != str(self._root) and not path.startswith(f"{self._root}{os.sep}"):
                said = entry.value if entry else name
                message = f"{said} lies outside the repository: copy it into the repository"
                raise _RefusedError(
                    RenderError("kustomize", message, by, entry.line if entry else 0)
                )
        short = os.path.relpath(resolved, self._root)
        if os.path.normpath(name) != short:
            self._links[os.path.normpath(name)] = short
        return short

    def _aliases(self, path: str) -> list[str]:
        """The names that a path has through the links that were followed."""
        found = []
        for link, resolved in self._links.items():
            if path == resolved or path.startswith(f"{resolved}/"):
                found.append(link + path[len(resolved) :])
        return found

    def _miss(self, name: str) -> None:
        self.found.absent.update((name, *self._aliases(name)))

    def _is_file(self, name: str) -> bool:
        return name in self._overrides or (self._root / name).is_file()

    def _is_directory(self, name: str) -> bool:
        below = any(path.startswith(f"{name}/") for path in self._overrides)
        return below or (self._root / name).is_dir()


def _placed(error: RenderError, path: str) -> RenderError:
    return RenderError(error.kind, error.message, path, error.line)


def _target(kustomization: str, value: str) -> str:
    return os.path.normpath(PurePosixPath(kustomization).parent / value)


def _join(directory: str, name: str) -> str:
    return name if directory == "." else f"{directory}/{name}"
