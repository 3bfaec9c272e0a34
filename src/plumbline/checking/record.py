"""One overlay's analysis as it is kept: in the cache, and in the files of shards."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeAlias

import orjson
from jsonschema_rs import Draft202012Validator

from plumbline.checking.analysis import Analysis, Tally
from plumbline.checking.snapshot import Snapshot
from plumbline.facts.encoding import overlay_from
from plumbline.findings import Location, ObjectId, Problem, Related
from plumbline.rendering import Place
from plumbline.schemas import compiled, named_schema

PlaceKey: TypeAlias = tuple[ObjectId, str]
"""An object of the overlay, and a JSON pointer in it."""


@dataclass(frozen=True, slots=True)
class Record:
    """An analysis, what it depends on, and the places that were found so far.

    `state` is the digest of `reads` and `absent` as they were when the overlay was rendered;
    `marks` are those of `reads` that were no files, and what they were instead.
    """

    analysis: Analysis
    reads: tuple[str, ...]
    absent: tuple[str, ...]
    state: str
    marks: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[PlaceKey, Place] = field(default_factory=dict)

    def is_present(self, snapshot: Snapshot) -> bool:
        """Whether everything that the analysis depends on is as it was."""
        files = (file for file in self.reads if file not in self.marks)
        return snapshot.state(files, self.absent) == self.state and all(
            snapshot.holds(path, mark) for path, mark in self.marks.items()
        )


def encode_record(record: Record) -> bytes:
    """A record as JSON, without what its key says."""
    analysis = record.analysis
    return orjson.dumps(
        {
            "reads": record.reads,
            "absent": record.absent,
            "marks": record.marks,
            "problems": [[rule, encode_problem(problem)] for rule, problem in analysis.problems],
            "facts": replace(analysis.facts, overlay="", reads=()),
            "tally": analysis.tally,
            "place": analysis.place,
            "line": analysis.line,
            "places": [
                [
                    _id(subject),
                    path,
                    _location(place.location),
                    [_related(r) for r in place.related],
                ]
                for (subject, path), place in record.places.items()
            ],
        }
    )


def decode_record(overlay: str, state: str, body: Mapping[str, Any]) -> Record:
    """A record from JSON that `is_record` accepted."""
    reads = tuple(body["reads"])
    facts = overlay_from({**body["facts"], "overlay": overlay, "reads": reads})
    analysis = Analysis(
        overlay=overlay,
        problems=tuple((rule, decode_problem(value)) for rule, value in body["problems"]),
        facts=facts,
        tally=Tally(**body["tally"]),
        place=body["place"],
        line=body["line"],
    )
    places = {
        (ObjectId(*subject), path): Place(
            Location(*location), tuple(Related(Location(*at), words) for at, words in related)
        )
        for subject, path, location, related in body["places"]
    }
    return Record(analysis, reads, tuple(body["absent"]), state, body["marks"], places)


def is_record(body: Any) -> bool:
    """Whether a value from outside has the shape of an encoded record."""
    return _validator("record").is_valid(body)


def is_source(body: Any) -> bool:
    """Whether a value from outside has the shape of what is kept of a source."""
    return _validator("source").is_valid(body)


@cache
def _validator(name: str) -> Draft202012Validator:
    definitions = named_schema("shard")["$defs"]
    return compiled({**definitions[name], "$defs": definitions})


def encode_problem(problem: Problem) -> list[Any]:
    """A problem as a list: message, object, path, place."""
    subject = _id(problem.object) if problem.object else None
    at = _location(problem.at) if problem.at else None
    return [problem.message, subject, problem.path, at]


def decode_problem(value: list[Any]) -> Problem:
    """The problem that `encode_problem` made a list of."""
    message, subject, path, at = value
    return Problem(
        message=message,
        object=ObjectId(*subject) if subject else None,
        path=path,
        at=Location(*at) if at else None,
    )


def _id(subject: ObjectId) -> list[str]:
    return [subject.api_version, subject.kind, subject.namespace, subject.name]


def _location(location: Location) -> list[Any]:
    return [location.file, location.line, location.column]


def _related(related: Related) -> list[Any]:
    return [_location(related.location), related.message]
