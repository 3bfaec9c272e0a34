"""Edits that are hard to see, one by one: each once could make, or nearly made, a cache lie."""

import pytest

from tests.scale.edits import Edit
from tests.scale.harness import Scene, same
from tests.scale.repositories import Link, Repository
from tests.scale.test_shards import FEW, MODEL

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {level: info}\n"
DEV = f"{MODEL}/dev"
LISTED: Repository = {f"{DEV}/kustomization.yaml": "resources: [map.yaml, b.yaml]\n"}
FILE: Repository = {f"{DEV}/b.yaml": MAP}
LINKED: Repository = {f"{DEV}/b.yaml": Link("real.yaml"), f"{DEV}/real.yaml": MAP}
GENERATOR: Repository = {
    f"{DEV}/kustomization.yaml": "configMapGenerator: [{name: b, files: [b.yaml]}]\n"
}
PATCHED: Repository = {
    f"{DEV}/kustomization.yaml": "resources: [map.yaml]\npatches: [{path: b.yaml}]\n"
}
PATCH: Repository = {f"{DEV}/b.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"}
FOLDER: Repository = {f"{DEV}/b.yaml/note.txt": "x"}
SAME_SIZE: Repository = {f"{DEV}/b.yaml": MAP.replace("kind: ConfigMap", "kind: ConfigPam")}
OTHER: Repository = {f"{DEV}/other.yaml": MAP.replace("name: b", "name: c")}

CASES: dict[str, tuple[Repository, Repository, str]] = {
    "missing-file-appears": (LISTED, LISTED | FILE, "plain"),
    "same-size-and-time": (LISTED | FILE, LISTED | SAME_SIZE, "same-time"),
    "folder-becomes-file": (LISTED | FOLDER, LISTED | FILE, "plain"),
    "folder-becomes-patch": (PATCHED | FOLDER, PATCHED | PATCH, "plain"),
    "folder-becomes-data": (GENERATOR | FOLDER, GENERATOR | FILE, "plain"),
    "link-points-elsewhere": (
        LISTED | LINKED | OTHER,
        LISTED | LINKED | OTHER | {f"{DEV}/b.yaml": Link("other.yaml")},
        "plain",
    ),
    "link-becomes-file": (LISTED | LINKED, LISTED | FILE, "plain"),
    "broken-link-is-mended": (LISTED | {f"{DEV}/b.yaml": Link("real.yaml")}, LISTED | LINKED, ""),
    "link-to-outside-is-mended": (
        LISTED | {f"{DEV}/b.yaml": Link("../" * 9 + "outside.yaml")},
        LISTED | FILE,
        "plain",
    ),
    "link-to-etc-is-mended": (
        LISTED | {f"{DEV}/b.yaml": Link("/etc/hostname")},
        LISTED | FILE,
        "plain",
    ),
    "circular-link-is-mended": (
        LISTED | {f"{DEV}/b.yaml": Link("b.yaml")},
        LISTED | FILE,
        "plain",
    ),
    "second-kustomization-appears": (
        {},
        {f"{DEV}/kustomization.yml": "resources: []\n"},
        "plain",
    ),
    "second-kustomization-goes": (
        {f"{DEV}/kustomization.yml": "resources: [map.yaml]\n"},
        {},
        "plain",
    ),
    "base-by-another-name": (
        LISTED | {f"{DEV}/b.yaml/kustomization.yaml": "resources: []\n"},
        LISTED | {f"{DEV}/b.yaml/Kustomization": "resources: []\n"},
        "plain",
    ),
}


@pytest.mark.parametrize(("first", "then", "how"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("way", ["there", "back"])
def test_an_edit_that_is_hard_to_see(
    first: Repository, then: Repository, how: str, way: str
) -> None:
    if way == "back":
        first, then = then, first
    with Scene({**FEW, **first}) as scene:
        same(scene.warm(), scene.cold())
        scene.apply(Edit("edit", {**FEW, **then}, how))
        same(scene.warm(), scene.cold())
        assert scene.warm().rendered == 0


def test_a_place_is_the_same_in_every_run() -> None:
    both = {f"{DEV}/{name}": "resources: [map.yaml]\n" for name in ("kustomization.yml",)}
    with Scene({**FEW, **both}) as scene:
        first = scene.cold()
        for _ in range(12):
            same(scene.cold(), first)
