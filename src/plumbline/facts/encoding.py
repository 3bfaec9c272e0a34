"""Facts as JSON and back: for the cache and for shards, without loss."""

from collections.abc import Mapping
from typing import Any

import orjson

from plumbline.facts.model import (
    Facts,
    OverlayFacts,
    Promotion,
    Quota,
    Reference,
    Resource,
    SourceFact,
    Workload,
)
from plumbline.findings import Location, ObjectId


def encode(facts: Facts | OverlayFacts) -> bytes:
    """JSON, the same bytes for the same facts."""
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def decode(text: bytes) -> Facts:
    """The facts of a repository, as `encode` wrote them."""
    value = orjson.loads(text)
    return Facts(
        overlays=tuple(map(overlay_from, value["overlays"])),
        sources=tuple(SourceFact(**item) for item in value["sources"]),
        promotions=tuple((Promotion(**what), Location(**at)) for what, at in value["promotions"]),
    )


def decode_overlay(text: bytes) -> OverlayFacts:
    """The facts of one overlay, as `encode` wrote them."""
    return overlay_from(orjson.loads(text))


def overlay_from(value: Mapping[str, Any]) -> OverlayFacts:
    """The facts of one overlay from JSON that was parsed."""
    return OverlayFacts(
        overlay=value["overlay"],
        environment=value["environment"],
        resources=tuple(
            Resource(ObjectId(**item["id"]), tuple(item["keys"])) for item in value["resources"]
        ),
        references=tuple(_reference(item) for item in value["references"]),
        quotas=tuple(
            Quota(ObjectId(**item["id"]), item["hard"], item["scoped"]) for item in value["quotas"]
        ),
        limit_ranges=tuple(ObjectId(**item) for item in value["limit_ranges"]),
        workloads=tuple(
            Workload(ObjectId(**item["id"]), item["replicas"], item["requests"])
            for item in value["workloads"]
        ),
        images=tuple(value["images"]),
        reads=tuple(value["reads"]),
        failed=value["failed"],
    )


def _reference(value: Mapping[str, Any]) -> Reference:
    return Reference(**{**value, "source": ObjectId(**value["source"])})
