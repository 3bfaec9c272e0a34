"""Reads the YAML files of a repository as written: what they hold and what is hazardous there."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from plumbline.facts import Promotion, SourceFact
from plumbline.findings import Location
from plumbline.repository import KUSTOMIZATION_NAMES, SETTINGS_FILE, WAIVERS_FILE, Files
from plumbline.rules import Source
from plumbline.schemas import (
    API_VERSION,
    Judgement,
    SchemaStore,
    Status,
    check,
    named_schema,
    own_schemas,
)
from plumbline.yaml import Document, may_mislead

_LAYOUT = ("clusters/", "platform/", "tenants/", "models/", "datasets/", "policies/")
_KIND = re.compile(rb"^[\"']?kind[\"']?[ \t]*:", re.MULTILINE)
_API = re.compile(rb"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)
_OPERATION = {"op", "path"}


@dataclass(frozen=True, slots=True)
class Survey:
    """The sources that rules look at, and what the fold needs to know of every file."""

    sources: tuple[Source, ...]
    facts: tuple[SourceFact, ...]
    promotions: tuple[tuple[Promotion, Location], ...]


def survey(
    yaml_files: Iterable[str],
    *,
    files: Files,
    store: SchemaStore,
    rendered: Set[str],
    failed: Set[str],
    generated: bool,  # whether the tree has a plumbline.yaml, and so a layout
) -> Survey:
    """Looks at the YAML files that are ours to judge.

    `rendered` were read by a rendering that succeeded, `failed` by one that did not. In a tree
    without settings only those are looked at; others may be templates of any tool.
    """
    sources: list[Source] = []
    facts: list[SourceFact] = []
    promotions: list[tuple[Promotion, Location]] = []
    for file in sorted({*yaml_files, *(f for f in failed if f.endswith((".yaml", ".yml")))}):
        known = file in rendered or file in failed
        if not known and not (generated and _is_ours(file, files)):
            continue
        source = _source(file, files=files, store=store, rendered=file in rendered - failed)
        sources.append(source)
        facts.append(_fact(source, files))
        promotions += _promotions(source)
    return Survey(tuple(sources), tuple(facts), tuple(promotions))


def _is_ours(file: str, files: Files) -> bool:
    if "/upstream/" in file:
        return False
    if "/" not in file or file.startswith(_LAYOUT):
        return not file.startswith(".")
    try:
        content = files.content(file)
    except OSError:
        return False
    return bool(_API.search(content) and _KIND.search(content))


def _source(file: str, *, files: Files, store: SchemaStore, rendered: bool) -> Source:
    if rendered and not _worth_reading(file, files):
        return Source(file)
    reading = files.reading(file)
    manifest = _is_manifest(file, reading.documents)
    hazards = reading.hazards
    empty = all(value is None for value in reading.values)
    if rendered and not empty and not manifest:
        hazards = ()  # data of a generator: kustomize took it as it is
    judgements = tuple(_judge(file, document, store) for document in reading.documents)
    return Source(file, reading.documents, hazards, judgements)


def _worth_reading(file: str, files: Files) -> bool:
    try:
        content = files.content(file)
    except OSError:
        return True
    return API_VERSION.encode() in content or may_mislead(content)


def _is_manifest(file: str, documents: tuple[Document, ...]) -> bool:
    if file in (SETTINGS_FILE, WAIVERS_FILE) or file.rpartition("/")[2] in KUSTOMIZATION_NAMES:
        return True
    return any(_manifest(document.value) for document in documents)


def _manifest(value: object) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, dict) and item.keys() >= _OPERATION for item in value)
    return isinstance(value, dict) and {"apiVersion", "kind"} <= value.keys()


def _judge(file: str, document: Document, store: SchemaStore) -> Judgement | None:
    if file == WAIVERS_FILE:
        problems = check(named_schema("waivers"), document.value)
        return Judgement(Status.INVALID if problems else Status.STRICT, problems, "Plumbline")
    value = document.value
    if isinstance(value, dict) and (value.get("apiVersion"), value.get("kind")) in own_schemas():
        return store.judge(value)
    if isinstance(value, dict) and value.get("apiVersion") == API_VERSION:
        return store.judge(value)
    return None


def _fact(source: Source, files: Files) -> SourceFact:
    own = sum(1 for judgement in source.judgements if judgement is not None)
    base = source.file.rpartition("/")[2]
    if base in KUSTOMIZATION_NAMES:
        return SourceFact(source.file, 0, own, kustomization=1)
    if source.file in (SETTINGS_FILE, WAIVERS_FILE):
        return SourceFact(source.file, 0, max(own, 1))
    if source.documents:
        return SourceFact(source.file, sum(_manifest(d.value) for d in source.documents) - own, own)
    try:
        return SourceFact(source.file, len(_KIND.findall(files.content(source.file))), 0)
    except OSError:
        return SourceFact(source.file, 0, 0)


def _promotions(source: Source) -> Iterator[tuple[Promotion, Location]]:
    for document, judgement in zip(source.documents, source.judgements, strict=False):
        value = document.value
        if judgement is None or not judgement.is_valid or not isinstance(value, dict):
            continue
        if value.get("kind") == "ModelPromotion":
            model, target = value["spec"]["model"], value["spec"]["target"]
            promotion = Promotion(
                model["name"], model["version"], target["environment"], source.file
            )
            yield promotion, source.place(document, "/spec/target/environment")
