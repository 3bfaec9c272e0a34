"""Turns what a validator dislikes into sentences that a person can act on."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import jsonschema_rs
from jsonschema_rs import ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from plumbline.schemas.model import Schema, SchemaProblem
from plumbline.schemas.words import (
    choice,
    concealed,
    counted,
    nearest,
    pointer,
    shown,
    subject,
    suggestion,
    types_in_words,
)

Path: TypeAlias = Sequence[str | int]
Show: TypeAlias = Callable[[Any], str]

MOST = 5

WORDS: dict[type[Kind], str] = {
    Kind.Minimum: "at least {}",
    Kind.Maximum: "at most {}",
    Kind.ExclusiveMinimum: "more than {}",
    Kind.ExclusiveMaximum: "less than {}",
    Kind.MinLength: "at least {} characters",
    Kind.MaxLength: "at most {} characters",
    Kind.MinItems: "at least {} items",
    Kind.MaxItems: "at most {} items",
    Kind.MinProperties: "at least {} fields",
    Kind.MaxProperties: "at most {} fields",
    Kind.MultipleOf: "a multiple of {}",
    Kind.Format: "the format {}",
    Kind.Pattern: "a string like {}",
    Kind.UniqueItems: "a list without repetitions",
    Kind.OneOfMultipleValid: "only one of several alternatives",
    Kind.Not: "something that the schema does not exclude",
    Kind.FalseSchema: "nothing",
}
TITLED = (
    Kind.Pattern,
    Kind.Format,
    Kind.Constant,
    Kind.OneOfMultipleValid,
    Kind.Not,
    Kind.FalseSchema,
)


def explain(
    schema: Schema, errors: Iterable[ValidationError], *, secret: Sequence[str] = ()
) -> tuple[SchemaProblem, ...]:
    """Up to five distinct problems, in the order of the places.

    Values at or below the top-level fields named by `secret` are not repeated in messages.
    """
    found: dict[tuple[str, str], SchemaProblem] = {}
    for error in errors:
        for problem in problems_of(schema, error, secret):
            found.setdefault((problem.path, problem.message), problem)
    return tuple(sorted(found.values(), key=lambda problem: (problem.path, problem.message))[:MOST])


def problems_of(
    schema: Schema, error: ValidationError, secret: Sequence[str]
) -> Iterator[SchemaProblem]:
    """The problems behind one error of the validator."""
    kind, path = error.kind, error.instance_path
    show = concealed if path and path[0] in secret else shown
    if isinstance(kind, Kind.AnyOf | Kind.OneOfNotValid):
        yield from branch_problems(schema, error, secret)
    elif isinstance(kind, Kind.AdditionalProperties | Kind.UnevaluatedProperties):
        names = known_names(schema, error.schema_path)
        for name in kind.unexpected:
            message = f'unknown field "{name}"{suggestion(name, names)}'
            yield SchemaProblem(pointer([*path, name]), message, known_in_words(name, names))
    elif isinstance(kind, Kind.Required):
        message = f'missing required field "{kind.property}"'
        yield SchemaProblem(pointer(path), message, f'a field "{kind.property}"')
    elif isinstance(kind, Kind.PropertyNames):
        name = str(kind.error.instance)
        wanted = expectation(schema, kind.error)
        yield SchemaProblem(
            pointer([*path, name]), f'field name "{name}": expected {wanted}', wanted
        )
    else:
        yield plain_problem(schema, error, show)


def plain_problem(schema: Schema, error: ValidationError, show: Show) -> SchemaProblem:
    """`replicas is "three": expected an integer`."""
    wanted = expectation(schema, error)
    value = error.instance
    hint = quoting(error, show) or near_option(error)
    message = f"{subject(error.instance_path)} is {show(value)}: expected {wanted}{hint}"
    return SchemaProblem(pointer(error.instance_path), message, wanted)


def expectation(schema: Schema, error: ValidationError) -> str:
    """What a value should have been: the schema's own words, else those of the keyword."""
    kind = error.kind
    if isinstance(kind, Kind.Type):
        return types_in_words(kind.types)
    if isinstance(kind, Kind.Contains):
        return title(node_at(schema, error.schema_path)) or "an item that is not there"
    if isinstance(kind, TITLED) and (words := title(node_at(schema, error.schema_path[:-1]))):
        return words
    if isinstance(kind, Kind.Enum):
        options = [shown(option) for option in kind.options if option is not None]
        return options[0] if len(options) == 1 else f"one of {choice(options)}"
    if isinstance(kind, Kind.Constant):
        return shown(kind.expected_value)
    wording = WORDS.get(type(kind))
    return counted(wording, kind.value) if wording else error.message


def quoting(error: ValidationError, show: Show) -> str:
    """The commonest slip: quotes around a number, or none around a string."""
    kind, value = error.kind, error.instance
    if not isinstance(kind, Kind.Type) or show is concealed:
        return ""
    if "string" in kind.types and isinstance(value, bool | int):
        return f': write "{json.dumps(value)}"'
    if "string" in kind.types and isinstance(value, float):
        return ": put it in quotes"  # 1.30 arrives as 1.3: what was written is not known here
    if not isinstance(value, str):
        return ""
    bare = value.strip()
    number = {"integer", "number"} & set(kind.types) and bare.removeprefix("-").isdecimal()
    if number or ("boolean" in kind.types and bare in ("true", "false")):
        return f": write {bare} without quotes"
    return ""


def near_option(error: ValidationError) -> str:
    """The option that a misspelt value is nearest to."""
    kind, value = error.kind, error.instance
    if not isinstance(kind, Kind.Enum) or not isinstance(value, str):
        return ""
    options = [option for option in kind.options if isinstance(option, str)]
    return suggestion(value, options) if len(options) > 1 else ""


def branch_problems(
    schema: Schema, error: ValidationError, secret: Sequence[str]
) -> Iterator[SchemaProblem]:
    """Of alternatives, what is wrong with the one that the value resembles most."""
    kind = error.kind
    branches = kind.context if isinstance(kind, Kind.AnyOf | Kind.OneOfNotValid) else []
    depth = len(error.instance_path)
    fitting = [branch for branch in branches if branch and not wrong_type(branch, depth)]
    if fitting:
        best = min(fitting, key=lambda branch: remoteness(branch, depth))
        yield from merged(schema, best, fitting, secret)
        return
    types = {
        name
        for branch in branches
        for one in branch
        if isinstance(one.kind, Kind.Type)
        for name in one.kind.types
    }
    show = concealed if error.instance_path and error.instance_path[0] in secret else shown
    wanted = types_in_words(types) if types else "something else"
    message = f"{subject(error.instance_path)} is {show(error.instance)}: expected {wanted}"
    yield SchemaProblem(pointer(error.instance_path), message, wanted)


def merged(
    schema: Schema,
    best: list[ValidationError],
    fitting: list[list[ValidationError]],
    secret: Sequence[str],
) -> Iterator[SchemaProblem]:
    """The best branch's problems; alternatives that each miss one field are named together."""
    missing = [
        branch[0].kind.property
        for branch in fitting
        if len(branch) == 1 and isinstance(branch[0].kind, Kind.Required)
    ]
    if len(best) == 1 and len(missing) > 1 and isinstance(best[0].kind, Kind.Required):
        names = choice([f'"{name}"' for name in dict.fromkeys(missing)])
        wanted = f"one of the fields {names}"
        yield SchemaProblem(pointer(best[0].instance_path), f"missing one of {names}", wanted)
        return
    for error in best:
        yield from problems_of(schema, error, secret)


def wrong_type(branch: list[ValidationError], depth: int) -> bool:
    """Whether an alternative is for another type of value altogether."""
    return any(
        isinstance(error.kind, Kind.Type) and len(error.instance_path) == depth for error in branch
    )


def remoteness(branch: list[ValidationError], depth: int) -> tuple[bool, int, int]:
    """How far a value is from an alternative: a wrong discriminator counts most, then errors."""
    discriminated = any(
        isinstance(error.kind, Kind.Constant | Kind.Enum) and len(error.instance_path) == depth + 1
        for error in branch
    )
    return discriminated, len(branch), -max(len(error.instance_path) for error in branch)


def known_names(schema: Schema, schema_path: Path) -> list[str]:
    """The properties that the closed object at `schema_path` knows."""
    node = node_at(schema, schema_path[:-1])
    return sorted(node.get("properties", ())) if isinstance(node, dict) else []


def known_in_words(name: str, names: Sequence[str]) -> str:
    """What an unknown field might have been."""
    near = nearest(name, names)
    return f'"{near}"' if near else ("one of " + ", ".join(names) if names else "no such field")


def title(node: Any) -> str:
    """The title of a part of a schema, which says in words what its keywords check."""
    return str(node.get("title", "")) if isinstance(node, dict) else ""


def node_at(schema: Schema, schema_path: Path) -> Any:
    """The part of a schema at a path, which the validator gives with references resolved."""
    node: Any = schema
    for step in schema_path:
        if isinstance(node, dict):
            node = node.get(str(step))
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def compiled(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    """The fast validator of a self-contained schema; it never fetches what a reference names.

    Formats are checked: only our own schemas have any, so that a day is a day of the calendar.
    Raises jsonschema_rs.ValidationError for what is not a schema.
    """
    return jsonschema_rs.Draft202012Validator(schema, offline=True, validate_formats=True)
