"""Shards put together again say what one run says, or say in a sentence why they cannot."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plumbline
from plumbline.checking import Report, check_shard, encode_shard, merge
from plumbline.findings import CannotCheck
from plumbline.reporting import READERS
from tests.scale.edits import edits
from tests.scale.harness import OPTIONS, Outcome, Scene, command, same
from tests.scale.profile import tries
from tests.scale.repositories import repositories

MODEL = "models/team/churn/overlays"
FEW = {
    "plumbline.yaml": (
        "apiVersion: plumbline.dev/v1alpha1\nkind: Repository\nmetadata: {name: few}\nspec:\n"
        '  labelPrefix: example.org\n  environments: [dev, prod]\n  kubernetesVersion: "1.33"\n'
    ),
    **{
        f"{MODEL}/{each}/{name}": text
        for each in ("dev", "prod")
        for name, text in {
            "kustomization.yaml": "resources: [map.yaml]\n",
            "map.yaml": (
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
                "spec: {containers: [{name: a, image: a:1, securityContext: {privileged: true}}]}\n"
            ),
        }.items()
    },
}


def said(run: Callable[[], Report]) -> Outcome:
    """As `outcome`, for a run that is made another way."""
    try:
        report = run()
    except CannotCheck as error:
        return Outcome(f"cannot check: {error}")
    return Outcome(READERS["json"](report) + READERS["text"](report), report)


def write_shards(scene: Scene, total: int, *, cached: Sequence[int] = ()) -> list[Path]:
    """The facts files of a run in `total` shards, those in `cached` with a cache of their own."""
    files = []
    seen: list[str] = []
    for number in range(1, total + 1):
        cache = scene.top / f"cache-{number}" if number in cached else None
        options = replace(OPTIONS, cache=cache)
        shard = check_shard(scene.root, options, (number, total), renderer=scene.renderer)
        seen += shard.records
        file = scene.top / f"shard-{number}-of-{total}.json"
        file.write_bytes(encode_shard(shard))
        files.append(file)
    assert len(seen) == len(set(seen))
    return files


def merged(scene: Scene, files: Sequence[Path], **options: Any) -> Outcome:
    """What the shards say together."""
    chosen = replace(OPTIONS, **options)
    return said(lambda: merge(scene.root, chosen, tuple(files), renderer=scene.renderer))


@given(st.data())
@tries(14)
def test_shards_are_one_run(data: st.DataObject) -> None:
    with Scene(data.draw(repositories(), label="repository")) as scene:
        full = scene.cold()
        total = data.draw(st.sampled_from((1, 2, 3, 4, 17)), label="shards")
        cached = data.draw(st.lists(st.integers(1, total), max_size=3), label="cached")
        try:
            files = write_shards(scene, total, cached=cached)
        except CannotCheck:
            assert full.report is None
            return
        order = data.draw(st.permutations(files), label="order")
        same(merged(scene, order), full)
        again = write_shards(scene, total, cached=cached)
        same(merged(scene, again, cache=scene.cache), full)


@given(st.data())
@tries(12)
def test_shards_of_another_state_are_refused_or_right(data: st.DataObject) -> None:
    with Scene(data.draw(repositories(), label="repository")) as scene:
        try:
            files = write_shards(scene, data.draw(st.integers(1, 3), label="shards"))
        except CannotCheck:
            return
        scene.apply(data.draw(edits(scene.states[1:], ()), label="edit"))
        late = merged(scene, files)
        if late.report is not None:
            same(late, scene.cold())


def lose(files: list[Path]) -> list[Path]:
    return files[1:]


def repeat(files: list[Path]) -> list[Path]:
    return [*files, files[0]]


def truncate(files: list[Path]) -> list[Path]:
    files[0].write_bytes(files[0].read_bytes()[:-9])
    return files


def empty(files: list[Path]) -> list[Path]:
    files[0].write_bytes(b"")
    return files


def remove(files: list[Path]) -> list[Path]:
    files[0].unlink()
    return files


def another_format(files: list[Path]) -> list[Path]:
    value = orjson.loads(files[0].read_bytes())
    files[0].write_bytes(orjson.dumps({**value, "version": 99}))
    return files


def nested(files: list[Path]) -> list[Path]:
    files[0].write_bytes(b"[" * 100_000 + b"]" * 100_000)
    return files


def another_size(files: list[Path]) -> list[Path]:
    value = orjson.loads(files[0].read_bytes())
    files[0].write_bytes(orjson.dumps({**value, "shard": [1, 3]}))
    return files


def emptied(files: list[Path]) -> list[Path]:
    value = orjson.loads(files[0].read_bytes())
    files[0].write_bytes(orjson.dumps({**value, "overlays": []}))
    return files


WRONG = [
    (lose, "shard 1/2 is missing: merge the facts files of all 2 shards"),
    (repeat, "shard 1/2 is there twice"),
    (truncate, "is not whole JSON"),
    (empty, "is not whole JSON"),
    (remove, "cannot be read (No such file or directory)"),
    (another_format, "version is 99"),
    (nested, "is no facts file of a shard"),
    (another_size, "the files belong to runs of 2 and of 3 shards"),
    (emptied, "the shards do not hold the overlays of this tree"),
]


@pytest.mark.parametrize(("spoil", "words"), WRONG, ids=[w[0].__name__ for w in WRONG])
def test_what_cannot_be_merged(spoil: Callable[[list[Path]], list[Path]], words: str) -> None:
    with Scene(FEW) as scene:
        files = write_shards(scene, 2)
        assert merged(scene, files).report is not None
        refused = merged(scene, spoil(files))
        assert refused.text.startswith("cannot check: ")
        assert "\n" not in refused.text
        assert words in refused.text


def test_shards_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scene(FEW) as scene:
        files = write_shards(scene, 2)
        assert merged(scene, files).report is not None
        monkeypatch.setattr(plumbline, "__version__", "99.0.0")
        assert "was made by another version" in merged(scene, files).text


def test_the_command_line_does_the_same() -> None:
    with Scene(FEW) as scene:
        common = ("check", scene.root, "--no-cache", "--today", "2026-06-01")
        files = [scene.top / f"{number}.json" for number in (1, 2)]
        for number, file in enumerate(files, start=1):
            shard = (*common, "--shard", f"{number}/2", "--facts-out", file)
            assert command(*shard) == (0, "", "")
        whole = command(*common, "--format", "json")
        assert command(*common, "--format", "json", "--merge", *files) == whole
        assert whole[0] == 1
        code, out, complaint = command(*common, "--merge", files[0])
        assert (code, out) == (2, "")
        assert complaint.startswith("plumbline: shard 2/2 is missing")
        assert command(*common, "--shard", "3/2", "--facts-out", files[0])[0] == 2
