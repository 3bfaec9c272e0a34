"""What the files of a tree are right now: their digests, and which paths exist."""

import hashlib
import os
from collections.abc import Iterable, Mapping

from plumbline.rendering import Rendering
from plumbline.repository import Files


class Snapshot:
    """Digests by content only: neither size nor time stamp of a file is ever believed."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._prefix = os.path.join(files.root, "")  # noqa: PTH118 - pathlib is slow by thousands
        self._digests: dict[str, str] = {}
        self._existing: dict[str, bool] = {}
        self._links: dict[str, bool] = {}

    def digest(self, file: str) -> str:
        """SHA-256 (hex) of a file's content, or "" where it cannot be read."""
        found = self._digests.get(file)
        if found is None:
            found = self._digests[file] = self._measure(file)
        return found

    def _measure(self, file: str) -> str:
        try:
            content = self._files.content(file)
            if len(content) <= self._files.limits.file_bytes:
                return hashlib.sha256(content).hexdigest()
            with (self._files.root / file).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return ""

    def exists(self, path: str) -> bool:
        """Whether anything stands at a path; a broken link leads to nothing."""
        found = self._existing.get(path)
        if found is None:
            found = self._existing[path] = os.path.exists(  # noqa: PTH110
                self._prefix + path
            )
        return found

    def is_link(self, path: str) -> bool:
        """Whether a path is a link now; what was read as a file was none."""
        found = self._links.get(path)
        if found is None:
            found = self._links[path] = os.path.islink(self._prefix + path)  # noqa: PTH114
        return found

    def holds(self, path: str, mark: str) -> bool:
        """Whether a path is what a mark says: a directory, a file, a link that leads there."""
        full = self._prefix + path
        if mark == "directory":
            return os.path.isdir(full)  # noqa: PTH112
        if mark == "file":
            return os.path.isfile(full) and not self.is_link(path)  # noqa: PTH113
        try:
            real = os.path.realpath(full, strict=True)
        except OSError:
            return mark == "-> ?"
        root = os.path.join(os.path.realpath(self._files.root), "")  # noqa: PTH118
        return mark == (f"-> {real.removeprefix(root)}" if real.startswith(root) else "-> ?")

    def state(self, reads: Iterable[str], absent: Iterable[str]) -> str:
        """The state of a read set as it is now; differs where any file or absence differs."""
        return state_of(
            {file: "link" if self.is_link(file) else self.digest(file) for file in reads},
            [path for path in absent if not self.exists(path)],
        )


def state_of(reads: Mapping[str, str], absent: Iterable[str]) -> str:
    """SHA-256 (hex) over files with their digests and over absent paths, each sorted."""
    parts = [f"{file}\0{reads[file]}" for file in sorted(reads)]
    parts += ["", *sorted(absent)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


_HEX_DIGITS = 64


def state_and_marks(rendering: Rendering) -> tuple[str, dict[str, str]]:
    """The state of a rendering's read set, and what of it were no files."""
    marks = {p: mark for p, mark in rendering.reads.items() if len(mark) != _HEX_DIGITS}
    files = {p: digest for p, digest in rendering.reads.items() if p not in marks}
    return state_of(files, rendering.absent), marks
