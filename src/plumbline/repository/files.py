"""The contents of a repository's files, each read once a run."""

import os
from pathlib import Path

from plumbline.yaml import Hazard, Limits, Reading, read


class Files:
    """Readings of files by their POSIX path from the root; missing ones are hazards."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root = root
        self.limits = limits
        self._prefix = os.path.join(root, "")  # noqa: PTH118
        self._contents: dict[str, bytes | OSError] = {}
        self._readings: dict[str, Reading] = {}

    def within(self, limits: Limits) -> "Files":
        """The same contents, to be read within other limits."""
        other = Files(self.root, limits)
        for file, content in self._contents.items():
            if isinstance(content, bytes) and len(content) <= self.limits.file_bytes:
                other._contents[file] = content
        return other

    def content(self, file: str) -> bytes:
        """The bytes of a file, one more than the limit at most. Raises OSError."""
        found = self._contents.get(file)
        if found is None:
            try:
                with open(self._prefix + file, "rb") as stream:  # noqa: PTH123 - thousands a run
                    found = stream.read(self.limits.file_bytes + 1)
            except OSError as error:
                found = error
            self._contents[file] = found
        if isinstance(found, OSError):
            raise found
        return found

    def size(self, file: str) -> int:
        """The bytes of a file, 0 where it cannot be read."""
        try:
            return len(self.content(file))
        except OSError:
            return 0

    def reading(self, file: str) -> Reading:
        """The documents and hazards of a YAML file."""
        if file not in self._readings:
            self._readings[file] = self._read(file)
        return self._readings[file]

    def _read(self, file: str) -> Reading:
        try:
            return read(self.content(file), self.limits)
        except OSError as error:
            return Reading((), (Hazard("unreadable", f"cannot be read: {error.strerror}", 1, 1),))
