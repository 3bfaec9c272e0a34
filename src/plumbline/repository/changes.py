"""What git says has changed since a commit."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from plumbline.findings import CannotCheck


def changed_since(root: Path, ref: str) -> frozenset[str]:
    """Files below `root` (POSIX, from it) that differ from a commit in the working tree.

    Deleted and untracked files are among them, and both names of a renamed one. Raises CannotCheck
    where git cannot tell.
    """
    if ref.startswith("-"):
        message = f"--changed-since {ref}: name a branch, a tag or a commit"
        raise CannotCheck(message)
    differing = _git(
        root, ref, "diff", "--name-only", "--no-renames", "--relative", "-z", ref, "--"
    )
    untracked = _git(root, ref, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(name for name in (differing + untracked).split("\0") if name)


def held_at(root: Path, ref: str, files: Iterable[str], words: str) -> bool:
    """Whether any of the files held the words at a commit."""
    paths = sorted(files)
    if not paths:
        return False
    flags = ("grep", "--quiet", "--fixed-strings", "-e", words, ref, "--")
    command = ["git", "-C", str(root), *flags, *(f":(literal){path}" for path in paths)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _git(root: Path, ref: str, *arguments: str) -> str:
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        message = f"--changed-since needs git, which does not start ({error.strerror}): install it"
        raise CannotCheck(message) from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = words[0] if words else f"exit code {done.returncode}"
        message = (
            f"--changed-since {ref}: git cannot compare with it ({why}): fetch the commit, "
            "or name another one"
        )
        raise CannotCheck(message)
    return done.stdout.decode("utf-8", "surrogateescape")
