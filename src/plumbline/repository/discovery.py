"""Walks a working tree once: its YAML files and its kustomizations."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.findings import CannotCheck

KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_YAML = (".yaml", ".yml")
_SKIPPED = {"node_modules", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Tree:
    """The files that matter, POSIX paths from `root`, sorted.

    `kustomizations` maps a directory ("." is the root) to its kustomization file.
    """

    root: Path
    yaml_files: tuple[str, ...]
    kustomizations: Mapping[str, str]


def discover(root: Path) -> Tree:
    """Everything below `root` but hidden directories and links to directories.

    Raises CannotCheck where `root` is not a directory that can be listed.
    """
    if not root.is_dir():
        message = (
            f"{root} is not a directory: name the repository's root, as in `plumbline check .`"
        )
        raise CannotCheck(message)
    files = sorted(_walk(os.fspath(root)))
    _refuse_unspeakable(files)
    directories: dict[str, str] = {}
    for name in KUSTOMIZATION_NAMES:
        for file in files:
            directory, _, base = file.rpartition("/")
            if base == name:
                directories.setdefault(directory or ".", file)
    chosen = set(directories.values())
    yaml_files = tuple(f for f in files if f.endswith(_YAML) or f in chosen)
    return Tree(root, yaml_files, dict(sorted(directories.items())))


def _walk(root: str) -> list[str]:
    found: list[str] = []
    waiting = [(root, "")]
    while waiting:
        directory, prefix = waiting.pop()
        for entry in _entries(directory):
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if not name.startswith(".") and name not in _SKIPPED:
                    waiting.append((entry.path, f"{prefix}{name}/"))
            elif name.endswith(_YAML) or name in KUSTOMIZATION_NAMES:
                found.append(prefix + name)
    return found


def _entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except OSError as error:
        message = f"{directory} cannot be listed ({error.strerror}): make it readable"
        raise CannotCheck(message) from error


def _refuse_unspeakable(files: list[str]) -> None:
    """No report can hold a name that is not text."""
    for file in files:
        try:
            file.encode()
        except UnicodeEncodeError as error:
            message = f"the name of {file!a} is not UTF-8: rename it"
            raise CannotCheck(message) from error
