import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from plumbline.rules import ALL_RULES

TOOL = Path(__file__).resolve().parents[2] / "tools" / "print_docs.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("print_docs", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_printed_rules_are_current(tool: ModuleType) -> None:
    assert tool.main(["--check"]) == 0, "run `python tools/print_docs.py`"


def test_stale_document_is_refused_then_printed_whole(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "rules.md"
    target.write_text("# Rules\n")
    assert tool.main(["--check"], target=target) == 1
    assert "rules.md is stale: run `python tools/print_docs.py`" in capsys.readouterr().err
    assert target.read_text() == "# Rules\n"
    assert tool.main([], target=target) == 0
    assert tool.main(["--check"], target=target) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["rules.md"]


def test_document_has_a_row_and_a_page_for_every_rule(tool: ModuleType) -> None:
    lines = tool.print_rules(ALL_RULES).splitlines()
    for rule in ALL_RULES:
        assert lines.count(f"## {rule.id} {rule.name}") == 1
        assert sum(line.startswith(f"| [{rule.id}](") for line in lines) == 1
