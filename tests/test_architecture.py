"""Rooms are small and their stairs go one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = REPOSITORY / "src" / "plumbline"
ROOMS = (
    "findings",
    "yaml",
    "kubernetes",
    "kinds",
    "repository",
    "rendering",
    "schemas",
    "facts",
    "rules",
    "checking",
    "reporting",
    "scaffolding",
    "cli",
)
MOST_LINES = 300


def imports(text: str) -> Iterator[tuple[int, str]]:
    """Line and room of every import of a room, wherever in the file it stands."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            assert node.level == 0, f"line {node.lineno}: a relative import hides its direction"
            names = [node.module or ""]
            if node.module == "plumbline":
                names = [f"plumbline.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "plumbline" and len(parts) > 1:
                yield node.lineno, parts[1]


def upward(room: str, text: str) -> list[str]:
    """The imports of a room's file that do not point down."""
    allowed = ROOMS[: ROOMS.index(room) + 1]
    return [
        f"line {line}: {room} imports {name}" for line, name in imports(text) if name not in allowed
    ]


def files() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE)


def test_every_room_is_listed() -> None:
    rooms = {path.relative_to(SOURCE).parts[0] for path in files()}
    assert rooms == set(ROOMS)


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    assert upward(path.relative_to(SOURCE).parts[0], path.read_text()) == []


def test_an_upward_import_is_seen() -> None:
    text = "from plumbline.findings import Finding\ndef f():\n    from plumbline.cli import main\n"
    assert upward("yaml", text) == ["line 3: yaml imports cli"]
    assert upward("cli", text) == []


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_rooms_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_files_say_what_they_are_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_only_the_command_line_prints() -> None:
    printing = [
        str(path.relative_to(SOURCE))
        for path in files()
        if re.search(r"^\s*(?:print\(|sys\.exit\()", path.read_text(), re.MULTILINE)
    ]
    assert all(name.startswith("cli/") for name in printing)
    assert printing


def test_the_document_lists_the_same_rooms_in_the_same_order() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text()
    assert (
        tuple(
            re.findall(
                r"^\| `(\w+)` \| (?!one YAML|the objects|the whole|the waivers)", text, re.MULTILINE
            )
        )
        == ROOMS
    )
