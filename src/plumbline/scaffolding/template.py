"""Where the template lies and what it asks."""

import json
from dataclasses import dataclass
from pathlib import Path

from plumbline.scaffolding.errors import CannotCreate

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the template; without `choices` any text may answer it."""

    name: str
    prompt: str
    default: str
    choices: tuple[str, ...] = ()


def find_template(package: Path = _PACKAGE) -> Path:
    """The folder that holds cookiecutter.json: in the wheel, or the checkout that `package` is in.

    Raises CannotCreate where neither has one.
    """
    for folder in (package / "_data" / "template", package.parents[1]):
        if (folder / "cookiecutter.json").is_file():
            return folder
    message = f"{package} has no template beside it: install plumbline again"
    raise CannotCreate(message)


def questions(template: Path) -> tuple[Question, ...]:
    """What the template asks, in its order. Raises CannotCreate where it cannot be read."""
    file = template / "cookiecutter.json"
    try:
        asked = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = f"{file} is not a template's list of questions ({error}): install plumbline again"
        raise CannotCreate(message) from error
    prompts = asked.get("__prompts__", {})
    return tuple(
        Question(
            name=name,
            prompt=prompts.get(name, name),
            default=value[0] if isinstance(value, list) else value,
            choices=tuple(value) if isinstance(value, list) else (),
        )
        for name, value in asked.items()
        if not name.startswith("_")
    )
