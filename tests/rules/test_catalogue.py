"""The catalogue is literal and complete: what is written is listed, and in order."""

import importlib
from pathlib import Path

import pytest

import plumbline.rules
from plumbline.rules import ALL_RULES, Rule

FOLDER = Path(plumbline.rules.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py"))
FAMILIES = [name for name in MODULES if name not in ("__init__", "model", "page")]


@pytest.mark.parametrize("name", FAMILIES)
def test_family_lists_its_rules_in_order(name: str) -> None:
    module = importlib.import_module(f"plumbline.rules.{name}")
    defined = [value for value in vars(module).values() if isinstance(value, Rule)]
    ids = [rule.id for rule in module.RULES]
    assert ids == sorted(rule.id for rule in defined)
    assert len({rule_id[:3] for rule_id in ids}) == 1, "one family a module"
    assert str(module.__doc__).startswith(f"{ids[0][:3]}: "), "the module says which family it is"


def test_all_rules_are_those_of_the_families() -> None:
    listed = [
        rule
        for name in FAMILIES
        for rule in importlib.import_module(f"plumbline.rules.{name}").RULES
    ]
    assert sorted(rule.id for rule in listed) == [rule.id for rule in ALL_RULES]
