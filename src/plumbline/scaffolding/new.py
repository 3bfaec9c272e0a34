"""A new repository: rendered beside its place, then renamed into it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.scaffolding.answers import validated
from plumbline.scaffolding.bake import context_of, render
from plumbline.scaffolding.errors import CannotCreate
from plumbline.scaffolding.template import Question, questions

_SLUG = "project_slug"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: where, how many files, from which answers, and what is left to do."""

    root: Path
    files: int
    answers: Mapping[str, str]
    notes: tuple[str, ...] = ()


def new(
    target: Path,
    *,
    answers: Mapping[str, str],
    template: Path,
    ask: Callable[[Question], str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Made:
    """A repository at `target`, whose last part is its `project_slug`.

    `ask` answers the questions that `answers` leaves open; without it the defaults do. The target
    may be an empty directory. `environment` is that of the hooks, by default our own.
    Raises CannotCreate; then nothing is left behind.
    """
    root = Path(os.path.abspath(target))  # noqa: PTH100 - resolve() would follow a link at the end
    _refuse_taken(root)
    asked = questions(template)
    given = validated({_SLUG: root.name, **answers}, asked)
    if given[_SLUG] != root.name:
        message = f'project_slug "{given[_SLUG]}" is not the name of the directory {root}: drop it'
        raise CannotCreate(message)
    if ask is not None:
        told = {question.name: ask(question) for question in asked if question.name not in given}
        given = validated({**given, **told}, asked)
    context = context_of(template, given)
    notes = _make(root, template, context, environment)
    return Made(
        root=root,
        files=sum(len(names) for names in _files(root)),
        answers={question.name: context["cookiecutter"][question.name] for question in asked},
        notes=tuple(notes.splitlines()),
    )


def _refuse_taken(root: Path) -> None:
    try:
        if root.is_symlink() or (root.exists() and not root.is_dir()):
            message = f"{root} exists and is not a directory: choose another place"
        elif root.is_dir() and any(root.iterdir()):
            message = f"{root} is not empty: choose another place, or empty it"
        elif not root.parent.is_dir():
            message = f"{root.parent} is not a directory: make it first, or choose another place"
        else:
            return
    except OSError as error:
        message = f"{root} cannot be looked into ({error.strerror}): choose another place"
        raise CannotCreate(message) from error
    raise CannotCreate(message)


def _make(
    root: Path,
    template: Path,
    context: Mapping[str, object],
    environment: Mapping[str, str] | None,
) -> str:
    scratch: Path | None = None
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
        made, notes = render(template, context, into=scratch, environment=environment)
        made.rename(root)
        _sync(root.parent)
    except OSError as error:
        message = f"{root} cannot be made ({error.strerror}): mend that or choose another place"
        raise CannotCreate(message) from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return notes


def _sync(directory: Path) -> None:
    """Makes a rename in this directory outlive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files(root: Path) -> list[list[str]]:
    """The names of the files in each directory, git's own left out."""
    found = []
    for _, directories, names in os.walk(root):
        directories[:] = [d for d in directories if d != ".git"]
        found.append(names)
    return found
