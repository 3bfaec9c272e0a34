"""Answers to the template's questions: read, and refused where they fit no question."""

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from plumbline.scaffolding.errors import CannotCreate
from plumbline.scaffolding.template import Question
from plumbline.yaml import Limits, read

_LIMITS = Limits(file_bytes=1024 * 1024, depth=8, documents=2)
_MARKERS = ("{{", "{%", "{#")


def parse_set(text: str) -> tuple[str, str]:
    """`key=value` as a pair; the value may hold further equals signs. Raises CannotCreate."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        message = f'--set "{text}" is not key=value: write it as in --set team=fraud'
        raise CannotCreate(message)
    return key.strip(), value


def answers_from_file(path: Path) -> dict[str, str]:
    """The mapping of questions to answers in a YAML file. Raises CannotCreate."""
    try:
        reading = read(path.read_bytes(), _LIMITS)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): name a file of answers"
        raise CannotCreate(message) from error
    harmless = {"raw-rendered"} if reading.documents else {"lost-document"}
    blocking = [hazard for hazard in reading.hazards if hazard.kind not in harmless]
    if blocking:
        message = f"{path}:{blocking[0].line}: {blocking[0].message}"
        raise CannotCreate(message)
    if len(reading.values) != 1 or not isinstance(reading.values[0], dict):
        message = f"{path} is not one mapping of questions to answers: write lines as team: fraud"
        raise CannotCreate(message)
    for key, value in reading.values[0].items():
        if not isinstance(value, str):
            mark = reading.documents[0].locate(f"/{key}")
            message = f'{path}:{mark.line}: {key} is not text: write it in quotes, as {key}: "…"'
            raise CannotCreate(message)
    return {str(key): value for key, value in reading.values[0].items()}


def validated(answers: Mapping[str, str], asked: Sequence[Question]) -> dict[str, str]:
    """The same answers, each to a question that is asked and among its choices.

    Raises CannotCreate with the nearest name. What a text may hold is judged by the template's own
    hook, so that plain cookiecutter judges the same.
    """
    by_name = {question.name: question for question in asked}
    for name, value in answers.items():
        question = by_name.get(name)
        if question is None:
            message = f'no question is called "{name}"{_nearest(name, list(by_name))}'
            raise CannotCreate(message)
        if question.choices and value not in question.choices:
            choices = ", ".join(question.choices)
            near = _nearest(value, question.choices)
            message = f"{name} {_quoted(value)}: choose one of {choices}{near}"
            raise CannotCreate(message)
        if any(marker in value for marker in _MARKERS):
            message = f"{name} {_quoted(value)}: leave out the template marks {{{{, {{% and {{#"
            raise CannotCreate(message)
    return dict(answers)


def _nearest(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
