"""What of a run is kept under which key, and when it is believed again."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

import plumbline
from plumbline.checking.cache import Cache, Row, parse
from plumbline.checking.plan import Plan
from plumbline.checking.record import (
    Record,
    decode_problem,
    decode_record,
    encode_problem,
    encode_record,
    is_record,
    is_source,
)
from plumbline.checking.snapshot import Snapshot
from plumbline.checking.sources import Looked
from plumbline.facts import Promotion, SourceFact
from plumbline.findings import Location
from plumbline.repository import SETTINGS_FILE

FORMAT = 1
OVERLAYS, SOURCES = "overlay", "source"
_PACKAGE = Path(plumbline.__file__).parent


def configuration(plan: Plan, *, schemas: str, renderer: str) -> str:
    """SHA-256 (hex) of everything but the files of an overlay that its analysis depends on.

    `schemas` is the digest of what judges, `renderer` the identity of what renders.
    """
    try:
        settings = hashlib.sha256(plan.files.content(SETTINGS_FILE)).hexdigest()
    except OSError:
        settings = ""
    parts = (
        str(FORMAT),
        plumbline.__version__,
        code_digest(_PACKAGE),
        renderer,
        plan.config.kubernetes_version,
        schemas,
        settings,
        repr(plan.limits),
        ",".join(rule.id for rule in plan.rules),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def code_digest(package: Path) -> str:
    """SHA-256 (hex) of the toolkit's own sources: rules change without a new version."""
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Memory:
    """The entries of one configuration, held against the present state of the files."""

    def __init__(self, cache: Cache, config: str, snapshot: Snapshot) -> None:
        self._cache = cache
        self._config = config
        self.snapshot = snapshot
        self._records = _by_name(cache.rows(OVERLAYS, config))
        self._sources = _by_name(cache.rows(SOURCES, config))
        self._recalled: dict[str, Record] = {}
        self._recalled_sources: list[Row] = []
        self._fresh: dict[str, Record] = {}
        self._looked: list[Row] = []

    def record(self, overlay: str) -> Record | None:
        """An overlay's record whose read set is as it was, or None."""
        for state, body in self._records.get(overlay, ()):
            value = parse(body)
            if not is_record(value):
                self._distrust()
                return None
            record = decode_record(overlay, state, value)
            if record.is_present(self.snapshot):
                self._recalled[overlay] = record
                return record
        return None

    def remember(self, record: Record) -> None:
        """Keeps a record, at the latest when the run ends."""
        self._fresh[record.analysis.overlay] = record
        if len(self._fresh) >= 256:
            self._flush()

    def looked(self, file: str, state: str) -> Looked | None:
        """What came of looking at a file that is as it was, or None."""
        for known, body in self._sources.get(file, ()):
            if known != state:
                continue
            value = parse(body)
            if is_source(value):
                self._recalled_sources.append((file, state, body))
                return _decode_source(file, value)
            self._distrust()
            break
        return None

    def _distrust(self) -> None:
        """An entry of no shape means a file that is damaged, or not ours: begin anew."""
        self._cache.discard()
        self._records, self._sources = {}, {}
        self._fresh = {**self._recalled, **self._fresh}
        self._looked += self._recalled_sources

    def remember_looked(self, looked: Looked, state: str) -> None:
        """Keeps what came of looking at a file."""
        self._looked.append((looked.fact.file, state, _encode_source(looked)))

    def end(self) -> None:
        """Writes what is not written yet."""
        if self._fresh or self._looked:
            self._flush()
            self._cache.keep(SOURCES, self._config, self._looked)
            self._looked = []
            self._cache.trim()

    def _flush(self) -> None:
        rows = [(name, r.state, encode_record(r)) for name, r in sorted(self._fresh.items())]
        self._cache.keep(OVERLAYS, self._config, rows)
        self._fresh = {}


def _by_name(rows: Iterable[Row]) -> dict[str, list[tuple[str, bytes]]]:
    found: dict[str, list[tuple[str, bytes]]] = {}
    for name, state, body in rows:
        found.setdefault(name, []).append((state, body))
    return found


def _encode_source(looked: Looked) -> bytes:
    fact = looked.fact
    return orjson.dumps(
        {
            "fact": [fact.objects, fact.own, fact.kustomization],
            "problems": [[rule, encode_problem(problem)] for rule, problem in looked.problems],
            "promotions": [
                [p.model, p.version, p.environment, [at.file, at.line, at.column]]
                for p, at in looked.promotions
            ],
        }
    )


def _decode_source(file: str, value: Mapping[str, Any]) -> Looked:
    return Looked(
        SourceFact(file, *value["fact"]),
        tuple((rule, decode_problem(problem)) for rule, problem in value["problems"]),
        tuple(_promotions(file, value["promotions"])),
    )


def _promotions(file: str, listed: list[Any]) -> Iterator[tuple[Promotion, Location]]:
    for model, version, environment, at in listed:
        yield Promotion(model, version, environment, file), Location(*at)
