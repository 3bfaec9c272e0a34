"""Which schema judges an object, and its verdict."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError

from plumbline.schemas.bundle import FOLDER, Kubernetes
from plumbline.schemas.explain import compiled, explain
from plumbline.schemas.model import Judgement, KindKey, Schema, SchemaProblem, Status
from plumbline.schemas.own import open_schemas, own_digest, own_schemas
from plumbline.schemas.words import shown, subject

LIST: KindKey = ("v1", "List")
SECRET_FIELDS = {("v1", "Secret"): ("data", "stringData")}


@runtime_checkable
class Digested(Protocol):
    """Schemas that know their own digest, so that asking for it converts none of them."""

    def digest(self) -> str:
        """SHA-256 (hex) of what the schemas are made from."""


@dataclass(frozen=True, slots=True)
class Judge:
    """One kind's schema, compiled once, and the verdict on whatever it accepts."""

    schema: Schema
    validator: Draft202012Validator
    accepted: Judgement
    secret: tuple[str, ...] = ()

    def explain(self, value: Any) -> Judgement:
        """The verdict on a value that the validator refused."""
        problems = explain(self.schema, self.validator.iter_errors(value), secret=self.secret)
        return Judgement(Status.INVALID, problems, self.accepted.judge)


class SchemaStore:
    """Judges objects: by Kubernetes, the tree's CRDs, our own kinds, our open schemas.

    `custom` maps `(apiVersion, kind)` to the schema of a CRD in the tree. Each kind's schema is
    compiled once. Raises CannotCheck for a Kubernetes version that is not bundled.
    """

    def __init__(
        self,
        kubernetes_version: str,
        *,
        custom: Mapping[KindKey, Schema] | None = None,
        folder: Path = FOLDER,
    ) -> None:
        self.kubernetes = Kubernetes(kubernetes_version, folder=folder)
        self._custom: Mapping[KindKey, Schema] = {} if custom is None else custom
        self._judges: dict[KindKey, Judge] = {}
        self._refusals: dict[KindKey, Judgement] = {}

    def judge(self, value: Any) -> Judgement:
        """The verdict on one object; never raises for input."""
        try:
            key = (value["apiVersion"], value["kind"])
            judge = self._judges.get(key)
        except (KeyError, TypeError, IndexError):
            return nameless(value)
        if judge is None:
            judge = self._appoint(key)
            if judge is None:
                return self._refuse(key, value)
        try:
            if judge.validator.is_valid(value):
                return judge.accepted
            return judge.explain(value)
        except ValueError as error:
            return invalid("", f"{' '.join(key)} holds what JSON cannot say: {error}")

    def digest(self) -> str:
        """SHA-256 (hex) of everything that judges here, for cache keys."""
        custom = self._custom
        if isinstance(custom, Digested):
            custom_digest = custom.digest()
        else:
            pairs = sorted((" ".join(key), schema) for key, schema in custom.items())
            text = orjson.dumps(pairs, option=orjson.OPT_SORT_KEYS)
            custom_digest = hashlib.sha256(text).hexdigest()
        parts = (self.kubernetes.version, self.kubernetes.digest(), own_digest(), custom_digest)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _appoint(self, key: KindKey) -> Judge | None:
        """The judge of a kind, the nearest source first; None when there is none."""
        if key in self._refusals:
            return None
        name, schema, status = self._find(key)
        if schema is None:
            return None
        try:
            validator = compiled(schema)
        except ValidationError as error:
            words = f"the schema of {' '.join(key)} ({name}) cannot be used: {first_line(error)}"
            self._refusals[key] = Judgement(Status.UNKNOWN, (SchemaProblem("/kind", words),), name)
            return None
        judge = Judge(schema, validator, Judgement(status, (), name), SECRET_FIELDS.get(key, ()))
        self._judges[key] = judge
        return judge

    def _find(self, key: KindKey) -> tuple[str, Schema | None, Status]:
        if schema := self.kubernetes.schema(key):
            return f"Kubernetes {self.kubernetes.version}", schema, Status.STRICT
        if key in self._custom:
            return "CRD in the repository", self._custom[key], Status.STRICT
        if key in own_schemas():
            return "Plumbline", own_schemas()[key], Status.STRICT
        return "Plumbline (open)", open_schemas().get(key), Status.LOOSE

    def _refuse(self, key: KindKey, value: Any) -> Judgement:
        """The verdict on an object whose kind has no judge."""
        if key == LIST:
            return self._judge_list(value)
        if not all(isinstance(part, str) and part for part in key):
            return nameless(value)
        if key not in self._refusals:
            self._refusals[key] = self._refusal(key)
        return self._refusals[key]

    def _refusal(self, key: KindKey) -> Judgement:
        api_version, kind = key
        problem = self.kubernetes.refusal(key)
        if problem is None:
            words = f"no schema for {api_version} {kind} here, and no CRD in the repository"
            return Judgement(Status.UNKNOWN, (SchemaProblem("/kind", words),))
        status = Status.UNSERVED if key in self.kubernetes.history else Status.INVALID
        return Judgement(status, (problem,), f"Kubernetes {self.kubernetes.version}")

    def _judge_list(self, value: dict[str, Any]) -> Judgement:
        """`v1 List`: each item for itself; the gravest verdict, the problems of all."""
        items = value.get("items") or []
        if not isinstance(items, list):
            return invalid("/items", f"items is {shown(items)}: expected a list")
        gravest = Judgement(Status.STRICT, (), "each item's schema")
        problems: list[SchemaProblem] = []
        for index, item in enumerate(items):
            judged = self.judge(item)
            gravest = max(gravest, judged, key=lambda one: GRAVITY.index(one.status))
            problems += [
                SchemaProblem(f"/items/{index}{problem.path}", problem.message, problem.expected)
                for problem in judged.problems
            ]
        return Judgement(gravest.status, tuple(problems), gravest.judge)


GRAVITY = [Status.STRICT, Status.LOOSE, Status.UNKNOWN, Status.UNSERVED, Status.INVALID]


def check(schema: Schema, value: Any) -> tuple[SchemaProblem, ...]:
    """What is wrong with one value by one schema: for documents that are no Kubernetes objects."""
    validator = compiled(schema)
    try:
        return explain(schema, validator.iter_errors(value))
    except ValueError as error:
        return (SchemaProblem("", f"the document holds what JSON cannot say: {error}"),)


def nameless(value: Any) -> Judgement:
    """The verdict on what does not say what it is."""
    if not isinstance(value, dict):
        return invalid("", f"the object is {shown(value)}: expected a mapping")
    for field in ("apiVersion", "kind"):
        found = value.get(field)
        if found is None or found == "":
            return invalid("", f'missing required field "{field}"', f'a field "{field}"')
        if not isinstance(found, str):
            path = f"/{field}"
            hint = f': write "{shown(found)}"' if isinstance(found, bool | int | float) else ""
            words = f"{subject([field])} is {shown(found)}: expected a string{hint}"
            return invalid(path, words, "a string")
    raise AssertionError(f"an object with apiVersion and kind was called nameless: {value!r}")


def invalid(path: str, message: str, expected: str = "") -> Judgement:
    """An INVALID verdict with one problem."""
    return Judgement(Status.INVALID, (SchemaProblem(path, message, expected),))


def first_line(error: Exception) -> str:
    """The first line of an exception's words."""
    return str(error).splitlines()[0]
