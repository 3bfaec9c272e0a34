"""Reads the YAML files of a repository as written: what they hold and what is hazardous there."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from plumbline.facts import Promotion, SourceFact
from plumbline.findings import Location, Problem
from plumbline.repository import KUSTOMIZATION_NAMES, SETTINGS_FILE, WAIVERS_FILE, Files
from plumbline.rules import Config, Rule, Source
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
class Looked:
    """What came of looking at one file: rule ids with their problems, and facts for the fold."""

    fact: SourceFact
    problems: tuple[tuple[str, Problem], ...] = ()
    promotions: tuple[tuple[Promotion, Location], ...] = ()


def sources_of(
    yaml_files: Iterable[str],
    *,
    files: Files,
    rendered: Set[str],
    failed: Set[str],
    generated: bool,  # whether the tree has a plumbline.yaml, and so a layout
) -> Iterator[str]:
    """The files that are ours to look at, sorted.

    `rendered` were read by a rendering that succeeded, `failed` by one that did not. In a tree
    without settings only those are looked at; others may be templates of any tool.
    """
    for file in sorted({*yaml_files, *(f for f in failed if f.endswith((".yaml", ".yml")))}):
        if file in rendered or file in failed or (generated and _is_ours(file, files)):
            yield file


def look(
    file: str,
    *,
    files: Files,
    store: SchemaStore,
    accepted: bool,
    config: Config,
    rules: Iterable[Rule],
) -> Looked:
    """Looks at one file; `accepted` says that kustomize has read it and found no fault."""
    source = source_of(file, files=files, store=store, accepted=accepted)
    problems = tuple((rule.id, p) for rule in rules for p in rule.check(source, config))
    return Looked(_fact(source, files), problems, tuple(_promotions(source)))


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


def source_of(file: str, *, files: Files, store: SchemaStore, accepted: bool) -> Source:
    """A file as the rules see it; its documents only where they are worth reading."""
    if accepted and not _worth_reading(file, files):
        return Source(file)
    reading = files.reading(file)
    manifest = _is_manifest(file, reading.documents)
    hazards = reading.hazards
    empty = all(value is None for value in reading.values)
    if accepted and not empty and not manifest:
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
