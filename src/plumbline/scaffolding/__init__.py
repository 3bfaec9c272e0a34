"""Makes a new repository from the template: all of it or nothing."""

from plumbline.scaffolding.answers import answers_from_file, parse_set
from plumbline.scaffolding.errors import CannotCreate
from plumbline.scaffolding.new import Made, new
from plumbline.scaffolding.template import Question, find_template, questions

__all__ = [
    "CannotCreate",
    "Made",
    "Question",
    "answers_from_file",
    "find_template",
    "new",
    "parse_set",
    "questions",
]
