"""What the files of a tree are right now: their digests, and which paths exist."""

import hashlib
import os
from collections.abc import Iterable, Mapping

from plumbline.repository import Files


class Snapshot:
    """Digests by content only: neither size nor time stamp of a file is ever believed."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._prefix = os.path.join(files.root, "")  # noqa: PTH118 - pathlib is slow by thousands
        self._digests: dict[str, str] = {}
        self._existing: dict[str, bool] = {}

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
        """Whether anything, also a broken link, stands at a path."""
        found = self._existing.get(path)
        if found is None:
            found = self._existing[path] = os.path.lexists(self._prefix + path)
        return found

    def state(self, reads: Iterable[str], absent: Iterable[str]) -> str:
        """The state of a read set as it is now; differs where any file or absence differs."""
        return state_of(
            {file: self.digest(file) for file in reads},
            [path for path in absent if not self.exists(path)],
        )


def state_of(reads: Mapping[str, str], absent: Iterable[str]) -> str:
    """SHA-256 (hex) over files with their digests and over absent paths, each sorted."""
    parts = [f"{file}\0{reads[file]}" for file in sorted(reads)]
    parts += ["", *sorted(absent)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
