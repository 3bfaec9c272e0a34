"""A cache that is damaged, foreign or written by an enemy costs time and changes nothing."""

import contextlib
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plumbline
from plumbline.checking.cache import FILE
from tests.scale.harness import Scene, same
from tests.scale.profile import tries
from tests.scale.repositories import repositories
from tests.scale.test_shards import FEW

SOURCE = Path(plumbline.__file__).parent
ODD: tuple[Any, ...] = (None, True, -1, 2**63, 0.5, "", "../../../etc/passwd", "\0", [], {}, [[]])


@given(repositories())
@tries(3)
def test_a_cache_of_another_version(files: dict[str, str]) -> None:
    with Scene(files) as scene, pytest.MonkeyPatch.context() as patch:
        patch.setattr(plumbline, "__version__", "99.0.0")
        other = scene.warm()
        patch.undo()
        cold = scene.cold()
        warm = scene.warm()
        same(warm, cold)
        if cold.report is not None and other.report is not None:
            assert warm.rendered == cold.rendered
            assert scene.warm().rendered == 0


def damaged(content: bytes, kind: str, chance: random.Random) -> bytes:
    """What is left of a file."""
    match kind:
        case "truncated":
            return content[: chance.randrange(len(content))]
        case "random":
            return chance.randbytes(chance.choice((1, 100, 10_000)))
        case "flipped":
            found = bytearray(content)
            for _ in range(chance.choice((1, 20, 2000))):
                found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
            return bytes(found)
        case "page":
            start = chance.randrange(0, len(content), 4096)
            return content[:start] + chance.randbytes(4096) + content[start + 4096 :]
        case "text":
            return b"not a database\n" * 100
    return b""


KINDS = ("truncated", "random", "flipped", "page", "text", "empty")


@given(repositories(), st.sampled_from(KINDS), st.integers(0, 999))
@tries(24)
def test_a_damaged_cache(files: dict[str, str], kind: str, number: int) -> None:
    with Scene(files) as scene:
        cold = scene.warm()
        database = scene.cache / FILE
        if not database.exists():
            return  # settings that cannot be used
        database.write_bytes(damaged(database.read_bytes(), kind, random.Random(number)))
        same(scene.warm(), cold)
        same(scene.warm(), cold)  # damage that only a write meets is mended by the second run
        healed = scene.warm()
        same(healed, cold)
        assert healed.rendered == 0


def mutated(value: Any, chance: random.Random) -> Any:
    """A JSON value with one part replaced by something of another shape."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        if chance.random() < 0.15:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: mutated(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], mutated(value[place], chance), *value[place + 1 :]]
    return chance.choice([odd for odd in ODD if type(odd) is not type(value)])


@given(repositories(), st.integers(0, 10**6))
@tries(30)
def test_entries_of_wrong_shapes(files: dict[str, str], number: int) -> None:
    chance = random.Random(number)
    with Scene(files) as scene:
        cold = scene.warm()
        if not (scene.cache / FILE).exists():
            return  # settings that cannot be used
        with contextlib.closing(sqlite3.connect(scene.cache / FILE)) as connection, connection:
            for *key, body in connection.execute(_KEYS).fetchall():
                if chance.random() < 0.5:
                    spoilt = orjson.dumps(mutated(orjson.loads(body), chance))
                    connection.execute(_UPDATE, (spoilt, *key))
        same(scene.warm(), cold)


_KEYS = "SELECT kind, name, config, state, body FROM entry ORDER BY 1, 2, 3, 4"
_UPDATE = "UPDATE entry SET body = ? WHERE kind = ? AND name = ? AND config = ? AND state = ?"

BODIES: dict[str, Any] = {
    "nested": b"[" * 200_000,
    "deep": b'{"a":' * 900 + b"1" + b"}" * 900,
    "text": "not bytes",
    "number": 7,
    "nothing": None,
    "pickle": b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04exit\x94\x85\x94R\x94.",
    "large": b'"' + b"x" * 5_000_000 + b'"',
    "not-utf8": b'"\xff\xfe"',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_entries_that_are_no_json(body: Any) -> None:
    with Scene(FEW) as scene:
        cold = scene.warm()
        with (
            contextlib.closing(sqlite3.connect(scene.cache / FILE)) as connection,
            connection,
            contextlib.suppress(sqlite3.IntegrityError),  # the table takes no NULL
        ):
            connection.execute("UPDATE entry SET body = ?", (body,))
        same(scene.warm(), cold)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a\0b", "", "x" * 9999])
def test_names_that_lead_elsewhere(name: str) -> None:
    with Scene(FEW) as scene:
        cold = scene.warm()
        with contextlib.closing(sqlite3.connect(scene.cache / FILE)) as connection, connection:
            connection.execute("UPDATE entry SET name = ? || name", (name,))
        same(scene.warm(), cold)


def test_reads_that_lead_elsewhere() -> None:
    with Scene(FEW) as scene:
        cold = scene.warm()
        with contextlib.closing(sqlite3.connect(scene.cache / FILE)) as connection, connection:
            for *key, body in connection.execute(_KEYS).fetchall():
                value = orjson.loads(body)
                if "reads" in value:
                    value["reads"] = ["/dev/zero", "../../../../dev/zero", *value["reads"]]
                    connection.execute(_UPDATE, (orjson.dumps(value), *key))
        same(scene.warm(), cold)


def table_with_trigger(cache: Path) -> None:
    with contextlib.closing(sqlite3.connect(cache / FILE)) as connection, connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END")


def folder_in_place(cache: Path) -> None:
    (cache / FILE).unlink()
    (cache / FILE).mkdir()


def file_instead_of_cache(cache: Path) -> None:
    for file in cache.iterdir():
        file.unlink()
    cache.rmdir()
    cache.write_text("not a folder")


def link_to_a_file(cache: Path) -> None:
    (cache / FILE).unlink()
    (cache / FILE).symlink_to(cache.parent.parent / "elsewhere")


def link_for_ignore(cache: Path) -> None:
    (cache / ".gitignore").unlink()
    (cache / ".gitignore").symlink_to(cache.parent.parent / "elsewhere")


def link_to_a_folder(cache: Path) -> None:
    file_instead_of_cache(cache)
    cache.unlink()
    cache.symlink_to(cache.parent.parent / "elsewhere")


STRANGE = (
    *(table_with_trigger, folder_in_place, file_instead_of_cache),
    *(link_to_a_file, link_for_ignore, link_to_a_folder),
)


@pytest.mark.parametrize("spoil", STRANGE, ids=lambda spoil: str(spoil.__name__))
def test_a_cache_that_is_something_else(spoil: Callable[[Path], None]) -> None:
    with Scene(FEW) as scene:
        cold = scene.warm()
        spoil(scene.cache)
        same(scene.warm(), cold)
        assert not (scene.top / "elsewhere").exists(), "written outside the repository"


def imports_of(text: str) -> Iterator[str]:
    yield from re.findall(r"^\s*(?:import|from)\s+(pickle|marshal|shelve|dill)\b", text, re.M)


def test_nothing_is_ever_unpickled() -> None:
    assert list(imports_of("import pickle\n")) == ["pickle"]
    found = [f for f in SOURCE.rglob("*.py") if list(imports_of(f.read_text()))]
    assert found == []
