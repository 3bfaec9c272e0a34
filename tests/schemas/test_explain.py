"""Words for every keyword that our schemas use."""

from typing import Any

import pytest

from plumbline.schemas import Schema, check, nearest
from plumbline.schemas.words import choice, pointer, shown, subject

ALTERNATIVES: Schema = {
    "properties": {
        "source": {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"type": {"const": "git"}, "url": {"type": "string"}},
                    "required": ["type", "url"],
                },
                {
                    "type": "object",
                    "properties": {"type": {"const": "disk"}, "size": {"type": "integer"}},
                    "required": ["type", "size"],
                },
            ]
        }
    }
}

CASES: dict[str, tuple[Schema, Any, str, str]] = {
    "no-branch-has-the-type": (
        ALTERNATIVES,
        {"source": 3},
        "/source",
        "source is 3: expected a mapping or a string",
    ),
    "the-branch-that-is-meant": (
        ALTERNATIVES,
        {"source": {"type": "disk", "size": "3"}},
        "/source/size",
        'size is "3": expected an integer: write 3 without quotes',
    ),
    "branches-that-each-miss-a-field": (
        {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {},
        "",
        'missing one of "a" or "b"',
    ),
    "two-branches-at-once": (
        {"title": "a or b", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": 1, "b": 1},
        "",
        "the object is a mapping: expected a or b",
    ),
    "two-branches-without-title": (
        {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": 1, "b": 1},
        "",
        "the object is a mapping: expected only one of several alternatives",
    ),
    "enum": (
        {"properties": {"effect": {"enum": ["NoSchedule", "NoExecute", None]}}},
        {"effect": "NoShedule"},
        "/effect",
        'effect is "NoShedule": expected one of "NoSchedule" or "NoExecute": '
        'did you mean "NoSchedule"?',
    ),
    "constant": (
        {"properties": {"a": {"const": 1}}},
        {"a": 2},
        "/a",
        "a is 2: expected 1",
    ),
    "pattern": (
        {"properties": {"a": {"pattern": "^x+$"}}},
        {"a": "y"},
        "/a",
        'a is "y": expected a string like ^x+$',
    ),
    "pattern-with-title": (
        {"properties": {"a": {"pattern": "^x+$", "title": "some x"}}},
        {"a": "y"},
        "/a",
        'a is "y": expected some x',
    ),
    "format": ({"format": "date"}, "x", "", 'the object is "x": expected the format date'),
    "one-item": ({"minItems": 1}, [], "", "the object is an empty list: expected at least 1 item"),
    "two-fields": (
        {"minProperties": 2},
        {"a": 1},
        "",
        "the object is a mapping: expected at least 2 fields",
    ),
    "too-long": (
        {"maxLength": 3},
        "x" * 100,
        "",
        f'the object is "{"x" * 58}…: expected at most 3 characters',
    ),
    "repeated-items": (
        {"uniqueItems": True},
        [1, 1],
        "",
        "the object is a list: expected a list without repetitions",
    ),
    "contained-item": (
        {"contains": {"const": 1, "title": "a one"}},
        [2],
        "",
        "the object is a list: expected a one",
    ),
    "field-name": (
        {"propertyNames": {"pattern": "^x$", "title": "only x"}},
        {"y": 1},
        "/y",
        'field name "y": expected only x',
    ),
    "exclusion": (
        {"not": {"required": ["a"]}, "title": "no a"},
        {"a": 1},
        "",
        "the object is a mapping: expected no a",
    ),
    "false-schema": (
        {"properties": {"a": False}},
        {"a": 1},
        "/a",
        "a is 1: expected nothing",
    ),
    "multiple": ({"multipleOf": 4}, 6, "", "the object is 6: expected a multiple of 4"),
    "nested-list": (
        {"items": {"items": {"type": "string"}}},
        [[None]],
        "/0/0",
        "0[0] is null: expected a string",
    ),
}


@pytest.mark.parametrize(("schema", "value", "path", "message"), CASES.values(), ids=CASES)
def test_words(schema: Schema, value: Any, path: str, message: str) -> None:
    problems = check(schema, value)
    assert [(problem.path, problem.message) for problem in problems] == [(path, message)]


def test_the_same_words_are_said_once() -> None:
    schema = {"allOf": [{"type": "string"}, {"type": "string"}]}
    assert len(check(schema, 1)) == 1
    assert check(schema, "good") == ()


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("imagee", ["image", "name"], "image"),
        ("IMAGE", ["image", "imago"], "image"),
        ("zzz", ["image", "name"], None),
        ("x", [], None),
    ],
    ids=["near", "other-case", "far", "nothing-known"],
)
def test_nearest(word: str, known: list[str], found: str | None) -> None:
    assert nearest(word, known) == found


def test_places_and_values() -> None:
    assert pointer([]) == ""
    assert pointer(["a/b", 0, "c~d"]) == "/a~1b/0/c~0d"
    assert subject(["spec", "containers", 2]) == "containers[2]"
    assert shown("é") == '"é"'
    assert choice(["a", "b", "c"]) == "a, b or c"
